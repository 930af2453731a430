//! The rules of Dayshelf.
