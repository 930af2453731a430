//! Lines about broadcasts, reminders, shifts, cues and rules, read into commands.

use dayshelf_core::block::{
    Act, BlockKind, BlockSpec, Broadcast, Channel, Cue, Message, Rule, Shift, Source, SourceKind, Told,
    Trigger,
};
use dayshelf_core::command::{Command, Expect, ShiftAnswer};
use dayshelf_core::ids::{BlockId, OfferId, PoolId, SlotId, WindowId};

use super::define::{key, list, times, when};
use super::trade::after;
use super::{World, time};

/// The command of a line, if it is about such a block.
pub fn read(world: &mut World, words: &[&str]) -> Option<Command> {
    let id = BlockId(world.id(words.get(1)?));
    let expected = Expect::Any;
    let kind = match words[0] {
        "accept" => return Some(Command::AnswerShift { block: id, answer: ShiftAnswer::Accept }),
        "decline_shift" => return Some(Command::AnswerShift { block: id, answer: ShiftAnswer::Decline }),
        "drop_part" => return Some(Command::RemoveBlock { id, expected }),
        "broadcast" => {
            let urls = list(words, "from").into_iter();
            let source = |url: &str| Source { kind: SourceKind::Hls, url: url.into() };
            BlockKind::Broadcast(Broadcast { sources: urls.map(source).collect(), replay: String::new() })
        }
        "remind" | "announce" => {
            let text = after(words, "saying").unwrap_or_default().into();
            let message = Message { told: Told::Buyers, channel: Channel::Mail, text };
            if words[0] == "remind" { BlockKind::Reminder(message) } else { BlockKind::Announcement(message) }
        }
        "shift" => {
            let tasks = list(words, "tasks").into_iter().map(Into::into).collect();
            BlockKind::Shift(Shift { person: after(words, "of").unwrap_or_default().into(), tasks })
        }
        "cue" => {
            let offer = after(words, "shows").map(|name| OfferId(world.id(name)));
            BlockKind::Cue(Cue { camera: "one".into(), drone: String::new(), host: String::new(), offer })
        }
        "rule" => rule(world, words),
        _ => return None,
    };
    Some(Command::PutBlock { id, expected, spec: Box::new(spec(world, words, kind)) })
}

/// `cue C S 18:05`, `shift X S 17:00..20:00`
fn spec(world: &mut World, words: &[&str], kind: BlockKind) -> BlockSpec {
    let slot = SlotId(world.id(words[2]));
    let (at, until) = match words[3].contains("..") {
        true => times(words[3]),
        false => (time(words[3]), i64::MIN),
    };
    BlockSpec {
        slot,
        key: key(words, "key"),
        title: words[1].into(),
        when: when(world, slot, at),
        until: (until > i64::MIN).then(|| when(world, slot, until)),
        kind,
    }
}

/// `rule R S 17:00 below P:3|sold_out W close [T,U]|shrink Q:2|open W|publish T`
fn rule(world: &mut World, words: &[&str]) -> BlockKind {
    let units = |text: &str| {
        let (name, units) = text.split_once(':').unwrap();
        (name.to_owned(), units.parse().unwrap())
    };
    let trigger = match after(words, "below").map(units) {
        Some((pool, units)) => Trigger::FreeBelow { pool: PoolId(world.id(&pool)), units },
        None => Trigger::SoldOut(WindowId(world.id(after(words, "sold_out").unwrap()))),
    };
    let act = match words[6] {
        "close" => {
            let named = words.get(7).map(|names| names.split(',').collect::<Vec<_>>()).unwrap_or_default();
            Act::Close(named.into_iter().map(|name| SlotId(world.id(name))).collect())
        }
        "shrink" => {
            let (pool, keep) = units(words[7]);
            Act::Shrink { pool: PoolId(world.id(&pool)), keep }
        }
        "open" => Act::Open(WindowId(world.id(words[7]))),
        "publish" => Act::Publish(SlotId(world.id(words[7]))),
        other => panic!("no such act: {other}"),
    };
    BlockKind::Rule(Rule { trigger, act })
}
