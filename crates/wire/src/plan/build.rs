//! From the shapes of a plan to the core's plan: organiser, pools, lists, codes and slots.
//!
//! Blocks and offers are in `blocks`, the product table in `products`.

use dayshelf_core::access::List;
use dayshelf_core::change::ChangeTerms;
use dayshelf_core::ids::{CodeId, ListId, PoolId, SlotId};
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::organiser::OrganiserSpec;
use dayshelf_core::plan::{Plan, PlanCode, PlanPool, PlanSlot};
use dayshelf_core::slot::{Extra, SlotSpec};
use dayshelf_core::time::{Instant, Span, When};
use dayshelf_ical::anchor::parse_span;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Zone;

use super::doc::{
    CodeDoc, ExtraDoc, FulfilmentDoc, ListDoc, OfferDoc, OrganiserDoc, PlanDoc, PoolDoc, SlotDoc,
    TemplateDoc, WindowDoc,
};
use super::price::PriceDoc;
use super::products::Products;
use super::{Context, MISTAKES_MAX, Mistake, Mistakes};
use crate::block::BlockDoc;
use crate::money::price_text;
use crate::problem::Problem;
use crate::secret::code_digest;
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
    windows: &'d [WindowDoc],
    offers: &'d [OfferDoc],
    fulfilments: &'d [FulfilmentDoc],
    blocks: &'d [BlockDoc],
}

impl<'d> Parts<'d> {
    fn of_slot(doc: &'d SlotDoc) -> Self {
        let SlotDoc { extras, windows, offers, fulfilments, blocks, .. } = doc;
        Self { extras, windows, offers, fulfilments, blocks }
    }

