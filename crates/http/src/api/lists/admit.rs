//! `PATCH /v1/lists/{list}`.

use axum::extract::State;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::ListId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_wire::access::{CustomersRequest, ListShape};
use dayshelf_wire::name::ListRef;
use dayshelf_wire::problem::{Kind, Problem};

use super::shown;
use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Large, Manage, Own};
use crate::no::No;

/// How often it is tried again when somebody else changed the list meanwhile.
const TRIES: usize = 8;

/// Add customers to a list, or take some off; all others stay. Sent again it changes nothing more.
#[utoipa::path(
    patch, path = "/v1/lists/{list}", operation_id = "list_admit", tag = "lists",
    params(("list" = ListRef, Path, description = "The list")),
    request_body = CustomersRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = ListShape)),
    extensions(("x-problems" = json!(["unknown", "invalid"])))
)]
pub(super) async fn admit(
    State(app): State<App>,
    own: Own<Manage, ListId>,
    Large(request): Large<CustomersRequest>,
) -> Result<Answer, No> {
    let id = own.id;
    let change = request.change(id.home())?;
    for _ in 0..TRIES {
        let known = look(&app, id.home(), move |books| {
            books.lists.get(&id).cloned().ok_or(Refusal::Unknown(Noun::List))
        });
        let mut list = known.await?;
        let expected = Expect::Version(list.version);
        list.customers.extend(&change.add);
        list.customers.retain(|customer| !change.remove.contains(customer));
        let command = Command::PutList { expected, list: Box::new(list) };
        match app.submit(id.home(), command, None).await {
            Ok(_) => return shown(&app, id).await?.answer(Answer::ok),
            Err(no) if no.problem().kind == Kind::VersionStale => {}
            Err(no) => return Err(no),
        }
    }
    Err(Problem::busy(1).into())
}
