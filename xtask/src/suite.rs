//! `cargo xtask test`: every test there is, in the order in which a fault is cheapest to find.
//!
//! Here: the steps, their order and the summary. Not here: what they need from the machine (`needs`) and the
//! repository's rules (`tidy`). Start at `STEPS`.

use crate::needs::{self, Need};
use crate::shell::{self, Outcome};
use crate::{deny, generated, race, tidy, torture};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// One step of the suite.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn() -> Outcome<Verdict>,
}

/// How a step that did not fail has ended.
enum Verdict {
    Passed,
    /// Passed, but something could not be tried here; never in CI. The text says what and how to change it.
    LeftOut(String),
    /// The repository has nothing for this step.
    Empty(&'static str),
}

const STEPS: &[Step] = &[
    Step { name: "format", about: "rustfmt finds nothing to change", run: format },
    Step { name: "tidy", about: "the repository's own rules", run: tidy_rules },
    Step {
        name: "deny",
        about: "licences, bans and one TLS stack, by cargo-deny; a planted breach is found",
        run: denied,
    },
    // Before anything that embeds it is built.
    Step { name: "console", about: "the console: its types, its tests, its build, its size", run: console },
    Step { name: "lint", about: "clippy, warnings denied", run: lint },
    Step {
        name: "rust",
        about: "unit, integration and doc tests of every crate, on both engines",
        run: rust,
    },
    Step { name: "planted", about: "the simulator finds the bugs that are planted for it", run: planted },
    Step {
        name: "torture",
        about: "the real program killed, cut off and filled up, in short",
        run: tortured,
    },
    Step {
        name: "recurrence",
        about: "thousands of made-up series have the occurrences that another program finds",
        run: recurrence,
    },
    Step { name: "generated", about: "generated files are fresh", run: fresh },
    Step { name: "browser", about: "the pages in a real browser", run: browser },
    Step {
        name: "schema",
        about: "the API against its document, webhooks against the official verifier",
        run: schema,
    },
    Step {
        name: "calendars",
        about: "real calendar clients and their suites against the CalDAV server, on both engines",
        run: calendars,
    },
    Step {
        name: "race",
        about: "the race's drivers: 24 buyers for 10 units and 500 for 100, sold to the unit",
        run: race_drivers,
    },
];

/// Runs all steps, or those named by `--only`; goes on after a failure, so that one run shows everything.
pub fn run(args: &[String]) -> Outcome {
    if args.iter().any(|arg| arg == "--list") {
        for step in STEPS {
            println!("{:<10} {}", step.name, step.about);
        }
        return Ok(());
    }
    let chosen = choose(args)?;
    let begun = Instant::now();
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for step in chosen {
        shell::heading(&format!("{}: {}  [{}]", step.name, step.about, clock(begun.elapsed())));
        let step_begun = Instant::now();
        let outcome = (step.run)();
        let span = clock(step_begun.elapsed());
        let (mark, note) = match &outcome {
            Ok(Verdict::Passed) => ("passed", String::new()),
            Ok(Verdict::Empty(why)) => ("nothing", (*why).to_owned()),
            Ok(Verdict::LeftOut(what)) => ("PARTLY", what.clone()),
            Err(cause) => ("FAILED", cause.clone()),
        };
        if outcome.is_err() {
            failed.push((step.name, note.clone()));
        } else if !note.is_empty() {
            println!("{note}");
        }
        lines.push(format!(
            "{mark:<8} {:<10} {span:>8}  {}",
            step.name,
            note.lines().next().unwrap_or_default()
        ));
    }
    shell::heading(&format!("summary  [{}]", clock(begun.elapsed())));
    for line in lines {
        println!("{}", line.trim_end());
    }
    for (name, note) in &failed {
        println!("\n{name} failed: {note}");
    }
    let failed: Vec<&str> = failed.iter().map(|(name, _)| *name).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

fn choose(args: &[String]) -> Outcome<Vec<&'static Step>> {
    let mut chosen = Vec::new();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg != "--only" {
            return Err(format!("test does not know `{arg}`; it takes --list and --only STEP"));
        }
        let name = rest.next().ok_or("--only wants the name of a step; --list shows them")?;
        let step = STEPS.iter().find(|step| step.name == name);
        chosen.push(step.ok_or_else(|| format!("there is no step `{name}`; --list shows them"))?);
    }
    Ok(if chosen.is_empty() { STEPS.iter().collect() } else { chosen })
}

