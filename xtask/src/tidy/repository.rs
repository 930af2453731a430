//! The repository as the rules see it: its text files, read once.
//!
//! Not asked of git, so that the rules hold in an unpacked archive and in a container that owns the files
//! under another name; `.gitignore` is read instead, in the few forms that ours uses.

use crate::shell::{self, Outcome};
use std::fs;
use std::path::Path;

/// One text file.
pub struct File {
    /// From the repository's root, with forward slashes.
    pub path: String,
    pub text: String,
}

/// All text files, in the order of their paths.
#[derive(Default)]
pub struct Repository {
    pub files: Vec<File>,
    /// Files that are not text; links may point at them all the same.
    pub others: Vec<String>,
}

impl Repository {
    /// Reads everything under the root that git would not ignore.
    pub fn read() -> Outcome<Self> {
        let root = shell::root();
        let ignored = fs::read_to_string(root.join(".gitignore"))
            .map_err(|cause| format!(".gitignore cannot be read: {cause}"))?;
        let mut repository = Repository::default();
        repository.visit(&root, "", &Ignored::parse(&ignored))?;
        repository.files.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(repository)
    }

    /// The file at this path, if there is one.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a file or a folder is at this path.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        let paths = self.files.iter().map(|file| &file.path).chain(&self.others);
        path.is_empty() || paths.into_iter().any(|known| known == path || known.starts_with(&folder))
    }

    /// All files whose name ends so.
    pub fn ending(&self, end: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.ends_with(end))
    }

    fn visit(&mut self, folder: &Path, prefix: &str, ignored: &Ignored) -> Outcome {
        let fault = |cause: std::io::Error| format!("{} cannot be read: {cause}", folder.display());
        for entry in fs::read_dir(folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(fault)?;
            if ignored.covers(&path, &name) {
                continue;
            }
            if kind.is_dir() {
                self.visit(&entry.path(), &format!("{path}/"), ignored)?;
            } else if kind.is_file() {
                let bytes = fs::read(entry.path()).map_err(fault)?;
                match String::from_utf8(bytes) {
                    Ok(text) => self.files.push(File { path, text }),
                    Err(_) => self.others.push(path),
                }
            }
        }
        Ok(())
    }
}

/// What `.gitignore` leaves out: `/rooted`, `name` anywhere, `*.ending` anywhere.
struct Ignored {
    rooted: Vec<String>,
    names: Vec<String>,
    endings: Vec<String>,
}

impl Ignored {
    fn parse(text: &str) -> Self {
        let mut ignored = Ignored { rooted: Vec::new(), names: vec![".git".to_owned()], endings: Vec::new() };
        for line in text.lines().map(|line| line.trim().trim_end_matches('/')) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(ending) = line.strip_prefix('*') {
                ignored.endings.push(ending.to_owned());
            } else if line.contains('/') {
                ignored.rooted.push(line.trim_start_matches('/').to_owned());
            } else {
                ignored.names.push(line.to_owned());
            }
        }
        ignored
    }

    fn covers(&self, path: &str, name: &str) -> bool {
        self.rooted.iter().any(|rooted| rooted == path)
            || self.names.iter().any(|known| known == name)
            || self.endings.iter().any(|ending| name.ends_with(ending.as_str()))
    }
}

/// A repository of made-up files, for the rules' own tests.
#[cfg(test)]
pub fn made_of(files: &[(&str, &str)]) -> Repository {
    let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
    Repository { files: files.iter().map(file).collect(), others: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Aim: the three forms of .gitignore, each where it holds and where it does not.
    #[test]
    fn ignores_what_git_ignores() {
        let ignored = Ignored::parse("/target\n# a comment\nnode_modules/\n*.profraw\n/web/dist\n");
        assert!(ignored.covers("target", "target"));
        assert!(!ignored.covers("docs/target", "target"));
        assert!(ignored.covers("web/node_modules", "node_modules"));
        assert!(ignored.covers("a/b.profraw", "b.profraw"));
        assert!(ignored.covers("web/dist", "dist"));
        assert!(ignored.covers(".git", ".git"));
        assert!(!ignored.covers(".gitignore", ".gitignore"));
    }
}
