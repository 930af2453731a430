//! Windows, offers and fulfilment blocks of a plan, which are also what the API takes one by one.

use dayshelf_core::ids::{FulfilmentId, OfferId, PoolId, WindowId};
use dayshelf_core::limits::BOXES_MAX;
use dayshelf_core::lobby::LobbyTerms;
use dayshelf_core::plan::{
    PlanAudience, PlanBlock, PlanBox, PlanFulfilment, PlanOffer, PlanStep, PlanUnsold, PlanWindow,
};
use dayshelf_core::time::{Anchor, Instant, PartList, Span, When};
use dayshelf_core::window::{Drip, Fairness, HoldAt, HoldTerms, TurnTerms};
use dayshelf_ical::anchor::{SpanText, parse_span};

use super::build::{Reader, below, edges};
use super::doc::{
    AudienceDoc, BoxesDoc, DripDoc, FairnessDoc, FulfilmentDoc, HoldAtDoc, HoldDoc, OfferDoc, StepDoc,
    TurnDoc, UnsoldDoc, WindowDoc,
};
use super::{Context, Mistakes};
use crate::block::BlockDoc;
use crate::lobby::LobbyDoc;
use crate::problem::Problem;
use crate::time::Place;

/// How long units are held where the plan does not say it.
const HOLD_SPAN: Span = Span::minutes(10);
/// How long a turn lasts where the plan does not say it.
const TURN_SPAN: Span = Span::minutes(10);
/// How long before the opening one can take a number where the plan does not say it.
const LOBBY_AHEAD: Span = Span::minutes(30);
/// How long whoever was let in has to hold where the plan does not say it.
const LOBBY_SPAN: Span = Span::minutes(5);
/// How often a buyer may extend where the plan does not say it.
const EXTENSIONS: u8 = 1;
/// Units of an offer in one hold where the plan does not say it.
const UNITS_MAX: u32 = 10;

/// Reads single blocks of a slot that stands in the books.
pub struct Blocks<'c> {
    /// What reading needs from outside.
    pub context: &'c Context<'c>,
    /// The slot's place in time.
    pub place: &'c Place,
}

impl Blocks<'_> {
    /// A window.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn window(&self, doc: &WindowDoc) -> Result<PlanWindow, Mistakes> {
        let place = self.own(PartList::Windows, &doc.key, (&doc.opens, Some(&doc.closes)));
        self.read(|reader| reader.window(doc, "", &place))
    }

    /// An offer.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn offer(&self, doc: &OfferDoc) -> Result<PlanOffer, Mistakes> {
        self.read(|reader| reader.offer(doc, "", self.place))
    }

    /// A fulfilment block.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn fulfilment(&self, doc: &FulfilmentDoc) -> Result<PlanFulfilment, Mistakes> {
        let place = self.own(PartList::Fulfilments, &doc.key, (&doc.opens, Some(&doc.closes)));
        self.read(|reader| reader.fulfilment(doc, "", &place))
    }

    /// A block of another kind.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn block(&self, doc: &BlockDoc) -> Result<PlanBlock, Mistakes> {
        let place = self.own(PartList::Blocks, &doc.key, (&doc.when, doc.until.as_deref()));
        self.read(|reader| reader.block(doc, "", &place))
    }

    /// The slot's place with the edges of the part that is read: its end may hang on its own beginning.
    fn own(&self, list: PartList, key: &str, (from, until): (&str, Option<&str>)) -> Place {
        let written: Vec<_> = edges(list, key, (from, until)).collect();
        self.place.with_marks(&written)
    }

    fn read<T>(&self, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T, Mistakes> {
        let mut reader = Reader::new(self.context);
        let made = read(&mut reader);
        // Nothing was made only where a mistake was noted, so the empty list is never answered.
        reader.finish(made).and_then(|made| made.ok_or_else(Mistakes::default))
    }
}

