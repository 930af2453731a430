//! Who runs which organiser, who is signed in where, and the audit log of what they did.
//!
//! These rows are no commerce: nothing follows from them but who may call, so they need no facts. All of them
//! lie in [`SHARD`]. Whether a password is right and what a role may do is decided above. Start at
//! [`Store::session`].

mod factors;
mod passkeys;
mod recovery;
mod rows;

pub use factors::SecondFactor;
pub use passkeys::{Challenge, Ended, Passkey};
pub use recovery::{Recovery, WayIn};

use dayshelf_core::ids::{AuditId, Home, Id, InvitationId, PersonId, SessionId};
use dayshelf_core::people::Role;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use crate::cell::{Cell, Row};
use crate::engine::Session as Line;
use crate::fault::StoreFault;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};
use rows::{
    audit_line, digest, entry, invitation, member_rows, person, person_rows, role, role_number, session,
};
pub(crate) use rows::{home, home_cells, shard};

/// Where people are, whatever their organisers' shards.
pub(crate) const SHARD: u16 = 0;
/// Sessions of one person that are listed.
const SESSIONS_MAX: usize = 100;
/// Open invitations of one organiser that are listed.
const INVITATIONS_MAX: usize = 100;

/// Somebody who runs organisers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// The mail address that they sign in with, in lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The hash of their password; empty for none.
    pub password: String,
    /// When they came.
    pub made_at: Instant,
}

/// Somebody who comes in: who, and the passkey that they bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Who.
    pub person: Person,
    /// What they sign in with, beside or in place of a password.
    pub passkey: Option<Passkey>,
}

impl From<Person> for Newcomer {
    fn from(person: Person) -> Self {
        Self { person, passkey: None }
    }
}

impl Newcomer {
    fn rows(&self) -> Vec<Rows> {
        let passkey = self.passkey.as_ref().map(passkeys::passkey_rows);
        std::iter::once(person_rows(&self.person)).chain(passkey).collect()
    }
}

/// Somebody with a role at an organiser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub since: Instant,
}

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEntry {
    /// Its id, which says nothing about its token.
    pub id: SessionId,
    /// When it began.
    pub made_at: Instant,
    /// When it was last used, to a few minutes.
    pub seen_at: Instant,
    /// When it ends if it is not used.
    pub until: Instant,
    /// The browser, as it names itself.
    pub agent: String,
    /// Where it was used from.
    pub address: String,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub entry: SessionEntry,
    /// Who.
    pub person: Person,
    /// For which organiser.
    pub home: Home,
    /// With which role.
    pub role: Role,
    /// Whether they must set up a second factor before anything else: the organiser asks for one, and they have a
    /// password and nothing beside it.
    pub lacks_factor: bool,
}

/// A link that lets somebody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// To which organiser.
    pub home: Home,
    /// With which role.
    pub role: Role,
    /// Whom it is meant for, in the words of whoever made it.
    pub label: String,
    /// Who made it.
    pub made_by: PersonId,
    /// When.
    pub made_at: Instant,
    /// When it ends.
    pub until: Instant,
}

/// One thing that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// Its id.
    pub id: AuditId,
    /// At which organiser.
    pub home: Home,
    /// When.
    pub at: Instant,
    /// Who.
    pub person: PersonId,
    /// Their name at that time.
    pub name: String,
    /// What, as the API names it.
    pub act: String,
    /// The id of what it was done to, if that has one.
    pub subject: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// From where.
    pub address: String,
}

/// How somebody's coming in went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// They are in.
    Done,
    /// The link was used before, or is over.
    Spent,
    /// Somebody with this mail address is there already.
    Known,
}

/// Everything here fails with what the engine says, or with `FaultKind::Incoherent` for rows that can't be.
impl Store {
    /// Whether anybody runs this installation.
    pub async fn has_people(&self) -> Result<bool, StoreFault> {
        Ok(!self.reader().rows(statements::PEOPLE, vec![shard()]).await?.is_empty())
    }

