//! The embedded engine's way to simulated disks: a layer of files that is registered with it once.
//!
//! A path names a process and its file: `/7/data.db`. Everything that is unsafe about the simulator is here,
//! and nothing is decided here: each call finds its disk and asks it. Start at [`Process::begin`].

#![allow(unsafe_code, reason = "the engine calls us through C")]

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ops::Range;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use rusqlite::ffi;

use super::disk::{Disk, Trouble};
use super::locks::{Holder, Level, Shared};

/// The layer's name, as connections ask for it.
pub const FILES: &str = "simulated";
const FILES_C: &CStr = c"simulated";
/// The longest path.
const PATH_MAX: c_int = 512;
/// What the machine's own layer says of a disk.
const SECTOR: c_int = 4_096;

static PROCESSES: Mutex<BTreeMap<u64, Disk>> = Mutex::new(BTreeMap::new());
static BEGUN: AtomicU64 = AtomicU64::new(1);

fn processes() -> MutexGuard<'static, BTreeMap<u64, Disk>> {
    PROCESSES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a text in one transaction, on a connection that waits for nobody.
///
/// # Errors
/// What the engine says; nothing is done then.
pub fn run(path: &std::path::Path, text: &str) -> rusqlite::Result<()> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = rusqlite::Connection::open_with_flags_and_vfs(path, flags, FILES)?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    connection.execute_batch(
        "pragma mmap_size = 0; pragma journal_mode = wal; pragma wal_autocheckpoint = 0; \
         pragma synchronous = full;",
    )?;
    let change = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    change.execute_batch(text)?;
    change.commit()
}

/// A process that uses a disk. It is killed when it is dropped.
pub struct Process {
    disk: Disk,
    id: u64,
}

impl Process {
    /// Begins to use a disk.
    pub fn begin(disk: &Disk) -> Self {
        register();
        let id = BEGUN.fetch_add(1, Ordering::Relaxed);
        disk.begin(id);
        processes().insert(id, disk.clone());
        Self { disk: disk.clone(), id }
    }

    /// Its number, which is another one in each run.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The path of a file of the disk, for this process.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        format!("/{}/{name}", self.id).into()
    }

    /// Ends without a word.
    pub fn kill(&self) {
        self.disk.kill(self.id);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        processes().remove(&self.id);
    }
}

/// An open file.
struct Handle {
    disk: Disk,
    holder: Holder,
    name: String,
    shared: Option<Arc<Shared>>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if let Some(locks) = state.locks.get_mut(&self.name) {
            locks.lower(self.holder, Level::None);
            locks.unshare(self.holder);
        }
        state.locks.retain(|_, locks| locks.is_used());
    }
}

/// What the engine keeps for an open file: its own head, then our handle.
#[repr(C)]
struct Slot {
    head: ffi::sqlite3_file,
    handle: *mut Handle,
}