    fn of_template(doc: &'d TemplateDoc) -> Self {
        let TemplateDoc { extras, windows, offers, fulfilments, blocks, .. } = doc;
        Self { extras, windows, offers, fulfilments, blocks }
    }
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
        if self.mistakes.len() < MISTAKES_MAX {
            self.mistakes.push(mistake);
        }
    }

    pub fn plan(&mut self, doc: &PlanDoc) -> Plan {
        let organiser = doc.organiser.as_ref().and_then(|organiser| self.organiser(organiser));
        let mut pools: Vec<PlanPool> = doc.pools.iter().map(|pool| self.pool(pool)).collect();
        let products = doc.products.as_ref().map(|products| Products::read(self, products));
        pools.extend(products.iter().flat_map(|products| products.pools.iter().cloned()));
        let lists = doc.lists.iter().zip(0..).filter_map(|(list, index)| self.list(list, index)).collect();
        let codes = doc.codes.iter().zip(0..).filter_map(|(code, index)| self.code(code, index)).collect();
        let templates = &doc.templates;
        let mut slots = Vec::with_capacity(doc.slots.len());
        for (slot, index) in doc.slots.iter().zip(0_usize..) {
            slots.extend(self.slot(slot, index, templates, products.as_ref()));
        }
        Plan { organiser, pools, lists, codes, slots }
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

    pub(super) fn pool(&mut self, doc: &PoolDoc) -> PlanPool {
        PlanPool {
            id: PoolId((self.context.mint)()),
            key: doc.key.clone(),
            title: doc.title.clone().unwrap_or_else(|| doc.key.clone()),
            units: doc.units,
            buffer: doc.buffer,
            borrows: doc.borrows.clone(),
        }
    }

    fn list(&mut self, doc: &ListDoc, index: usize) -> Option<List> {
        let mut customers = std::collections::BTreeSet::new();
        for (email, place) in doc.customers.iter().zip(0_usize..) {
            match crate::buyer::contact(email, self.context.home) {
                Ok(contact) => {
                    customers.insert(contact.key);
                }
                Err(sentence) => {
                    self.flaw(Problem::value_wrong(&format!("lists[{index}].customers[{place}]"), &sentence));
                }
            }
        }
        Some(List { id: ListId((self.context.mint)()), key: doc.key.clone(), customers })
    }

    fn code(&mut self, doc: &CodeDoc, index: usize) -> Option<PlanCode> {
        let field = format!("codes[{index}]");
        if doc.code.trim().is_empty() || doc.code.chars().count() > crate::hold::CODE_CHARS_MAX {
            let sentence = format!("write a code of 1 to {} characters", crate::hold::CODE_CHARS_MAX);
            self.flaw(Problem::value_wrong(&format!("{field}.code"), &sentence));
        }
        let expires = match &doc.expires {
            None => None,
            Some(text) => Some(self.instant(text, &format!("{field}.expires"))?),
        };
        let digest = code_digest(&doc.code, self.context.home);
        Some(PlanCode { id: CodeId((self.context.mint)()), group: doc.group.clone(), digest, expires })
    }

    fn slot(
        &mut self,
        doc: &SlotDoc,
        index: usize,
        templates: &[TemplateDoc],
        products: Option<&Products>,
    ) -> Option<PlanSlot> {
        let field = format!("slots[{index}]");
        let written = Written { zone: doc.zone.as_deref(), start: &doc.start, end: &doc.end };
        let place = self.place(written, &field)?;
        let template = doc.template.as_ref().and_then(|name| {
            let found = templates.iter().position(|template| template.key == *name);
            if found.is_none() {
                let sentence = format!("there is no template {name:?} in this plan");
                self.flaw(Problem::value_wrong(&format!("{field}.template"), &sentence));
            }
            found.map(|at| (&templates[at], format!("templates[{at}]")))
        });
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
            },
            publish: doc.publish,
            windows: Vec::new(),
            offers: Vec::new(),
            fulfilments: Vec::new(),
            blocks: Vec::new(),
        };
        let shared = template.map(|(shared, at)| (Parts::of_template(shared), at));
        for (parts, at) in shared.into_iter().chain([(Parts::of_slot(doc), field.clone())]) {
            self.parts(parts, &at, &place, &mut slot);
        }
        match (products, &doc.products) {
            (Some(products), wanted) => {
                let offers = products.offers(self, wanted.as_deref(), &format!("{field}.products"));
                slot.offers.extend(offers);
            }
            (None, Some(_)) => {
                let sentence =
                    "the plan names no table of products; add [products] with file = \"products.csv\"";
                self.flaw(Problem::value_wrong(&format!("{field}.products"), sentence));
            }
            (None, None) => {}
        }
        Some(slot)
    }

    /// What a slot or its template owns and sells, added to the slot.
    fn parts(&mut self, parts: Parts<'_>, at: &str, place: &Place, slot: &mut PlanSlot) {
        let path = |list: &str, number: usize| format!("{at}.{list}[{number}]");
        slot.spec.extras.extend(parts.extras.iter().map(extra));
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
        let zone = match doc.zone {
            Some(name) => match self.context.zones.zone(name) {
                Ok(zone) => zone,
                Err(unknown) => {
                    self.flaw(Problem::zone_unknown(&at("zone"), &unknown));
                    return None;
                }
            },
            None => match self.zone.clone() {
                Some(zone) => zone,
                None => {
                    let sentence = "name the time zone, as zone = \"Europe/Berlin\"";
                    self.flaw(Problem::value_wrong(&at("zone"), sentence));
                    return None;
                }
            },
        };
        let start = self.wall(doc.start, &at("start"), &zone)?;
        let end = at("end");
        if doc.end.trim_start().starts_with("start") {
            // The end hangs on the start here; the slot itself keeps the wall-clock time that comes out.
            let half = Place { zone, start, end: start };
            let at = self.when(doc.end, &end, &half)?.at;
            let end = half.zone.local(Moment(at.0));
            return Some(Place { end, ..half });
        }
        let end = self.wall(doc.end, &end, &zone)?;
        Some(Place { zone, start, end })
    }

    /// A wall-clock time that exists, or `now` and what is added to it.
    fn wall(&mut self, text: &str, field: &str, zone: &Zone) -> Option<Civil> {
        if let Some(rest) = text.trim().strip_prefix("now") {
            let instant = self.after_now(rest, field)?;
            return Some(zone.local(Moment(instant.0)));
        }
        let Some(local) = Civil::parse(text) else {
            let sentence = format!("{text:?} is no wall-clock time; write 2026-12-04T18:00, or \"now + 2m\"");
            self.flaw(Problem::value_wrong(field, &sentence));
            return None;
        };
        existing(zone, local).map_err(|flaw| self.flaw(Problem::time(field, &flaw))).ok()
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
    fn instant(&mut self, text: &str, field: &str) -> Option<Instant> {
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
