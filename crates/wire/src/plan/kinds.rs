//! Blocks beside windows, offers and fulfilment, read into the core's plan.

use dayshelf_core::block::{BlockKind, Broadcast, Channel, Cue, Message, Shift, Source, SourceKind, Told};
use dayshelf_core::ids::BlockId;
use dayshelf_core::plan::{PlanAct, PlanBlock, PlanBlockKind, PlanTrigger};

use super::build::{Reader, below};
use crate::block::{
    ActDoc, BlockDoc, BroadcastDoc, ChannelShape, CueDoc, MessageDoc, RuleDoc, ShiftShape, SourceKindShape,
    ToldShape,
};
use crate::problem::Problem;
use crate::time::Place;

/// The one kind that a block is, before it is known to be the only one.
enum Kind<'d> {
    Broadcast(&'d BroadcastDoc),
    Reminder(&'d MessageDoc),
    Announcement(&'d MessageDoc),
    Shift(&'d ShiftShape),
    Cue(&'d CueDoc),
    Rule(&'d RuleDoc),
}

impl Reader<'_> {
    pub(super) fn block(&mut self, doc: &BlockDoc, path: &str, place: &Place) -> Option<PlanBlock> {
        let when = self.when(&doc.when, &below(path, "when"), place);
        let until = match &doc.until {
            None => Some(None),
            Some(text) => self.when(text, &below(path, "until"), place).map(Some),
        };
        let kind = self.kind(doc, path);
        Some(PlanBlock {
            id: BlockId((self.context.mint)()),
            key: doc.key.clone(),
            title: doc.title.clone().unwrap_or_else(|| doc.key.clone()),
            when: when?,
            until: until?,
            kind: kind?,
        })
    }

    fn kind(&mut self, block: &BlockDoc, path: &str) -> Option<PlanBlockKind> {
        let all = [
            block.broadcast.as_ref().map(Kind::Broadcast),
            block.reminder.as_ref().map(Kind::Reminder),
            block.announcement.as_ref().map(Kind::Announcement),
            block.shift.as_ref().map(Kind::Shift),
            block.cue.as_ref().map(Kind::Cue),
            block.rule.as_ref().map(Kind::Rule),
        ];
        let mut named = all.into_iter().flatten();
        let (Some(kind), None) = (named.next(), named.next()) else {
            let sentence =
                "a block is one of broadcast, reminder, announcement, shift, cue or rule: write exactly one";
            self.flaw(Problem::value_wrong(&below(path, "key"), sentence));
            return None;
        };
        match kind {
            Kind::Broadcast(doc) => Some(PlanBlockKind::Plain(BlockKind::Broadcast(broadcast(doc)))),
            Kind::Reminder(doc) => Some(PlanBlockKind::Plain(BlockKind::Reminder(message(doc)))),
            Kind::Announcement(doc) => Some(PlanBlockKind::Plain(BlockKind::Announcement(message(doc)))),
            Kind::Shift(_) if block.until.is_none() => {
                self.flaw(Problem::missing_field(&below(path, "until")));
                None
            }
            Kind::Shift(doc) => {
                let shift = Shift { person: doc.person.trim().to_owned(), tasks: doc.tasks.clone() };
                Some(PlanBlockKind::Plain(BlockKind::Shift(shift)))
            }
            Kind::Cue(doc) => Some(cue(doc)),
            Kind::Rule(doc) => self.rule(doc, &below(path, "rule")),
        }
    }

    fn rule(&mut self, doc: &RuleDoc, path: &str) -> Option<PlanBlockKind> {
        let trigger = match (&doc.below, &doc.sold_out) {
            (Some(below), None) => PlanTrigger::FreeBelow(below.pool.clone(), below.units),
            (None, Some(window)) => PlanTrigger::SoldOut(window.clone()),
            _ => {
                let sentence = "write either `below` or `sold_out`: what the rule acts on";
                self.flaw(Problem::value_wrong(&below(path, "below"), sentence));
                return None;
            }
        };
        let act = match &doc.then {
            ActDoc::Close(slugs) => PlanAct::Close(slugs.clone()),
            ActDoc::Shrink(shrink) => PlanAct::Shrink(shrink.pool.clone(), shrink.keep),
            ActDoc::Open(window) => PlanAct::Open(window.clone()),
            ActDoc::Publish(slug) => PlanAct::Publish(slug.clone()),
        };
        Some(PlanBlockKind::Rule(trigger, act))
    }
}

fn broadcast(doc: &BroadcastDoc) -> Broadcast {
    let source = |source: &crate::block::SourceShape| Source {
        kind: match source.kind {
            SourceKindShape::Hls => SourceKind::Hls,
            SourceKindShape::Embed => SourceKind::Embed,
            SourceKindShape::Audio => SourceKind::Audio,
            SourceKindShape::Still => SourceKind::Still,
        },
        url: source.url.clone(),
    };
    Broadcast { sources: doc.sources.iter().map(source).collect(), replay: doc.replay.clone() }
}

fn message(doc: &MessageDoc) -> Message {
    let told = match doc.audience {
        ToldShape::Buyers => Told::Buyers,
        ToldShape::Waiting => Told::Waiting,
        ToldShape::Followers => Told::Followers,
        ToldShape::Crew => Told::Crew,
    };
    let channel = match doc.channel {
        ChannelShape::Mail => Channel::Mail,
        ChannelShape::Sms => Channel::Sms,
        ChannelShape::Push => Channel::Push,
        ChannelShape::Page => Channel::Page,
    };
    Message { told, channel, text: doc.text.clone() }
}

fn cue(doc: &CueDoc) -> PlanBlockKind {
    let CueDoc { camera, drone, host, offer } = doc;
    let cue = Cue { camera: camera.clone(), drone: drone.clone(), host: host.clone(), offer: None };
    match offer {
        Some(offer) => PlanBlockKind::Cue(cue, offer.clone()),
        None => PlanBlockKind::Plain(BlockKind::Cue(cue)),
    }
}
