//! From the shapes of a plan to the core's plan: organiser, pools and slots.
//!
//! Blocks and offers are in `blocks`, lists and codes in `access`, the product table in `products`.

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::change::ChangeTerms;
use dayshelf_core::ids::{SlotId, TemplateId};
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::organiser::OrganiserSpec;
use dayshelf_core::plan::{Plan, PlanApplied, PlanPool, PlanSlot};
use dayshelf_core::slot::{Extra, SlotSpec};
use dayshelf_core::template::{self, Template};
use dayshelf_core::time::{Edge, Instant, PartList, PartName, Span, When};
use dayshelf_ical::anchor::parse_span;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::{WallTime, Zone};
use serde_json::Value;

use super::doc::{ExtraDoc, FulfilmentDoc, OfferDoc, OrganiserDoc, PlanDoc, SlotDoc, TemplateDoc, WindowDoc};
use super::once::Keys;
use super::price::PriceDoc;
use super::products::Products;
use super::template::{ScalarDoc, TemplateText};
use super::{Context, MISTAKES_MAX, Mistake, Mistakes};
use crate::block::BlockDoc;
use crate::library::FaqDoc;
use crate::money::price_text;
use crate::problem::Problem;
use crate::secret::plain_code;
use crate::time::{Place, existing};

/// A slot's place in time as it is written.
#[derive(Clone, Copy)]
pub(super) struct Written<'w> {
    pub zone: Option<&'w str>,
    pub start: &'w str,
    pub end: &'w str,
}

/// What a slot or a template lists.
struct Parts<'d> {
    extras: &'d [ExtraDoc],
    faqs: &'d [FaqDoc],
    windows: &'d [WindowDoc],
    offers: &'d [OfferDoc],
    fulfilments: &'d [FulfilmentDoc],
    blocks: &'d [BlockDoc],
}

impl<'d> Parts<'d> {
    fn of_slot(doc: &'d SlotDoc) -> Self {
        let SlotDoc { extras, faqs, windows, offers, fulfilments, blocks, .. } = doc;
        Self { extras, faqs, windows, offers, fulfilments, blocks }
    }

    fn of_template(doc: &'d TemplateDoc) -> Self {
        let TemplateDoc { extras, faqs, windows, offers, fulfilments, blocks, .. } = doc;
        Self { extras, faqs, windows, offers, fulfilments, blocks }
    }

    /// The keys of each list.
    fn keys(&self) -> [Keys<'d>; 4] {
        [
            ("windows", self.windows.iter().map(|part| &part.key).collect()),
            ("offers", self.offers.iter().map(|part| &part.key).collect()),
            ("fulfilments", self.fulfilments.iter().map(|part| &part.key).collect()),
            ("blocks", self.blocks.iter().map(|part| &part.key).collect()),
        ]
    }

    /// Where parts begin and end, as it is written.
    fn edges(&self) -> Vec<(Edge, &'d str)> {
        let windows = self.windows.iter().flat_map(|doc| {
            edges(PartList::Windows, &doc.key, (doc.opens.as_str(), Some(doc.closes.as_str())))
        });
        let fulfilments = self.fulfilments.iter().flat_map(|doc| {
            edges(PartList::Fulfilments, &doc.key, (doc.opens.as_str(), Some(doc.closes.as_str())))
        });
        let blocks = self
            .blocks
            .iter()
            .flat_map(|doc| edges(PartList::Blocks, &doc.key, (doc.when.as_str(), doc.until.as_deref())));
        windows.chain(fulfilments).chain(blocks).collect()
    }
}

/// The edges of a part as they are written.
pub(super) fn edges<'d>(
    list: PartList,
    key: &str,
    (from, until): (&'d str, Option<&'d str>),
) -> impl Iterator<Item = (Edge, &'d str)> {
    let name = PartName::new(list, key);
    let from = name.map(|name| (Edge::PartStart(name), from));
    let until = name.zip(until).map(|(name, until)| (Edge::PartEnd(name), until));
    from.into_iter().chain(until)
}

