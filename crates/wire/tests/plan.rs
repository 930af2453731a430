//! Plans: the examples as they are shipped, and what their authors get wrong.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::cell::Cell;

use dayshelf_core::books::Books;
use dayshelf_core::change::Credential;
use dayshelf_core::command::{ApplyPlan, Command};
use dayshelf_core::decide::transact;
use dayshelf_core::ids::{Home, Id, OrganiserId, Salt};
use dayshelf_core::look::Look;
use dayshelf_core::organiser::Organiser;
use dayshelf_core::plan::{Plan, PlanUnsold};
use dayshelf_core::time::Instant;
use dayshelf_ical::zone::Zones;
use dayshelf_wire::plan::doc::WindowDoc;
use dayshelf_wire::plan::single::SlotRequest;
use dayshelf_wire::plan::{Blocks, Context, Mistakes, locate, read_json, read_toml, toml_to_json};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::time::At;

/// 2026-12-01T12:00:00Z.
const NOW: Instant = Instant(1_796_126_400_000);
const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/");

fn example(name: &str) -> Result<String, String> {
    std::fs::read_to_string(format!("{EXAMPLES}{name}")).map_err(|_| format!("there is no file {name:?}"))
}

fn with_context<T>(folder: &str, read: impl FnOnce(&Context<'_>) -> T) -> T {
    let (zones, home, count) = (Zones::bundled(), Home { shard: 0, number: 1 }, Cell::new(0));
    let mint = || {
        count.set(count.get() + 1);
        Id::mint(NOW.0, home, Salt(count.get()))
    };
    let read_file = |name: &str| example(&format!("{folder}{name}"));
    let context = Context {
        zones: &zones,
        now: NOW,
        home,
        zone: None,
        currency: None,
        mint: &mint,
        read_file: &read_file,
    };
    read(&context)
}

fn read(text: &str) -> Result<Plan, Mistakes> {
    with_context("market-weekend/", |context| read_toml(text, context))
}

/// The first drop is what its comments say.
#[test]
fn the_first_drop() {
    let plan = read(&example("first-drop.toml").unwrap()).unwrap_or_else(|flaws| panic!("{flaws}"));
    assert_eq!((plan.pools[0].units, plan.codes.len(), plan.slots.len()), (30, 1, 1));
    let slot = &plan.slots[0];
    let (vip, public) = (&slot.windows[0], &slot.windows[1]);
    assert_eq!(vip.opens.at.since(NOW).0, 45_000, "the VIP window opens within a minute");
    assert_eq!(vip.closes.at.since(vip.opens.at).0, 20 * 60_000);
    assert_eq!(public.closes.at.since(public.opens.at).0, 45 * 60_000);
    assert_eq!((vip.unsold.clone(), vip.allotments[0].1), (PlanUnsold::Roll("public".into()), 12));
    let prices: Vec<i64> = slot.offers[0].ladder.iter().map(|step| step.price.amount).collect();
    assert_eq!(prices, [4_800, 5_600, 6_200]);
    let boxes = &slot.fulfilments[0].boxes;
    assert_eq!((boxes.len(), boxes[0].places), (6, 6));
    assert_eq!(At(boxes[0].from.at).to_string(), "2026-12-02T08:00:00.000Z");
    assert_eq!(boxes[5].until.at, slot.fulfilments[0].closes.at);
    assert_eq!(slot.spec.extras.len(), 1);
}

/// The market weekend has its twelve slots, forty products with three pools each, in its own zone.
#[test]
fn the_market_weekend() {
    let text = example("market-weekend/plan.toml").unwrap();
    let plan = read(&text).unwrap_or_else(|flaws| panic!("{flaws}"));
    assert_eq!((plan.slots.len(), plan.pools.len()), (12, 120));
    let first = &plan.slots[0];
    assert_eq!(At(first.spec.times.start).to_string(), "2027-06-12T13:00:00.000Z");
    assert_eq!(first.fulfilments.len(), 2);
    let noon = first.fulfilments[0].opens;
    assert_eq!(plan.slots[5].fulfilments[0].opens.at, noon.at, "both pickup blocks hang on the day");
    assert!(plan.slots.iter().all(|slot| slot.fulfilments.iter().all(|block| block.boxes.len() == 4)));
    assert_eq!(plan.slots[5].offers.len(), 40, "the last hour of the day sells everything");
    let offer = &first.offers[0];
    assert_eq!(offer.recipe, [(format!("{}-pickup", offer.key), 1)]);
    let pool = plan.pools.iter().find(|pool| pool.key == "rye-loaf-pickup").unwrap();
    assert_eq!(pool.borrows, ["rye-loaf-shared"]);
    let mut ids: Vec<Id> = plan.pools.iter().map(|pool| pool.id.0).collect();
    ids.extend(plan.slots.iter().flat_map(|slot| slot.offers.iter().map(|offer| offer.id.0)));
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "every thing has an id of its own");
}

