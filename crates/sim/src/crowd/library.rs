//! The organiser's library: pictures come in, are described anew and removed; products show them and answer
//! questions.

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{PictureId, ProductId};
use dayshelf_core::look::{Accent, Colour, LookSpec};
use dayshelf_core::picture::{Drawn, Focus, Picture, PictureFile, TONES_BYTES};
use dayshelf_core::product::{Faq, Product};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use super::Crowd;
use crate::auditor::Auditor;

impl Crowd {
    /// One change of the library.
    pub(super) fn edits_library(&mut self, now: Instant, known: &Auditor) -> Command {
        let picture = self.chance.pick(known.pictures.values()).cloned();
        let product = self.chance.pick(known.products.values()).cloned();
        match (self.chance.between(0, 9), picture, product) {
            // Products are few, so what is done with one is often its end.
            (luck, _, Some(old)) if self.chance.percent(50) => {
                let stale = (luck < 4).then_some(Expect::Version(old.version + 1));
                let expected = stale.unwrap_or_else(|| self.expects(old.version));
                Command::RemoveProduct { id: old.id, expected }
            }
            (0 | 1, Some(old), _) => {
                // Pictures are few as well, and somebody else is often before whoever removes one.
                let stale = self.chance.percent(40).then(|| Expect::Version(old.version + 1));
                let expected = stale.unwrap_or_else(|| self.expects(old.version));
                Command::RemovePicture { id: old.id, expected }
            }
            (2, Some(old), _) => {
                let expected = self.expects(old.version);
                let focus = Focus { x: self.chance.between(0, 104) as u8, y: 20 };
                Command::PutPicture { expected, picture: Box::new(Picture { focus, ..old }) }
            }
            (3, logo, _) => self.edits_look(known, logo.map(|picture| picture.id)),
            (4 | 5, picture, Some(mut old)) => {
                let expected = self.expects(old.version);
                old.pictures.extend(picture.map(|picture| picture.id));
                old.faqs.push(Faq { question: "Does it float?".into(), answer: "For a while.".into() });
                old.faqs.truncate(self.chance.between(0, 3) as usize);
                Command::PutProduct { expected, product: Box::new(old) }
            }
            (6 | 7, picture, _) => {
                let key = format!("product-{}", self.chance.between(0, 5));
                let lost = self.chance.percent(15).then(|| PictureId(self.ids.next()));
                let pictures = picture.map(|picture| picture.id).into_iter().chain(lost).collect();
                let id = ProductId(self.ids.next());
                let (title, about) = ("Product".into(), "A thing.".into());
                let product = Product { id, key, version: 0, title, about, pictures, faqs: Vec::new() };
                Command::PutProduct { expected: Expect::New, product: Box::new(product) }
            }
            _ => Command::PutPicture { expected: Expect::New, picture: Box::new(self.picture(now)) },
        }
    }

    /// A logo that is there or not, and a colour that can be read or not.
    fn edits_look(&mut self, known: &Auditor, logo: Option<PictureId>) -> Command {
        let lost = self.chance.percent(10).then(|| PictureId(self.ids.next()));
        let mut some = || Colour::of((self.chance.bits() & 0xff_ff_ff) as u32);
        let (light, dark) = (some(), some());
        let dark = Some(dark).filter(|_| self.chance.percent(30));
        let accent = self.chance.percent(70).then_some(Accent { light, dark });
        let logo = lost.or(logo).filter(|_| self.chance.percent(60));
        Command::ChangeLook {
            expected: self.expects(known.organiser.version),
            look: LookSpec { logo, accent },
        }
    }

    fn picture(&mut self, now: Instant) -> Picture {
        let file = |(width, name): (u32, u8)| PictureFile {
            width,
            height: width / 4 * 3,
            bytes: width,
            digest: Digest([name; 32]),
        };
        let name = self.chance.between(0, 250) as u8;
        let files = [(480, name), (960, name + 1)].map(file).to_vec();
        Picture {
            id: PictureId(self.ids.next()),
            version: 0,
            title: "Picture".into(),
            alt: if self.chance.percent(5) { String::new() } else { "A thing on a table.".into() },
            focus: Focus::MIDDLE,
            made_at: now,
            drawn: Drawn { files, tones: [name; TONES_BYTES] },
        }
    }
}