/// Reads documents and remembers what was wrong with them.
pub(super) struct Reader<'c> {
    pub context: &'c Context<'c>,
    pub currency: Option<Currency>,
    zone: Option<Zone>,
    mistakes: Vec<Mistake>,
}

impl<'c> Reader<'c> {
    pub fn new(context: &'c Context<'c>) -> Self {
        let zone = context.zone.and_then(|name| context.zones.zone(name).ok());
        Self { context, currency: context.currency, zone, mistakes: Vec::new() }
    }

    /// The value, unless something was wrong.
    pub fn finish<T>(self, value: T) -> Result<T, Mistakes> {
        if self.mistakes.is_empty() { Ok(value) } else { Err(Mistakes(self.mistakes)) }
    }

    /// Notes what is wrong.
    pub fn flaw(&mut self, problem: Problem) {
        self.mistake(Mistake::new(problem));
    }

    pub fn mistake(&mut self, mistake: Mistake) {
        // What many share, as slots do a template, is read for each of them.
        if self.mistakes.len() < MISTAKES_MAX && !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    pub fn plan(&mut self, doc: &PlanDoc) -> Plan {
        self.named_once("pools", "key", doc.pools.iter().map(|pool| &pool.key));
        self.named_once("lists", "key", doc.lists.iter().map(|list| &list.key));
        self.named_once("codes", "code", doc.codes.iter().map(|code| plain_code(&code.code)));
        self.named_once("slots", "slug", doc.slots.iter().map(|slot| &slot.slug));
        let organiser = doc.organiser.as_ref().and_then(|organiser| self.organiser(organiser));
        let mut pools: Vec<PlanPool> = doc.pools.iter().map(|pool| self.pool(pool)).collect();
        let products = doc.products.as_ref().map(|products| Products::read(self, products));
        let made = products.iter().flat_map(|products| products.pools.iter().cloned());
        self.beside_pools(&mut pools, made);
        let lists = doc.lists.iter().zip(0..).filter_map(|(list, index)| self.list(list, index)).collect();
        let codes = doc.codes.iter().zip(0..).filter_map(|(code, index)| self.code(code, index)).collect();
        let texts = self.templates(&doc.templates);
        let mut applied = Vec::new();
        let mut slots = Vec::with_capacity(doc.slots.len());
        for (slot, index) in doc.slots.iter().zip(0_usize..) {
            if slot.template.is_none() && !slot.with.is_empty() {
                self.with_nothing(&format!("slots[{index}]"));
            }
            let Some((planned, parts)) =
                self.slot(slot, &format!("slots[{index}]"), (&texts, products.as_ref()))
            else {
                continue;
            };
            applied.extend(applied_to(slot, parts));
            slots.push(planned);
        }
        let templates = texts.iter().map(|text| self.kept(text)).collect();
        let series = Vec::new();
        let mut plan = Plan { organiser, pools, lists, codes, templates, slots, applied, series };
        for (series, index) in doc.series.iter().zip(0_usize..) {
            self.series(series, &format!("series[{index}]"), (&mut plan, &texts));
        }
        plan
    }

    pub(super) fn organiser(&mut self, doc: &OrganiserDoc) -> Option<OrganiserSpec> {
        match self.context.zones.zone(&doc.zone) {
            Ok(zone) => self.zone = Some(zone),
            Err(unknown) => self.flaw(Problem::zone_unknown("organiser.zone", &unknown)),
        }
        match crate::money::currency(&doc.currency) {
            Ok(currency) => self.currency = Some(currency),
            Err(flaw) => self.flaw(Problem::money("organiser.currency", &flaw)),
        }
        Some(OrganiserSpec {
            slug: doc.slug.clone(),
            name: doc.name.clone(),
            about: doc.about.clone(),
            zone: self.zone.as_ref()?.name().to_owned(),
            currency: self.currency?,
            changes: self.changes(doc)?,
            at_pickup: doc.at_pickup.unwrap_or(true),
        })
    }

    fn changes(&mut self, doc: &OrganiserDoc) -> Option<ChangeTerms> {
        let usual = ChangeTerms::USUAL;
        let quiet = match doc.quiet.as_deref().map(parse_span) {
            None => usual.quiet,
            Some(Ok(seconds)) => Span::seconds(seconds),
            Some(Err(sentence)) => {
                self.flaw(Problem::value_wrong("organiser.quiet", &sentence));
                return None;
            }
        };
        Some(ChangeTerms { quiet, burst: doc.burst.unwrap_or(usual.burst) })
    }

    pub(super) fn slot(
        &mut self,
        doc: &SlotDoc,
        field: &str,
        (templates, products): (&[TemplateText], Option<&Products>),
    ) -> Option<(PlanSlot, BTreeSet<String>)> {
        let written = Written { zone: doc.zone.as_deref(), start: &doc.start, end: &doc.end };
        let place = self.place(written, field)?;
        let template = self.template_of(doc, templates, field);
        let mut written = Parts::of_slot(doc).edges();
        written.extend(template.iter().flat_map(|(template, _)| Parts::of_template(template).edges()));
        let place = place.with_marks(&written);
        let mut slot = PlanSlot {
            id: SlotId((self.context.mint)()),
            spec: SlotSpec {
                slug: doc.slug.clone(),
                title: doc.title.clone(),
                story: doc.story.clone(),
                image: doc.image.clone(),
                place: doc.place.clone(),
                times: place.times(),
                extras: Vec::new(),
                faqs: Vec::new(),
            },
            publish: doc.publish,
            windows: Vec::new(),
            offers: Vec::new(),
            fulfilments: Vec::new(),
            blocks: Vec::new(),
        };
        let mut shared = BTreeSet::new();
        if let Some((template, at)) = &template {
            self.parts(Parts::of_template(template), at, &place, &mut slot);
            shared = names(&slot);
        }
        self.parts(Parts::of_slot(doc), field, &place, &mut slot);
        self.beside_template(Parts::of_slot(doc).keys(), field, &shared);
        match (products, &doc.products) {
            (Some(products), wanted) => {
                let offers = products.offers(self, wanted.as_deref(), &format!("{field}.products"));
                self.beside_products(&slot.offers, &offers, &format!("{field}.products"));
                slot.offers.extend(offers);
            }
            (None, Some(_)) => {
                let sentence =
                    "the plan names no table of products; add [products] with file = \"products.csv\"";
                self.flaw(Problem::value_wrong(&format!("{field}.products"), sentence));
            }
            (None, None) => {}
        }
        Some((slot, shared))
    }

    /// The templates that can be read.
    fn templates(&mut self, docs: &[Value]) -> Vec<TemplateText> {
        let mut texts = Vec::with_capacity(docs.len());
        for (doc, index) in docs.iter().zip(0_usize..) {
            match TemplateText::new(doc.clone()) {
                Ok(text) if texts.iter().any(|known: &TemplateText| known.names().0 == text.names().0) => {
                    self.repeated(format!("templates[{index}].key"));
                }
                Ok(text) => texts.push(text),
                Err(problem) => self.flaw(below_field(problem, &format!("templates[{index}]"))),
            }
        }
        texts
    }

    /// A template as it is kept; its version is the core's to say.
    fn kept(&self, text: &TemplateText) -> Template {
        let (key, title) = text.names();
        Template { id: TemplateId((self.context.mint)()), key, title, version: 0, text: text.text() }
    }

    /// Values stand where no template is named.
    pub(super) fn with_nothing(&mut self, path: &str) {
        let sentence =
            "these are values of a template, and none is named; name it in `template`, or leave them out";
        self.flaw(Problem::value_wrong(&below(path, "with"), sentence));
    }

    /// The template that a slot names, with its values in their places.
    fn template_of(
        &mut self,
        doc: &SlotDoc,
        templates: &[TemplateText],
        field: &str,
    ) -> Option<(TemplateDoc, String)> {
        let name = doc.template.as_ref()?;
        let Some(at) = templates.iter().position(|template| template.names().0 == *name) else {
            let sentence = format!("there is no template {name:?} in this plan");
            self.flaw(Problem::value_wrong(&format!("{field}.template"), &sentence));
            return None;
        };
        match templates[at].filled(&texts_of(&doc.with)) {
            Ok(filled) => Some((filled, format!("templates[{at}]"))),
            Err(problem) => {
                self.flaw(below_field(problem, field));
                None
            }
        }
    }

    /// What a template alone comes to.
    pub(super) fn template(&mut self, doc: &TemplateDoc, place: &Place) -> template::Parts {
        let spec = SlotSpec {
            slug: String::new(),
            title: String::new(),
            story: String::new(),
            image: String::new(),
            place: String::new(),
            times: place.times(),
            extras: Vec::new(),
            faqs: Vec::new(),
        };
        let mut slot = PlanSlot {
            id: SlotId((self.context.mint)()),
            spec,
            publish: false,
            windows: Vec::new(),
            offers: Vec::new(),
            fulfilments: Vec::new(),
            blocks: Vec::new(),
        };
        let place = &place.with_marks(&Parts::of_template(doc).edges());
        self.parts(Parts::of_template(doc), "", place, &mut slot);
        parts_of(slot)
    }

    /// What a slot or its template owns and sells, added to the slot.
    fn parts(&mut self, parts: Parts<'_>, at: &str, place: &Place, slot: &mut PlanSlot) {
        let path = |list: &str, number: usize| below(at, &format!("{list}[{number}]"));
        for (list, keys) in parts.keys() {
            self.named_once(&below(at, list), "key", keys.into_iter());
        }
        slot.spec.extras.extend(parts.extras.iter().map(extra));
        slot.spec.faqs.extend(FaqDoc::read(parts.faqs));
        for (window, number) in parts.windows.iter().zip(0_usize..) {
            slot.windows.extend(self.window(window, &path("windows", number), place));
        }
        for (offer, number) in parts.offers.iter().zip(0_usize..) {
            slot.offers.extend(self.offer(offer, &path("offers", number), place));
        }
        for (block, number) in parts.fulfilments.iter().zip(0_usize..) {
            slot.fulfilments.extend(self.fulfilment(block, &path("fulfilments", number), place));
        }
        for (block, number) in parts.blocks.iter().zip(0_usize..) {
            slot.blocks.extend(self.block(block, &path("blocks", number), place));
        }
    }

    /// The slot's zone, start and end.
    pub(super) fn place(&mut self, doc: Written<'_>, path: &str) -> Option<Place> {
        let at = |name: &str| below(path, name);
        let zone = self.zone_of(doc.zone, path)?;
        let start = self.wall(doc.start, &at("start"), &zone)?;
        let end = at("end");
        if doc.end.trim_start().starts_with("start") {
            // The end hangs on the start here; the slot itself keeps the wall-clock time that comes out.
            let half = Place::new(zone, start, start);
            let at = self.when(doc.end, &end, &half)?.at;
            let end = half.zone.shown(Moment(at.0));
            return Some(Place { end, ..half });
        }
        let end = self.wall(doc.end, &end, &zone)?;
        Some(Place::new(zone, start, end))
    }

    /// The zone that is named, or the organiser's.
    pub(super) fn zone_of(&mut self, name: Option<&str>, path: &str) -> Option<Zone> {
        let field = below(path, "zone");
        let Some(name) = name else {
            let zone = self.zone.clone();
            if zone.is_none() {
                let sentence = "name the time zone, as zone = \"Europe/Berlin\"";
                self.flaw(Problem::value_wrong(&field, sentence));
            }
            return zone;
        };
        let zone = self.context.zones.zone(name);
        zone.map_err(|unknown| self.flaw(Problem::zone_unknown(&field, &unknown))).ok()
    }

    /// A wall-clock time that exists, one with its offset, or `now` and what is added to it.
    pub(super) fn wall(&mut self, text: &str, field: &str, zone: &Zone) -> Option<WallTime> {
        if let Some(rest) = text.trim().strip_prefix("now") {
            let instant = self.after_now(rest, field)?;
            return Some(zone.shown(Moment(instant.0)));
        }
        if let Some(at) = Moment::parse(text) {
            return Some(zone.shown(at));
        }
        let Some(local) = Civil::parse(text) else {
            let sentence = format!("{text:?} is no wall-clock time; write 2026-12-04T18:00, or \"now + 2m\"");
            self.flaw(Problem::value_wrong(field, &sentence));
            return None;
        };
        existing(zone, local).map(WallTime::from).map_err(|flaw| self.flaw(Problem::time(field, &flaw))).ok()
    }

    /// `+ 2m` behind `now`.
    fn after_now(&mut self, rest: &str, field: &str) -> Option<Instant> {
        let rest = rest.trim();
        let (factor, length) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
            (Some(length), _) => (1_000, length),
            (_, Some(length)) => (-1_000, length),
            _ if rest.is_empty() => (1_000, "0s"),
            _ => (0, ""),
        };
        match parse_span(length) {
            Ok(seconds) => Some(Instant(self.context.now.0.saturating_add(factor * seconds))),
            Err(sentence) => {
                self.flaw(Problem::value_wrong(field, &format!("write \"now + 2m\": {sentence}")));
                None
            }
        }
    }

