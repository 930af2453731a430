//! `dayshelf-sim --seeds N` lives N lives, `--seed S` one; a failing seed is printed and ends it.

use std::process::ExitCode;

use dayshelf_sim::life::live;
use dayshelf_sim::shrink::shrink;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (from, until) = match args.as_slice() {
        [flag, n] if flag == "--seeds" => (0, n.parse::<u64>().unwrap_or(1)),
        [flag, n] if flag == "--seed" => { let n = n.parse::<u64>().unwrap_or(1); (n, n + 1) }
        _ => (0, 100),
    };
    let mut commands = 0u64; let mut bad = 0;
    let mut seen = dayshelf_sim::seen::Seen::default();
    for seed in from..until {
        match live(seed) {
            Ok(trace) => { commands += u64::from(trace.commands); seen.add(&trace.seen); }
            Err(failure) => {
                let short = shrink(&failure);
                let cut = |t: String| t.chars().take(1500).collect::<String>(); println!("seed {seed} after {} acts; shrunk to {}:", failure.said.len(), short.said.len());
                for (at, c) in short.said.iter().filter(|_| std::env::var("FULL").is_ok()) { println!("  {at:?} {c:?}"); } for (at, c) in short.said.iter().filter(|_| std::env::var("FULL").is_err()) { println!("  {at:?} {}", dayshelf_sim::seen::command_name(c)); }
                println!("{}", cut(short.to_string()));
                bad += 1; if bad > 4 { return ExitCode::FAILURE; }
            }
        }
    }
    println!("{} lives, {commands} commands", until - from);
    println!("done {:?}\nrefused {:?}\nrefusals {:?}\nfacts {:?}", seen.done, seen.refused, seen.refusals, seen.facts);
    ExitCode::SUCCESS
}
