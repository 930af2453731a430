//! Real calendars of other programs, read and edited: nothing panics, no byte is lost, every zone is resolved or asked.
//!
//! The files are not in the repository; they lie in `shared/data/ics` beside the checkout, as archives. Where they
//! are absent the test says so and does nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use dayshelf_ical::document::Document;
use dayshelf_ical::document::edit::Edit;
use dayshelf_ical::entry::{Entry, NoSpan};
use dayshelf_ical::text::property::Property;
use dayshelf_ical::zone::Zones;
use dayshelf_ical::zone::legend::Legend;

/// Files in the archives; fewer means that some were not looked at.
const FILES_MIN: usize = 565;

/// The folder with the archives, beside the checkout or further up.
fn archives() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|folder| folder.join("shared/data/ics")).find(|folder| folder.is_dir())
}

/// All files in the archives, with their names.
fn files() -> Vec<(PathBuf, Vec<u8>)> {
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
        assert_eq!(document.bytes(), bytes, "{}", path.display());
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
            assert!(kept == bytes || kept.strip_suffix(b"\r\n") == Some(&bytes), "{}", path.display());
        }
    }
}

/// Each entry has its moments, or says what is missing; each zone that it names is resolved or asked.
#[test]
fn every_zone_is_resolved_or_asked() {
    let zones = Zones::bundled();
    let floating = zones.zone("Europe/Berlin").unwrap();
    let (mut placed, mut asked, mut without) = (0, std::collections::BTreeSet::new(), 0);
    for (path, bytes) in files() {
        let document = Document::read(bytes).unwrap();
        let legend = Legend::of(&document, &zones, floating.clone());
        for node in document.nodes("VEVENT") {
            match Entry::read(node).span(&legend) {
                Ok(span) => {
                    assert!(span.start.moment() <= span.end.moment(), "{}", path.display());
                    placed += 1;
                }
                Err(NoSpan::Zone(question)) => {
                    asked.insert(question.tzid);
                }
                Err(NoSpan::NoStart) => without += 1,
            }
        }
    }
    println!("{placed} entries placed, {without} without a start, zones asked: {asked:?}");
}
