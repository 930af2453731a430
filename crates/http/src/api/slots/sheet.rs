//! `GET /v1/slots/{slot}/sheet`.

use axum::extract::State;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::block::BlockWhole;
use dayshelf_wire::change::TrailShape;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::whole::{FulfilmentWhole, OfferWhole, SheetShape, SlotWhole, WindowWhole};

use crate::answer::Answer;
use crate::api::author::{look, slot_in};
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A slot with all its blocks and offers, as its organiser wrote them.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/sheet", operation_id = "slot_sheet", tag = "slots",
    params(("slot" = SlotRef, Path, description = "The slot")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "The whole slot", body = SheetShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn sheet(State(app): State<App>, own: Own<Read, SlotId>) -> Result<Answer, No> {
    let id = own.id;
    let sheet = look(&app, id.home(), move |books| {
        let slot = SlotWhole::from(slot_in(books, id)?);
        let mut windows: Vec<_> = books.windows_of(id).collect();
        windows.sort_by_key(|window| (window.spec.opens.at, window.id));
        let mut blocks: Vec<_> = books.fulfilments_of(id).collect();
        blocks.sort_by_key(|block| (block.spec.opens.at, block.id));
        let mut others: Vec<_> = books.blocks_of(id).collect();
        others.sort_by_key(|block| (block.spec.when.at, block.id));
        Ok(SheetShape {
            trail: TrailShape::of(books.trails.get(&id)),
            slot,
            windows: windows.into_iter().map(WindowWhole::from).collect(),
            offers: books.offers_of(id).map(OfferWhole::from).collect(),
            fulfilments: blocks.into_iter().map(FulfilmentWhole::from).collect(),
            blocks: others.into_iter().map(BlockWhole::from).collect(),
        })
    })
    .await?;
    let version = sheet.slot.version;
    Ok(Answer::ok(&sheet)?.version(version))
}
