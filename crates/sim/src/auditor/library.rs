//! The library as the auditor keeps it: pictures, products, and what stands in the way of removing one.

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{PictureId, ProductId, SlotId};
use dayshelf_core::look::{Colour, Look, LookSpec};
use dayshelf_core::picture::Picture;
use dayshelf_core::product::{Faq, Product, Shown};
use dayshelf_core::refusal::Noun;

use super::write::{broken, in_use, room};
use super::{Answer, Auditor, No, earliest, seen, sound, unknown};

const PICTURES_MAX: usize = 1_000;
const PRODUCTS_MAX: usize = 1_000;
/// The darkest of what a light page has under an accent, and the brightest of what a dark one has.
const LIGHT_PAGE: Colour = Colour::of(0xfb_fb_f9);
const DARK_CARD: Colour = Colour::of(0x17_1d_1a);

impl Auditor {
    /// What is shown with a slot: its own picture, and the products of its offers with theirs, each once.
    pub(crate) fn library_of(&self, slot: SlotId) -> Shown {
        let mut shown = Shown::default();
        let image = self.slots.get(&slot).map(|slot| slot.spec.image.as_str()).unwrap_or_default();
        let leads = |picture: &&Picture| {
            picture.drawn.files.iter().any(|file| image.ends_with(&file.path(self.organiser.id)))
        };
        shown.pictures.extend(self.pictures.values().find(leads).cloned());
        for (_, offer) in self.offers_of(slot) {
            let product = self.products.values().find(|product| product.key == offer.key);
            let Some(product) = product.filter(|product| !shown.products.contains(product)) else { continue };
            shown.products.push(product.clone());
            for picture in product.pictures.iter().filter_map(|id| self.pictures.get(id)) {
                if !shown.pictures.contains(picture) {
                    shown.pictures.push(picture.clone());
                }
            }
        }
        shown
    }

    /// A command about the library.
    pub(super) fn library(&mut self, command: &Command) -> Answer {
        match command {
            Command::PutPicture { expected, picture } => self.put_picture(*expected, picture),
            Command::RemovePicture { id, expected } => self.remove_picture(*id, *expected),
            Command::PutProduct { expected, product } => self.put_product(*expected, product),
            Command::RemoveProduct { id, expected } => self.remove_product(*id, *expected),
            _ => Err(No::Code("a command about something else")),
        }
    }

    fn put_picture(&mut self, expected: Expect, picture: &Picture) -> Answer {
        let known = self.pictures.get(&picture.id);
        earliest([
            seen(expected, known.map(|known| known.version), Noun::Picture),
            broken(is_sound(picture)),
            room(self.pictures.len(), PICTURES_MAX, Noun::Picture).filter(|_| known.is_none()),
        ])?;
        let said = |picture: &Picture| (picture.title.clone(), picture.alt.clone(), picture.focus);
        if known.map(said) == Some(said(picture)) {
            return Ok(());
        }
        let mut put = picture.clone();
        put.version = known.map_or(1, |known| known.version + 1);
        if let Some(known) = known {
            put.drawn = known.drawn.clone();
            put.made_at = known.made_at;
        }
        self.pictures.insert(put.id, put.clone());
        self.say(Fact::PicturePut(Box::new(put)));
        Ok(())
    }

    fn remove_picture(&mut self, id: PictureId, expected: Expect) -> Answer {
        let known = self.pictures.get(&id).ok_or(unknown(Noun::Picture))?;
        let held = self.products.values().any(|product| product.pictures.contains(&id));
        let files: Vec<String> = known.drawn.files.iter().map(|file| file.path(self.organiser.id)).collect();
        let shows = |image: &String| files.iter().any(|file| image.ends_with(file));
        earliest([
            seen(expected, Some(known.version), Noun::Picture),
            (self.organiser.look.spec.logo == Some(id)).then(|| in_use(Noun::Picture, Noun::Organiser)),
            held.then(|| in_use(Noun::Picture, Noun::Product)),
            self.slots
                .values()
                .any(|slot| shows(&slot.spec.image))
                .then(|| in_use(Noun::Picture, Noun::Slot)),
            self.offers.values().any(|offer| shows(&offer.image)).then(|| in_use(Noun::Picture, Noun::Offer)),
        ])?;
        self.pictures.remove(&id);
        self.say(Fact::PictureRemoved(id));
        Ok(())
    }

