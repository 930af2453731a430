//! A credential that was frozen is let on again: a key, or the password of a calendar app.

use dayshelf_core::change::Credential;
use dayshelf_core::command::Command;
use dayshelf_core::ids::Home;
use dayshelf_desk::Key;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Organiser};
use crate::no::No;

/// Asks the desk to let a credential make changes again.
pub(super) async fn thaw(
    app: &App,
    (home, credential): (Home, Credential),
    organiser: &Organiser<Manage>,
    key: Key,
) -> Result<Answer, No> {
    let command = Command::Unfreeze { credential, by: organiser.credential() };
    let decided = app.submit(home, command, Some(key)).await?;
    Ok(Answer::done().replayed(decided.replayed))
}
