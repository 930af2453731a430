//! The organiser itself, its keys, endpoints, codes and customer lists.

use std::collections::BTreeSet;

use super::{Decision, expect, validate};
use crate::access::{Code, CustomersChange, List};
use crate::books::Books;
use crate::command::Expect;
use crate::fact::Fact;
use crate::ids::{CodeId, EndpointId, KeyId, ListId};
use crate::limits::{CODES_MAX, ENDPOINTS_MAX, KEYS_MAX, LIST_CUSTOMERS_MAX, LISTS_MAX};
use crate::look::{Look, LookSpec};
use crate::organiser::{ApiKey, Endpoint, Organiser, OrganiserSpec};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::text::BuyerKey;
use crate::window::Audience;

pub(super) fn change_organiser(books: &Books, expected: Expect, spec: &OrganiserSpec) -> Decision {
    expect(expected, Some(books.organiser.version), Noun::Organiser)?;
    validate::organiser(spec)?;
    let known = &books.organiser.spec;
    if spec.currency != known.currency && !books.offers.is_empty() {
        return Err(Refusal::invalid("organiser.currency", Flaw::OtherCurrency));
    }
    if spec.slug != known.slug {
        return Err(Refusal::InUse { noun: Noun::Organiser, by: Noun::Slot });
    }
    if spec == known {
        return Ok(Vec::new());
    }
    let mut organiser = books.organiser.clone();
    organiser.version += 1;
    organiser.spec = spec.clone();
    Ok(vec![Fact::OrganiserChanged(Box::new(organiser))])
}

pub(super) fn change_look(books: &Books, expected: Expect, spec: LookSpec) -> Decision {
    let known = &books.organiser;
    let picture = spec.logo.map(|id| books.pictures.get(&id).ok_or(Refusal::Unknown(Noun::Picture)));
    let picture = picture.transpose()?;
    expect(expected, Some(known.version), Noun::Organiser)?;
    validate::look(&spec)?;
    if spec == known.look.spec {
        return Ok(Vec::new());
    }
    // A bar is low, so the smallest file will do.
    let logo = picture.and_then(|picture| picture.drawn.files.first().copied());
    let look = Look { spec, logo };
    Ok(vec![Fact::OrganiserChanged(Box::new(Organiser {
        version: known.version + 1,
        look,
        ..known.clone()
    }))])
}

pub(super) fn issue_key(books: &Books, key: &ApiKey) -> Decision {
    validate::title("name", &key.name)?;
    if key.expires.is_some_and(|expires| expires <= key.made_at) {
        return Err(Refusal::invalid("expires", Flaw::Past));
    }
    room(books.keys.len(), KEYS_MAX, Noun::Key)?;
    Ok(vec![Fact::KeyIssued(Box::new(key.clone()))])
}

pub(super) fn revoke_key(books: &Books, key: KeyId) -> Decision {
    books.keys.get(&key).ok_or(Refusal::Unknown(Noun::Key))?;
    Ok(vec![Fact::KeyRevoked(key)])
}

pub(super) fn put_endpoint(books: &Books, expected: Expect, endpoint: &Endpoint) -> Decision {
    let known = books.endpoints.get(&endpoint.id);
    expect(expected, known.map(|known| known.version), Noun::Endpoint)?;
    if endpoint.url.is_empty() {
        return Err(Refusal::invalid("url", Flaw::Empty));
    }
    if known.is_none() {
        room(books.endpoints.len(), ENDPOINTS_MAX, Noun::Endpoint)?;
    }
    let version = known.map_or(1, |known| known.version + 1);
    if known.is_some_and(|known| *known == (Endpoint { version: known.version, ..endpoint.clone() })) {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::EndpointPut(Box::new(Endpoint { version, ..endpoint.clone() }))])
}

pub(super) fn remove_endpoint(books: &Books, endpoint: EndpointId) -> Decision {
    books.endpoints.get(&endpoint).ok_or(Refusal::Unknown(Noun::Endpoint))?;
    Ok(vec![Fact::EndpointRemoved(endpoint)])
}

pub(super) fn put_code(books: &Books, expected: Expect, code: &Code) -> Decision {
    let known = books.codes.get(&code.id);
    expect(expected, known.map(|known| known.version), Noun::Code)?;
    if books.code_digests.get(&code.digest).is_some_and(|known| *known != code.id) {
        return Err(Refusal::NameTaken { field: "code".into() });
    }
    validate::slug("group", &code.group)?;
    match known {
        Some(known) if *known == (Code { version: known.version, ..code.clone() }) => return Ok(Vec::new()),
        Some(_) => {}
        None => room(books.codes.len(), CODES_MAX, Noun::Code)?,
    }
    let version = known.map_or(1, |known| known.version + 1);
    Ok(vec![Fact::CodePut(Box::new(Code { version, ..code.clone() }))])
}

pub(super) fn remove_code(books: &Books, code: CodeId) -> Decision {
    books.codes.get(&code).ok_or(Refusal::Unknown(Noun::Code))?;
    Ok(vec![Fact::CodeRemoved(code)])
}

pub(super) fn put_list(books: &Books, expected: Expect, list: &List) -> Decision {
    let known = books.lists.get(&list.id);
    expect(expected, known.map(|known| known.version), Noun::List)?;
    if books.lists.values().any(|known| known.id != list.id && known.key == list.key) {
        return Err(Refusal::NameTaken { field: "key".into() });
    }
    validate::slug("key", &list.key)?;
    few_enough("customers", &list.customers)?;
    match known {
        Some(known) if known.key == list.key && known.customers == list.customers => return Ok(Vec::new()),
        Some(_) => {}
        None => room(books.lists.len(), LISTS_MAX, Noun::List)?,
    }
    let version = known.map_or(1, |known| known.version + 1);
    Ok(vec![Fact::ListPut(Box::new(List { version, ..list.clone() }))])
}

/// Customers come and go in the order in which they are sent, so nobody's change is lost to somebody else's.
pub(super) fn change_customers(books: &Books, id: ListId, change: &CustomersChange) -> Decision {
    let known = books.lists.get(&id).ok_or(Refusal::Unknown(Noun::List))?;
    let customers = change.over(&known.customers);
    few_enough("add", &customers)?;
    if customers == known.customers {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::ListPut(Box::new(List { version: known.version + 1, customers, ..known.clone() }))])
}

fn few_enough(field: &str, customers: &BTreeSet<BuyerKey>) -> Result<(), Refusal> {
    let few = customers.len() <= LIST_CUSTOMERS_MAX;
    if few { Ok(()) } else { Err(Refusal::invalid(field, Flaw::AboveMax(LIST_CUSTOMERS_MAX as i64))) }
}

pub(super) fn remove_list(books: &Books, list: ListId) -> Decision {
    books.lists.get(&list).ok_or(Refusal::Unknown(Noun::List))?;
    if books.windows.values().any(|window| window.spec.audience == Audience::List(list)) {
        return Err(Refusal::InUse { noun: Noun::List, by: Noun::Window });
    }
    Ok(vec![Fact::ListRemoved(list)])
}

/// Nobody else has this name.
pub(super) fn free_name(is_free: bool, field: impl Fn() -> String) -> Result<(), Refusal> {
    if is_free { Ok(()) } else { Err(Refusal::NameTaken { field: field() }) }
}

/// There may be one more.
pub(super) fn room(have: usize, max: usize, noun: Noun) -> Result<(), Refusal> {
    if have >= max { Err(Refusal::LimitReached { noun, max: max as u32 }) } else { Ok(()) }
}
