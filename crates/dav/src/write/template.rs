//! A new entry that names a template: which one, and the draft that is made of both.
//!
//! An entry names a template by a category or by its title, whole or up to a colon: `Evening`, `Evening: blue glaze`.
//! The draft and its parts are one command, so nobody ever finds the one without the others; the parameters have
//! their defaults. Start at [`named`].

use std::collections::BTreeMap;

use dayshelf_core::change::Credential;
use dayshelf_core::command::{ApplyPlan, Command};
use dayshelf_core::ids::{PasswordId, SlotId};
use dayshelf_core::plan::{Plan, PlanApplied, PlanSlot};
use dayshelf_core::template::{Parts, Template};
use dayshelf_wire::plan::template::TemplateText;
use dayshelf_wire::plan::{Context, Mistakes};

use super::ask::{self, Verdict, Wish};
use crate::entry::Said;
use crate::no::No;
use crate::server::Dav;

/// The template that an entry names, if there is one.
///
/// # Errors
/// When the desk is away.
pub async fn named(dav: &Dav, slot: SlotId, said: &Said) -> Result<Option<Template>, No> {
    let (title, categories) = (said.title.clone(), said.object.master().categories.clone());
    let look = dav.desk.look(slot.home(), move |books, _| {
        let templates = || books.into_iter().flat_map(|books| books.templates.values());
        names(&title, &categories)
            .iter()
            .find_map(|name| templates().find(|template| is_called(template, name)))
            .cloned()
    });
    Ok(look.await?)
}

/// Makes a draft with the parts of a template.
pub async fn make(dav: &Dav, slot: SlotId, (wish, by): (&Wish, PasswordId), template: &Template) -> Verdict {
    let parts = match parts(dav, slot, wish, template) {
        Ok(Some(parts)) => parts,
        Ok(None) => return Verdict::Refused,
        Err(no) => return Verdict::Away(no),
    };
    let spec = ask::draft(slot, wish);
    let applied = PlanApplied {
        slot: spec.slug.clone(),
        template: template.key.clone(),
        values: BTreeMap::new(),
        parts: parts.names(),
    };
    let Parts { windows, offers, fulfilments, blocks } = parts;
    let draft = PlanSlot { id: slot, spec, publish: false, windows, offers, fulfilments, blocks };
    let plan = Plan {
        organiser: None,
        pools: Vec::new(),
        lists: Vec::new(),
        codes: Vec::new(),
        templates: Vec::new(),
        slots: vec![draft],
        series: Vec::new(),
        applied: vec![applied],
    };
    let plan = ApplyPlan::of(plan, Credential::Password(by));
    ask::submit(dav, slot, Command::ApplyPlan(Box::new(plan))).await
}

/// What the template comes to at the entry's times; nothing when it can't be read with its defaults.
fn parts(dav: &Dav, slot: SlotId, wish: &Wish, template: &Template) -> Result<Option<Parts>, No> {
    let home = slot.home();
    let card = dav.shelf.card(home)?;
    let spec = &card.organiser.spec;
    let mint = || dav.desk.mint().id(home);
    let context = Context {
        zones: &dav.zones,
        now: dav.desk.mint().now(),
        home,
        zone: Some(&spec.zone),
        currency: Some(spec.currency),
        mint: &mint,
        read_file: &|_: &str| Err("a template names no files".to_owned()),
    };
    let text = TemplateText::kept(&template.text).ok();
    let read = |text: TemplateText| -> Result<Parts, Mistakes> {
        text.parts(&BTreeMap::new(), &context, &wish.times)
    };
    Ok(text.and_then(|text| read(text).ok()))
}

/// What an entry may call its template by, the most deliberate first.
fn names(title: &str, categories: &[String]) -> Vec<String> {
    let head = title.split_once(':').map(|(head, _)| head.to_owned());
    categories.iter().cloned().chain([title.to_owned()]).chain(head).collect()
}

/// Whether a template has this name, by its key or its title; case does not count.
fn is_called(template: &Template, name: &str) -> bool {
    let name = name.trim().to_lowercase();
    !name.is_empty()
        && [&template.key, &template.title].iter().any(|known| known.trim().to_lowercase() == name)
}
