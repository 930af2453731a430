//! The disk as the kernel sees it: FUSE's questions, answered from the machine.
//!
//! Not here: what a cut loses (`image`) and what fails when (`plan`).

use std::ffi::OsStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo,
    LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty,
    ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use super::image::{File, Folder, Kind, Node};
use super::plan::{Machine, Step};

/// How long the kernel may believe what it was told; nothing changes behind its back while it is mounted.
const BELIEF: Duration = Duration::from_secs(1);
const BLOCK: u64 = 512;

/// The file system.
pub struct Face(pub Arc<Mutex<Machine>>);

impl Face {
    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make(&self, folder: INodeNo, node: Node) -> Result<FileAttr, Errno> {
        let mut machine = self.machine();
        machine.step(folder.0, Step::Name)?;
        machine.fits(1)?;
        let number = machine.image.make(folder.0, node).ok_or(Errno::ENOTDIR)?;
        attributes(&machine, number)
    }

    fn remove(&self, folder: INodeNo, name: &OsStr) -> Result<(), Errno> {
        let mut machine = self.machine();
        machine.step(folder.0, Step::Name)?;
        machine.image.remove(folder.0, text(name)?).map(drop).ok_or(Errno::ENOENT)
    }

    fn sync(&self, number: INodeNo) -> Result<(), Errno> {
        let mut machine = self.machine();
        machine.step(number.0, Step::Sync)?;
        machine.sync(number.0);
        Ok(())
    }
}

fn text(name: &OsStr) -> Result<&str, Errno> {
    name.to_str().ok_or(Errno::EINVAL)
}

fn attributes(machine: &Machine, number: u64) -> Result<FileAttr, Errno> {
    machine.alive()?;
    let node = machine.image.node(number).ok_or(Errno::ENOENT)?;
    let (kind, size) = match &node.kind {
        Kind::File(file) => (FileType::RegularFile, file.now.len() as u64),
        Kind::Folder(_) => (FileType::Directory, 0),
    };
    Ok(FileAttr {
        ino: INodeNo(number),
        size,
        blocks: size.div_ceil(BLOCK),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind,
        perm: node.mode as u16 & 0o7777,
        nlink: 1,
        uid: node.owner.0,
        gid: node.owner.1,
        rdev: 0,
        blksize: 4_096,
        flags: 0,
    })
}

fn empty(reply: ReplyEmpty, done: Result<(), Errno>) {
    match done {
        Ok(()) => reply.ok(),
        Err(errno) => reply.error(errno),
    }
}

fn entry(reply: ReplyEntry, found: Result<FileAttr, Errno>) {
    match found {
        Ok(attributes) => reply.entry(&BELIEF, &attributes, Generation(0)),
        Err(errno) => reply.error(errno),
    }
}

