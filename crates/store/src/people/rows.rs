//! The rows of people, in cells and back.

use dayshelf_core::ids::{AuditId, Home, Id, InvitationId, PersonId, SessionId};
use dayshelf_core::people::Role;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use super::{AuditLine, Invitation, Person, SHARD, Session, SessionEntry};
use crate::cell::{Cell, Row};
use crate::fault::{FaultKind, StoreFault};
use crate::tables::{self, Rows};

pub(crate) fn shard() -> Cell {
    Cell::from(SHARD)
}

pub(super) fn digest(digest: Digest) -> Cell {
    Cell::Bytes(digest.0.to_vec())
}

pub(crate) fn home_cells(home: Home) -> [Cell; 2] {
    [Cell::from(home.shard), Cell::from(home.number)]
}

pub(super) fn role_number(role: Role) -> i64 {
    match role {
        Role::Viewer => 0,
        Role::Stall => 1,
        Role::Manager => 2,
        Role::Owner => 3,
    }
}

pub(super) fn person_rows(person: &Person) -> Rows {
    let mut rows = Rows::add(&tables::PERSON, SHARD);
    rows.cells.extend([
        Cell::from(person.id.0),
        Cell::Text(person.email.clone()),
        Cell::Text(person.name.clone()),
        Cell::Text(person.password.clone()),
        Cell::Int(person.made_at.0),
    ]);
    rows
}

pub(super) fn member_rows(person: PersonId, at: Home, role: Role, since: Instant) -> Rows {
    let [home_shard, number] = home_cells(at);
    let mut rows = Rows::add(&tables::MEMBER, SHARD);
    let role = Cell::Int(role_number(role));
    rows.cells.extend([home_shard, number, Cell::from(person.0), role, Cell::Int(since.0)]);
    rows
}

pub(super) fn person(row: &Row, from: usize) -> Result<Person, StoreFault> {
    Ok(Person {
        id: PersonId(Id::from_bytes(row.id(from)?)),
        email: row.text(from + 1)?.to_owned(),
        name: row.text(from + 2)?.to_owned(),
        password: row.text(from + 3)?.to_owned(),
        made_at: Instant(row.int(from + 4)?),
    })
}

pub(crate) fn home(row: &Row, from: usize) -> Result<Home, StoreFault> {
    let wrong = |cause| StoreFault::caused(FaultKind::Incoherent, "a shard is out of bounds", cause);
    Ok(Home { shard: u16::try_from(row.int(from)?).map_err(wrong)?, number: row.units(from + 1)? })
}

pub(super) fn role(row: &Row, column: usize) -> Result<Role, StoreFault> {
    let number = row.int(column)?;
    let known = Role::ALL.into_iter().find(|role| role_number(*role) == number);
    known.ok_or_else(|| StoreFault::new(FaultKind::Incoherent, "somebody has no known role"))
}

/// A session from the columns of id, beginning, last use, end, browser and address.
pub(super) fn entry(row: &Row, columns: [usize; 6]) -> Result<SessionEntry, StoreFault> {
    let [id, made, seen, until, agent, address] = columns;
    Ok(SessionEntry {
        id: SessionId(Id::from_bytes(row.id(id)?)),
        made_at: Instant(row.int(made)?),
        seen_at: Instant(row.int(seen)?),
        until: Instant(row.int(until)?),
        agent: row.text(agent)?.to_owned(),
        address: row.text(address)?.to_owned(),
    })
}

pub(super) fn session(row: &Row) -> Result<Session, StoreFault> {
    let person = person(row, 8)?;
    let (asked, has) = (row.int(14)? > 0, row.int(15)? > 0);
    Ok(Session {
        entry: entry(row, [0, 3, 4, 5, 6, 7])?,
        home: home(row, 1)?,
        role: role(row, 13)?,
        // A passkey asks for a face, a finger or a PIN by itself.
        lacks_factor: asked && !has && !person.password.is_empty(),
        person,
    })
}

pub(super) fn invitation(row: &Row) -> Result<Invitation, StoreFault> {
    Ok(Invitation {
        id: InvitationId(Id::from_bytes(row.id(0)?)),
        home: home(row, 1)?,
        role: role(row, 3)?,
        label: row.text(4)?.to_owned(),
        made_by: PersonId(Id::from_bytes(row.id(5)?)),
        made_at: Instant(row.int(6)?),
        until: Instant(row.int(7)?),
    })
}

pub(super) fn audit_line(at: Home, row: &Row) -> Result<AuditLine, StoreFault> {
    let wrong = |cause| StoreFault::caused(FaultKind::Incoherent, "a status is out of bounds", cause);
    Ok(AuditLine {
        id: AuditId(Id::from_bytes(row.id(0)?)),
        home: at,
        at: Instant(row.int(1)?),
        person: PersonId(Id::from_bytes(row.id(2)?)),
        name: row.text(3)?.to_owned(),
        act: row.text(4)?.to_owned(),
        subject: row.text(5)?.to_owned(),
        status: u16::try_from(row.int(6)?).map_err(wrong)?,
        address: row.text(7)?.to_owned(),
    })
}
