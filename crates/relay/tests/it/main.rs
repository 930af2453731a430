//! What goes out, over a real desk on real data. One file for each worker.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on says so by panicking")]

mod access;
mod circulars;
mod clocks;
mod lane;
mod live;
mod mail;
mod payments;
mod relay;
mod series;
mod stand;
mod stock;
mod together;
mod webhooks;