impl Filesystem for Face {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let machine = self.machine();
        let found = machine
            .alive()
            .and_then(|()| machine.image.find(parent.0, text(name)?).ok_or(Errno::ENOENT))
            .and_then(|number| attributes(&machine, number));
        entry(reply, found);
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match attributes(&self.machine(), ino.0) {
            Ok(attributes) => reply.attr(&BELIEF, &attributes),
            Err(errno) => reply.error(errno),
        }
    }

    fn setattr(
        &self,
        _: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        uid: Option<u32>,
        gid: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let mut machine = self.machine();
        let mut set = || {
            machine.alive()?;
            if let Some(size) = size {
                let length = |node: &Node| node.file().map(|file| file.now.len() as u64);
                let before = machine.image.node(ino.0).and_then(length).ok_or(Errno::EISDIR)?;
                machine.step(ino.0, Step::Length)?;
                machine.fits(size.saturating_sub(before))?;
                machine.image.set_length(ino.0, size as usize).ok_or(Errno::EISDIR)?;
            }
            let node = machine.image.node_mut(ino.0).ok_or(Errno::ENOENT)?;
            node.mode = mode.unwrap_or(node.mode);
            node.owner = (uid.unwrap_or(node.owner.0), gid.unwrap_or(node.owner.1));
            attributes(&machine, ino.0)
        };
        match set() {
            Ok(attributes) => reply.attr(&BELIEF, &attributes),
            Err(errno) => reply.error(errno),
        }
    }

    fn mkdir(&self, request: &Request, parent: INodeNo, name: &OsStr, mode: u32, _: u32, reply: ReplyEntry) {
        let kind = Kind::Folder(Folder::default());
        let owner = (request.uid(), request.gid());
        let made =
            text(name).and_then(|name| self.make(parent, Node { name: name.to_owned(), mode, owner, kind }));
        entry(reply, made);
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(reply, self.remove(parent, name));
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(reply, self.remove(parent, name));
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        _: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let mut machine = self.machine();
        let mut rename = || {
            machine.step(parent.0, Step::Name)?;
            if parent != newparent {
                return Err(Errno::EXDEV);
            }
            machine.image.rename(parent.0, text(name)?, text(newname)?).ok_or(Errno::ENOENT)
        };
        empty(reply, rename());
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        match self.machine().alive() {
            Ok(()) => reply.opened(FileHandle(0), FopenFlags::empty()),
            Err(errno) => reply.error(errno),
        }
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let machine = self.machine();
        let bytes = machine
            .alive()
            .and_then(|()| machine.image.node(ino.0).and_then(Node::file).ok_or(Errno::EISDIR));
        match bytes {
            Ok(File { now, .. }) => {
                let from = (offset as usize).min(now.len());
                let until = (from + size as usize).min(now.len());
                reply.data(&now[from..until]);
            }
            Err(errno) => reply.error(errno),
        }
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let mut machine = self.machine();
        let mut write = || {
            machine.step(ino.0, Step::Write)?;
            let length = machine.image.node(ino.0).and_then(Node::file).map(|file| file.now.len() as u64);
            let end = offset + data.len() as u64;
            machine.fits(end.saturating_sub(length.ok_or(Errno::EISDIR)?))?;
            machine.image.write(ino.0, offset as usize, data).ok_or(Errno::EISDIR)
        };
        match write() {
            Ok(()) => reply.written(data.len() as u32),
            Err(errno) => reply.error(errno),
        }
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(reply, self.sync(ino));
    }

    fn fsyncdir(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(reply, self.sync(ino));
    }

    fn readdir(&self, _: &Request, ino: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let machine = self.machine();
        let Some(Node { kind: Kind::Folder(folder), .. }) = machine.image.node(ino.0) else {
            return reply.error(Errno::ENOTDIR);
        };
        let dots = [(".", ino.0), ("..", ino.0)];
        let names = folder.now.iter().map(|(name, number)| (name.as_str(), *number));
        for (place, (name, number)) in dots.into_iter().chain(names).enumerate().skip(offset as usize) {
            let file = machine.image.node(number).is_some_and(|node| node.file().is_some());
            let kind = if file { FileType::RegularFile } else { FileType::Directory };
            if reply.add(INodeNo(number), place as u64 + 1, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let machine = self.machine();
        let room = machine.room.unwrap_or(1 << 40);
        let free = room.saturating_sub(machine.image.bytes()) / BLOCK;
        reply.statfs(room / BLOCK, free, free, 1 << 20, 1 << 20, BLOCK as u32, 255, BLOCK as u32);
    }

    fn create(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        let kind = Kind::File(File::default());
        let owner = (request.uid(), request.gid());
        let made =
            text(name).and_then(|name| self.make(parent, Node { name: name.to_owned(), mode, owner, kind }));
        match made {
            Ok(attributes) => {
                reply.created(&BELIEF, &attributes, Generation(0), FileHandle(0), FopenFlags::empty());
            }
            Err(errno) => reply.error(errno),
        }
    }
}