impl Reader<'_> {
    pub(super) fn window(&mut self, doc: &WindowDoc, path: &str, place: &Place) -> Option<PlanWindow> {
        let opens = self.when(&doc.opens, &below(path, "opens"), place);
        let closes = self.when(&doc.closes, &below(path, "closes"), place);
        let drip = doc.drip.as_ref().map(|drip| self.drip(drip, path));
        let lobby = doc.lobby.as_ref().map(|lobby| self.lobby(lobby, path));
        let hold = self.hold(&doc.hold, path);
        let turn = self.turn(&doc.waitlist, path);
        let mint = self.context.mint;
        let lent = doc.allotments.iter().map(|part| (part.pool.clone(), part.units, PoolId(mint())));
        let allotments = lent.collect();
        let audience = match &doc.audience {
            AudienceDoc::Public => PlanAudience::Public,
            AudienceDoc::Code(group) => PlanAudience::Code(group.clone()),
            AudienceDoc::List(key) => PlanAudience::List(key.clone()),
        };
        let unsold = match &doc.unsold {
            UnsoldDoc::Return => PlanUnsold::Return,
            UnsoldDoc::Stay => PlanUnsold::Stay,
            UnsoldDoc::Roll(window) => PlanUnsold::Roll(window.clone()),
        };
        Some(PlanWindow {
            id: WindowId(mint()),
            key: doc.key.clone(),
            title: doc.title.clone().unwrap_or_else(|| doc.key.clone()),
            audience,
            opens: opens?,
            closes: closes?,
            offers: doc.offers.clone(),
            allotments,
            unsold,
            drip: drip.map_or(Some(None), |drip| drip.map(Some))?,
            lobby: lobby.map_or(Some(None), |lobby| lobby.map(Some))?,
            hold: hold?,
            turn: turn?,
        })
    }

    fn drip(&mut self, doc: &DripDoc, path: &str) -> Option<Drip> {
        let every = self.span(Some(&doc.every), &below(path, "drip.every"), HOLD_SPAN)?;
        Some(Drip { units: doc.units, every })
    }

    fn lobby(&mut self, doc: &LobbyDoc, path: &str) -> Option<LobbyTerms> {
        let ahead = self.span(doc.ahead.as_deref(), &below(path, "lobby.ahead"), LOBBY_AHEAD);
        let span = self.span(doc.span.as_deref(), &below(path, "lobby.for"), LOBBY_SPAN);
        Some(LobbyTerms { ahead: ahead?, per_minute: doc.per_minute, span: span? })
    }

    fn hold(&mut self, doc: &HoldDoc, path: &str) -> Option<HoldTerms> {
        let at = match doc.at {
            HoldAtDoc::Cart => HoldAt::Cart,
            HoldAtDoc::Checkout => HoldAt::Checkout,
            HoldAtDoc::Payment => HoldAt::Payment,
        };
        let span = self.span(doc.span.as_deref(), &below(path, "hold.for"), HOLD_SPAN)?;
        Some(HoldTerms { at, span, extensions: doc.extensions.unwrap_or(EXTENSIONS), buyer_limit: doc.limit })
    }

    fn turn(&mut self, doc: &TurnDoc, path: &str) -> Option<TurnTerms> {
        let fairness = match doc.fairness {
            FairnessDoc::FirstCome => Fairness::FirstCome,
            FairnessDoc::Lottery => Fairness::Lottery,
            FairnessDoc::Announce => Fairness::Announce,
        };
        let span = self.span(doc.turn.as_deref(), &below(path, "waitlist.turn"), TURN_SPAN)?;
        Some(TurnTerms { fairness, span })
    }

    pub(super) fn span(&mut self, text: Option<&str>, field: &str, default: Span) -> Option<Span> {
        let Some(text) = text else { return Some(default) };
        let read = parse_span(text).map(Span::seconds);
        read.map_err(|sentence| self.flaw(Problem::value_wrong(field, &sentence))).ok()
    }

    pub(super) fn offer(&mut self, doc: &OfferDoc, path: &str, place: &Place) -> Option<PlanOffer> {
        let ladder = match (&doc.price, doc.ladder.as_slice()) {
            (Some(price), []) => {
                let price = self.price(price, &below(path, "price"))?;
                vec![PlanStep { title: String::new(), price, from: None, after_units: None }]
            }
            (None, steps) => self.ladder(steps, path, place)?,
            (Some(_), _) => {
                let sentence = "write either one price or a ladder of steps, not both";
                self.flaw(Problem::value_wrong(&below(path, "price"), sentence));
                return None;
            }
        };
        Some(PlanOffer {
            id: OfferId((self.context.mint)()),
            key: doc.key.clone(),
            title: doc.title.clone().unwrap_or_else(|| doc.key.clone()),
            about: doc.about.clone(),
            image: doc.image.clone(),
            slots: doc.slots.clone(),
            recipe: doc.recipe.iter().map(|part| (part.pool.clone(), part.units)).collect(),
            ladder,
            with: doc.with.clone(),
            units_max: doc.units_max.unwrap_or(UNITS_MAX),
        })
    }

    fn ladder(&mut self, steps: &[StepDoc], path: &str, place: &Place) -> Option<Vec<PlanStep>> {
        let mut ladder = Vec::with_capacity(steps.len());
        for (step, index) in steps.iter().zip(0_usize..) {
            let at = below(path, &format!("ladder[{index}]"));
            let price = self.price(&step.price, &format!("{at}.price"));
            let from = step.from.as_ref().map(|from| self.when(from, &format!("{at}.from"), place));
            if let (Some(price), Some(from)) = (price, from.map_or(Some(None), |from| from.map(Some))) {
                let title = step.title.clone();
                ladder.push(PlanStep { title, price, from, after_units: step.after_units });
            }
        }
        (ladder.len() == steps.len()).then_some(ladder)
    }

    pub(super) fn fulfilment(
        &mut self,
        doc: &FulfilmentDoc,
        path: &str,
        place: &Place,
    ) -> Option<PlanFulfilment> {
        let opens = self.when(&doc.opens, &below(path, "opens"), place);
        let closes = self.when(&doc.closes, &below(path, "closes"), place);
        let mut boxes = Vec::with_capacity(doc.boxes.len());
        for (time_box, index) in doc.boxes.iter().zip(0_usize..) {
            let at = below(path, &format!("boxes[{index}]"));
            let from = self.when(&time_box.from, &format!("{at}.from"), place);
            let until = self.when(&time_box.until, &format!("{at}.until"), place);
            if let (Some(from), Some(until)) = (from, until) {
                let pool = PoolId((self.context.mint)());
                boxes.push(PlanBox { from, until, places: time_box.places, pool });
            }
        }
        let (opens, closes) = (opens?, closes?);
        if let Some(of) = &doc.boxes_of {
            let path = below(path, "boxes_of");
            if !boxes.is_empty() {
                let sentence = "write each time box in `boxes`, or one length for all here, but not both";
                self.flaw(Problem::value_wrong(&path, sentence));
            }
            boxes.extend(self.boxes_of(of, &path, opens, closes.at));
        }
        Some(PlanFulfilment {
            id: FulfilmentId((self.context.mint)()),
            key: doc.key.clone(),
            title: doc.title.clone().unwrap_or_else(|| doc.key.clone()),
            kind: doc.kind.into(),
            place: doc.place.clone(),
            opens,
            closes,
            boxes,
        })
    }

    /// Boxes of one length, from the opening to the closing.
    fn boxes_of(&mut self, doc: &BoxesDoc, path: &str, opens: When, closes: Instant) -> Vec<PlanBox> {
        let field = format!("{path}.length");
        let Some(length) = self.span(Some(&doc.length), &field, HOLD_SPAN) else { return Vec::new() };
        if length.0 <= 0 {
            self.flaw(Problem::value_wrong(&field, "write a length above zero, as \"30m\""));
            return Vec::new();
        }
        let whole = Span(closes.0 - opens.at.0);
        // A block that ends before it begins is the core's to refuse.
        if whole.0 > 0 && whole.0 % length.0 != 0 {
            self.flaw(Problem::value_wrong(&field, &uneven(whole, length)));
            return Vec::new();
        }
        let later = |steps: i64| {
            let seconds = opens.anchor.seconds + steps * length.0 / 1_000;
            let anchor = Anchor { seconds, ..opens.anchor };
            When { anchor, at: opens.at.plus(Span(steps * length.0)) }
        };
        // One more than there may be, so that the core sees that there are too many.
        let steps = 0..=i64::try_from(BOXES_MAX).unwrap_or(i64::MAX);
        let spans =
            steps.map(|step| (later(step), later(step + 1))).take_while(|(_, until)| until.at <= closes);
        let mint = self.context.mint;
        spans.map(|(from, until)| PlanBox { from, until, places: doc.places, pool: PoolId(mint()) }).collect()
    }
}

/// What to write instead of a length that leaves a part of the block without a box: the nearest that does not.
fn uneven(whole: Span, length: Span) -> String {
    let [whole, length] = [whole, length].map(|span| u64::try_from(span.0 / 1_000).unwrap_or_default());
    let fitting = (1..=BOXES_MAX as u64).filter(|boxes| whole % boxes == 0).map(|boxes| whole / boxes);
    let nearest = fitting.min_by_key(|fits| fits.abs_diff(length)).unwrap_or(whole);
    format!(
        "the block is {} long, and boxes of {} do not fill it; write \"{}\", or each time box in `boxes`",
        SpanText(whole),
        SpanText(length),
        SpanText(nearest)
    )
}
