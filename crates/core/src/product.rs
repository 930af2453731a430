//! The product: the thing in the picture. Its pictures, what it is in words, and what people ask about it.
//!
//! An offer sells the product of the same key, in whichever slot it is: so a product that is described once is shown
//! wherever it is sold, by plans, templates and series too. Start at [`Product`], then at [`shown`].

use crate::books::Books;
use crate::ids::{PictureId, ProductId, SlotId};
use crate::picture::Picture;

/// A product as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its name, unique for the organiser; offers of this key sell it.
    pub key: String,
    /// Rises by one with every change.
    pub version: u32,
    /// Its title for people.
    pub title: String,
    /// What it is, in words; paragraphs.
    pub about: String,
    /// Its pictures, the one that stands for it first.
    pub pictures: Vec<PictureId>,
    /// What people ask about it.
    pub faqs: Vec<Faq>,
}

/// A question that people ask, and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faq {
    /// What they ask.
    pub question: String,
    /// What to know; paragraphs.
    pub answer: String,
}

/// What the library has for a slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The pictures: the slot's own, then those of its products in the order of its offers. Each once.
    pub pictures: Vec<Picture>,
    /// The products that its offers sell, in the order of the offers.
    pub products: Vec<Product>,
}

/// What the library has for a slot as it stands.
pub fn shown(books: &Books, slot: SlotId) -> Shown {
    // Most organisers sell without a library, and a slot is looked at whenever it changes.
    if books.pictures.is_empty() && books.products.is_empty() {
        return Shown::default();
    }
    let product = |key: &str| books.products.values().find(|product| product.key == key);
    let mut products: Vec<&Product> = Vec::new();
    for found in books.offers_of(slot).filter_map(|offer| product(&offer.spec.key)) {
        if products.iter().all(|known| known.id != found.id) {
            products.push(found);
        }
    }
    let own = books.slots.get(&slot).and_then(|slot| at(books, &slot.spec.image));
    let theirs = products.iter().flat_map(|product| &product.pictures);
    let mut pictures: Vec<&Picture> = Vec::new();
    for found in own.into_iter().chain(theirs.filter_map(|id| books.pictures.get(id))) {
        if pictures.iter().all(|known| known.id != found.id) {
            pictures.push(found);
        }
    }
    Shown {
        pictures: pictures.into_iter().cloned().collect(),
        products: products.into_iter().cloned().collect(),
    }
}

/// The picture of the library that an address leads to.
fn at<'b>(books: &'b Books, address: &str) -> Option<&'b Picture> {
    // Most slots have none, and no picture has to be asked then.
    let mut pictures = books.pictures.values().filter(|_| !address.is_empty());
    pictures.find(|picture| picture.is_at(books.organiser.id, address))
}
