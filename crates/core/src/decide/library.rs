//! The library: pictures and products.

use super::definitions::{free_name, room};
use super::{Decision, earliest, expect, validate};
use crate::books::Books;
use crate::command::{Command, Expect};
use crate::fact::Fact;
use crate::ids::{PictureId, ProductId};
use crate::limits::{PICTURES_MAX, PRODUCTS_MAX};
use crate::picture::Picture;
use crate::product::Product;
use crate::refusal::{Noun, Refusal};

/// Answers a command about the library; about anything else there is nothing to do.
pub(super) fn decide(books: &Books, command: &Command) -> Decision {
    match command {
        Command::PutPicture { expected, picture } => put_picture(books, *expected, picture),
        Command::RemovePicture { id, expected } => remove_picture(books, *id, *expected),
        Command::PutProduct { expected, product } => put_product(books, *expected, product),
        Command::RemoveProduct { id, expected } => remove_product(books, *id, *expected),
        _ => Ok(Vec::new()),
    }
}

fn put_picture(books: &Books, expected: Expect, picture: &Picture) -> Decision {
    let known = books.pictures.get(&picture.id);
    earliest([
        expect(expected, known.map(|known| known.version), Noun::Picture),
        validate::picture(picture),
        if known.is_none() { room(books.pictures.len(), PICTURES_MAX, Noun::Picture) } else { Ok(()) },
    ])?;
    let mut put = Picture { version: known.map_or(1, |known| known.version + 1), ..picture.clone() };
    if let Some(known) = known {
        // Another picture is another thing: addresses of this one are out there, and kept for good.
        (put.drawn, put.made_at) = (known.drawn.clone(), known.made_at);
        if (Picture { version: put.version, ..known.clone() }) == put {
            return Ok(Vec::new());
        }
    }
    Ok(vec![Fact::PicturePut(Box::new(put))])
}

fn remove_picture(books: &Books, id: PictureId, expected: Expect) -> Decision {
    let known = books.pictures.get(&id).ok_or(Refusal::Unknown(Noun::Picture))?;
    expect(expected, Some(known.version), Noun::Picture)?;
    let is_at = |address: &str| known.is_at(books.organiser.id, address);
    if books.organiser.look.spec.logo == Some(id) {
        return Err(Refusal::InUse { noun: Noun::Picture, by: Noun::Organiser });
    }
    if books.products.values().any(|product| product.pictures.contains(&id)) {
        return Err(Refusal::InUse { noun: Noun::Picture, by: Noun::Product });
    }
    if books.slots.values().any(|slot| is_at(&slot.spec.image)) {
        return Err(Refusal::InUse { noun: Noun::Picture, by: Noun::Slot });
    }
    if books.offers.values().any(|offer| is_at(&offer.spec.image)) {
        return Err(Refusal::InUse { noun: Noun::Picture, by: Noun::Offer });
    }
    Ok(vec![Fact::PictureRemoved(id)])
}

fn put_product(books: &Books, expected: Expect, product: &Product) -> Decision {
    let known = books.products.get(&product.id);
    let taken = books.products.values().any(|other| other.key == product.key && other.id != product.id);
    let missing = product.pictures.iter().any(|id| !books.pictures.contains_key(id));
    earliest([
        if missing { Err(Refusal::Unknown(Noun::Picture)) } else { Ok(()) },
        expect(expected, known.map(|known| known.version), Noun::Product),
        free_name(!taken, || "key".into()),
        validate::product(product),
        if known.is_none() { room(books.products.len(), PRODUCTS_MAX, Noun::Product) } else { Ok(()) },
    ])?;
    let version = known.map_or(1, |known| known.version + 1);
    let put = Product { version, ..product.clone() };
    if known.is_some_and(|known| Product { version, ..known.clone() } == put) {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::ProductPut(Box::new(put))])
}

/// Offers that sell it stay: they only have nothing to show any more.
fn remove_product(books: &Books, id: ProductId, expected: Expect) -> Decision {
    let known = books.products.get(&id).ok_or(Refusal::Unknown(Noun::Product))?;
    expect(expected, Some(known.version), Noun::Product)?;
    Ok(vec![Fact::ProductRemoved(id)])
}
