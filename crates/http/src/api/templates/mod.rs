//! Templates: kept with their versions, shared as files, applied to slots.

mod apply;
mod change;
mod create;
mod file;
mod list;
mod remove;
mod show;

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, SlotId, TemplateId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::template::{Filling, Parts, Template};
use dayshelf_wire::plan::template::TemplateText;
use dayshelf_wire::template::TemplateWhole;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{Which, look, place_of, reading};
use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(file::file))
        .routes(routes!(apply::apply))
}

/// What a template that is wanted for a slot comes to there; nothing where it has another version by now.
pub(crate) async fn comes_to(app: &App, slot: SlotId, filling: &Filling) -> Result<Option<Parts>, No> {
    let template = shown(app, filling.template).await?;
    if template.version != filling.version {
        return Ok(None);
    }
    let place = place_of(app, slot).await?;
    let text = TemplateText::kept(&template.text)?;
    let parts = reading(app, slot.home(), |context| text.parts(&filling.values, context, &place))?;
    Ok(Some(parts))
}

/// A template as it stands.
async fn shown(app: &App, id: TemplateId) -> Result<Template, No> {
    let unknown = Refusal::Unknown(Noun::Template);
    look(app, id.home(), move |books| books.templates.get(&id).cloned().ok_or(unknown)).await
}

/// Keeps a template that can be read with its defaults.
async fn put(app: &App, home: Home, which: Which<TemplateId>, doc: Value) -> Result<Answer, No> {
    let text = TemplateText::new(doc)?;
    let (key, title) = text.names();
    let id = which.id().unwrap_or_else(|| TemplateId(app.desk.mint().id(home)));
    let (expected, once) = which.terms();
    let template = Box::new(Template { id, key, title, version: 0, text: text.text() });
    let decided = app.submit(home, Command::PutTemplate { expected, template }, once).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::TemplatePut(template) => Some(Template::clone(template)),
        _ => None,
    });
    let template = match put {
        Some(template) => template,
        // Nothing was to be changed.
        None => shown(app, id).await?,
    };
    let whole = TemplateWhole::from(&template);
    let answer = if once.is_some() { Answer::created(&whole) } else { Answer::ok(&whole) };
    Ok(answer?.version(template.version).replayed(decided.replayed))
}
