//! Passwords: hashed with Argon2id on threads that may block, few at once, so that many who sign in can take
//! neither the memory nor the cores from those who buy.

use std::fmt::Write as _;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use dayshelf_desk::random;
use dayshelf_wire::problem::Problem;
use tokio::sync::Semaphore;

use crate::no::No;

/// KiB of memory for a hash, by OWASP's least for Argon2id with two passes.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Hashes in work at once: 38 MiB and two threads.
const AT_ONCE: usize = 2;
/// Hashes in work or waiting. More are answered "busy".
const IN_LINE: usize = 32;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Hashes passwords and checks them.
#[derive(Clone)]
pub(crate) struct Passwords {
    work: Arc<Semaphore>,
    line: Arc<Semaphore>,
}

/// A hash with what it was made with, as `m=19456,t=2$salt$hash` in hexadecimal digits.
struct Kept {
    memory_kib: u32,
    passes: u32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Passwords {
    pub fn new() -> Self {
        Self { work: Arc::new(Semaphore::new(AT_ONCE)), line: Arc::new(Semaphore::new(IN_LINE)) }
    }

    /// What is kept of a password.
    ///
    /// # Errors
    /// When too many wait already, or the machine has no memory.
    pub async fn hash(&self, password: String) -> Result<String, No> {
        self.run(move || {
            let salt: [u8; SALT_BYTES] = random();
            let hash = hashed(&password, &salt, (MEMORY_KIB, PASSES))?;
            Ok(Kept { memory_kib: MEMORY_KIB, passes: PASSES, salt: salt.to_vec(), hash }.text())
        })
        .await
    }

    /// Whether a password is the one that was kept. Where nothing was kept, the work is done all the same, so
    /// that the time taken does not tell whether there is such a person.
    ///
    /// # Errors
    /// As [`Passwords::hash`].
    pub async fn fits(&self, password: String, kept: Option<String>) -> Result<bool, No> {
        self.run(move || {
            let known = kept.as_deref().and_then(Kept::read);
            let there = known.is_some();
            let none = || Kept {
                memory_kib: MEMORY_KIB,
                passes: PASSES,
                salt: vec![0; SALT_BYTES],
                hash: vec![0; HASH_BYTES],
            };
            let kept = known.unwrap_or_else(none);
            let hash = hashed(&password, &kept.salt, (kept.memory_kib, kept.passes))?;
            let difference = hash.iter().zip(&kept.hash).fold(0, |all, (one, other)| all | (one ^ other));
            Ok(there && hash.len() == kept.hash.len() && std::hint::black_box(difference) == 0)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, argon2::Error> + Send + 'static,
    ) -> Result<T, No> {
        let busy = || No::from(Problem::busy(2));
        let _place = self.line.try_acquire().map_err(|_| busy())?;
        let permit = Arc::clone(&self.work).acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        let done = done.await.map_err(|fault| No::fault("a password could not be hashed", &fault))?;
        done.map_err(|fault| No::fault("a password could not be hashed", &Failed(fault)))
    }
}

/// The library's fault as one with a chain.
#[derive(Debug)]
struct Failed(argon2::Error);

impl std::fmt::Display for Failed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

impl std::error::Error for Failed {}

fn hashed(password: &str, salt: &[u8], (memory_kib, passes): (u32, u32)) -> Result<Vec<u8>, argon2::Error> {
    let params = Params::new(memory_kib, passes, 1, Some(HASH_BYTES))?;
    let mut out = vec![0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
        password.as_bytes(),
        salt,
        &mut out,
    )?;
    Ok(out)
}

impl Kept {
    fn text(&self) -> String {
        let Self { memory_kib, passes, salt, hash } = self;
        format!("m={memory_kib},t={passes}${}${}", hex(salt), hex(hash))
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('$');
        let (memory, passes) = parts.next()?.split_once(',')?;
        let kept = Self {
            memory_kib: memory.strip_prefix("m=")?.parse().ok()?,
            passes: passes.strip_prefix("t=")?.parse().ok()?,
            salt: unhex(parts.next()?)?,
            hash: unhex(parts.next()?)?,
        };
        (parts.next().is_none() && kept.hash.len() == HASH_BYTES).then_some(kept)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string can't fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 != 0 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A password fits what was kept of it, another does not, and nothing fits where nothing was kept.
    #[tokio::test]
    async fn passwords_fit() {
        let passwords = Passwords::new();
        let kept = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(kept.starts_with("m=19456,t=2$") && !kept.contains("horse"));
        assert_ne!(kept, passwords.hash("correct horse battery".to_owned()).await.unwrap(), "salted");
        let fits = |text: &str, kept: Option<&str>| passwords.fits(text.to_owned(), kept.map(str::to_owned));
        assert!(fits("correct horse battery", Some(&kept)).await.unwrap());
        assert!(!fits("correct horse batterz", Some(&kept)).await.unwrap());
        for broken in [None, Some(""), Some("m=1"), Some("m=8,t=1$00$00"), Some("m=19456,t=2$zz$zz")] {
            assert!(!fits("correct horse battery", broken).await.unwrap(), "{broken:?}");
        }
    }
}