/// The same plan as JSON, with its table inside, is the same plan.
#[test]
fn json_is_the_same_structure() {
    for (folder, name) in [("", "first-drop.toml"), ("market-weekend/", "plan.toml")] {
        let text = example(&format!("{folder}{name}")).unwrap();
        let json = toml_to_json(&text, &|name| example(&format!("{folder}{name}"))).unwrap();
        let by_json =
            with_context("nowhere/", |context| read_json(json.to_string().as_bytes(), context)).unwrap();
        let by_toml = with_context(folder, |context| read_toml(&text, context)).unwrap();
        assert_eq!(by_json, by_toml);
    }
}

const HEAD: &str = "[organiser]\nslug='x'\nname='X'\nzone='Europe/Berlin'\ncurrency='EUR'\n";

fn slot(lines: &str) -> String {
    format!("{HEAD}[[slots]]\nslug='a'\ntitle='A'\n{lines}")
}

/// Each mistake names its line, its field, its kind, and what to write.
#[test]
fn mistakes_say_where_and_what() {
    let times = "start=2026-12-04T18:00\nend='start + 1h'\n";
    let window = |lines: &str| {
        slot(&format!("{times}[[slots.windows]]\nkey='w'\nopens='start'\ncloses='end'\n{lines}"))
    };
    let pickup = |lines: &str| {
        let block = "[[slots.fulfilments]]\nkey='f'\nkind='pickup'\nopens='end'\ncloses='end + 2h'";
        slot(&format!("{times}{block}\n{lines}"))
    };
    let table = [
        (
            slot("start=2026-03-29T02:30\nend='start + 1h'"),
            9,
            Kind::TimeInGap,
            "write 2026-03-29T01:30:00 or 2026-03-29T03:30:00",
        ),
        (slot("start='soon'\nend='start + 1h'"), 9, Kind::ValueWrong, "write 2026-12-04T18:00"),
        (
            slot("zone='Europe/Berln'\nstart=2026-12-04T18:00\nend='start + 1h'"),
            9,
            Kind::ZoneUnknown,
            "Europe/Berlin",
        ),
        (slot(&format!("{times}colour='red'")), 11, Kind::UnknownField, "Use one of"),
        (slot(&format!("{times}publish='no'")), 11, Kind::WrongType, "write true or false"),
        (slot("end='start + 1h'"), 6, Kind::MissingField, "start is missing"),
        (window("hold={for='1 day'}"), 15, Kind::ValueWrong, "hours, minutes or seconds"),
        (window("audience='friends'"), 15, Kind::ValueWrong, "public"),
        (window("allotments=[{pool='p', units=-1}]"), 15, Kind::ValueWrong, "write a whole number"),
        (
            slot(&format!("{times}[[slots.offers]]\nkey='o'\nrecipe=[]\nprice=42.0")),
            14,
            Kind::ValueWrong,
            "in quotes",
        ),
        (
            slot(&format!("{times}[[slots.offers]]\nkey='o'\nrecipe=[]\nprice='42.005'")),
            14,
            Kind::ValueWrong,
            "decimal places",
        ),
        (pickup("boxes_of={length='45m', places=1}"), 16, Kind::ValueWrong, "write \"40m\""),
        (pickup("boxes_of={length='3h', places=1}"), 16, Kind::ValueWrong, "the block is 2h long"),
        (
            pickup("boxes_of={length='1h', places=1}\nboxes=[{from='end', until='end + 2h', places=1}]"),
            16,
            Kind::ValueWrong,
            "but not both",
        ),
        (slot(&format!("{times}template='t'")), 11, Kind::ValueWrong, "no template"),
        (HEAD.replace("EUR", "EURO"), 5, Kind::CurrencyUnknown, "ISO 4217"),
        (format!("{HEAD}[[codes]]\ngroup='g'\ncode=' '"), 8, Kind::ValueWrong, "1 to 100 characters"),
        (format!("{HEAD}[[lists]]\nkey='l'\ncustomers=['ann']"), 8, Kind::ValueWrong, "mail address"),
        (format!("{HEAD}[products]\nfile='none.csv'"), 7, Kind::ValueWrong, "no file"),
        (format!("{HEAD}[products"), 6, Kind::PlanWrong, "TOML"),
    ];
    for (text, line, kind, words) in table {
        let mistakes = read(&text).expect_err(&text);
        let first = &mistakes.0[0];
        let found = (first.at.map(|at| at.line), first.problem.kind);
        assert_eq!(found, (Some(line), kind), "{mistakes}\n{text}");
        assert!(mistakes.to_string().contains(words), "{mistakes}\n{text}");
    }
}

