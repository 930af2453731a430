//! Tests of the store through its public face, on both engines.

mod commit;
mod open;
mod shop;
mod site;
