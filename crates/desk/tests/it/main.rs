//! Tests of the desk through its public face, on both engines.

mod nodes;
mod single;
mod stand;
