//! `cargo xtask up`: from a fresh checkout to a running demo.
//!
//! Here: the console's build where Node is there, the program's build, and its start. Not here: what the demo
//! does; that is `dayshelf demo`.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::time::SystemTime;

use crate::shell::{self, Outcome};

const USAGE: &str = "\
usage: cargo xtask up [--crowd N] [--seconds N] [any other flag of `dayshelf demo`]

Builds the console and the program, and starts the demo. With --crowd so many simulated buyers come, with --seconds the
whole drop takes that long. `dayshelf demo --help` has all flags.";

/// Builds everything and turns into `dayshelf demo`, so that Ctrl-C reaches the program itself.
pub fn run(args: &[String]) -> Outcome {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    if !shell::has_package("dayshelf")? {
        return Err("crates/dayshelf is not in this workspace, so there is no program to start".to_owned());
    }
    build_web()?;
    shell::heading("building dayshelf (the first time takes a few minutes)");
    shell::run(&mut shell::cargo(&["build", "--profile", "up", "--package", "dayshelf"]))?;

    let binary = shell::built("up", "dayshelf")?;
    shell::heading("starting the demo");
    let mut demo = shell::program(&binary);
    let cause = demo.stdin(std::process::Stdio::inherit()).arg("demo").args(args).exec();
    Err(format!("{} did not start: {cause}", binary.display()))
}

/// The console is optional: without Node the program serves everything else and says how to build it.
fn build_web() -> Outcome {
    let web = shell::root().join("web");
    if !web.join("package.json").is_file() {
        return Ok(());
    }
    if shell::on_path(&["npm"]).is_none() {
        println!("Node is not installed: the console is left out, everything else is served.");
        return Ok(());
    }
    // Built anew it would be as it was, and the program that embeds it would be built anew, too.
    if is_built(&web, &shell::root().join("openapi.json")).unwrap_or(false) {
        return Ok(());
    }
    shell::heading("building the console");
    shell::npm_ci(&web)?;
    shell::run(&mut shell::npm(&web, &["run", "build"]))
}

/// Whether the built console is newer than everything that it is built from: what lies in the folder, and the API.
fn is_built(web: &Path, api: &Path) -> io::Result<bool> {
    let built = web.join("dist/index.html").metadata()?.modified()?;
    let mut newest = api.metadata()?.modified()?;
    for entry in web.read_dir()? {
        let entry = entry?;
        if entry.file_name() != "node_modules" && entry.file_name() != "dist" {
            newest = newest.max(changed(&entry.path())?);
        }
    }
    Ok(newest < built)
}

/// When a file or anything in a folder changed last; a folder changes when something in it comes or goes.
fn changed(path: &Path) -> io::Result<SystemTime> {
    let found = path.metadata()?;
    let mut newest = found.modified()?;
    if found.is_dir() {
        for entry in path.read_dir()? {
            newest = newest.max(changed(&entry?.path())?);
        }
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;

    fn put(path: &Path, at: u64) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(at)).unwrap();
    }

    fn date(path: &Path, at: u64) {
        fs::File::open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(at)).unwrap();
    }

    // Aim: the console is built when it never was and when anything that it comes from is newer, a file that went included.
    #[test]
    fn the_console_is_built_when_it_is_old() {
        let folder = std::env::temp_dir().join(format!("dayshelf-up-{}", std::process::id()));
        let (web, api) = (folder.join("web"), folder.join("openapi.json"));
        put(&api, 10);
        put(&web.join("package.json"), 10);
        put(&web.join("src/lib/one.ts"), 10);
        let settle = || [web.join("src/lib"), web.join("src")].iter().for_each(|path| date(path, 10));
        settle();
        assert!(is_built(&web, &api).is_err(), "never built");
        put(&web.join("dist/index.html"), 20);
        put(&web.join("node_modules/other/index.js"), 30);
        assert!(is_built(&web, &api).unwrap());
        for source in [api.clone(), web.join("package.json"), web.join("src/lib/one.ts"), web.join("src/lib")]
        {
            date(&source, 30);
            assert!(!is_built(&web, &api).unwrap(), "{}", source.display());
            date(&source, 10);
        }
        assert!(is_built(&web, &api).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }
}