    /// An instant: with an offset, on the organiser's wall, or from now.
    pub(super) fn instant(&mut self, text: &str, field: &str) -> Option<Instant> {
        if let Some(moment) = Moment::parse(text) {
            return Some(Instant(moment.0));
        }
        let zone = self.zone.clone();
        match zone {
            Some(zone) => self.wall(text, field, &zone).map(|local| Instant(zone.moment(local).0)),
            None => {
                let sentence = "write the time with its offset, as 2026-12-04T18:00:00+01:00";
                self.flaw(Problem::value_wrong(field, sentence));
                None
            }
        }
    }

    /// A time that hangs on the slot.
    pub fn when(&mut self, text: &str, field: &str, place: &Place) -> Option<When> {
        place.when(text).map_err(|flaw| self.flaw(Problem::time(field, &flaw))).ok()
    }

    /// A price in its own currency or the organiser's.
    pub fn price(&mut self, doc: &PriceDoc, field: &str) -> Option<Money> {
        let read = match doc {
            PriceDoc::Text(text) => price_text(text, self.currency),
            PriceDoc::Minor(price) => price.money(),
        };
        read.map_err(|flaw| self.flaw(Problem::money(field, &flaw))).ok()
    }
}

/// A field below a path, which may be empty.
pub(super) fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

