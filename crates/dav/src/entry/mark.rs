//! Marks: what the server has to say about an entry, in front of its title, where every app shows it.
//!
//! A mark is ours: it is put there by a line edit, and whatever an app sends back is read without it. Start at
//! [`Mark::of`].

/// What is said about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Its zone is not known.
    Zone,
    /// It shall be cancelled, which needs a yes.
    Cancel,
    /// It shall be changed, which needs a yes.
    Change,
}

/// A mark with the address where it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// What is said.
    pub mark: Mark,
    /// Where it is answered; empty for in the entry itself.
    pub link: String,
}

/// What stands before an address in an entry's text.
const ANSWER: &str = "Say yes or no: ";

impl Marked {
    /// A text with the line that leads to the answer, or without one.
    pub fn described(marked: Option<&Self>, text: &str) -> String {
        let own = match text.strip_prefix(ANSWER) {
            Some(rest) => rest.split_once('\n').map_or("", |(_, own)| own.trim_start_matches('\n')),
            None => text,
        };
        match marked.filter(|marked| !marked.link.is_empty()) {
            Some(marked) if own.is_empty() => format!("{ANSWER}{}", marked.link),
            Some(marked) => format!("{ANSWER}{}\n\n{own}", marked.link),
            None => own.to_owned(),
        }
    }
}

impl Mark {
    const ALL: [Self; 3] = [Self::Zone, Self::Cancel, Self::Change];

    /// The words in front of the title.
    const fn words(self) -> &'static str {
        match self {
            Self::Zone => "[which time zone?] ",
            Self::Cancel => "[cancellation requested: confirm] ",
            Self::Change => "[change requested: confirm] ",
        }
    }

    /// A title with its mark.
    pub fn on(mark: Option<Self>, title: &str) -> String {
        format!("{}{title}", mark.map_or("", Self::words))
    }

    /// The mark of a title, and the title without marks.
    pub fn of(title: &str) -> (Option<Self>, &str) {
        let (mut found, mut rest) = (None, title.trim_start());
        while let Some(mark) = Self::ALL.into_iter().find(|mark| rest.starts_with(mark.words().trim_end())) {
            found = found.or(Some(mark));
            rest = rest[mark.words().trim_end().len()..].trim_start();
        }
        (found, if found.is_some() { rest } else { title })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line that leads to the answer comes and goes, and what the organiser wrote stays.
    #[test]
    fn answers_come_and_go() {
        let marked = Marked { mark: Mark::Cancel, link: "http://h/yes/1".into() };
        for own in ["", "Bring wood.", "Bring wood.\n\nAnd salt."] {
            let with = Marked::described(Some(&marked), own);
            assert!(with.starts_with("Say yes or no: http://h/yes/1") && with.ends_with(own));
            assert_eq!(Marked::described(Some(&marked), &with), with);
            assert_eq!(Marked::described(None, &with), own);
            assert_eq!(Marked::described(None, own), own);
        }
    }

    /// Marks come off as they went on, however often they did.
    #[test]
    fn marks_come_off() {
        let marked = Mark::on(Some(Mark::Cancel), "Kiln opening");
        assert_eq!(marked, "[cancellation requested: confirm] Kiln opening");
        assert_eq!(Mark::of(&marked), (Some(Mark::Cancel), "Kiln opening"));
        assert_eq!(Mark::of(&Mark::on(Some(Mark::Zone), &marked)), (Some(Mark::Zone), "Kiln opening"));
        assert_eq!(Mark::of(" [own] Kiln"), (None, " [own] Kiln"));
        assert_eq!(Mark::of("[which time zone?]"), (Some(Mark::Zone), ""));
    }
}
