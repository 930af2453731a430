//! The library: what a picture and a product may be, what a slot shows of them, and what stands in the way of removal.

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{PictureId, ProductId, SlotId};
use dayshelf_core::picture::{Drawn, Focus, Picture, PictureFile, TONES_BYTES};
use dayshelf_core::product::{Faq, Product, shown};
use dayshelf_core::refusal::{Flaw, Noun, Refusal};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use crate::table::World;

pub fn picture(world: &mut World, name: &str) -> Picture {
    let file =
        |width| PictureFile { width, height: width, bytes: 900, digest: Digest([name.len() as u8; 32]) };
    Picture {
        id: PictureId(world.id(name)),
        version: 0,
        title: "Mug".into(),
        alt: "A mug".into(),
        focus: Focus::MIDDLE,
        made_at: Instant(0),
        drawn: Drawn { files: vec![file(480), file(960)], tones: [0; TONES_BYTES] },
    }
}

pub fn put(picture: &Picture) -> Command {
    Command::PutPicture { expected: Expect::Any, picture: Box::new(picture.clone()) }
}

fn product(world: &mut World, key: &str, pictures: &[&Picture]) -> Product {
    Product {
        id: ProductId(world.id(key)),
        key: key.into(),
        version: 0,
        title: "Mug".into(),
        about: String::new(),
        pictures: pictures.iter().map(|picture| picture.id).collect(),
        faqs: vec![Faq { question: "Is it safe?".into(), answer: "Yes.".into() }],
    }
}

fn make(product: &Product) -> Command {
    Command::PutProduct { expected: Expect::Any, product: Box::new(product.clone()) }
}

/// A slot shows the products of its offers' keys, with each picture once, its own first.
#[test]
fn a_slot_shows_what_it_sells() {
    let mut world = World::new();
    for line in ["pool P 3", "slot S 18:00..20:00", "offer mug S P 100", "offer vase S P 100"] {
        assert_eq!(world.line(line), None, "{line}");
    }
    let (one, other) = (picture(&mut world, "a"), picture(&mut world, "bb"));
    let mug = product(&mut world, "mug", &[&one, &other]);
    let unsold = product(&mut world, "bowl", &[&one]);
    for command in [put(&one), put(&other), make(&mug), make(&unsold)] {
        world.transact(&command).unwrap();
    }
    let slot = SlotId(world.id("S"));
    let ids = |world: &World| {
        let shown = shown(&world.books, slot);
        let pictures: Vec<PictureId> = shown.pictures.iter().map(|picture| picture.id).collect();
        (pictures, shown.products.iter().map(|product| product.id).collect::<Vec<_>>())
    };
    assert_eq!(ids(&world), (vec![one.id, other.id], vec![mug.id]));
    let own = other.largest().unwrap().path(world.books.organiser.id);
    world.books.slots.get_mut(&slot).unwrap().spec.image = format!("https://example.org{own}");
    assert_eq!(ids(&world).0, [other.id, one.id]);
    let remove = |picture: &Picture| Command::RemovePicture { id: picture.id, expected: Expect::Any };
    let by = |by| Err(Refusal::InUse { noun: Noun::Picture, by });
    assert_eq!(world.transact(&remove(&one)), by(Noun::Product));
    for product in [&mug, &unsold] {
        world.transact(&Command::RemoveProduct { id: product.id, expected: Expect::Any }).unwrap();
    }
    assert_eq!(world.transact(&remove(&other)), by(Noun::Slot));
    assert!(world.transact(&remove(&one)).is_ok());
    assert_eq!(ids(&world), (vec![other.id], Vec::new()));
}

/// What is said about a picture may change; what was drawn of it and when it came in stays.
#[test]
fn a_picture_stays_what_it_is() {
    let mut world = World::new();
    let one = picture(&mut world, "a");
    world.transact(&put(&one)).unwrap();
    assert_eq!(world.transact(&put(&one)), Ok(Vec::new()), "the same again is no new version");
    let drawn = picture(&mut world, "bb").drawn;
    let other = Picture { alt: "Another mug".into(), drawn, made_at: Instant(9), ..one.clone() };
    world.transact(&put(&other)).unwrap();
    let kept = &world.books.pictures[&one.id];
    assert_eq!((kept.version, kept.alt.as_str()), (2, "Another mug"));
    assert_eq!((&kept.drawn, kept.made_at), (&one.drawn, one.made_at));
}

/// Descriptions, points, files, questions and answers have their bounds.
#[test]
fn bounds_are_kept() {
    let mut world = World::new();
    let flaw = |world: &mut World, command: &Command| match world.transact(command) {
        Err(Refusal::Invalid(invalid)) => (invalid.field, invalid.flaw),
        other => panic!("{other:?}"),
    };
    let one = picture(&mut world, "a");
    for (change, field, wanted) in [
        ((|picture| picture.alt = " ".into()) as fn(&mut Picture), "alt", Flaw::Empty),
        (|picture| picture.alt = "x".repeat(301), "alt", Flaw::AboveMax(300)),
        (|picture| picture.focus.y = 101, "focus.y", Flaw::AboveMax(100)),
        (|picture| picture.drawn.files.clear(), "files", Flaw::Empty),
        (|picture| picture.drawn.files.swap(0, 1), "files", Flaw::Repeated),
        (|picture| picture.drawn.files[0].bytes = u32::MAX, "files", Flaw::AboveMax(2 * 1024 * 1024)),
    ] {
        let mut changed = one.clone();
        change(&mut changed);
        assert_eq!(flaw(&mut world, &put(&changed)), (field.into(), wanted));
    }
    let mug = product(&mut world, "mug", &[]);
    let faqs = |answer: &str, count: usize| Product {
        faqs: vec![Faq { question: "Why?".into(), answer: answer.into() }; count],
        ..mug.clone()
    };
    assert_eq!(flaw(&mut world, &make(&faqs("", 1))), ("faqs[0].answer".into(), Flaw::Empty));
    assert_eq!(flaw(&mut world, &make(&faqs("So.", 21))), ("faqs".into(), Flaw::AboveMax(20)));
    world.transact(&put(&one)).unwrap();
    let twice = product(&mut world, "mug", &[&one, &one]);
    assert_eq!(flaw(&mut world, &make(&twice)), ("pictures".into(), Flaw::Repeated));
    let missing = picture(&mut world, "ccc");
    let missing = product(&mut world, "mug", &[&missing]);
    assert_eq!(world.transact(&make(&missing)), Err(Refusal::Unknown(Noun::Picture)));
}
