//! Every interleaving of a few buyers over two units, against plain counters.
//!
//! The model below knows nothing of books: it counts. Where it and the rules differ, the path is printed.

use crate::table::World;

/// Steps from the start; the number of paths is the number of moves to this power.
const DEPTH: usize = 6;
const BUYERS: [&str; 3] = ["ann", "bea", "cid"];

/// What one buyer has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Has {
    Nothing,
    Held { units: u32, due: u32 },
    Sold { units: u32 },
}

/// Two units, three buyers and a clock of minutes.
#[derive(Clone)]
struct Model {
    has: [Has; 3],
    now: u32,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    Hold(usize, u32),
    Release(usize),
    Confirm(usize),
    Cancel(usize),
    Wait,
}

/// Minutes that a hold lasts.
const SPAN: u32 = 2;

impl Model {
    fn free(&self) -> u32 {
        let taken = |has: &Has| match has {
            Has::Nothing => 0,
            Has::Held { units, .. } | Has::Sold { units } => *units,
        };
        2 - self.has.iter().map(taken).sum::<u32>()
    }

    fn sold(&self) -> u32 {
        let sold = |has: &Has| if let Has::Sold { units } = has { *units } else { 0 };
        self.has.iter().map(sold).sum()
    }

    /// Whether the move is answered with facts.
    fn does(&mut self, step: Move) -> bool {
        match step {
            Move::Hold(who, units) if self.has[who] == Has::Nothing && units <= self.free() => {
                self.has[who] = Has::Held { units, due: self.now + SPAN };
                true
            }
            Move::Release(who) if matches!(self.has[who], Has::Held { .. }) => {
                self.has[who] = Has::Nothing;
                true
            }
            Move::Confirm(who) => match self.has[who] {
                Has::Held { units, .. } => {
                    self.has[who] = Has::Sold { units };
                    true
                }
                _ => false,
            },
            Move::Cancel(who) if matches!(self.has[who], Has::Sold { .. }) => {
                self.has[who] = Has::Nothing;
                true
            }
            Move::Wait => {
                self.now += 1;
                for has in &mut self.has {
                    if matches!(has, Has::Held { due, .. } if *due <= self.now) {
                        *has = Has::Nothing;
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// Moves worth trying: a buyer has one hold or order at a time.
    fn moves(&self) -> Vec<Move> {
        let mut moves = vec![Move::Wait];
        for who in 0..BUYERS.len() {
            match self.has[who] {
                Has::Nothing => moves.extend([Move::Hold(who, 1), Move::Hold(who, 2)]),
                Has::Held { .. } => moves.extend([Move::Release(who), Move::Confirm(who)]),
                Has::Sold { .. } => moves.extend([Move::Cancel(who), Move::Release(who)]),
            }
            // Buyers who have nothing are alike: one of them stands for the next ones.
            if self.has[who] == Has::Nothing && self.has[who..].iter().all(|has| *has == Has::Nothing) {
                break;
            }
        }
        moves
    }
}

/// The same buyers in real books; each new hold has a new name.
#[derive(Clone)]
struct Real {
    world: World,
    holds: [String; 3],
    count: usize,
}

impl Real {
    fn does(&mut self, step: Move, now: u32) -> bool {
        self.count += 1;
        let n = self.count;
        let line = match step {
            Move::Hold(who, units) => {
                let line = format!("hold H{n} {} S O*{units}", BUYERS[who]);
                let said = self.say(&line, now);
                if !said.contains("refused") {
                    self.holds[who] = format!("H{n}");
                }
                return !said.contains("refused");
            }
            Move::Release(who) => format!("release {}", self.holds[who]),
            Move::Confirm(who) => {
                format!("confirm {} R{} {} pickup", self.holds[who], self.holds[who], BUYERS[who])
            }
            Move::Cancel(who) => format!("cancel R{}", self.holds[who]),
            Move::Wait => "pulse".into(),
        };
        !self.say(&line, now).contains("refused")
    }

    fn say(&mut self, line: &str, now: u32) -> String {
        self.world.line(&format!("17:{now:02} {line}")).unwrap_or_default()
    }
}

fn explore(model: &Model, real: &Real, path: &mut Vec<Move>, count: &mut usize) {
    *count += 1;
    if path.len() == DEPTH {
        return;
    }
    for step in model.moves() {
        let (mut model, mut real) = (model.clone(), real.clone());
        path.push(step);
        let (wanted, had) = (model.does(step), real.does(step, model.now));
        let pool = real.world.books.pools.values().next().expect("the pool").balance;
        assert_eq!(wanted, had, "{path:?}");
        assert_eq!((pool.free, pool.sold), (model.free(), model.sold()), "{path:?}");
        explore(&model, &real, path, count);
        path.pop();
    }
}

/// Two units, three buyers, every order of what they do.
#[test]
fn two_units_three_buyers() {
    let mut world = World::new();
    for line in ["pool P 2", "slot S 18:00..20:00", "offer O S P 100", "publish S"] {
        assert_eq!(world.line(line), None);
    }
    assert_eq!(world.line("window W S public 17:00..18:00 hold 2m"), None);
    world.line("17:00 pulse");
    let model = Model { has: [Has::Nothing; 3], now: 0 };
    let mut count = 0;
    let real = Real { world, holds: Default::default(), count: 0 };
    explore(&model, &real, &mut Vec::new(), &mut count);
    assert!(count > 1_000, "only {count} states were looked at");
}
