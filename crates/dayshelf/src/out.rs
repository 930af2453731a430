//! Standard output, for which a reader that has gone away (`dayshelf journal | head`) is no reason to panic.

use std::fmt;
use std::io::{self, Write as _};

/// Writes a line; false when nobody reads any more.
pub fn line(text: fmt::Arguments<'_>) -> bool {
    let mut out = io::stdout().lock();
    out.write_fmt(text).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).is_ok()
}

/// Prints a line, as `println!` does where somebody reads.
macro_rules! tell {
    () => {{ let _ = $crate::out::line(format_args!("")); }};
    ($($part:tt)+) => {{ let _ = $crate::out::line(format_args!($($part)+)); }};
}

pub(crate) use tell;