    pub(super) fn change_look(&mut self, expected: Expect, look: &LookSpec) -> Answer {
        let logo = look.logo.map(|id| self.pictures.get(&id));
        let readable = look.accent.is_none_or(|accent| {
            let bright = |colour: Colour| sound::brightness(colour);
            // On the page and on the cards that lie on it; words on the accent are as bright as the page.
            let dark = accent.dark.is_none_or(|dark| bright(dark) >= 4.5 * sound::brightness(DARK_CARD));
            4.5 * bright(accent.light) <= bright(LIGHT_PAGE) && dark
        });
        earliest([
            matches!(logo, Some(None)).then(|| unknown(Noun::Picture)),
            seen(expected, Some(self.organiser.version), Noun::Organiser),
            broken(readable),
        ])?;
        if self.organiser.look.spec == *look {
            return Ok(());
        }
        let file =
            logo.flatten().and_then(|picture| picture.drawn.files.iter().min_by_key(|file| file.width));
        self.organiser.look = Look { spec: *look, logo: file.copied() };
        self.organiser.version += 1;
        self.say(Fact::OrganiserChanged(Box::new(self.organiser.clone())));
        Ok(())
    }

    fn put_product(&mut self, expected: Expect, product: &Product) -> Answer {
        let known = self.products.get(&product.id);
        let named = |other: &Product| other.key == product.key && other.id != product.id;
        let missing = product.pictures.iter().any(|picture| !self.pictures.contains_key(picture));
        let mut once = product.pictures.clone();
        once.sort_unstable();
        once.dedup();
        let texts = sound::slug(&product.key)
            && sound::title(&product.title)
            && product.about.chars().count() <= 20_000
            && faqs(&product.faqs);
        earliest([
            missing.then(|| unknown(Noun::Picture)),
            seen(expected, known.map(|known| known.version), Noun::Product),
            self.products.values().any(named).then_some(No::Code("name_taken")),
            broken(texts && product.pictures.len() <= 12 && once.len() == product.pictures.len()),
            room(self.products.len(), PRODUCTS_MAX, Noun::Product).filter(|_| known.is_none()),
        ])?;
        let version = known.map_or(0, |known| known.version);
        let put = Product { version: version + 1, ..product.clone() };
        if known.is_none_or(|known| *known != (Product { version, ..product.clone() })) {
            self.products.insert(put.id, put.clone());
            self.say(Fact::ProductPut(Box::new(put)));
        }
        Ok(())
    }

    fn remove_product(&mut self, id: ProductId, expected: Expect) -> Answer {
        let known = self.products.get(&id).ok_or(unknown(Noun::Product))?;
        earliest([seen(expected, Some(known.version), Noun::Product)])?;
        self.products.remove(&id);
        self.say(Fact::ProductRemoved(id));
        Ok(())
    }
}

fn is_sound(picture: &Picture) -> bool {
    let described = !picture.alt.trim().is_empty() && picture.alt.chars().count() <= 300;
    let files = &picture.drawn.files;
    let widths: Vec<u32> = files.iter().map(|file| file.width).collect();
    let rising = widths.windows(2).all(|pair| pair[0] < pair[1]);
    let bytes: u64 = files.iter().map(|file| u64::from(file.bytes)).sum();
    let drawn = (1..=4).contains(&files.len()) && rising && (1..=2 * 1024 * 1024).contains(&bytes);
    sound::title(&picture.title) && described && drawn && picture.focus.x <= 100 && picture.focus.y <= 100
}

/// Whether questions and answers can be.
pub(super) fn faqs(faqs: &[Faq]) -> bool {
    let said = |faq: &Faq| {
        sound::title(&faq.question) && !faq.answer.trim().is_empty() && faq.answer.chars().count() <= 2_000
    };
    faqs.len() <= 20 && faqs.iter().all(said)
}
