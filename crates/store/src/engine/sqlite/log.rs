//! The log's file: what the engine writes between two syncs goes to the system in one call.
//!
//! The engine writes a page of its log in two calls, its head and its body, and a commit of many pages in dozens, each
//! of which costs some microseconds of everybody's wait. Here they are gathered until the engine syncs, reads or measures
//! the file. That changes nothing of what is durable, since nothing is before the sync; nor of what others see, since the
//! engine tells them of a commit after its sync. So it is only for connections that sync each commit. Everything that is
//! unsafe about the store is here, and no file but the log is touched. Start at [`files`].

#![allow(unsafe_code, reason = "the engine calls us through C")]

use std::ffi::{CStr, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use rusqlite::ffi;

/// The name of our files, as connections ask for them.
const NAME: &str = "dayshelf";
const NAME_C: &CStr = c"dayshelf";
/// What is gathered at most: the system's files take less than 128 KiB in one call.
const GATHERED_MAX: usize = 120 << 10;

/// The name of the files whose log is gathered; nothing where the machine's own files can't be had.
pub(super) fn files() -> Option<&'static str> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    REGISTERED.get_or_init(register).then_some(NAME)
}

/// What the engine keeps for a log: its own head, what is gathered, and after it the system's file.
#[repr(C)]
struct Log {
    head: ffi::sqlite3_file,
    gathered: *mut Gathered,
    file: *mut ffi::sqlite3_file,
}

/// Bytes that follow each other in the file and are not there yet.
#[derive(Default)]
struct Gathered {
    at: i64,
    bytes: Vec<u8>,
}

impl Gathered {
    /// Where the next bytes would have to begin to follow.
    fn end(&self) -> i64 {
        self.at.saturating_add_unsigned(self.bytes.len() as u64)
    }
}

/// Makes our files known: the system's, but for opening them.
fn register() -> bool {
    // SAFETY: a name of nothing asks for the system's files, which live as long as the program.
    let Some(system) = (unsafe { ffi::sqlite3_vfs_find(ptr::null()).as_ref() }) else { return false };
    let room = c_int::try_from(size_of::<Log>()).unwrap_or(c_int::MAX);
    let ours = ffi::sqlite3_vfs {
        szOsFile: system.szOsFile.saturating_add(room),
        pNext: ptr::null_mut(),
        zName: NAME_C.as_ptr(),
        xOpen: Some(open),
        ..*system
    };
    // SAFETY: ours live as long as the program, their name too, and they are registered once.
    unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 0) == ffi::SQLITE_OK }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Of the first version: what came later is for the file of the data.
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: as in `register`.
    let system = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
    // SAFETY: the engine gave room for a log and the system's file behind it, and only says nothing of a file before
    // it is opened; the system's files have a way to open one.
    unsafe {
        (*file).pMethods = ptr::null();
        let Some(open) = system.as_ref().and_then(|system| system.xOpen) else { return ffi::SQLITE_CANTOPEN };
        if flags & ffi::SQLITE_OPEN_WAL == 0 {
            return open(system, path, file, flags, out);
        }
        let log = file.cast::<Log>();
        let inner = log.add(1).cast::<ffi::sqlite3_file>();
        (*inner).pMethods = ptr::null();
        let done = open(system, path, inner, flags, out);
        if (*inner).pMethods.is_null() {
            return done;
        }
        let gathered = Box::into_raw(Box::<Gathered>::default());
        log.write(Log { head: ffi::sqlite3_file { pMethods: &raw const METHODS }, gathered, file: inner });
        done
    }
}

/// Calls a method of the system's file of a log.
macro_rules! system {
    ($log:expr, $method:ident ( $($argument:expr),* )) => {{
        let file = $log.file;
        // SAFETY: the system's file was opened with the log and is closed with it, and has the methods of version 1.
        unsafe {
            match (*(*file).pMethods).$method {
                Some(method) => method(file, $($argument),*),
                None => ffi::SQLITE_MISUSE,
            }
        }
    }};
}

impl Log {
    fn gathered(&mut self) -> &mut Gathered {
        // SAFETY: it was made with the log and goes with it, and the engine uses a file from one thread at a time.
        unsafe { &mut *self.gathered }
    }

    /// Writes what is gathered. What can't be written is forgotten, as what the system refuses to take.
    fn flush(&mut self) -> c_int {
        let gathered = self.gathered();
        if gathered.bytes.is_empty() {
            return ffi::SQLITE_OK;
        }
        let at = gathered.at;
        let mut bytes = std::mem::take(&mut gathered.bytes);
        let length = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
        let done = system!(self, xWrite(bytes.as_ptr().cast(), length, at));
        bytes.clear();
        self.gathered().bytes = bytes;
        done
    }
}

