//! `POST /v1/series/{series}/publish`.

use axum::extract::State;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{SeriesId, SlotId};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::slot::SlotState;
use dayshelf_desk::{Ask, DeskFault, Reply};
use dayshelf_wire::name::{SeriesRef, SlotRef};
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::series::SeriesHead;
use dayshelf_wire::series::ask::{Asking, change};
use dayshelf_wire::series::publish::{NotPublished, SeriesPublishRequest, SeriesPublished};
use dayshelf_wire::series::rewrite::Rewritten;
use futures_util::{StreamExt as _, stream};

use super::{known, shown};
use crate::answer::Answer;
use crate::api::author::{look, reading};
use crate::app::App;
use crate::extract::{Body, Manage, Own};
use crate::no::No;

/// Slots that are put on the calendar at once: the desk writes them together.
const AT_ONCE: usize = 32;

/// Put every draft of a series that lies ahead on the calendar, and those that its rule makes later.
///
/// Each slot is published for itself: what could not be is listed with the reason. Asked for again, it goes on with what
/// is left, so it needs no key for retries.
#[utoipa::path(
    post, path = "/v1/series/{series}/publish", operation_id = "series_publish", tag = "series",
    params(("series" = SeriesRef, Path, description = "The series")),
    request_body = SeriesPublishRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "What is on the calendar now, and what is not", body = SeriesPublished)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn publish(
    State(app): State<App>,
    own: Own<Manage, SeriesId>,
    Body(request): Body<SeriesPublishRequest>,
) -> Result<Answer, No> {
    shown(&app, own.id).await?;
    if request.later {
        later_too(&app, &own).await?;
    }
    let id = own.id;
    let slots: Vec<(SlotId, SlotState)> = look(&app, id.home(), move |books| {
        let run = books.runs.get(&id).into_iter().flatten().filter_map(|(_, slot)| books.slots.get(slot));
        Ok(run.map(|slot| (slot.id, slot.state)).collect())
    })
    .await?;
    let mut done = SeriesPublished::new(SeriesHead::from(&shown(&app, id).await?));
    let mut drafts = Vec::new();
    for (slot, state) in slots {
        match state {
            SlotState::Published => done.already += 1,
            SlotState::Draft => drafts.push(slot),
            SlotState::Cancelled | SlotState::Discarded => {}
        }
    }
    let asked = drafts.into_iter().map(|slot| {
        let command = Command::PublishSlot { slot, expected: Expect::Any };
        let app = &app;
        async move { (slot, app.desk.submit(Ask { home: slot.home(), command, key: None }).await) }
    });
    let mut replies = stream::iter(asked).buffered(AT_ONCE);
    while let Some((slot, reply)) = replies.next().await {
        match reply {
            Reply::Done(_) => done.published.push(SlotRef(slot)),
            Reply::Refused { refusal: Refusal::SlotOver, .. } => done.over += 1,
            Reply::Refused { refusal, .. } => done.refused.push(not_published(slot, &refusal)),
            Reply::Fault(fault) => return Err(fault_of(fault)),
        }
    }
    Ok(Answer::ok(&done)?.version(done.series.version))
}

fn fault_of(fault: DeskFault) -> No {
    fault.into()
}

fn not_published(slot: SlotId, refusal: &Refusal) -> NotPublished {
    let problem = Problem::from(refusal);
    NotPublished { slot: SlotRef(slot), code: refusal.code().to_owned(), detail: problem.detail }
}

/// What the rule makes later goes on the calendar at once.
async fn later_too(app: &App, own: &Own<Manage, SeriesId>) -> Result<(), No> {
    let series = shown(app, own.id).await?;
    let doc = SeriesDoc::kept(&series.spec.text)?;
    if doc.publish {
        return Ok(());
    }
    let doc = SeriesDoc { publish: true, ..doc };
    let (members, template) = known(app, &series, &doc).await?;
    let after = Rewritten { earlier: None, doc, shift: 0, from: None };
    let asking = Asking {
        expected: Expect::Version(series.version),
        tell: dayshelf_core::change::Tell::Nobody,
        by: own.organiser.credential(),
    };
    let home = own.id.home();
    let ask = reading(app, home, |context| change((&series, &members), &after, template, context, asking))?;
    app.submit(home, Command::PutSeries(Box::new(ask)), None).await.map(drop)
}
