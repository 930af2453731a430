//! What a cut, a failed sync and a trap leave behind.

use super::*;

fn disk() -> Disk {
    let disk = Disk::new(Chance::new(7));
    disk.begin(1);
    disk.state().open(1, "file", true).unwrap();
    disk
}

fn content(disk: &Disk) -> Vec<u8> {
    let mut out = vec![0; disk.state().size("file")];
    disk.state().read(1, "file", (0, &mut out)).unwrap();
    out
}

/// What was synced survives every cut; what was not survives some, in parts.
#[test]
fn a_cut_keeps_what_was_synced() {
    let (mut whole, mut none, mut torn) = (0, 0, 0);
    for seed in 0..200 {
        let disk = Disk::new(Chance::new(seed));
        disk.begin(1);
        let mut state = disk.state();
        state.open(1, "file", true).unwrap();
        state.write(1, "file", (0, &[1; 4_096])).unwrap();
        state.sync(1, "file").unwrap();
        state.write(1, "file", (4_096, &[2; 4_096])).unwrap();
        state.cut();
        state.power_on();
        drop(state);
        disk.begin(1);
        let content = content(&disk);
        assert!(content.len() >= 4_096 && content[..4_096].iter().all(|byte| *byte == 1));
        match content[4_096..].iter().filter(|byte| **byte == 2).count() {
            4_096 => whole += 1,
            0 => none += 1,
            _ => torn += 1,
        }
    }
    assert!(whole > 10 && none > 10 && torn > 10, "{whole} {none} {torn}");
}

/// After a sync that failed, a second one makes nothing durable that the first had lost.
#[test]
fn a_failed_sync_is_not_made_good() {
    let lost = (0..100).filter(|seed| {
        let disk = Disk::new(Chance::new(*seed));
        disk.begin(1);
        disk.trap(Trap { process: 1, act: Some(Act::Sync), after: 0, blow: Blow::Fail });
        let mut state = disk.state();
        state.open(1, "file", true).unwrap();
        state.files.get_mut("file").unwrap().named = true;
        state.write(1, "file", (0, &[1; 512])).unwrap();
        assert_eq!(state.sync(1, "file"), Err(Trouble::Failed));
        state.sync(1, "file").unwrap();
        state.cut();
        state.power_on();
        drop(state);
        disk.begin(1);
        content(&disk) != [1; 512]
    });
    assert!(lost.count() > 10);
}

/// The n-th call is struck, and a process that was killed does nothing any more.
#[test]
fn traps_spring_once() {
    let disk = disk();
    disk.trap(Trap { process: 1, act: Some(Act::Write), after: 1, blow: Blow::Kill });
    disk.state().write(1, "file", (0, &[1])).unwrap();
    assert!(disk.take_sprung().is_empty());
    assert_eq!(disk.state().write(1, "file", (1, &[1])), Err(Trouble::Dead));
    assert!(disk.take_sprung().len() == 1 && !disk.is_live(1));
    assert_eq!(disk.state().write(1, "file", (2, &[1])), Err(Trouble::Dead));
    disk.begin(1);
    assert!(content(&disk).len() <= 2);
}
