//! The library in JSON: pictures, products, questions with their answers, and what of it a slot shows.

use dayshelf_core::ids::{OrganiserId, PictureId, ProductId};
use dayshelf_core::picture::{Drawn, Focus, Picture, PictureFile};
use dayshelf_core::product::{Faq, Product, Shown};
use dayshelf_core::slot::SlotSpec;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::{PictureRef, ProductRef};
use crate::time::At;

/// A point of a picture in hundredths of its width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FocusShape {
    /// From the left.
    #[schema(maximum = 100)]
    pub x: u8,
    /// From the top.
    #[schema(maximum = 100)]
    pub y: u8,
}

/// A file of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PictureFileShape {
    /// Where it is on this server; what is there never changes.
    #[schema(example = "/pictures/org_01k9ydt4zq7m8v2c5x6b3n0aef/9f86d0…0a08.webp")]
    pub address: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// How long it is, in bytes.
    pub bytes: u32,
}

/// A picture of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PictureShape {
    /// Its id.
    pub id: PictureRef,
    /// Rises by one with every change.
    pub version: u32,
    /// What the organiser calls it.
    pub title: String,
    /// What it shows, for whoever does not see it.
    pub alt: String,
    /// The point that stays in sight.
    pub focus: FocusShape,
    /// When it came in.
    pub made_at: At,
    /// Its files as WebP, the smallest first. The address of any of them stands for the picture in `image` of slots.
    pub files: Vec<PictureFileShape>,
}

impl PictureShape {
    /// The shape of an organiser's picture.
    pub fn of(picture: &Picture, organiser: OrganiserId) -> Self {
        let Picture { id, version, title, alt, focus, made_at, drawn } = picture;
        let file = |file: &PictureFile| PictureFileShape {
            address: file.path(organiser),
            width: file.width,
            height: file.height,
            bytes: file.bytes,
        };
        Self {
            id: PictureRef(*id),
            version: *version,
            title: title.clone(),
            alt: alt.clone(),
            focus: FocusShape { x: focus.x, y: focus.y },
            made_at: At(*made_at),
            files: drawn.files.iter().map(file).collect(),
        }
    }
}

/// A picture in the journal, where nobody asks for its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PictureHead {
    /// What the organiser calls it.
    pub title: String,
    /// What it shows.
    pub alt: String,
    /// The point that stays in sight.
    pub focus: FocusShape,
    /// Rises by one with every change.
    pub version: u32,
}

impl From<&Picture> for PictureHead {
    fn from(picture: &Picture) -> Self {
        let focus = FocusShape { x: picture.focus.x, y: picture.focus.y };
        Self { title: picture.title.clone(), alt: picture.alt.clone(), focus, version: picture.version }
    }
}

/// What is said about a picture.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PictureRequest {
    /// What the organiser calls it.
    #[schema(max_length = 200)]
    pub title: String,
    /// What it shows, for whoever does not see it.
    #[schema(max_length = 300)]
    pub alt: String,
    /// The point that stays in sight; the middle when left out.
    #[serde(default)]
    pub focus: Option<FocusShape>,
}

impl PictureRequest {
    /// The core's value. What was drawn of it is only looked at when the picture is new.
    pub fn picture(&self, id: PictureId, drawn: Drawn, at: dayshelf_core::time::Instant) -> Picture {
        let focus = self.focus.map_or(Focus::MIDDLE, |focus| Focus { x: focus.x, y: focus.y });
        let (title, alt) = (self.title.clone(), self.alt.clone());
        Picture { id, version: 0, title, alt, focus, made_at: at, drawn }
    }
}

/// A question that people ask, and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaqDoc {
    /// What they ask.
    #[schema(max_length = 200, example = "Is it safe for the dishwasher?")]
    pub question: String,
    /// What to know, plain text in paragraphs.
    #[schema(max_length = 2000, example = "Yes, in the upper rack.")]
    pub answer: String,
}

impl FaqDoc {
    /// The core's values of a list.
    pub fn read(all: &[Self]) -> Vec<Faq> {
        let faq = |doc: &Self| Faq { question: doc.question.clone(), answer: doc.answer.clone() };
        all.iter().map(faq).collect()
    }

    /// The shapes of the core's values.
    pub fn all(faqs: &[Faq]) -> Vec<Self> {
        let doc = |faq: &Faq| Self { question: faq.question.clone(), answer: faq.answer.clone() };
        faqs.iter().map(doc).collect()
    }
}

/// A product as its organiser writes it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductRequest {
    /// Its name, unique for the organiser: offers of this key sell it.
    #[schema(max_length = 64, example = "mug")]
    pub key: String,
    /// Its title for people.
    #[schema(max_length = 200, example = "Mug, 300 ml")]
    pub title: String,
    /// What it is, plain text in paragraphs.
    #[serde(default)]
    #[schema(max_length = 20000)]
    pub about: String,
    /// Its pictures, the one that stands for it first.
    #[serde(default)]
    #[schema(max_items = 12)]
    pub pictures: Vec<PictureRef>,
    /// What people ask about it.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub faqs: Vec<FaqDoc>,
}

impl ProductRequest {
    /// The core's value.
    pub fn product(&self, id: ProductId) -> Product {
        Product {
            id,
            key: self.key.clone(),
            version: 0,
            title: self.title.clone(),
            about: self.about.clone(),
            pictures: self.pictures.iter().map(|picture| picture.0).collect(),
            faqs: FaqDoc::read(&self.faqs),
        }
    }
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductShape {
    /// Its id.
    pub id: ProductRef,
    /// Its name: offers of this key sell it.
    pub key: String,
    /// Rises by one with every change.
    pub version: u32,
    /// Its title for people.
    pub title: String,
    /// What it is, plain text in paragraphs.
    pub about: String,
    /// Its pictures, the one that stands for it first.
    pub pictures: Vec<PictureRef>,
    /// What people ask about it.
    pub faqs: Vec<FaqDoc>,
}

impl From<&Product> for ProductShape {
    fn from(product: &Product) -> Self {
        let Product { id, key, version, title, about, pictures, faqs } = product;
        Self {
            id: ProductRef(*id),
            key: key.clone(),
            version: *version,
            title: title.clone(),
            about: about.clone(),
            pictures: pictures.iter().map(|picture| PictureRef(*picture)).collect(),
            faqs: FaqDoc::all(faqs),
        }
    }
}

/// What of the library a slot shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShownShape {
    /// The pictures: the slot's own, then those of its products.
    pub pictures: Vec<PictureShape>,
    /// The products that its offers sell: those of the offers' keys.
    pub products: Vec<ProductShape>,
    /// What people ask about this date.
    pub faqs: Vec<FaqDoc>,
}

impl ShownShape {
    /// The shape of what a slot shows.
    pub fn of(shown: &Shown, slot: &SlotSpec, organiser: OrganiserId) -> Self {
        let pictures = shown.pictures.iter().map(|picture| PictureShape::of(picture, organiser));
        let products = shown.products.iter().map(ProductShape::from);
        Self { pictures: pictures.collect(), products: products.collect(), faqs: FaqDoc::all(&slot.faqs) }
    }
}
