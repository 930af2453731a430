//! What a disk holds: what was written, and what of that would survive a power cut.
//!
//! Writes stay apart until their file is synced, names until their folder is. A cut keeps everything that
//! was synced, and of the rest a random part: any subset of a file's writes, each of them whole or torn
//! between two sectors, and the first few of a folder's changes, because file systems journal those in
//! order. Not here: how a kernel reaches it (`face`), and faults (`plan`). Start at [`Image`].

use std::collections::{BTreeMap, HashMap};

use crate::chance::Chance;

/// The root folder.
pub const ROOT: u64 = 1;
/// What a disk writes as a whole or not at all.
const SECTOR: usize = 512;

/// Everything on the disk.
pub struct Image {
    nodes: HashMap<u64, Node>,
    next: u64,
}

/// A file or a folder.
pub struct Node {
    /// The name that it was made under.
    pub name: String,
    /// Permission bits.
    pub mode: u32,
    /// Its owner: user and group.
    pub owner: (u32, u32),
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
pub enum Kind {
    /// Bytes.
    File(File),
    /// Names.
    Folder(Folder),
}

/// The bytes of a file.
#[derive(Default)]
pub struct File {
    /// As its writer sees them.
    pub now: Vec<u8>,
    safe: Vec<u8>,
    pending: Vec<Change>,
}

/// The names in a folder.
#[derive(Default)]
pub struct Folder {
    /// As everybody sees them.
    pub now: BTreeMap<String, u64>,
    safe: BTreeMap<String, u64>,
    pending: Vec<Naming>,
}

/// A change of a file that was not synced.
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// A change of a folder that was not synced.
enum Naming {
    Put(String, u64),
    Gone(String),
    Renamed(String, String),
}

impl Default for Image {
    fn default() -> Self {
        let root =
            Node { name: String::new(), mode: 0o755, owner: (0, 0), kind: Kind::Folder(Folder::default()) };
        Self { nodes: HashMap::from([(ROOT, root)]), next: ROOT + 1 }
    }
}

impl Image {
    /// A file or folder by its number.
    pub fn node(&self, number: u64) -> Option<&Node> {
        self.nodes.get(&number)
    }

    /// The same, to change its mode or owner; those are not lost by a cut.
    pub fn node_mut(&mut self, number: u64) -> Option<&mut Node> {
        self.nodes.get_mut(&number)
    }

    /// The number behind a name.
    pub fn find(&self, folder: u64, name: &str) -> Option<u64> {
        self.folder(folder)?.now.get(name).copied()
    }

    /// Bytes in all files.
    pub fn bytes(&self) -> u64 {
        self.nodes.values().map(|node| node.file().map_or(0, |file| file.now.len() as u64)).sum()
    }

    fn folder(&self, number: u64) -> Option<&Folder> {
        match &self.nodes.get(&number)?.kind {
            Kind::Folder(folder) => Some(folder),
            Kind::File(_) => None,
        }
    }

    fn folder_mut(&mut self, number: u64) -> Option<&mut Folder> {
        match &mut self.nodes.get_mut(&number)?.kind {
            Kind::Folder(folder) => Some(folder),
            Kind::File(_) => None,
        }
    }

    fn file_mut(&mut self, number: u64) -> Option<&mut File> {
        match &mut self.nodes.get_mut(&number)?.kind {
            Kind::File(file) => Some(file),
            Kind::Folder(_) => None,
        }
    }

    /// Makes a file or a folder under a new name.
    pub fn make(&mut self, folder: u64, node: Node) -> Option<u64> {
        let (number, name) = (self.next, node.name.clone());
        let folder = self.folder_mut(folder)?;
        folder.now.insert(name.clone(), number);
        folder.pending.push(Naming::Put(name, number));
        self.nodes.insert(number, node);
        self.next += 1;
        Some(number)
    }

    /// Takes a name away. What it named stays readable for whoever has it open.
    pub fn remove(&mut self, folder: u64, name: &str) -> Option<u64> {
        let folder = self.folder_mut(folder)?;
        let number = folder.now.remove(name)?;
        folder.pending.push(Naming::Gone(name.to_owned()));
        Some(number)
    }

    /// Gives something another name in the same folder, in place of what had it.
    pub fn rename(&mut self, folder: u64, from: &str, to: &str) -> Option<()> {
        let folder = self.folder_mut(folder)?;
        let number = folder.now.remove(from)?;
        folder.now.insert(to.to_owned(), number);
        folder.pending.push(Naming::Renamed(from.to_owned(), to.to_owned()));
        Some(())
    }

    /// Writes into a file.
    pub fn write(&mut self, number: u64, at: usize, bytes: &[u8]) -> Option<()> {
        let file = self.file_mut(number)?;
        lay(&mut file.now, at, bytes);
        file.pending.push(Change::Write { at, bytes: bytes.to_vec() });
        Some(())
    }

    /// Cuts a file short or makes it longer.
    pub fn set_length(&mut self, number: u64, length: usize) -> Option<()> {
        let file = self.file_mut(number)?;
        file.now.resize(length, 0);
        file.pending.push(Change::Length(length));
        Some(())
    }

    /// Makes everything of a file or folder safe.
    pub fn sync(&mut self, number: u64) -> Option<()> {
        match &mut self.nodes.get_mut(&number)?.kind {
            Kind::File(file) => {
                for change in file.pending.drain(..) {
                    change.whole(&mut file.safe);
                }
            }
            Kind::Folder(folder) => {
                folder.pending.clear();
                folder.safe.clone_from(&folder.now);
            }
        }
        Some(())
    }