/// The log of an open file.
///
/// # Safety
/// `file` is one that [`open`] has made a log of and [`close`] has not ended, and nobody else uses it meanwhile: the
/// engine promises both.
unsafe fn log<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Log {
    // SAFETY: see above.
    unsafe { &mut *file.cast::<Log>() }
}

/// The first of two results that is not good.
fn first_bad(one: c_int, other: c_int) -> c_int {
    if one == ffi::SQLITE_OK { other } else { one }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the engine closes what is open, once.
    let log = unsafe { log(file) };
    let flushed = log.flush();
    // SAFETY: it was made by `open` and nobody uses it any more.
    drop(unsafe { Box::from_raw(log.gathered) });
    first_bad(flushed, system!(log, xClose()))
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, out: *mut c_void, amount: c_int, at: i64) -> c_int {
    // SAFETY: the engine reads what is open.
    let log = unsafe { log(file) };
    match log.flush() {
        ffi::SQLITE_OK => system!(log, xRead(out, amount, at)),
        bad => bad,
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    amount: c_int,
    at: i64,
) -> c_int {
    // SAFETY: the engine writes to what is open, and hands over so many bytes.
    let (log, bytes) = unsafe {
        let length = usize::try_from(amount).unwrap_or(0);
        (log(file), std::slice::from_raw_parts(bytes.cast::<u8>(), length))
    };
    let follows = log.gathered().end() == at && log.gathered().bytes.len() + bytes.len() <= GATHERED_MAX;
    if !follows {
        let flushed = log.flush();
        if flushed != ffi::SQLITE_OK {
            return flushed;
        }
        log.gathered().at = at;
    }
    log.gathered().bytes.extend_from_slice(bytes);
    ffi::SQLITE_OK
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: the engine cuts what is open.
    let log = unsafe { log(file) };
    match log.flush() {
        ffi::SQLITE_OK => system!(log, xTruncate(size)),
        bad => bad,
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the engine syncs what is open.
    let log = unsafe { log(file) };
    match log.flush() {
        ffi::SQLITE_OK => system!(log, xSync(flags)),
        bad => bad,
    }
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: the engine measures what is open.
    let log = unsafe { log(file) };
    match log.flush() {
        ffi::SQLITE_OK => system!(log, xFileSize(out)),
        bad => bad,
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the engine locks what is open.
    system!(unsafe { log(file) }, xLock(level))
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the engine unlocks what is open.
    system!(unsafe { log(file) }, xUnlock(level))
}

unsafe extern "C" fn is_reserved(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: the engine asks about what is open.
    system!(unsafe { log(file) }, xCheckReservedLock(out))
}

unsafe extern "C" fn control(file: *mut ffi::sqlite3_file, what: c_int, with: *mut c_void) -> c_int {
    // SAFETY: the engine asks about what is open.
    system!(unsafe { log(file) }, xFileControl(what, with))
}

unsafe extern "C" fn sector(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the engine asks about what is open.
    system!(unsafe { log(file) }, xSectorSize())
}

unsafe extern "C" fn characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the engine asks about what is open.
    system!(unsafe { log(file) }, xDeviceCharacteristics())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::{Connection, OpenFlags};

    use super::*;

    fn open_gathered(path: &Path) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags_and_vfs(path, flags, files().unwrap()).unwrap();
        connection
            .execute_batch(
                "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0; \
                 pragma cache_size = 20; create table if not exists heap (number integer primary key, body blob);",
            )
            .unwrap();
        connection
    }

    fn count(connection: &Connection) -> i64 {
        connection.query_row("select count(*) from heap", [], |row| row.get(0)).unwrap()
    }

    /// After each commit everything is in the files, whatever its size: a copy of them has it, and so has whoever reads
    /// them without us. What is taken back is in neither, also when it had been too much for the memory.
    #[test]
    fn a_commit_is_in_the_files() {
        let folder = std::env::temp_dir().join(format!("dayshelf-log-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (path, copy) = (folder.join("data.db"), folder.join("copy.db"));
        let beside = |path: &Path| path.with_extension("db-wal");
        let connection = open_gathered(&path);
        let reader = Connection::open(&path).unwrap();
        let mut all = 0;
        for rows in [1, 3, 200, 0, 40, 1_000, 2] {
            connection.execute_batch("begin immediate").unwrap();
            for _ in 0..rows {
                connection.execute("insert into heap (body) values (zeroblob(900))", []).unwrap();
            }
            all += rows;
            connection.execute_batch("commit").unwrap();
            connection.execute_batch("begin immediate; delete from heap; rollback").unwrap();
            assert_eq!((count(&reader), count(&connection)), (all, all));
            std::fs::copy(&path, &copy).unwrap();
            std::fs::copy(beside(&path), beside(&copy)).unwrap();
            let copied = Connection::open(&copy).unwrap();
            assert_eq!(count(&copied), all);
            let sound: String = copied.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok");
            drop(copied);
            if rows == 200 {
                connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
            }
        }
        drop((connection, reader));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
