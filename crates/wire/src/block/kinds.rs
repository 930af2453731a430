//! What a block of each kind says, from the core's values. Not here: what can be asked for ([`super`]).

use dayshelf_core::block::{Broadcast, Channel, Cue, Message, Shift, Source, SourceKind, Told};

use super::{
    BroadcastWhole, ChannelShape, CueWhole, MessageWhole, ShiftShape, SourceKindShape, SourceShape, ToldShape,
};
use crate::name::OfferRef;

impl From<&Broadcast> for BroadcastWhole {
    fn from(broadcast: &Broadcast) -> Self {
        let sources = broadcast.sources.iter();
        let source = |source: &Source| SourceShape {
            kind: match source.kind {
                SourceKind::Hls => SourceKindShape::Hls,
                SourceKind::Embed => SourceKindShape::Embed,
                SourceKind::Audio => SourceKindShape::Audio,
                SourceKind::Still => SourceKindShape::Still,
            },
            url: source.url.clone(),
        };
        Self { sources: sources.map(source).collect(), replay: broadcast.replay.clone() }
    }
}

impl From<&Message> for MessageWhole {
    fn from(message: &Message) -> Self {
        let audience = match message.told {
            Told::Buyers => ToldShape::Buyers,
            Told::Waiting => ToldShape::Waiting,
            Told::Followers => ToldShape::Followers,
            Told::Crew => ToldShape::Crew,
        };
        let channel = match message.channel {
            Channel::Mail => ChannelShape::Mail,
            Channel::Sms => ChannelShape::Sms,
            Channel::Push => ChannelShape::Push,
            Channel::Page => ChannelShape::Page,
        };
        Self { audience, channel, text: message.text.clone() }
    }
}

impl From<&Shift> for ShiftShape {
    fn from(shift: &Shift) -> Self {
        Self { person: shift.person.clone(), tasks: shift.tasks.clone() }
    }
}

impl From<&Cue> for CueWhole {
    fn from(cue: &Cue) -> Self {
        let Cue { camera, drone, host, offer } = cue;
        let (camera, drone, host) = (camera.clone(), drone.clone(), host.clone());
        Self { camera, drone, host, offer: offer.map(OfferRef) }
    }
}