pub(crate) fn extra(doc: &ExtraDoc) -> Extra {
    Extra { title: doc.title.clone(), url: doc.url.clone() }
}

/// The values of a slot's template, as they are kept.
fn texts_of(values: &BTreeMap<String, ScalarDoc>) -> BTreeMap<String, String> {
    values.iter().map(|(name, value)| (name.clone(), value.text())).collect()
}

pub(super) fn applied_to(doc: &SlotDoc, parts: BTreeSet<String>) -> Option<PlanApplied> {
    let (slot, template) = (doc.slug.clone(), doc.template.clone()?);
    Some(PlanApplied { slot, template, values: texts_of(&doc.with), parts })
}

fn parts_of(slot: PlanSlot) -> template::Parts {
    let PlanSlot { windows, offers, fulfilments, blocks, .. } = slot;
    template::Parts { windows, offers, fulfilments, blocks }
}

/// The list and the key of every part of a slot so far.
fn names(slot: &PlanSlot) -> BTreeSet<String> {
    parts_of(slot.clone()).names()
}

/// A problem with its field below a path, in its words too.
pub(super) fn below_field(problem: Problem, path: &str) -> Problem {
    let (field, detail) = match problem.members.get("field").and_then(Value::as_str) {
        None => (path.to_owned(), format!("{path}: {}", problem.detail)),
        Some(field) => {
            let whole = if field.starts_with('[') { format!("{path}{field}") } else { below(path, field) };
            let said = problem.detail.strip_prefix(field).map(|said| format!("{whole}{said}"));
            (whole, said.unwrap_or_else(|| problem.detail.clone()))
        }
    };
    Problem { detail, ..problem }.with("field", field)
}
