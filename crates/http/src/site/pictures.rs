//! What a slot shows: the pictures of the library in all their widths, and a plain one that lies elsewhere on this
//! server.

use dayshelf_core::ids::OrganiserId;
use dayshelf_core::picture::Picture;
use dayshelf_desk::SlotSheet;
use dayshelf_pages::{Href, Picture as PictureView, Tones};

use crate::app::App;

/// Pictures on one page: as many as anyone looks through.
const SHOWN_MAX: usize = 12;

/// The pictures of a slot, the one that stands for it first.
pub(super) fn pictures(app: &App, sheet: &SlotSheet) -> Vec<PictureView> {
    let spec = &sheet.slot.spec;
    let whose = sheet.organiser.id;
    let library = sheet.shown.pictures.iter();
    let own = library.clone().any(|picture| picture.is_at(whose, &spec.image));
    let elsewhere = plain(app, &spec.image, &spec.title).filter(|_| !own);
    elsewhere.into_iter().chain(library.filter_map(|one| view(one, whose))).take(SHOWN_MAX).collect()
}

/// The picture that stands for a slot in lists, where its title says what it is.
pub(super) fn first(app: &App, sheet: &SlotSheet) -> Option<PictureView> {
    pictures(app, sheet).first().map(PictureView::unnamed)
}

/// A picture of the library.
fn view(picture: &Picture, whose: OrganiserId) -> Option<PictureView> {
    let largest = picture.largest()?;
    let widths = picture.drawn.files.iter().map(|file| format!("{} {}w", file.path(whose), file.width));
    // A page names points in tenths: its style has a rule for each.
    let tenth = |hundredths: u8| (hundredths + 5) / 10;
    Some(PictureView {
        src: Href::new(largest.path(whose)),
        alt: picture.alt.clone(),
        width: largest.width,
        height: largest.height,
        srcset: widths.collect::<Vec<_>>().join(", "),
        focus: (tenth(picture.focus.x), tenth(picture.focus.y)),
        tones: Some(Tones(picture.drawn.tones)),
    })
}

/// A picture that lies on this server; the content policy allows no other.
fn plain(app: &App, address: &str, alt: &str) -> Option<PictureView> {
    let path = address.strip_prefix(app.config.public_url.as_str()).unwrap_or(address);
    let src = Href::new(path);
    let here = path.starts_with('/') && src.as_str() == path;
    // Nobody has measured it; the shape is the one that the page's style gives to pictures.
    here.then(|| PictureView::plain(src, alt.to_owned(), (1_600, 1_200)))
}
