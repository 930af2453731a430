//! The query of an address, read strictly: what nobody asked for is a problem, as in a body.

use std::collections::BTreeSet;

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use dayshelf_core::time::Instant;
use dayshelf_wire::page::{PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_key};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::time::At;
use serde::Deserialize as _;
use serde::de::value::{Error as TextError, StrDeserializer};

use crate::app::App;
use crate::no::No;

/// The parameters of a query. Take what is known, then call [`Params::end`].
#[derive(Debug)]
pub struct Params(Vec<(String, String)>);

impl FromRequestParts<App> for Params {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, No> {
        read(&parts.uri)
    }
}

impl Params {
    /// Takes a parameter out; empty means not given.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(place).1).filter(|text| !text.is_empty())
    }

    /// Takes a time with its offset.
    ///
    /// # Errors
    /// When it is none.
    pub fn instant(&mut self, name: &str) -> Result<Option<Instant>, No> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let read = At::deserialize(StrDeserializer::<TextError>::new(&text));
        read.map(|at| Some(at.0)).map_err(|_| {
            let sentence =
                "write a time with its offset, as 2026-12-04T18:00:00Z; in an address + is written %2B";
            wrong(name, sentence)
        })
    }

    /// Takes a number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&mut self, name: &str) -> Result<Option<u64>, No> {
        let Some(text) = self.take(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| wrong(name, "write a whole number"))
    }

    /// Takes `true` or `false`; not given is `false`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn flag(&mut self, name: &str) -> Result<bool, No> {
        match self.take(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(name, "write true or false")),
        }
    }

    /// Takes `limit`, the number of things on a page.
    ///
    /// # Errors
    /// When it is no number, or out of bounds.
    pub fn limit(&mut self) -> Result<usize, No> {
        match self.number("limit")? {
            None => Ok(PAGE_ITEMS),
            Some(limit) if (1..=PAGE_ITEMS_MAX as u64).contains(&limit) => Ok(limit as usize),
            Some(_) => Err(wrong("limit", &format!("write 1 to {PAGE_ITEMS_MAX}"))),
        }
    }

    /// Takes `cursor` of a list: the key that is inside.
    ///
    /// # Errors
    /// When it is not one of this list.
    pub fn cursor(&mut self, list: &str) -> Result<Option<Vec<u8>>, No> {
        let Some(text) = self.take("cursor") else { return Ok(None) };
        cursor_key(list, &text)
            .map(Some)
            .ok_or_else(|| Problem::plain(Kind::CursorWrong).with("field", "cursor").into())
    }

    /// Makes sure that nothing is left over.
    ///
    /// # Errors
    /// When the query has a parameter that the route does not know, or one twice.
    pub fn end(self) -> Result<(), No> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(wrong(name, "this parameter does not exist here, or is given twice")),
        }
    }
}

/// Makes sure that a query has no parameters but these.
///
/// # Errors
/// When it has another one, or can't be read.
pub(crate) fn params_known(uri: &Uri, known: &BTreeSet<String>) -> Result<(), No> {
    if uri.query().is_none_or(str::is_empty) {
        return Ok(());
    }
    let Params(pairs) = read(uri)?;
    let Some((name, _)) = pairs.into_iter().find(|(name, _)| !known.contains(name)) else { return Ok(()) };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let next = match known.as_slice() {
        [] => "this address takes no parameters; leave it out".to_owned(),
        known => format!("this parameter does not exist here; known are {}", known.join(", ")),
    };
    Err(wrong(&name, &next))
}

fn read(uri: &Uri) -> Result<Params, No> {
    let read = Query::<Vec<(String, String)>>::try_from_uri(uri);
    read.map(|Query(pairs)| Params(pairs)).map_err(|_| No::plain(Kind::QueryWrong))
}

pub(super) fn wrong(field: &str, sentence: &str) -> No {
    Problem::new(Kind::QueryWrong, format!("{field}: {sentence}.")).with("field", field).into()
}
