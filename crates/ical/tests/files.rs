//! Real calendars of other programs, read and edited: nothing panics, no byte is lost, every zone is resolved or asked.
//!
//! The files are not in the repository; they lie in `shared/data/ics` beside the checkout, as archives. Where they
//! are absent the test says so and does nothing.

#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use dayshelf_ical::document::Document;
use dayshelf_ical::document::edit::Edit;
use dayshelf_ical::import;
use dayshelf_ical::recur::{Asked, occurrences};
use dayshelf_ical::text::property::Property;
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::Zones;

/// Files in the archives; fewer means that some were not looked at.
const FILES_MIN: usize = 565;

/// The folder with the archives, beside the checkout or further up.
fn archives() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|folder| folder.join("shared/data/ics")).find(|folder| folder.is_dir())
}

/// All files in the archives, with their names; unpacked once for all tests.
fn files() -> &'static [(PathBuf, Vec<u8>)] {
    static FILES: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(unpacked)
}

fn unpacked() -> Vec<(PathBuf, Vec<u8>)> {
    let Some(archives) = archives() else {
        println!("SKIPPED: no folder shared/data/ics beside the checkout, so no real calendar was read");
        return Vec::new();
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ics");
    std::fs::create_dir_all(&folder).unwrap();
    for archive in std::fs::read_dir(archives).unwrap() {
        let archive = archive.unwrap().path();
        let status = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder).status().unwrap();
        assert!(status.success(), "{}", archive.display());
    }
    let mut found = Vec::new();
    gather(&folder, &mut found);
    assert!(found.len() >= FILES_MIN, "{} files", found.len());
    found
}

fn gather(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
}

/// A line that is added and taken away again, and one that is set to what it says, leave each file as it was.
#[test]
fn no_byte_is_lost() {
    for (path, bytes) in files() {
        let document = Document::read(bytes.clone()).unwrap();
        assert_eq!(document.bytes(), &bytes[..], "{}", path.display());
        let starts = bytes.split(|byte| *byte == b'\n');
        let has_entries =
            starts.filter(|line| line.to_ascii_uppercase().starts_with(b"BEGIN:VEVENT")).count();
        assert!(document.nodes("VEVENT").count() >= has_entries, "{}", path.display());
        for node in document.nodes("VEVENT").take(3) {
            let same: Vec<Edit> = node.properties().take(1).cloned().map(Edit::Set).collect();
            assert_eq!(document.edited(node.at(), &same), document, "{}", path.display());
            let line = Property::text("X-DAYSHELF-TEST", &"a line, long enough to fold; ".repeat(4));
            let added = document.edited(node.at(), &[Edit::Add(line.clone())]);
            let there = added.node(node.at()).unwrap();
            assert_eq!(there.property("X-DAYSHELF-TEST"), Some(&line), "{}", path.display());
            let removed = added.edited(node.at(), &[Edit::Remove("X-DAYSHELF-TEST".to_owned())]);
            let kept = removed.bytes();
            // An entry that is cut off in the middle of its last line gets that line's end.
            assert!(
                kept == &bytes[..] || kept.strip_suffix(b"\r\n") == Some(&bytes[..]),
                "{}",
                path.display()
            );
        }
    }
}

/// Each entry has its moments or a question; what it repeats is found within the bounds.
#[test]
fn every_zone_is_resolved_or_asked() {
    let zones = Zones::bundled();
    let floating = zones.zone("Europe/Berlin").unwrap();
    let (mut clear, mut occurring, mut asked) = (0, 0, BTreeSet::new());
    let year = Asked { from: Moment(1_767_225_600_000), until: Moment(1_798_761_600_000) };
    for (path, bytes) in files() {
        let document = Document::read(bytes.clone()).unwrap();
        let import = import::read(&document, &zones, &floating);
        for imported in &import.entries {
            let Some(span) = &imported.span else {
                assert!(!imported.unclear.is_empty(), "{}", path.display());
                asked.extend(imported.unclear.iter().map(ToString::to_string));
                continue;
            };
            assert!(span.start.moment() <= span.end.moment(), "{}", path.display());
            clear += usize::from(imported.is_clear());
            let found = occurrences(&imported.entry, &imported.overrides, &import.legend, year).unwrap();
            occurring += found.occurrences.len();
        }
    }
    println!("{clear} entries are clear, with {occurring} occurrences in 2026; asked was:");
    asked.iter().for_each(|question| println!("  {question}"));
    // A reader that asks about everything would pass, too.
    assert!(clear > 8_000 || files().is_empty(), "{clear}");
}