/// Several mistakes are told at once, and one problem lists them all.
#[test]
fn several_mistakes_at_once() {
    let text = slot(
        "start=2026-12-04T18:00\nend='start + 1h'\n[[slots.windows]]\nkey='w'\nopens='begin'\ncloses='end of day'\n\
         [[slots.offers]]\nkey='o'\nrecipe=[]\nprice='free'",
    );
    let mistakes = read(&text).unwrap_err();
    let lines: Vec<usize> = mistakes.0.iter().filter_map(|mistake| mistake.at).map(|at| at.line).collect();
    assert_eq!(lines, [13, 14, 18], "{mistakes}");
    let problem = Problem::from(mistakes);
    assert_eq!((problem.kind, problem.members["mistakes"].as_array().unwrap().len()), (Kind::PlanWrong, 3));
    assert_eq!(problem.members["mistakes"][0]["field"], "slots[0].windows[0].opens");
    assert_eq!(locate(&text, "slots[a].windows[w].closes").map(|at| at.line), Some(14));
}

/// A table's mistakes name the table's file and line.
#[test]
fn tables_have_lines_too() {
    let rows = "key,price,units\\nmug,12.00,5\\nmug,12.00,5\\nbowl,cheap,1\\nplate,9,many\\ncup,1\\n";
    let mistakes = read(&format!("{HEAD}[products]\ncsv=\"{rows}\"")).unwrap_err();
    let lines: Vec<usize> = mistakes.0.iter().filter_map(|mistake| mistake.at).map(|at| at.line).collect();
    assert_eq!(lines, [3, 4, 5, 6], "{mistakes}");
    assert!(
        mistakes.to_string().contains("products.csv, line 4: price: \"cheap\" is no price"),
        "{mistakes}"
    );
    let missing = read(&format!("{HEAD}[products]\ncsv=\"key,title\\n\"")).unwrap_err();
    assert!(missing.to_string().contains("no column \"price\""), "{missing}");
}

/// Whatever the bytes, reading ends with an answer.
#[test]
fn nonsense_is_answered() {
    let whole = example("first-drop.toml").unwrap();
    for end in (0..whole.len()).step_by(41).filter(|end| whole.is_char_boundary(*end)) {
        let _ = read(&whole[..end]);
        let _ = read(&whole.replacen(&whole[end..(end + 1).min(whole.len())], "\u{0}\"]", 1));
    }
    for json in ["", "null", "[]", "{\"slots\":[[]]}", "{\"slots\":{}}"] {
        assert!(with_context("", |context| read_json(json.as_bytes(), context)).is_err(), "{json}");
    }
}

/// A slot and a block that come one by one are read as a plan's are, with fields that begin at their own.
#[test]
fn one_by_one() {
    let request =
        r#"{"slug":"a","title":"A","zone":"Asia/Tokyo","start":"2026-12-04T18:00","end":"start + 65m"}"#;
    let request: SlotRequest = dayshelf_wire::body::read(request.as_bytes()).unwrap();
    let (spec, place) = with_context("", |context| request.spec(context)).unwrap();
    assert_eq!(At(spec.times.start).to_string(), "2026-12-04T09:00:00.000Z");
    assert_eq!(spec.times.end.since(spec.times.start).0, 65 * 60_000);
    let window = r#"{"key":"w","opens":"start - 1d at 10:00","closes":"noon"}"#;
    let window: WindowDoc = dayshelf_wire::body::read(window.as_bytes()).unwrap();
    let mistakes = with_context("", |context| Blocks { context, place: &place }.window(&window)).unwrap_err();
    assert_eq!(mistakes.0[0].problem.members["field"], "closes");
    let window = WindowDoc { closes: "end".into(), ..window };
    let made = with_context("", |context| Blocks { context, place: &place }.window(&window)).unwrap();
    assert_eq!(At(made.opens.at).to_string(), "2026-12-03T01:00:00.000Z");
    let moved = place.resolutions([made.opens.anchor, made.closes.anchor]);
    assert_eq!(moved[&made.opens.anchor], made.opens.at);
    let lost = SlotRequest { zone: None, ..request };
    let mistakes = with_context("", |context| lost.spec(context)).unwrap_err();
    assert_eq!(Problem::from(mistakes).members["field"], "zone");
}