    /// A file's sync fails: its changes are lost by chance on the disk, while everybody still sees them.
    pub fn lose(&mut self, number: u64, chance: &mut Chance) -> usize {
        let Some(file) = self.file_mut(number) else { return 0 };
        let now = file.now.clone();
        let lost = file.cut(chance);
        file.now = now;
        lost
    }

    /// The power fails: what was not synced is kept or lost by chance. How many changes were lost.
    pub fn cut(&mut self, chance: &mut Chance) -> usize {
        let mut numbers: Vec<u64> = self.nodes.keys().copied().collect();
        numbers.sort_unstable();
        let mut lost = 0;
        for number in numbers {
            match self.nodes.get_mut(&number).map(|node| &mut node.kind) {
                Some(Kind::File(file)) => lost += file.cut(chance),
                Some(Kind::Folder(folder)) => lost += folder.cut(chance),
                None => {}
            }
        }
        lost
    }
}

impl Node {
    /// Its bytes, if it is a file.
    pub fn file(&self) -> Option<&File> {
        match &self.kind {
            Kind::File(file) => Some(file),
            Kind::Folder(_) => None,
        }
    }
}

impl File {
    fn cut(&mut self, chance: &mut Chance) -> usize {
        // Some cuts lose all that was not synced, some nearly nothing: both happen.
        let odds = chance.below(5);
        let mut lost = 0;
        for change in self.pending.drain(..) {
            if chance.below(4) < odds {
                change.whole(&mut self.safe);
            } else {
                lost += 1;
                if chance.below(3) == 0 {
                    change.torn(&mut self.safe, chance);
                }
            }
        }
        self.now.clone_from(&self.safe);
        lost
    }
}

impl Folder {
    fn cut(&mut self, chance: &mut Chance) -> usize {
        let kept = chance.below(self.pending.len() as u64 + 1) as usize;
        let lost = self.pending.len() - kept;
        for naming in self.pending.drain(..).take(kept) {
            match naming {
                Naming::Put(name, number) => drop(self.safe.insert(name, number)),
                Naming::Gone(name) => drop(self.safe.remove(&name)),
                Naming::Renamed(from, to) => {
                    if let Some(number) = self.safe.remove(&from) {
                        self.safe.insert(to, number);
                    }
                }
            }
        }
        self.now.clone_from(&self.safe);
        lost
    }
}

impl Change {
    fn whole(&self, safe: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => lay(safe, *at, bytes),
            Self::Length(length) => safe.resize(*length, 0),
        }
    }

    /// Some of its sectors reach the disk.
    fn torn(&self, safe: &mut Vec<u8>, chance: &mut Chance) {
        let Self::Write { at, bytes } = self else { return };
        let mut place = 0;
        while place < bytes.len() {
            let end = (((at + place) / SECTOR + 1) * SECTOR - at).min(bytes.len());
            if chance.below(2) == 0 {
                lay(safe, at + place, &bytes[place..end]);
            }
            place = end;
        }
    }
}

fn lay(onto: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if onto.len() < end {
        onto.resize(end, 0);
    }
    onto[at..end].copy_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(image: &mut Image, name: &str) -> u64 {
        let kind = Kind::File(File::default());
        image.make(ROOT, Node { name: name.to_owned(), mode: 0o600, owner: (0, 0), kind }).unwrap()
    }

    fn bytes(image: &Image, name: &str) -> Option<Vec<u8>> {
        Some(image.node(image.find(ROOT, name)?)?.file()?.now.clone())
    }

    /// What was synced survives every cut; what was not is lost by some cuts, kept by some, torn by some.
    #[test]
    fn cuts_keep_what_was_synced_and_only_that_for_sure() {
        let (mut lost, mut kept, mut torn, mut nameless) = (0, 0, 0, 0);
        for seed in 0..400 {
            let mut image = Image::default();
            let one = file(&mut image, "one");
            image.write(one, 0, &[1; 2_000]).unwrap();
            image.sync(one).unwrap();
            image.sync(ROOT).unwrap();
            image.write(one, 1_000, &[2; 1_600]).unwrap();
            let two = file(&mut image, "two");
            image.sync(two).unwrap();
            image.cut(&mut Chance::seeded(seed));
            let now = bytes(&image, "one").unwrap();
            assert_eq!(now[..1_000], [1; 1_000]);
            match (now.len(), now[1_000..].iter().filter(|byte| **byte == 2).count()) {
                (2_000, 0) => lost += 1,
                (2_600, 1_600) => kept += 1,
                _ => torn += 1,
            }
            nameless += u32::from(bytes(&image, "two").is_none());
        }
        assert!(lost > 40 && kept > 40 && torn > 20, "{lost} {kept} {torn}");
        assert!((100..300).contains(&nameless), "{nameless}");
    }

    /// A rename that was not synced leaves the old name or the new one, never both and never none.
    #[test]
    fn renames_are_whole() {
        for seed in 0..50 {
            let mut image = Image::default();
            file(&mut image, "aside");
            image.sync(ROOT).unwrap();
            image.rename(ROOT, "aside", "there").unwrap();
            image.cut(&mut Chance::seeded(seed));
            assert_ne!(image.find(ROOT, "aside").is_some(), image.find(ROOT, "there").is_some());
        }
    }

    /// A file that was cut short and not synced may have its old length again.
    #[test]
    fn lengths_are_changes_too() {
        let mut lengths = Vec::new();
        for seed in 0..50 {
            let mut image = Image::default();
            let one = file(&mut image, "one");
            image.write(one, 0, &[1; 700]).unwrap();
            image.sync(one).unwrap();
            image.sync(ROOT).unwrap();
            image.set_length(one, 10).unwrap();
            image.cut(&mut Chance::seeded(seed));
            lengths.push(bytes(&image, "one").unwrap().len());
        }
        assert!(lengths.contains(&10) && lengths.contains(&700));
    }
}
