//! Broadcasts, reminders, announcements, shifts, cues and rules of a slot, one by one: all kinds alike.
//!
//! A block stands at `/v1/blocks/{block}`, because whoever has a shift knows its id and not the slot. The ETag
//! is the slot's: a slot is edited as a whole. Who comes to a shift is no edit and leaves it as it is.

mod change;
mod create;
mod list;
mod remove;
mod shift;
mod show;

use dayshelf_core::block::Block;
use dayshelf_core::change::Part;
use dayshelf_core::command::{Command, ShiftAnswer};
use dayshelf_core::decide::block_spec;
use dayshelf_core::fact::{BlockChange, Fact};
use dayshelf_core::ids::{BlockId, SlotId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_desk::Key;
use dayshelf_wire::block::{BlockDoc, BlockWhole};
use dayshelf_wire::plan::Blocks;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{Which, look, place_of, reading, slot_in};
use super::facts::slot_version;
use super::single::{Came, Manner, Single};
use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(shift::accept))
        .routes(routes!(shift::decline))
}

/// A block as it stands, with its slot's version.
async fn shown(app: &App, id: BlockId) -> Result<(Block, u32), No> {
    look(app, id.home(), move |books| {
        let block = books.blocks.get(&id).ok_or(Refusal::Unknown(Noun::Block))?;
        Ok((block.clone(), slot_in(books, block.spec.slot)?.version))
    })
    .await
}

/// Puts a block in the words of its author.
async fn put(
    app: &App,
    slot: SlotId,
    which: Which<BlockId>,
    manner: Manner,
    doc: &BlockDoc,
) -> Result<Answer, No> {
    let home = slot.home();
    let place = place_of(app, slot).await?;
    let plan = reading(app, home, |context| Blocks { context, place: &place }.block(doc))?;
    let id = which.id().unwrap_or(plan.id);
    let spec = look(app, home, move |books| block_spec(books, slot, &plan)).await?;
    let (expected, key) = which.terms();
    let single = Single { slot, expected, part: Part::Block(id, Some(spec)) };
    let decided = match single.hand_in(app, manner, key).await? {
        Came::Done(decided) => decided,
        Came::Said(answer) => return Ok(answer),
    };
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::BlockPut { block, change: BlockChange::Put, .. } => Some(BlockWhole::from(&**block)),
        _ => None,
    });
    let (whole, version) = match put.zip(slot_version(&decided)) {
        Some(put) => put,
        // Nothing was to be changed.
        None => shown(app, id).await.map(|(block, version)| (BlockWhole::from(&block), version))?,
    };
    let answer = if key.is_some() { Answer::created(&whole) } else { Answer::ok(&whole) };
    Ok(answer?.version(version).replayed(decided.replayed))
}

/// Answers for the person of a shift. The slot's ETag stays as it is, so none is sent.
async fn answer(app: &App, id: BlockId, answer: ShiftAnswer, key: Key) -> Result<Answer, No> {
    let decided = app.submit(id.home(), Command::AnswerShift { block: id, answer }, Some(key)).await?;
    let answered = decided.facts.iter().find_map(|fact| match fact {
        Fact::BlockPut { block, .. } => Some(BlockWhole::from(&**block)),
        _ => None,
    });
    let whole = match answered {
        Some(whole) => whole,
        // It was answered so before.
        None => shown(app, id).await.map(|(block, _)| BlockWhole::from(&block))?,
    };
    Ok(Answer::ok(&whole)?.replayed(decided.replayed))
}
