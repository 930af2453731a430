//! Many seeds hold, a seed is one life only, and together they see everything that can be asked and answered.

use dayshelf_core::refusal::Refusal;
use dayshelf_sim::life::{Failure, Trace, live, relive};
use dayshelf_sim::seen::{COMMANDS, FACTS, Seen};

/// Lives in a push. More are lived by `cargo xtask sim`.
const SEEDS: u64 = 2_000;

/// Commands that nothing answers with facts or a silent yes, and why.
const NEVER_DONE: &[(&str, &str)] = &[("Found", "the organiser's books are open already")];

/// Commands that are never refused, and why.
const NEVER_REFUSED: &[(&str, &str)] = &[
    ("PaymentDeclined", "what the provider says of something unknown changes nothing"),
    ("PaymentCalledOff", "what the provider says of something unknown changes nothing"),
    ("Pulse", "it asks for nothing in particular"),
];

/// Refusals that no life over the rules alone sees, and why.
const NEVER_SEEN: &[(&str, &str)] = &[
    ("key_reused", "the desk's: the rules know no idempotency keys"),
    ("key_in_flight", "the desk's: the rules answer one command at a time"),
    ("payment_declined", "the API's: to the rules a declined payment is a fact"),
];

/// Facts that no life sees, and why.
const NEVER_SAID: &[(&str, &str)] = &[("OrganiserFounded", "a life begins with books that are open")];

fn lived(seed: u64) -> Trace {
    live(seed).unwrap_or_else(|failure| panic!("seed {seed}, `cargo xtask sim --seed {seed}`: {failure}"))
}

fn is_listed(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

/// All seeds of a push live without a difference, and together they see every command done and refused, every
/// refusal and every fact; what can't be seen is listed, and is not seen.
#[test]
fn many_seeds_see_everything() {
    let mut seen = Seen::default();
    for seed in 0..SEEDS {
        seen.add(&lived(seed).seen);
    }
    for name in COMMANDS {
        assert_ne!(seen.done.contains_key(name), is_listed(NEVER_DONE, name), "{name} done");
        assert_ne!(seen.refused.contains_key(name), is_listed(NEVER_REFUSED, name), "{name} refused");
    }
    for code in Refusal::CODES {
        assert_ne!(seen.refusals.contains_key(code), is_listed(NEVER_SEEN, code), "{code} seen");
    }
    for name in FACTS {
        assert_ne!(seen.facts.contains_key(name), is_listed(NEVER_SAID, name), "{name} said");
    }
}

/// The same seed lives the same life, to the byte of every answer; another one lives another.
#[test]
fn the_same_seed_again() {
    assert_eq!(lived(42), lived(42));
    assert_ne!(lived(42).hash, lived(43).hash);
    // Said once more in the open: a change of the workload or of an answer changes this, and is meant to.
    assert!(lived(42).commands > 100, "a life is not dull");
}

/// What was said can be said again, without the crowd, and is answered the same.
#[test]
fn a_list_lives_again() {
    use dayshelf_core::command::Command;
    use dayshelf_sim::scene::DAWN;
    let nothing: Result<Trace, Failure> = relive(&[], true);
    assert_eq!(nothing.map(|trace| trace.commands).ok(), Some(0));
    let pulses = [(DAWN, Command::Pulse), (DAWN, Command::Pulse)];
    assert_eq!(relive(&pulses, false).map(|trace| trace.commands).ok(), Some(2));
}