    /// The first person of the installation, as an organiser's owner. Only one can be the first.
    pub async fn enter_first(
        &self,
        newcomer: impl Into<Newcomer>,
        home: Home,
    ) -> Result<Entered, StoreFault> {
        let newcomer = newcomer.into();
        let at = newcomer.person.made_at;
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                if !line.query(statements::PEOPLE, &[shard()]).await?.is_empty() {
                    return Ok(Entered::Spent);
                }
                // Two at once would both find nobody; the second of them can't add this row.
                let mut mark = Rows::add(&tables::SETUP, SHARD);
                mark.cells.extend([Cell::Text("first".to_owned()), Cell::Int(at.0)]);
                let member = member_rows(newcomer.person.id, home, Role::Owner, at);
                line.write(&[newcomer.rows(), vec![mark, member]].into_iter().flatten().collect::<Vec<_>>())
                    .await?;
                Ok(Entered::Done)
            })
        }))
        .await
    }

    /// Lets a new person in by an invitation, which is used up by it.
    pub async fn enter(
        &self,
        newcomer: impl Into<Newcomer>,
        link: Digest,
        now: Instant,
    ) -> Result<Entered, StoreFault> {
        let newcomer = newcomer.into();
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let known = [shard(), Cell::Text(newcomer.person.email.clone())];
                if !line.query(statements::PERSON_BY_EMAIL, &known).await?.is_empty() {
                    return Ok(Entered::Known);
                }
                let Some(invitation) = spend(line, link, now).await? else { return Ok(Entered::Spent) };
                let member = member_rows(newcomer.person.id, invitation.home, invitation.role, now);
                line.write(&[newcomer.rows(), vec![member]].into_iter().flatten().collect::<Vec<_>>())
                    .await?;
                Ok(Entered::Done)
            })
        }))
        .await
    }

    /// Lets somebody who is known in by an invitation.
    pub async fn join(&self, person: PersonId, link: Digest, now: Instant) -> Result<Entered, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let Some(invitation) = spend(line, link, now).await? else { return Ok(Entered::Spent) };
                let rows = member_rows(person, invitation.home, invitation.role, now);
                line.write(&[Rows { act: tables::Act::Put, ..rows }]).await?;
                Ok(Entered::Done)
            })
        }))
        .await
    }

    /// Somebody, by mail address in lower case.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>, StoreFault> {
        let cells = vec![shard(), Cell::Text(email.to_owned())];
        let rows = self.reader().rows(statements::PERSON_BY_EMAIL, cells).await?;
        rows.first().map(|row| person(row, 0)).transpose()
    }

    /// Gives somebody another password and signs them out everywhere but in one session.
    pub async fn set_password(&self, person: PersonId, hash: String, here: Digest) -> Result<(), StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let set = [Cell::Text(hash), shard(), Cell::from(person.0)];
                line.execute(statements::SET_PASSWORD, &set).await?;
                line.execute(statements::END_LINKS, &[shard(), Cell::from(person.0)]).await?;
                let others = [shard(), Cell::from(person.0), digest(here)];
                line.execute(statements::END_OTHER_SESSIONS, &others).await.map(drop)
            })
        }))
        .await
    }

    /// For which organisers somebody may do what, the longest first.
    pub async fn memberships(&self, person: PersonId) -> Result<Vec<(Home, Role)>, StoreFault> {
        let rows = self.reader().rows(statements::MEMBERSHIPS, vec![shard(), Cell::from(person.0)]).await?;
        rows.iter().map(|row| Ok((home(row, 0)?, role(row, 2)?))).collect()
    }

    /// Who may do what for an organiser.
    pub async fn members(&self, at: Home) -> Result<Vec<Member>, StoreFault> {
        let [home_shard, number] = home_cells(at);
        let rows = self.reader().rows(statements::MEMBERS, vec![shard(), home_shard, number]).await?;
        let member = |row: &Row| {
            Ok(Member { person: person(row, 0)?, role: role(row, 5)?, since: Instant(row.int(6)?) })
        };
        rows.iter().map(member).collect()
    }

    /// Gives a member another role, or with `None` none. The last owner stays one: then nothing is changed,
    /// and the answer is no.
    pub async fn set_role(&self, at: Home, person: PersonId, role: Option<Role>) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                line.execute(statements::LOCK_ROLES, &[shard()]).await?;
                let [home_shard, number] = home_cells(at);
                let cells = [shard(), home_shard.clone(), number.clone()];
                let owners = line.query(statements::OWNERS, &cells).await?;
                let only = owners.len() == 1 && owners[0].id(0)? == person.0.to_bytes();
                if only && role != Some(Role::Owner) {
                    return Ok(false);
                }
                let whose = [home_shard, number, Cell::from(person.0)];
                if let Some(role) = role {
                    let cells = [[Cell::Int(role_number(role)), shard()].as_slice(), &whose].concat();
                    line.execute(statements::SET_ROLE, &cells).await?;
                    return Ok(true);
                }
                line.execute(statements::REMOVE_MEMBER, &[[shard()].as_slice(), &whose].concat()).await?;
                let [home_shard, number, person] = whose;
                line.execute(statements::END_SESSIONS_AT, &[shard(), person, home_shard, number]).await?;
                Ok(true)
            })
        }))
        .await
    }

    /// Signs somebody in. What has run out of anybody's sessions is let go of.
    pub async fn begin_session(
        &self,
        token: Digest,
        entry: SessionEntry,
        (person, at): (PersonId, Home),
    ) -> Result<(), StoreFault> {
        let [home_shard, number] = home_cells(at);
        let mut rows = Rows::add(&tables::SESSION, SHARD);
        rows.cells.extend([
            digest(token),
            Cell::from(entry.id.0),
            Cell::from(person.0),
            home_shard,
            number,
            Cell::Int(entry.made_at.0),
            Cell::Int(entry.seen_at.0),
            Cell::Int(entry.until.0),
            Cell::Text(entry.agent),
            Cell::Text(entry.address),
        ]);
        let now = entry.made_at;
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                line.execute(statements::FORGET_SESSIONS, &[shard(), Cell::Int(now.0)]).await?;
                line.write(&[rows]).await
            })
        }))
        .await
    }

    /// Who is signed in with a token. Whether the session has run out is the caller's to see.
    pub async fn session(&self, token: Digest) -> Result<Option<Session>, StoreFault> {
        let rows = self.reader().rows(statements::SESSION, vec![shard(), digest(token)]).await?;
        rows.first().map(session).transpose()
    }

    /// Notes that a session was used, and that it goes on until then.
    pub async fn session_seen(
        &self,
        token: Digest,
        (seen, until): (Instant, Instant),
        address: String,
    ) -> Result<(), StoreFault> {
        let cells = [Cell::Int(seen.0), Cell::Int(until.0), Cell::Text(address), shard(), digest(token)];
        self.run(statements::SEEN_SESSION, cells).await
    }

    /// Goes on for another organiser.
    pub async fn turn_session(&self, token: Digest, at: Home) -> Result<(), StoreFault> {
        let [home_shard, number] = home_cells(at);
        self.run(statements::TURN_SESSION, [home_shard, number, shard(), digest(token)]).await
    }

    /// Where somebody is signed in, newest first.
    pub async fn sessions(&self, person: PersonId) -> Result<Vec<SessionEntry>, StoreFault> {
        let cells = vec![shard(), Cell::from(person.0), Cell::from(SESSIONS_MAX)];
        let rows = self.reader().rows(statements::SESSIONS, cells).await?;
        rows.iter().map(|row| entry(row, [0, 1, 2, 3, 4, 5])).collect()
    }

    /// Signs somebody out in one place; nothing where that is not theirs.
    pub async fn end_session(&self, person: PersonId, id: SessionId) -> Result<(), StoreFault> {
        self.run(statements::END_SESSION, [shard(), Cell::from(person.0), Cell::from(id.0)]).await
    }

    /// Keeps an invitation.
    pub async fn invite(&self, link: Digest, invitation: Invitation) -> Result<(), StoreFault> {
        let Invitation { id, home, role, label, made_by, made_at, until } = invitation;
        let [home_shard, number] = home_cells(home);
        let mut rows = Rows::add(&tables::INVITATION, SHARD);
        rows.cells.extend([
            digest(link),
            Cell::from(id.0),
            home_shard,
            number,
            Cell::Int(role_number(role)),
            Cell::Text(label),
            Cell::from(made_by.0),
            Cell::Int(made_at.0),
            Cell::Int(until.0),
        ]);
        self.aside(Box::new(move |line| Box::pin(async move { line.write(&[rows]).await }))).await
    }

    /// An invitation, by its link.
    pub async fn invitation(&self, link: Digest) -> Result<Option<Invitation>, StoreFault> {
        let rows = self.reader().rows(statements::INVITATION, vec![shard(), digest(link)]).await?;
        rows.first().map(invitation).transpose()
    }

    /// The invitations of an organiser that nobody has used, newest first.
    pub async fn invitations(&self, at: Home) -> Result<Vec<Invitation>, StoreFault> {
        let [home_shard, number] = home_cells(at);
        let cells = vec![shard(), home_shard, number, Cell::from(INVITATIONS_MAX)];
        let rows = self.reader().rows(statements::INVITATIONS, cells).await?;
        rows.iter().map(invitation).collect()
    }

    /// Takes an invitation back.
    pub async fn end_invitation(&self, at: Home, id: InvitationId) -> Result<(), StoreFault> {
        let [home_shard, number] = home_cells(at);
        self.run(statements::END_INVITATION, [shard(), home_shard, number, Cell::from(id.0)]).await
    }

    /// Adds a line to the audit log.
    pub async fn audit(&self, line: AuditLine) -> Result<(), StoreFault> {
        let AuditLine { id, home, at, person, name, act, subject, status, address } = line;
        let [home_shard, number] = home_cells(home);
        let mut rows = Rows::add(&tables::AUDIT, SHARD);
        rows.cells.extend([
            home_shard,
            number,
            Cell::from(id.0),
            Cell::Int(at.0),
            Cell::from(person.0),
            Cell::Text(name),
            Cell::Text(act),
            Cell::Text(subject),
            Cell::from(status),
            Cell::Text(address),
        ]);
        self.aside(Box::new(move |line| Box::pin(async move { line.write(&[rows]).await }))).await
    }

    /// The audit log of an organiser, newest first, before a line.
    pub async fn audit_log(
        &self,
        at: Home,
        before: Option<Id>,
        limit: usize,
    ) -> Result<Vec<AuditLine>, StoreFault> {
        let [home_shard, number] = home_cells(at);
        let before = Cell::from(before.unwrap_or(Id(u128::MAX)));
        let cells = vec![shard(), home_shard, number, before, Cell::from(limit)];
        let rows = self.reader().rows(statements::AUDIT, cells).await?;
        rows.iter().map(|row| audit_line(at, row)).collect()
    }

    async fn run<const N: usize>(&self, text: &'static str, cells: [Cell; N]) -> Result<(), StoreFault> {
        self.aside(Box::new(move |line| Box::pin(async move { line.execute(text, &cells).await.map(drop) })))
            .await
    }
}

/// Uses an invitation up, if it still lets anybody in.
async fn spend(line: &mut Line, link: Digest, now: Instant) -> Result<Option<Invitation>, StoreFault> {
    let rows = line.query(statements::INVITATION, &[shard(), digest(link)]).await?;
    let Some(found) = rows.first().map(invitation).transpose()? else { return Ok(None) };
    let cells = [shard(), digest(link), Cell::Int(now.0)];
    Ok((line.execute(statements::SPEND_INVITATION, &cells).await? == 1).then_some(found))
}
