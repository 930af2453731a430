//! Writes the samples of a reader into a folder, for libFuzzer to begin with: `dayshelf-fuzz NAME FOLDER`;
//! without arguments, the names of all readers.

use std::path::Path;
use std::process::ExitCode;

use dayshelf_fuzz::{TARGETS, target};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.as_slice() {
        [] => {
            TARGETS.iter().for_each(|target| println!("{}", target.name));
            ExitCode::SUCCESS
        }
        [name, folder] => match write(name, Path::new(folder)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(cause) => {
                eprintln!("{cause}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("usage: dayshelf-fuzz [NAME FOLDER]");
            ExitCode::FAILURE
        }
    }
}

fn write(name: &str, folder: &Path) -> Result<(), String> {
    let target = target(name).ok_or_else(|| format!("there is no reader {name}"))?;
    let at = |path: &Path, cause: std::io::Error| format!("{}: {cause}", path.display());
    std::fs::create_dir_all(folder).map_err(|cause| at(folder, cause))?;
    for (number, sample) in (target.samples)().into_iter().enumerate() {
        let path = folder.join(format!("sample-{number}"));
        std::fs::write(&path, sample).map_err(|cause| at(&path, cause))?;
    }
    Ok(())
}
