//! The look of an organiser's pages: what contrast is, which colours are refused and what would do instead, and that a
//! logo is a picture of the library.

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::PictureId;
use dayshelf_core::look::{Accent, CONTRAST_MIN, Colour, LookSpec, Scheme, contrast, measure};
use dayshelf_core::refusal::{Faint, Flaw, Noun, Refusal};

use crate::library::{picture, put};
use crate::table::World;

const SCHEMES: [Scheme; 2] = [Scheme::Light, Scheme::Dark];

fn colour(text: &str) -> Colour {
    Colour::parse(text).unwrap_or_else(|| panic!("{text} is no colour"))
}

fn ask(light: &str, dark: Option<&str>) -> Command {
    let accent = Accent { light: colour(light), dark: dark.map(colour) };
    Command::ChangeLook { expected: Expect::Any, look: LookSpec { logo: None, accent: Some(accent) } }
}

/// Contrast is what WCAG says it is, for pairs that are known, and the same in both directions.
#[test]
fn contrast_is_that_of_wcag() {
    for (one, other, hundredths) in [
        ("#000000", "#ffffff", 2_100),
        ("#ffffff", "#ffffff", 100),
        ("#777777", "#ffffff", 447),
        ("#767676", "#ffffff", 454),
        ("#ff0000", "#ffffff", 399),
        ("#0000ff", "#ffffff", 859),
    ] {
        assert_eq!(contrast(colour(one), colour(other)), hundredths, "{one} on {other}");
        assert_eq!(contrast(colour(other), colour(one)), hundredths, "{other} on {one}");
    }
    for wrong in ["", "#", "0b5d4a", "#0b5d4", "#0b5d4a0", "#0b5d4g", "#+b5d4a", "#ä5d4a", "red"] {
        assert_eq!(Colour::parse(wrong), None, "{wrong:?}");
    }
    assert_eq!(colour("#0B5d4a").to_string(), "#0b5d4a");
}

/// Whatever the colour, the nearest shade will do in its scheme, is the colour itself if that will do, and no shade
/// between both does.
#[test]
fn the_nearest_shade_will_do_and_no_nearer_one_does() {
    let parts = [0x00, 0x33, 0x66, 0x80, 0x99, 0xcc, 0xff];
    let one_of = |number: usize| parts[number % parts.len()];
    for number in 0..parts.len().pow(3) {
        let (red, green, blue) = (one_of(number), one_of(number / 7), one_of(number / 49));
        let asked = Colour { red, green, blue };
        for scheme in SCHEMES {
            let found = measure(asked, scheme);
            assert!(measure(found.nearest, scheme).will_do(), "{asked} {scheme:?}: {found:?}");
            assert_eq!(found.nearest == asked, found.will_do(), "{asked} {scheme:?}");
            // A step back towards the colour is too little, up to what whole numbers can say.
            let back = |near: u8, from: u8| match from < near {
                true => near.saturating_sub(2).max(from),
                false => near.saturating_add(2).min(from),
            };
            let nearer = Colour {
                red: back(found.nearest.red, asked.red),
                green: back(found.nearest.green, asked.green),
                blue: back(found.nearest.blue, asked.blue),
            };
            assert!(found.will_do() || !measure(nearer, scheme).will_do(), "{asked} {scheme:?}: {nearer}");
            for ground in scheme.grounds() {
                assert!(CONTRAST_MIN <= contrast(found.nearest, ground), "{asked} {scheme:?}");
            }
            assert!(CONTRAST_MIN <= contrast(found.nearest, scheme.words()), "{asked} {scheme:?}");
        }
    }
}

/// A colour that can't be read is refused where it can't, with what was measured and what would do; that one is taken.
#[test]
fn what_can_not_be_read_is_refused() {
    let mut world = World::new();
    let refused = |world: &mut World, command: &Command| match world.transact(command) {
        Err(Refusal::Invalid(invalid)) => (invalid.field.clone(), invalid.flaw.clone()),
        other => panic!("{other:?}"),
    };
    let yellow = colour("#ffd400");
    let (field, flaw) = refused(&mut world, &ask("#ffd400", None));
    let Flaw::TooFaint(Faint { colour: named, contrast, nearest }) = flaw else { panic!("{flaw:?}") };
    assert_eq!((field.as_str(), named), ("accent.light", yellow));
    assert!((135..145).contains(&contrast), "{contrast}");
    let accent = Some(Accent { light: nearest, dark: Some(yellow) });
    let look = LookSpec { logo: None, accent };
    let facts = world.transact(&Command::ChangeLook { expected: Expect::Version(1), look }).unwrap();
    let [Fact::OrganiserChanged(organiser)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((organiser.version, organiser.look.spec), (2, look));
    assert_eq!(refused(&mut world, &ask("#0b5d4a", Some("#0b5d4a"))).0, "accent.dark");
    // With one colour, the other follows from it.
    world.transact(&ask("#0b5d4a", None)).unwrap();
    let accent = world.books.organiser.look.spec.accent.unwrap();
    assert!(measure(accent.shown(Scheme::Dark), Scheme::Dark).will_do());
    assert_eq!(world.transact(&ask("#0b5d4a", None)).unwrap(), [], "nothing new");
    let stale = Command::ChangeLook { expected: Expect::Version(1), look: LookSpec::default() };
    assert_eq!(world.transact(&stale), Err(Refusal::VersionStale { current: 3 }));
}

/// A logo is a picture that is there, and stays there as long as it is one.
#[test]
fn a_logo_is_kept() {
    let mut world = World::new();
    let mug = picture(&mut world, "a");
    let with = |logo: PictureId| {
        let look = LookSpec { logo: Some(logo), accent: None };
        Command::ChangeLook { expected: Expect::Any, look }
    };
    assert_eq!(world.transact(&with(mug.id)), Err(Refusal::Unknown(Noun::Picture)));
    world.transact(&put(&mug)).unwrap();
    world.transact(&with(mug.id)).unwrap();
    assert_eq!(world.books.organiser.look.logo, mug.drawn.files.first().copied());
    let remove = Command::RemovePicture { id: mug.id, expected: Expect::Any };
    let kept = Refusal::InUse { noun: Noun::Picture, by: Noun::Organiser };
    assert_eq!(world.transact(&remove), Err(kept));
    let none = Command::ChangeLook { expected: Expect::Any, look: LookSpec::default() };
    world.transact(&none).unwrap();
    assert_eq!(world.books.organiser.look.logo, None);
    world.transact(&remove).unwrap();
}
