//! What the tests need from the machine, and how to get it.
//!
//! On Debian as root, what is missing is installed through apt. Elsewhere the answer is a sentence that says
//! what to install; in CI that sentence is a failure, never a skip.

use crate::shell::{self, Outcome};
use std::fs;
use std::path::{Path, PathBuf};

/// Either the thing itself, or what to tell the person who lacks it.
pub enum Need<T> {
    Met(T),
    Missing(String),
}

impl<T> Need<T> {
    /// The thing itself, or a failure: for steps that make no sense without it.
    pub fn required(self) -> Outcome<T> {
        match self {
            Need::Met(thing) => Ok(thing),
            Need::Missing(advice) => Err(advice),
        }
    }
}

/// The folder with PostgreSQL's server programs.
pub fn postgres() -> Outcome<Need<PathBuf>> {
    obtain(
        postgres_folder,
        &["postgresql"],
        "PostgreSQL's server programs (initdb, postgres, psql): on Debian `apt-get install postgresql`",
    )
}

/// Programs that make network namespaces, set limits and change accounts.
pub fn network_tools(programs: &[&'static str]) -> Outcome<Need<()>> {
    let all = || programs.iter().map(|name| shell::on_path(&[name])).collect::<Option<Vec<_>>>()?.pop();
    let advice = "iproute2 and util-linux: on Debian `apt-get install iproute2 util-linux`";
    Ok(match obtain(all, &["iproute2", "util-linux"], advice)? {
        Need::Met(_) => Need::Met(()),
        Need::Missing(advice) => Need::Missing(advice),
    })
}

/// A kernel that mounts file systems of ours, and the right to let it.
pub fn fuse() -> Outcome<Need<()>> {
    if Path::new("/dev/fuse").exists() && is_root() {
        return Ok(Need::Met(()));
    }
    let advice = "needed, not found: /dev/fuse and root, for power cuts and failing disks".to_owned();
    if shell::in_ci() { Err(advice) } else { Ok(Need::Missing(advice)) }
}

/// Redis, its server and its own benchmark.
pub fn redis() -> Outcome<Need<()>> {
    let names = ["redis-server", "redis-cli", "redis-benchmark"];
    obtain(
        || names.iter().all(|name| shell::on_path(&[name]).is_some()).then_some(()),
        &["redis-server"],
        "Redis: on Debian `apt-get install redis-server`",
    )
}

/// A compiler for libFuzzer, which is written in C++.
pub fn cpp_compiler() -> Outcome<Need<PathBuf>> {
    obtain(|| shell::on_path(&["c++"]), &["g++"], "a C++ compiler: on Debian `apt-get install g++`")
}

/// A Chromium that Playwright can drive.
pub fn chromium() -> Outcome<Need<PathBuf>> {
    obtain(
        || shell::on_path(&["chromium", "chromium-browser", "google-chrome"]),
        // Without any font a page has no text to look for.
        &["chromium", "fonts-dejavu-core"],
        "a browser: on Debian `apt-get install chromium`",
    )
}

/// A Python that can make virtual environments.
pub fn python() -> Outcome<Need<PathBuf>> {
    obtain(
        || {
            let python = shell::on_path(&["python3"])?;
            shell::succeeds(shell::program(&python).args(["-c", "import ensurepip, venv"])).then_some(python)
        },
        &["python3", "python3-venv"],
        "Python 3 with venv: on Debian `apt-get install python3-venv`",
    )
}

/// Makes a folder hold the Python packages that a list names, and returns the Python in it; both are paths from the root.
///
/// A copy of the list stays in the environment, so that nothing is installed twice.
pub fn virtual_environment(python: &Path, list: &str, folder: &str) -> Outcome<PathBuf> {
    let list_path = shell::root().join(list);
    let wanted = fs::read_to_string(&list_path)
        .map_err(|cause| format!("{list}, which names the packages: {cause}"))?;
    let folder = shell::root().join(folder);
    let inside = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    if inside.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(inside);
    }
    shell::run(shell::program(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    shell::run(shell::program(&inside).args(pip).arg(&list_path))?;
    fs::write(&stamp, wanted).map_err(|cause| format!("{}: {cause}", stamp.display()))?;
    Ok(inside)
}

/// The source of a Python package, which has the tests that its wheel lacks; a path to the folder in it.
pub fn source_distribution(python: &Path, name: &str, version: &str, folder: &str) -> Outcome<PathBuf> {
    let folder = shell::root().join(folder);
    let unpacked = folder.join(format!("{name}-{version}"));
    if unpacked.is_dir() {
        return Ok(unpacked);
    }
    let pip = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-binary",
        ":all:",
    ];
    let package = format!("{name}=={version}");
    shell::run(shell::program(python).args(pip).arg(package).arg("--dest").arg(&folder))?;
    let archive = folder.join(format!("{name}-{version}.tar.gz"));
    shell::run(shell::program("tar").arg("xzf").arg(&archive).arg("-C").arg(&folder))?;
    if unpacked.is_dir() { Ok(unpacked) } else { Err(format!("{} holds another folder", archive.display())) }
}

/// npm; Node itself is not for apt, whose version is too old.
pub fn npm() -> Need<PathBuf> {
    match shell::on_path(&["npm"]) {
        Some(npm) => Need::Met(npm),
        None => Need::Missing("needed, not found: Node 20 or newer with npm (https://nodejs.org)".to_owned()),
    }
}

/// rustfmt and clippy, which a minimal toolchain comes without.
pub fn cargo_component(component: &'static str, subcommand: &'static str) -> Outcome {
    let present = || shell::succeeds(&mut shell::cargo(&[subcommand, "--version"]));
    if present() {
        return Ok(());
    }
    if shell::on_path(&["rustup"]).is_some() {
        shell::run(shell::program("rustup").args(["component", "add", component]))?;
    }
    if present() { Ok(()) } else { Err(format!("needed, not found: `rustup component add {component}`")) }
}

/// Looks, installs through apt where that is possible, and looks again.
fn obtain<T>(look: impl Fn() -> Option<T>, packages: &[&str], advice: &str) -> Outcome<Need<T>> {
    if let Some(found) = look() {
        return Ok(Need::Met(found));
    }
    if is_root() && shell::on_path(&["apt-get"]).is_some() {
        apt_install(packages)?;
        if let Some(found) = look() {
            return Ok(Need::Met(found));
        }
    }
    let advice = format!("needed, not found: {advice}");
    if shell::in_ci() { Err(advice) } else { Ok(Need::Missing(advice)) }
}

fn apt_install(packages: &[&str]) -> Outcome {
    println!("installing {} through apt", packages.join(", "));
    let apt = |args: &[&str]| {
        let mut command = shell::program("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-y"]).args(args);
        shell::run(&mut command)
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

/// Debian keeps the server's programs off the path, a folder per major version; the newest wins.
fn postgres_folder() -> Option<PathBuf> {
    let complete =
        |folder: &Path| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    let on_path =
        || Some(shell::on_path(&["initdb"])?.parent()?.to_path_buf()).filter(|folder| complete(folder));
    versions.pop().map(|(_, folder)| folder).or_else(on_path)
}

fn is_root() -> bool {
    shell::capture(shell::program("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0")
}
