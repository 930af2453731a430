//! The demo, in a hurry.

use crate::stand::{Folder, Server, done, program, text};

/// Sixty buyers within half a minute: nothing is oversold, every signature fits, doctor is content.
#[test]
fn a_crowd_comes_and_goes() {
    let args = ["demo", "--listen", "127.0.0.1:0", "--crowd", "60", "--seconds", "20", "--once"];
    let output = program().args(args).output().unwrap();
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", text(&output.stderr));
    for word in [
        "VIP code       MOONRISE",
        "60 buyers came",
        "doctor    healthy",
        "faults    none",
        "0 answered differently",
    ] {
        assert!(said.contains(word), "{word:?} is not in:\n{said}");
    }
    let sold = said.lines().find_map(|line| line.trim().strip_prefix("sold ")).unwrap();
    let units: u32 = sold.split_whitespace().next().unwrap().parse().unwrap();
    assert!((1..=30).contains(&units), "{sold}");
    // What became of everybody is told, whatever it was this time.
    for word in ["lapsed ", "payments ", "waited ", "refused "] {
        assert!(said.lines().any(|line| line.trim_start().starts_with(word)), "no {word:?} in:\n{said}");
    }
    let webhooks = said.lines().find_map(|line| line.trim().strip_prefix("webhooks ")).unwrap();
    assert!(!webhooks.trim().starts_with('0') && webhooks.contains("0 with a wrong signature"), "{webhooks}");
}

/// A crowd is sent to a demo that runs elsewhere, which tells its numbers there; the data stays healthy.
#[test]
fn a_crowd_visits_a_demo_elsewhere() {
    let folder = Folder::new();
    let demo = Server::of_demo(&folder.data(), 20);
    let said = done(&["demo", "--server", &demo.base, "--crowd", "20"]);
    for word in ["20 buyers came", "faults    none", "0 answered differently", "run `dayshelf doctor`"] {
        assert!(said.contains(word), "{word:?} is not in:\n{said}");
    }
    drop(demo);
    let data = folder.data();
    assert!(done(&["doctor", "--data", &data.to_string_lossy()]).contains("healthy"));
    // Started a second time on what it sold, it puts its drop up anew.
    let again = Server::of_demo(&data, 20);
    assert!(done(&["demo", "--server", &again.base, "--crowd", "5"]).contains("5 buyers came"));
}
