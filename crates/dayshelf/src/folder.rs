//! The data folder: what a node keeps beside the data, and the keys in it.
//!
//! ```text
//! dayshelf.db          the embedded database, where there is no other
//! operator.key         opens this node to its operator; made at the first start
//! seal.key             seals secrets within the embedded database; made at the first start
//! keys/{slug}.key      an organiser's API key, where this program made it
//! keys/{slug}.founding the idempotency key of a founding that was not answered yet
//! ```
//! Keys are readable by their owner only, and are never printed or logged. Start at [`Folder`].

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::config::Redacted;
use crate::failure::Failure;

/// The name of the embedded database's file.
pub const DATABASE: &str = "dayshelf.db";
/// The folder for mails, where there is no mail server.
pub const OUTBOX: &str = "outbox";

const OPERATOR: &str = "operator.key";
const SEAL: &str = "seal.key";
const KEYS: &str = "keys";

/// A data folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at a path, whether it is there or not.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the folder where it is not there.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn make(&self) -> Result<(), Failure> {
        make(&self.0)
    }

    /// The operator's key, made at the first call.
    ///
    /// # Errors
    /// When it can't be read or written.
    pub fn operator_key(&self) -> Result<Redacted, Failure> {
        made_once(&self.operator_path(), "dop_")
    }

    /// The key that seals secrets within the embedded database, made at the first call.
    ///
    /// # Errors
    /// When it can't be read or written.
    pub fn seal_key(&self) -> Result<Redacted, Failure> {
        made_once(&self.0.join(SEAL), "")
    }

    /// Where the operator's key is.
    pub fn operator_path(&self) -> PathBuf {
        self.0.join(OPERATOR)
    }

    /// Where an organiser's key is, if this program made it.
    pub fn key_path(&self, slug: &str) -> PathBuf {
        self.0.join(KEYS).join(format!("{slug}.key"))
    }

    /// The idempotency key to found an organiser with: a new one, or that of an attempt without an answer.
    ///
    /// # Errors
    /// When it can't be read or written.
    pub fn founding_key(&self, slug: &str) -> Result<String, Failure> {
        make(&self.0.join(KEYS))?;
        let path = self.founding_path(slug);
        if !path.exists() {
            write_new(&path, &hex(&dayshelf_desk::random::<32>()))
                .map_err(|cause| Failure::because(format!("{} can't be written", path.display()), &cause))?;
        }
        Ok(read_key(&path)?.reveal().to_owned())
    }

    /// The founding was answered.
    ///
    /// # Errors
    /// When its idempotency key can't be removed.
    pub fn founded(&self, slug: &str) -> Result<(), Failure> {
        let path = self.founding_path(slug);
        fs::remove_file(&path)
            .map_err(|cause| Failure::because(format!("{} can't be removed", path.display()), &cause))
    }

    fn founding_path(&self, slug: &str) -> PathBuf {
        // The server has not said yet whether it is a slug at all.
        let safe: String = slug.chars().filter(|char| char.is_ascii_alphanumeric() || *char == '-').collect();
        self.0.join(KEYS).join(format!("{safe}.founding"))
    }

    /// Keeps an organiser's new key, beside the one before where there is one.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn keep_key(&self, slug: &str, key: &Redacted) -> Result<PathBuf, Failure> {
        make(&self.0.join(KEYS))?;
        let path = self.key_path(slug);
        if path.exists() {
            let before = path.with_extension("key.before");
            fs::rename(&path, &before)
                .map_err(|cause| Failure::because(format!("{} can't be moved", path.display()), &cause))?;
        }
        write_new(&path, key.reveal())
            .map_err(|cause| Failure::because(format!("{} can't be written", path.display()), &cause))?;
        Ok(path)
    }
}

/// A key's text, which begins so and is random, written at the first call.
fn made_once(path: &Path, beginning: &str) -> Result<Redacted, Failure> {
    if !path.exists() {
        let text = format!("{beginning}{}", hex(&dayshelf_desk::random::<32>()));
        match write_new(path, &text) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Failure::because(format!("{} can't be written", path.display()), &cause));
            }
            _ => {}
        }
    }
    read_key(path)
}

/// Reads a key's file.
///
/// # Errors
/// When it can't be read or holds nothing.
pub fn read_key(path: &Path) -> Result<Redacted, Failure> {
    let text = fs::read_to_string(path).map_err(|cause| {
        Failure::because(format!("the key file {} can't be read", path.display()), &cause)
    })?;
    if text.trim().is_empty() {
        return Err(Failure::new(format!("the key file {} is empty", path.display())));
    }
    Ok(Redacted::new(text.trim()))
}

/// Writes a secret to a new file that its owner alone may read, durably, and whole or not at all: what a crash
/// leaves is no empty key.
///
/// # Errors
/// When the file is there already or can't be written.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let aside = path.with_added_extension("new");
    // What a crash has left goes. A file that somebody else has put there is not written into.
    match fs::remove_file(&aside) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    sync_folder_of(path)
}

/// Makes a folder where it is not there, and those that it is in, durably: what a folder holds is as lost by
/// a power cut as its name is.
fn make(path: &Path) -> Result<(), Failure> {
    let missing: Vec<&Path> =
        path.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.and_then(|()| missing.into_iter().try_for_each(sync_folder_of))
        .map_err(|cause| Failure::because(format!("the folder {} can't be made", path.display()), &cause))
}

/// Makes the name of something durable, which syncing the thing itself does not.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    /// The operator's key is made once, is long, and nobody else may read it; an organiser's key that is
    /// replaced is not lost.
    #[test]
    fn keys_are_kept() {
        let folder = Folder::at(std::env::temp_dir().join(format!("dayshelf-folder-{}", std::process::id())));
        folder.make().unwrap();
        let key = folder.operator_key().unwrap();
        assert_eq!(folder.operator_key().unwrap(), key);
        assert_eq!(key.reveal().len(), 4 + 64);
        assert_eq!(fs::metadata(folder.operator_path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!format!("{key:?}").contains(key.reveal()));
        let seal = folder.seal_key().unwrap();
        assert_eq!((folder.seal_key().unwrap(), seal.reveal().len()), (seal.clone(), 64));
        assert_eq!(fs::metadata(folder.0.join(SEAL)).unwrap().permissions().mode() & 0o777, 0o600);
        // What a crash has left beside a key that was never there is no hindrance.
        fs::write(folder.0.join("half.key.new"), "").unwrap();
        write_new(&folder.0.join("half.key"), "whole").unwrap();
        assert_eq!(read_key(&folder.0.join("half.key")).unwrap().reveal(), "whole");
        assert!(write_new(&folder.0.join("half.key"), "another").is_err());
        let path = folder.keep_key("shop", &Redacted::new("first")).unwrap();
        folder.keep_key("shop", &Redacted::new("second")).unwrap();
        assert_eq!(read_key(&path).unwrap().reveal(), "second");
        assert_eq!(read_key(&path.with_extension("key.before")).unwrap().reveal(), "first");
        fs::remove_dir_all(&folder.0).unwrap();
    }
}