/// What the examples say makes sense to the core too, and saying it again changes nothing.
#[test]
fn the_examples_can_be_applied() {
    for (folder, name) in [("", "first-drop.toml"), ("market-weekend/", "plan.toml")] {
        // Pictures beside a plan are put into the library before it is sent.
        let text = example(&format!("{folder}{name}")).unwrap().replace("image = \"", "image = \"/pictures/");
        let plan = with_context(folder, |context| read_toml(&text, context)).unwrap();
        let id = OrganiserId(Id::mint(NOW.0, Home { shard: 0, number: 1 }, Salt(0)));
        let spec = plan.organiser.clone().unwrap();
        let mut books =
            Books::open(Organiser { id, version: 1, spec, look: Look::default(), pass_keys: Vec::new() });
        let command = Command::ApplyPlan(Box::new(ApplyPlan::of(plan, Credential::House)));
        let facts = transact(&mut books, NOW, &command).unwrap_or_else(|stop| panic!("{name}: {stop:?}"));
        assert!(facts.len() > 5, "{name}: {}", facts.len());
        let again = with_context(folder, |context| read_toml(&text, context)).unwrap();
        let facts =
            transact(&mut books, NOW, &Command::ApplyPlan(Box::new(ApplyPlan::of(again, Credential::House))))
                .unwrap();
        assert!(facts.is_empty(), "{name}: {facts:?}");
    }
}

/// The fields of the mistakes in a plan, in order.
fn fields(text: &str) -> Vec<String> {
    let mistakes = read(text).err().unwrap_or_else(|| panic!("it is taken: {text}"));
    let field = |mistake: &dayshelf_wire::plan::Mistake| mistake.problem.members.get("field").cloned();
    let fields = mistakes.0.iter().filter_map(field);
    fields.filter_map(|field| field.as_str().map(str::to_owned)).collect()
}

const TIMES: &str = "start=2026-12-04T18:00\nend='start + 1h'\n";
const SERIES: &str =
    "[[series]]\nkey='s'\ntitle='S'\nstart=2026-12-04T18:00\nlength='1h'\nrule='FREQ=WEEKLY;COUNT=3'\n";

/// What is named twice where each thing is meant once is a mistake, by whichever words it is named.
#[test]
fn each_thing_once() {
    let series = |lines: &str| format!("{HEAD}{SERIES}{lines}");
    let template = "[[templates]]\nkey='t'\nwindows=[{key='w', opens='start', closes='end'}]\n";
    let table = "csv=\"key,price,units\\nmug,12.00,5\\n\"\n";
    let cases = [
        (
            format!(
                "{HEAD}[[codes]]\ngroup='a'\ncode='Moon rise'\n[[codes]]\ngroup='b'\ncode='m o o n rise'\n"
            ),
            "codes[1].code",
        ),
        (format!("{HEAD}{template}{template}"), "templates[1].key"),
        (
            slot(&format!(
                "{TIMES}template='t'\nwindows=[{{key='w', opens='start', closes='end'}}]\n{template}"
            )),
            "slots[0].windows[0].key",
        ),
        (series("except=[2026-12-11T18:00, '2026-12-11T18:00:00']"), "series[0].except[1]"),
        (
            series("changes=[{occurrence=2026-12-11T18:00}, {occurrence=2026-12-11T18:00}]"),
            "series[0].changes[1].occurrence",
        ),
        (series("pools=[{key='p', units=1}, {key='p', units=2}]"), "series[0].pools[1].key"),
        (format!("{HEAD}[[pools]]\nkey='mug'\nunits=1\n[products]\n{table}"), "pools[0].key"),
        (
            format!("{HEAD}[products]\ncsv=\"key,price,a\\n\"\npools=[{{name='a'}}, {{name='a'}}]"),
            "products.pools[1].name",
        ),
        (slot(&format!("{TIMES}products=['mug', 'mug']\n[products]\n{table}")), "slots[0].products[1]"),
        (
            slot(&format!("{TIMES}offers=[{{key='mug', recipe=[], price='1.00'}}]\n[products]\n{table}")),
            "slots[0].products",
        ),
    ];
    for (text, field) in cases {
        assert_eq!(fields(&text), [field], "{text}");
    }
    let said = read(&format!("{HEAD}[[codes]]\ngroup='a'\ncode='MOON'\n[[codes]]\ngroup='a'\ncode='moon'"));
    assert!(said.unwrap_err().to_string().contains("case and spaces do not count"));
}

