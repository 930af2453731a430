//! What a feed has said of a slot, kept to be compared with what it says next and with what the slot is by then.
//!
//! Field by field: what the feed changes goes to a draft whose field is as the feed had it. What somebody has changed
//! here stays, and where both have, the difference is told, and again until they agree. Start at [`compare`].

use dayshelf_core::slot::SlotSpec;
use dayshelf_ical::time::Civil;
use serde::{Deserialize, Serialize};

/// What a feed says of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The title.
    pub title: String,
    /// The story.
    pub story: String,
    /// Where it is.
    pub place: String,
    /// When it is, on its wall.
    pub times: String,
}

/// A field that a feed speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Title,
    /// The story.
    Story,
    /// Where it is.
    Place,
    /// When it is.
    Times,
}

/// Whether a feed changes what it says to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A draft's fields follow, where nobody else has changed them.
    Follow,
    /// What is published is only compared.
    Compare,
}

/// What a comparison came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Fields to be taken over.
    pub take: Vec<Field>,
    /// Fields that differ and stay.
    pub differ: Vec<Field>,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Title, Self::Story, Self::Place, Self::Times];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Story => "story",
            Self::Place => "place",
            Self::Times => "times",
        }
    }
}

impl Said {
    /// A slot's own fields, as a feed would say them.
    pub fn of(spec: &SlotSpec) -> Self {
        let (start, end) = (Civil(spec.times.start_local.0), Civil(spec.times.end_local.0));
        Self {
            title: spec.title.clone(),
            story: spec.story.clone(),
            place: spec.place.clone(),
            times: format!("{start}/{end} {}", spec.times.zone),
        }
    }

    /// As it is kept.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was kept; nothing where it is of another version of the program.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// A field's text.
    pub fn field(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Story => &self.story,
            Field::Place => &self.place,
            Field::Times => &self.times,
        }
    }

    /// What is remembered after a reading: of what differs the old words, so that it is told again.
    #[must_use]
    pub fn remembered(&self, new: &Self, differ: &[Field]) -> Self {
        let text =
            |field| if differ.contains(&field) { self.field(field) } else { new.field(field) }.to_owned();
        Self {
            title: text(Field::Title),
            story: text(Field::Story),
            place: text(Field::Place),
            times: text(Field::Times),
        }
    }
}

/// Compares what a feed said, what it says now, and what the slot is.
pub fn compare(old: &Said, new: &Said, slot: &Said, manner: Manner) -> Compared {
    let mut compared = Compared::default();
    for field in Field::ALL {
        let (was, says, is) = (old.field(field), new.field(field), slot.field(field));
        if was == says || is == says {
            continue;
        }
        if manner == Manner::Follow && is == was {
            compared.take.push(field)
        } else {
            compared.differ.push(field)
        }
    }
    compared
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(title: &str, place: &str) -> Said {
        Said { title: title.into(), story: String::new(), place: place.into(), times: "then".into() }
    }

    /// A draft follows where nobody has changed it; what is published never does; a difference is told until both agree.
    #[test]
    fn follows_or_tells() {
        let (old, new) = (said("Kiln", "Yard"), said("Oven", "Barn"));
        let follow = compare(&old, &new, &old, Manner::Follow);
        assert_eq!((follow.take, follow.differ), (vec![Field::Title, Field::Place], vec![]));
        let own = said("My kiln", "Yard");
        let both = compare(&old, &new, &own, Manner::Follow);
        assert_eq!((both.take.clone(), both.differ.clone()), (vec![Field::Place], vec![Field::Title]));
        let published = compare(&old, &new, &own, Manner::Compare);
        assert_eq!((published.take, published.differ), (vec![], vec![Field::Title, Field::Place]));
        let kept = old.remembered(&new, &both.differ);
        assert_eq!(kept, said("Kiln", "Barn"));
        assert_eq!(compare(&kept, &new, &said("My kiln", "Barn"), Manner::Follow).differ, [Field::Title]);
        assert_eq!(compare(&kept, &new, &new, Manner::Follow), Compared::default());
        assert_eq!(
            compare(&old, &old, &own, Manner::Follow),
            Compared::default(),
            "the feed has said nothing new"
        );
    }
}
