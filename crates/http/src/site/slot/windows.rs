//! Who can buy when: the windows as text, and as bands on one axis.

use dayshelf_core::time::Instant;
use dayshelf_core::window::{Audience, Phase, Unsold, Window};
use dayshelf_pages::{Axis, Permille, WindowState, WindowView};

use super::super::shelf::{Shelf, Standing};

/// The windows by opening, and the axis that they are drawn on.
pub(super) fn windows(shelf: &Shelf) -> (Vec<WindowView>, Option<Axis>) {
    let windows = &shelf.card.sheet.windows;
    let from = windows.iter().map(|window| window.spec.opens.at).min();
    let until = windows.iter().map(|window| window.spec.closes.at).max();
    let (Some(from), Some(until)) = (from, until) else { return (Vec::new(), None) };
    let line = Line { from, until };
    let views = windows.iter().map(|window| view(shelf, window, &line)).collect();
    let now = shelf.now();
    let axis = Axis {
        from: shelf.wall.when(from, now),
        until: format!("{} {}", shelf.wall.when(until, from), shelf.wall.moment(until).abbreviation),
        now: (from <= now && now < until).then(|| line.at(now)),
    };
    (views, Some(axis))
}

/// The stretch of time that is drawn.
struct Line {
    from: Instant,
    until: Instant,
}

impl Line {
    fn at(&self, at: Instant) -> Permille {
        let length = self.until.since(self.from).0.max(1);
        let passed = at.since(self.from).0.clamp(0, length);
        // Thousandths of a length are at most a thousand.
        Permille(u16::try_from(i128::from(passed) * 1_000 / i128::from(length)).unwrap_or(1_000))
    }
}

fn view(shelf: &Shelf, window: &Window, line: &Line) -> WindowView {
    let (spec, now) = (&window.spec, shelf.now());
    let phase = window.phase_at(now);
    let day = shelf.wall.midnight(shelf.card.sheet.slot.spec.times.start);
    WindowView {
        name: spec.title.clone(),
        condition: match spec.audience {
            Audience::Public => String::new(),
            Audience::Code(_) => "with a code".to_owned(),
            Audience::List(_) => "by invitation".to_owned(),
        },
        time: shelf.wall.span(spec.opens.at, spec.closes.at),
        dated: [spec.opens.at, spec.closes.at].iter().any(|at| shelf.wall.midnight(*at) != day),
        note: note(shelf, window),
        counts: shelf.only().filter(|_| is_on_sale(shelf, window)).map(|stand| stand.offer.id.to_string()),
        state: match phase {
            Phase::Ahead => WindowState::Upcoming,
            Phase::Open => WindowState::Open,
            Phase::Closed => WindowState::Ended,
        },
        from: line.at(spec.opens.at),
        until: line.at(spec.closes.at),
        filled: line.at(now).clamp(line.at(spec.opens.at), line.at(spec.closes.at)),
    }
}

/// What there is in the window, for those whom it admits, and what becomes of the rest.
fn note(shelf: &Shelf, window: &Window) -> String {
    let phase = window.phase_at(shelf.now());
    if matches!(shelf.standing(), Standing::Cancelled | Standing::Unfulfillable) || phase == Phase::Closed {
        return String::new();
    }
    if is_on_sale(shelf, window) {
        return format!("{} left", shelf.units());
    }
    if is_theirs(shelf, window) {
        return match shelf.standing() {
            Standing::Paused(_) => "paused".to_owned(),
            _ => "sold out".to_owned(),
        };
    }
    match window.spec.unsold {
        Unsold::Roll(next) => {
            let next = shelf.card.sheet.windows.iter().find(|known| known.id == next);
            next.map(|next| format!("what is left goes on to {}", next.spec.title)).unwrap_or_default()
        }
        Unsold::Return | Unsold::Stay => String::new(),
    }
}

/// Whether it is the window that the viewer buys in now.
fn is_theirs(shelf: &Shelf, window: &Window) -> bool {
    let is_open = window.phase_at(shelf.now()) == Phase::Open;
    is_open && shelf.reading.window == Some(window.id) && shelf.viewer.sees(window)
}

/// Whether there is something in it for the viewer.
fn is_on_sale(shelf: &Shelf, window: &Window) -> bool {
    is_theirs(shelf, window) && matches!(shelf.standing(), Standing::Open)
}