/// What many share is wrong once.
#[test]
fn a_mistake_is_told_once() {
    let template = "[[templates]]\nkey='t'\nwindows=[{key='w', opens='begin', closes='end'}]\n";
    let two = format!("{TIMES}template='t'\n[[slots]]\nslug='b'\ntitle='B'\n{TIMES}template='t'\n{template}");
    assert_eq!(fields(&slot(&two)), ["templates[0].windows[0].opens"]);
    assert_eq!(fields(&format!("{HEAD}{SERIES}template='t'\n{template}")), ["templates[0].windows[0].opens"]);
    assert_eq!(fields(&format!("{HEAD}{SERIES}except=['soon']")), ["series[0].except[0]"]);
    let block = "[[slots.fulfilments]]\nkey='f'\nkind='pickup'\nopens='end'\ncloses='end + 2h'\n";
    let boxes = slot(&format!("{TIMES}{block}boxes_of={{length='soon', places=1}}"));
    assert_eq!(fields(&boxes), ["slots[0].fulfilments[0].boxes_of.length"]);
}

/// A start that the clocks jump over is none for a series either, where it is written out; one that the rule makes is later.
#[test]
fn starts_of_a_series_exist() {
    let series = |start: &str, lines: &str| {
        format!("{HEAD}{SERIES}{lines}").replace("2026-12-04T18:00\nlength", &format!("{start}\nlength"))
    };
    let gap = "2027-03-28T02:30";
    assert_eq!(fields(&series(gap, "")), ["series[0].start"]);
    assert_eq!(fields(&series("2027-03-21T02:30", &format!("also=[{gap}]"))), ["series[0].also[0]"]);
    let moved = format!("changes=[{{occurrence=2027-03-21T02:30, start={gap}}}]");
    assert_eq!(fields(&series("2027-03-21T02:30", &moved)), ["series[0].changes[0].start"]);
    let made = read(&series("2027-03-21T02:30", "")).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(made.slots.len(), 3, "and one of them begins at half past three");
}

/// A table is called what its file is called, also where it comes along; its rows are told by their lines, and what only
/// follows from one of them is not told besides.
#[test]
fn tables_are_called_by_their_names() {
    let shelf = |rows: &str| {
        let sold = "products=['mug', 'bowl', 'none']\n";
        slot(&format!("{TIMES}{sold}[products]\nfile='shelf.csv'\ncsv=\"{rows}\""))
    };
    let told = |rows: &str| read(&shelf(rows)).unwrap_err().to_string();
    let header = told("key,prise,units\\nmug,12.00,5\\nbowl,9.00,1\\n");
    assert_eq!(header.lines().count(), 2, "{header}");
    assert!(header.lines().all(|line| line.starts_with("shelf.csv, line 1: ")), "{header}");
    let rows = told("key,image,price,units\\nMug No 1,,12.00,5\\nmug,mug.jpg,12.00,5\\nbowl,,9.00,1\\n");
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines.len(), 3, "{rows}");
    assert!(lines[0].starts_with("shelf.csv, line 2: key: "), "{rows}");
    assert!(lines[1].starts_with("shelf.csv, line 3: image: "), "{rows}");
    assert!(lines[2].contains("there is no product \"none\""), "{rows}");
    let json = toml_to_json("[products]\nfile='shelf.csv'", &|_| Ok("key,price,units\n".to_owned())).unwrap();
    assert_eq!((&json["products"]["file"], json["products"]["csv"].is_string()), (&"shelf.csv".into(), true));
    let twice = told("key,price,units,price\\n");
    assert!(twice.contains("shelf.csv, line 1: price: this column is there twice"), "{twice}");
}

/// What is wrong in a template is said at the template, in words too.
#[test]
fn templates_are_named_in_words() {
    let told = |lines: &str| read(&format!("{HEAD}[[templates]]\nkey='t'\n{lines}")).unwrap_err();
    let cases = [
        ("windows=[{key='w', opens='end', closes='end - 1h'}]", "templates[0].windows[0].closes"),
        ("windows=[{key='w', opens='start'}]", "templates[0].windows[0].closes"),
        ("offers=[{key='o', recipe=[], price='{fee}'}]", "templates[0].offers[0].price"),
        ("parameters=[{key='p'}]", "templates[0].parameters[0].default"),
        ("colour='red'", "templates[0].colour"),
    ];
    for (lines, field) in cases {
        let mistakes = told(lines);
        let problem = &mistakes.0[0].problem;
        assert_eq!(problem.members["field"], field, "{mistakes}");
        assert!(problem.detail.starts_with(field), "{mistakes}");
    }
}
