//! Every page in every sample state, looked at as text: what is escaped, labelled, named and linked.

#![allow(clippy::expect_used, reason = "a test may stop at the first surprise")]

#[path = "../../examples/preview/sample/mod.rs"]
#[allow(dead_code)]
mod sample;

mod markup;
mod pages;
