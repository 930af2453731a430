//! Every scenario, small: the benches can't rot while nobody looks at figures.

use std::process::Command;

/// All scenarios run to their end, and their figures are written down.
#[test]
fn every_scenario_runs() {
    let program = env!("CARGO_BIN_EXE_dayshelf-bench");
    let ran = Command::new(program).arg("--quick").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}\n{err}");
    let listed = Command::new(program).arg("--list").output().unwrap();
    for line in String::from_utf8_lossy(&listed.stdout).lines() {
        let name = line.split_whitespace().next().unwrap();
        assert!(out.lines().any(|row| row.starts_with(name)), "{name} is not in\n{out}");
    }
}

/// A scenario that does not exist is said so.
#[test]
fn an_unknown_scenario_is_refused() {
    let ran = Command::new(env!("CARGO_BIN_EXE_dayshelf-bench")).arg("nonsense").output().unwrap();
    assert!(!ran.status.success());
    assert!(String::from_utf8_lossy(&ran.stderr).contains("no scenario `nonsense`"));
}