/// Registers the layer, the first time.
fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let layer = Box::new(ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: size_of::<Slot>() as c_int,
            mxPathname: PATH_MAX,
            pNext: ptr::null_mut(),
            zName: FILES_C.as_ptr(),
            pAppData: ptr::null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_path),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: None,
            xGetLastError: None,
            xCurrentTimeInt64: Some(time),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        });
        // SAFETY: the layer lives as long as the program, its name too, and it is registered once.
        let done = unsafe { ffi::sqlite3_vfs_register(Box::leak(layer), 0) };
        assert_eq!(done, ffi::SQLITE_OK, "the layer of simulated files was not taken");
    });
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
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
    xShmMap: Some(shared_map),
    xShmLock: Some(shared_lock),
    xShmBarrier: Some(shared_barrier),
    xShmUnmap: Some(shared_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The process, its disk and the file that a path names.
fn find(path: &CStr) -> Option<(u64, Disk, String)> {
    let (process, name) = path.to_str().ok()?.strip_prefix('/')?.split_once('/')?;
    let process = process.parse().ok()?;
    let disk = processes().get(&process)?.clone();
    Some((process, disk, name.to_owned()))
}

/// What the engine is told.
fn code(done: Result<(), Trouble>, otherwise: c_int) -> c_int {
    match done {
        Ok(()) => ffi::SQLITE_OK,
        Err(Trouble::Full) => ffi::SQLITE_FULL,
        Err(Trouble::Starved) => ffi::SQLITE_NOMEM,
        Err(_) => otherwise,
    }
}

/// The handle of an open file.
///
/// # Safety
/// `file` is one that [`open`] has filled and [`close`] has not emptied, and nobody else uses it meanwhile:
/// the engine promises both.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Handle {
    // SAFETY: see above; a filled slot holds a box that we leaked.
    unsafe { &mut *(*file.cast::<Slot>()).handle }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: the engine hands over room for a slot; without methods it does not call `close` on it.
    unsafe { (*file).pMethods = ptr::null() };
    if path.is_null() {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: a path that is not null is text that ends with a zero.
    let Some((process, disk, name)) = find(unsafe { CStr::from_ptr(path) }) else {
        return ffi::SQLITE_CANTOPEN;
    };
    let mut state = disk.state();
    let opened = state.open(process, &name, flags & ffi::SQLITE_OPEN_CREATE != 0);
    if opened.is_err() {
        return ffi::SQLITE_CANTOPEN;
    }
    let holder = Holder { process, handle: state.handle() };
    drop(state);
    let handle = Box::new(Handle { disk, holder, name, shared: None });
    // SAFETY: as above, and the place for the flags may be null.
    unsafe {
        (*file.cast::<Slot>()).handle = Box::into_raw(handle);
        (*file).pMethods = &raw const METHODS;
        if !flags_out.is_null() {
            *flags_out = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the slot holds a box that `open` leaked, and it is emptied here, once.
    unsafe {
        drop(Box::from_raw((*file.cast::<Slot>()).handle));
        (*file).pMethods = ptr::null();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, out: *mut c_void, amount: c_int, at: i64) -> c_int {
    // SAFETY: the engine hands over an open file and room for so many bytes.
    let (handle, out) = unsafe {
        out.cast::<u8>().write_bytes(0, amount as usize);
        (handle(file), std::slice::from_raw_parts_mut(out.cast::<u8>(), amount as usize))
    };
    let read = handle.disk.state().read(handle.holder.process, &handle.name, (at as usize, out));
    match read {
        Ok(count) if count == amount as usize => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(_) => ffi::SQLITE_IOERR_READ,
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    amount: c_int,
    at: i64,
) -> c_int {
    // SAFETY: the engine hands over an open file and so many bytes.
    let (handle, bytes) =
        unsafe { (handle(file), std::slice::from_raw_parts(bytes.cast::<u8>(), amount as usize)) };
    let done = handle.disk.state().write(handle.holder.process, &handle.name, (at as usize, bytes));
    code(done, ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: the engine hands over an open file.
    let handle = unsafe { handle(file) };
    let done = handle.disk.state().truncate(handle.holder.process, &handle.name, size as usize);
    code(done, ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: the engine hands over an open file.
    let handle = unsafe { handle(file) };
    let done = handle.disk.state().sync(handle.holder.process, &handle.name);
    code(done, ffi::SQLITE_IOERR_FSYNC)
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: the engine hands over an open file and a place for the size.
    unsafe {
        let handle = handle(file);
        *out = handle.disk.state().size(&handle.name) as i64;
    }
    ffi::SQLITE_OK
}

fn level(number: c_int) -> Level {
    match number {
        ffi::SQLITE_LOCK_NONE => Level::None,
        ffi::SQLITE_LOCK_SHARED => Level::Shared,
        ffi::SQLITE_LOCK_RESERVED => Level::Reserved,
        ffi::SQLITE_LOCK_PENDING => Level::Pending,
        _ => Level::Exclusive,
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, number: c_int) -> c_int {
    // SAFETY: the engine hands over an open file.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    if !state.is_live(handle.holder.process) {
        return ffi::SQLITE_IOERR_LOCK;
    }
    let locks = state.locks.entry(handle.name.clone()).or_default();
    if locks.raise(handle.holder, level(number)) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, number: c_int) -> c_int {
    // SAFETY: the engine hands over an open file.
    let handle = unsafe { handle(file) };
    if let Some(locks) = handle.disk.state().locks.get_mut(&handle.name) {
        locks.lower(handle.holder, level(number));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn is_reserved(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: the engine hands over an open file and a place for the answer.
    unsafe {
        let handle = handle(file);
        let reserved = handle.disk.state().locks.get(&handle.name).is_some_and(|locks| locks.is_reserved());
        *out = c_int::from(reserved);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector(_: *mut ffi::sqlite3_file) -> c_int {
    SECTOR
}

unsafe extern "C" fn characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    // As the machine's own layer: what a write does not cover, a power cut does not harm.
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shared_map(
    file: *mut ffi::sqlite3_file,
    place: c_int,
    _: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: the engine hands over an open file.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    if !state.is_live(handle.holder.process) {
        return ffi::SQLITE_IOERR_SHMMAP;
    }
    let holder = handle.holder;
    let shared = handle
        .shared
        .get_or_insert_with(|| state.locks.entry(handle.name.clone()).or_default().share(holder));
    let region = shared.region(place as usize, extend != 0);
    // SAFETY: the engine hands over a place for the address. The region is as long as it always asks for, 32
    // KiB, and lives as long as the handle.
    unsafe { *out = region.map_or(ptr::null_mut(), <*mut u8>::cast) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn shared_lock(
    file: *mut ffi::sqlite3_file,
    from: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the engine hands over an open file.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    if !state.is_live(handle.holder.process) {
        return ffi::SQLITE_IOERR_SHMLOCK;
    }
    let slots: Range<usize> = from as usize..(from + count) as usize;
    let locks = state.locks.entry(handle.name.clone()).or_default();
    let had = match flags {
        _ if flags & ffi::SQLITE_SHM_UNLOCK != 0 => {
            locks.give(handle.holder, slots);
            true
        }
        _ if flags & ffi::SQLITE_SHM_EXCLUSIVE != 0 => locks.take(handle.holder, slots),
        _ => locks.join(handle.holder, slots),
    };
    if had { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn shared_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(Ordering::SeqCst);
}

unsafe extern "C" fn shared_unmap(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: the engine hands over an open file.
    let handle = unsafe { handle(file) };
    if let Some(locks) = handle.disk.state().locks.get_mut(&handle.name) {
        locks.unshare(handle.holder);
    }
    handle.shared = None;
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, path: *const c_char, durably: c_int) -> c_int {
    // SAFETY: the engine hands over text that ends with a zero.
    let Some((process, disk, name)) = find(unsafe { CStr::from_ptr(path) }) else { return ffi::SQLITE_IOERR };
    match disk.state().remove(process, &name, durably != 0) {
        Err(Trouble::Missing) => ffi::SQLITE_IOERR_DELETE_NOENT,
        done => code(done, ffi::SQLITE_IOERR_DELETE),
    }
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    _: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: the engine hands over text that ends with a zero and a place for the answer.
    unsafe {
        let found = find(CStr::from_ptr(path));
        *out = c_int::from(found.is_some_and(|(_, disk, name)| disk.state().has(&name)));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_path(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the engine hands over text that ends with a zero, and so much room.
    unsafe {
        let bytes = CStr::from_ptr(path).to_bytes_with_nul();
        if bytes.len() > room as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast::<u8>(), bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, room: c_int, out: *mut c_char) -> c_int {
    // SAFETY: the engine hands over so much room.
    let out = unsafe { std::slice::from_raw_parts_mut(out.cast::<u8>(), room as usize) };
    (0..).zip(out).for_each(|(number, byte)| *byte = (number * 37 + 11) as u8);
    room
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, micros: c_int) -> c_int {
    // Time stands still while the engine waits for a lock: nobody could give it back meanwhile.
    micros
}

unsafe extern "C" fn time(_: *mut ffi::sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: the engine hands over a place for the time: milliseconds of the Julian calendar.
    unsafe { *out = 210_866_760_000_000 + crate::scene::DAWN.0 };
    ffi::SQLITE_OK
}
