//! Who looks at a slot: the public, or whoever shows a code.

use axum::http::HeaderMap;
use dayshelf_core::books::Books;
use dayshelf_core::decide::opened_by;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Refusal;
use dayshelf_relay::live::Viewer;
use dayshelf_wire::hold::CODE_CHARS_MAX;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::secret::code_digest;

use crate::app::App;
use crate::extract::Client;
use crate::no::No;

/// The header that carries a buyer's code; addresses end up in too many logs.
pub(crate) const CODE: &str = "x-dayshelf-code";

/// The code that a request shows.
pub(crate) fn code_shown(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(CODE).and_then(|code| code.to_str().ok()).map(str::to_owned);
    header.filter(|code| !code.trim().is_empty())
}

/// The viewer behind a code. A wrong one is refused, and guesses count against the client's address.
pub(crate) async fn viewer(
    app: &App,
    client: Client,
    slot: SlotId,
    code: Option<&str>,
) -> Result<Viewer, No> {
    let Some(code) = code else { return Ok(Viewer::Public) };
    if code.chars().count() > CODE_CHARS_MAX {
        return Err(Problem::too_long("code", CODE_CHARS_MAX).into());
    }
    client.may_claim(app)?;
    let digest = code_digest(code, slot.home());
    let look = move |books: Option<&Books>, now| {
        let books = books.ok_or(Refusal::CodeWrong)?;
        opened_by(books, slot, now, digest)
    };
    Ok(Viewer::admitted(app.desk.look(slot.home(), look).await??))
}