fn format() -> Outcome<Verdict> {
    needs::cargo_component("rustfmt", "fmt")?;
    shell::run(&mut shell::cargo(&["fmt", "--all", "--check"]))?;
    Ok(Verdict::Passed)
}

fn tidy_rules() -> Outcome<Verdict> {
    tidy::rules()?;
    Ok(Verdict::Passed)
}

fn denied() -> Outcome<Verdict> {
    Ok(match deny::run()? {
        Need::Met(()) => Verdict::Passed,
        Need::Missing(advice) => Verdict::LeftOut(advice),
    })
}

/// The client's types are made from the committed document at every build, so they can't be stale; what no
/// longer fits them is found by the check.
fn console() -> Outcome<Verdict> {
    let web = shell::root().join("web");
    if !web.join("package.json").is_file() {
        return Ok(Verdict::Empty("no web/package.json"));
    }
    needs::npm().required()?;
    shell::npm_ci(&web)?;
    for script in ["check", "test", "build", "size"] {
        shell::run(&mut shell::npm(&web, &["run", script]))?;
    }
    Ok(Verdict::Passed)
}

fn lint() -> Outcome<Verdict> {
    needs::cargo_component("clippy", "clippy")?;
    shell::run(&mut cargo_locked(&["clippy", "--workspace", "--all-targets"], &["--", "-D", "warnings"]))?;
    Ok(Verdict::Passed)
}

fn rust() -> Outcome<Verdict> {
    let postgres = needs::postgres()?;
    shell::run(&mut cargo_locked(&["test", "--workspace", "--no-fail-fast"], &[]))?;
    Ok(match postgres {
        Need::Met(_) => Verdict::Passed,
        Need::Missing(advice) => {
            Verdict::LeftOut(format!("all that runs on PostgreSQL was left out; {advice}"))
        }
    })
}

/// On its own, so that nothing else is built with bugs planted in it.
fn planted() -> Outcome<Verdict> {
    if !shell::has_package("dayshelf-sim")? {
        return Ok(Verdict::Empty("no crates/sim"));
    }
    let filter = ["test", "--package", "dayshelf-sim", "--features", "planted", "--test", "it"];
    shell::run(&mut cargo_locked(&filter, &["planted::"]))?;
    Ok(Verdict::Passed)
}

fn tortured() -> Outcome<Verdict> {
    if !shell::has_package("dayshelf-torture")? {
        return Ok(Verdict::Empty("no crates/torture"));
    }
    Ok(match torture::short()? {
        Need::Met(()) => Verdict::Passed,
        Need::Missing(advice) => Verdict::LeftOut(advice),
    })
}

fn fresh() -> Outcome<Verdict> {
    if !shell::has_package("dayshelf")? {
        return Ok(Verdict::Empty("no program yet that generates anything"));
    }
    generated::check()?;
    Ok(Verdict::Passed)
}

fn browser() -> Outcome<Verdict> {
    let folder = shell::root().join("tests/browser");
    if !folder.join("package.json").is_file() {
        return Ok(Verdict::Empty("no tests/browser/package.json"));
    }
    needs::npm().required()?;
    let chromium = match needs::chromium()? {
        Need::Met(chromium) => chromium,
        Need::Missing(advice) => return Ok(Verdict::LeftOut(advice)),
    };
    let binary = program_under_test()?;
    shell::npm_ci(&folder)?;
    let mut playwright = shell::program("npx");
    playwright.current_dir(&folder).args(["playwright", "test"]);
    shell::run(playwright.env("DAYSHELF_BIN", binary).env("CHROMIUM_BIN", chromium))?;
    Ok(Verdict::Passed)
}

