//! Tests of the CalDAV server through its routes: what apps ask, in the shapes in which they ask it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, and so are their fixtures")]

mod house;
mod login;
mod odd_series;
mod people;
mod series;
mod shapes;
mod sync;
mod template;
mod write;
