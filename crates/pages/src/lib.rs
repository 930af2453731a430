//! The public pages of Dayshelf: one struct and one template per page, and the assets they load.
//!
//! What lives here: view models (plain text, numbers and enums), their templates under `templates/`,
//! and the style and script under `assets/`. What does not: rules, clocks, databases, routes. The
//! caller decides what a viewer may see, formats dates and money, and fills a view model; this crate
//! only turns it into HTML, escaping every text.
//!
//! Start at [`SlotPage`], the page that sells; every page holds a [`Frame`] with what the head needs.
//! Render a page with [`Template::render`], or straight into a buffer with [`Template::render_into`].
//!
//! ```
//! use dayshelf_pages::{Frame, ProblemPage, Template};
//!
//! let page = ProblemPage {
//!     frame: Frame::new("Not found", 1_795_280_400_000),
//!     title: "There is nothing on this shelf".into(),
//!     text: "We looked for <mug>.".into(),
//!     code: "not_found".into(),
//!     fault: None,
//!     next: vec![],
//! };
//! assert!(page.render()?.contains("We looked for &#60;mug&#62;."));
//! # Ok::<(), askama::Error>(())
//! ```

mod assets;
mod bank;
mod calendar;
mod confirmation;
mod display;
mod forms;
mod frame;
mod hold;
mod index;
mod lobby;
mod look;
mod moment;
mod order;
mod overlay;
mod parts;
mod picture;
mod problem;
mod setup;
mod slot;
mod squeeze;
mod still;
mod text;
mod waitlist;

pub use askama::{Error as RenderError, Template};

pub use assets::{
    ASSETS, ASSETS_HASH, Asset, CONTENT_SECURITY_POLICY, EMBED_JS, LIVE_JS, OVERLAY_JS, SITE_CSS, TOKENS_CSS,
    keep_js,
};
pub use bank::BankPage;
pub use calendar::{CalendarDay, CalendarPage, CalendarView, EmptyState, MonthNav, SlotEntry};
pub use confirmation::{ConfirmationPage, ConfirmationState};
pub use display::{DisplayPage, DisplaySlot};
pub use forms::{FieldError, FormState};
pub use frame::{Frame, OrganiserLink};
pub use hold::{
    AddressForm, BuyerForm, HoldLeft, HoldPage, HoldState, Lapse, PaymentChoice, PaymentKind, TestCard,
};
pub use index::{IndexPage, OrganiserEntry};
pub use lobby::{LobbyPage, LobbyState};
pub use look::{Logo, LookSheet, Rgb};
pub use moment::{Countdown, Moment, TimeSpan};
pub use order::{
    CancelView, DigitalExtra, MoveChoice, MoveView, OrderLine, OrderPage, OrderState, PassView, PickupView,
};
pub use overlay::{OverlayLayout, OverlayPage, OverlayState, OverlayTheme};
pub use parts::{Badge, BadgeKind, Line, Link, Notice, NoticeKind, Permille, Place, SlotSummary};
pub use picture::{Picture, Tones};
pub use problem::ProblemPage;
pub use setup::{SetupAsked, SetupPage, SetupTest};
pub use slot::{
    Action, Axis, BroadcastView, CodeField, FaqView, FulfilmentChoice, FulfilmentGroup, OfferState,
    OfferView, OtherSlot, PriceView, ProductView, ProofView, SlotPage, WindowState, WindowView,
};
pub use still::Still;
pub use text::{Href, JsonLd, Svg};
pub use waitlist::{ChanceView, WaitState, WaitlistPage};