/// Series of the recurrence step, and the seed from which they are made up.
const SERIES: &str = "2000";
const SERIES_SEED: &str = "20261126";

fn recurrence() -> Outcome<Verdict> {
    let python = match needs::python()? {
        Need::Met(python) => python,
        Need::Missing(advice) => return Ok(Verdict::LeftOut(advice)),
    };
    let list = "tests/recurrence/requirements.txt";
    let python = needs::virtual_environment(&python, list, ".tools/recurrence")?;
    let example = ["run", "--quiet", "-p", "dayshelf-ical", "--example", "rules"];
    let mut ours = cargo_locked(&example, &["--", SERIES_SEED, SERIES]);
    let lines = shell::capture(&mut ours)?;
    let path = shell::root().join("target/recurrence.txt");
    std::fs::write(&path, lines).map_err(|cause| format!("{}: {cause}", path.display()))?;
    shell::run(shell::program(python).arg("tests/recurrence/check.py").arg(&path))?;
    Ok(Verdict::Passed)
}

/// Two tests at a time, each with a server of its own: each of them is busy with little more than one core.
const PYTEST: [&str; 5] = ["-m", "pytest", "-q", "-n", "2"];

fn schema() -> Outcome<Verdict> {
    let folder = shell::root().join("tests/schema");
    if !folder.is_dir() {
        return Ok(Verdict::Empty("no tests/schema"));
    }
    let python = match needs::python()? {
        Need::Met(python) => python,
        Need::Missing(advice) => return Ok(Verdict::LeftOut(advice)),
    };
    let binary = program_under_test()?;
    let python = needs::virtual_environment(&python, "tests/schema/requirements.txt", ".tools/venv")?;
    shell::run(shell::program(python).args(PYTEST).arg("tests/schema").env("DAYSHELF_BIN", binary))?;
    Ok(Verdict::Passed)
}

/// Suites of others' programs, and those programs themselves, in an environment of their own.
fn calendars() -> Outcome<Verdict> {
    let folder = shell::root().join("tests/caldav");
    if !folder.is_dir() {
        return Ok(Verdict::Empty("no tests/caldav"));
    }
    needs::npm().required()?;
    let python = match needs::python()? {
        Need::Met(python) => python,
        Need::Missing(advice) => return Ok(Verdict::LeftOut(advice)),
    };
    let postgres = needs::postgres()?;
    let binary = program_under_test()?;
    let python = needs::virtual_environment(&python, "tests/caldav/requirements.txt", ".tools/caldav")?;
    shell::npm_ci(&folder.join("tsdav"))?;
    let suite = needs::source_distribution(&python, "caldav", "3.6.0", ".tools/caldav-suite")?;
    let mut tests = shell::program(python);
    tests.args(PYTEST).arg("tests/caldav").env("DAYSHELF_BIN", binary).env("CALDAV_SUITE", suite);
    shell::run(&mut tests)?;
    Ok(match postgres {
        Need::Met(_) => Verdict::Passed,
        Need::Missing(advice) => {
            Verdict::LeftOut(format!("clients were tried on the embedded engine only; {advice}"))
        }
    })
}

fn race_drivers() -> Outcome<Verdict> {
    needs::npm().required()?;
    let binary = program_under_test()?;
    let asked = ["--quick", "--prove", "--only", "dayshelf-sqlite"];
    shell::run(race::drivers().args(asked).env("DAYSHELF_BIN", binary))?;
    Ok(Verdict::Passed)
}

/// The program as the tests from outside start it; they find it in `DAYSHELF_BIN`.
fn program_under_test() -> Outcome<PathBuf> {
    shell::run(&mut cargo_locked(&["build", "--workspace", "--bin", "dayshelf"], &[]))?;
    shell::built("debug", "dayshelf")
}

/// In CI the committed lock file is what is tested; a stale one is a failure.
fn cargo_locked(before: &[&str], after: &[&str]) -> std::process::Command {
    let mut command = shell::cargo(before);
    if shell::in_ci() {
        command.arg("--locked");
    }
    command.args(after);
    command
}

fn clock(span: Duration) -> String {
    let seconds = span.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
