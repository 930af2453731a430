//! Products from a CSV table: each row becomes pools, and an offer in every slot that sells it.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ReaderBuilder, StringRecord, Trim};
use dayshelf_core::ids::{OfferId, PoolId};
use dayshelf_core::money::Money;
use dayshelf_core::picture::can_be_shown;
use dayshelf_core::plan::{PlanOffer, PlanPool, PlanStep};
use dayshelf_core::refusal::{Flaw, Refusal};
use dayshelf_core::text::is_slug;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Mistake;
use super::build::Reader;
use super::source::Position;
use crate::problem::Problem;
use crate::range::Units;

/// Rows of a table at most: more than the slots of one plan could sell.
const ROWS_MAX: usize = 5_000;
/// Columns that every table may have; the pools' columns come on top.
const COLUMNS: [&str; 6] = ["key", "title", "about", "image", "price", "units_max"];
/// Units of a product in one hold where the table does not say it.
const UNITS_MAX: u32 = 10;

/// Products from a CSV table with the columns key, title, about, image and price, and one for the units of each pool.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductsDoc {
    /// The file, beside the plan; what the table is called where it comes along in `csv`.
    #[serde(default)]
    pub file: Option<String>,
    /// The table itself, where the plan comes without files.
    #[serde(default)]
    pub csv: Option<String>,
    /// The pools of each product; one of the product's own key with the column `units` when left out.
    #[serde(default)]
    pub pools: Vec<ProductPoolDoc>,
    /// Names of the pools that the offer draws on, a unit each; the first when left out.
    #[serde(default)]
    pub draws: Vec<String>,
}

/// A pool that every product has.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductPoolDoc {
    /// Its name: the pool's key is the product's key, a hyphen and this.
    pub name: String,
    /// The column with its units; the name when left out.
    #[serde(default)]
    pub column: Option<String>,
    /// Names of the product's other pools that it may draw on.
    #[serde(default)]
    pub borrows: Vec<String>,
    /// Units kept back against miscounts.
    #[serde(default, deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub buffer: u32,
    /// Where its units lie, in words.
    #[serde(default)]
    pub place: String,
    /// Through which channel they are meant to go, in words.
    #[serde(default)]
    pub channel: String,
}

/// The products of a plan.
pub(super) struct Products {
    /// The pools of all products.
    pub pools: Vec<PlanPool>,
    rows: Vec<Product>,
    /// Keys of rows that can't be read: what names one of them names nothing that is missing.
    unread: BTreeSet<String>,
    /// Whether all of the table was looked at.
    whole: bool,
}

struct Product {
    key: String,
    title: String,
    about: String,
    image: String,
    price: Money,
    recipe: Vec<(String, u32)>,
    units_max: u32,
}

/// One row with the names of its columns.
struct Row<'r> {
    record: &'r StringRecord,
    columns: &'r BTreeMap<String, usize>,
    file: &'r str,
    line: usize,
}

impl Row<'_> {
    fn cell(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|index| self.record.get(*index)).unwrap_or_default()
    }

    fn mistake(&self, column: &str, sentence: &str) -> Mistake {
        let place = self.columns.get(column).map_or(1, |index| index + 1);
        Mistake {
            problem: Problem::value_wrong(column, sentence),
            file: Some(self.file.to_owned()),
            at: Some(Position { line: self.line, column: place }),
        }
    }

    /// What the core would refuse without knowing of the line.
    fn flaw(&self, column: &str, flaw: Flaw) -> Mistake {
        let problem = Problem::from(&Refusal::invalid(column, flaw));
        Mistake { problem, ..self.mistake(column, "") }
    }

    fn units(&self, column: &str) -> Result<u32, Mistake> {
        let cell = self.cell(column);
        let read = cell.parse().ok();
        read.ok_or_else(|| self.mistake(column, &format!("{cell:?} is no number of units; write 0 or more")))
    }
}

impl Products {
    /// Reads the table; what is wrong with it is noted with the reader.
    pub fn read(reader: &mut Reader<'_>, doc: &ProductsDoc) -> Self {
        let mut products =
            Self { pools: Vec::new(), rows: Vec::new(), unread: BTreeSet::new(), whole: false };
        let (file, text) = match (&doc.csv, &doc.file) {
            (Some(text), file) => (file.as_deref().unwrap_or("products.csv"), text.clone()),
            (None, Some(file)) => match (reader.context.read_file)(file) {
                Ok(text) => (file.as_str(), text),
                Err(sentence) => {
                    reader.flaw(Problem::value_wrong("products.file", &sentence));
                    return products;
                }
            },
            (None, None) => {
                reader.flaw(Problem::value_wrong("products", "name the table: file = \"products.csv\""));
                return products;
            }
        };
        let pools = pool_docs(doc);
        let draws = draws(reader, doc, &pools);
        let text = text.trim_start_matches('\u{feff}');
        let mut csv = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
        let Some(columns) = columns(reader, &mut csv, file, &pools) else { return products };
        products.whole = true;
        for record in csv.records().take(ROWS_MAX + 1) {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    reader.mistake(csv_mistake(file, &error));
                    products.whole = false;
                    continue;
                }
            };
            let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(0));
            let row = Row { record: &record, columns: &columns, file, line };
            if products.rows.len() == ROWS_MAX {
                reader.mistake(row.mistake("key", &format!("a table has at most {ROWS_MAX} rows")));
                products.whole = false;
                break;
            }
            match products.take(reader, &row, &pools, &draws) {
                Ok(()) => {}
                Err(mistake) => {
                    products.unread.insert(row.cell("key").to_owned());
                    reader.mistake(mistake);
                }
            }
        }
        products
    }

    fn take(
        &mut self,
        reader: &Reader<'_>,
        row: &Row<'_>,
        pools: &[ProductPoolDoc],
        draws: &[String],
    ) -> Result<(), Mistake> {
        let key = row.cell("key");
        if key.is_empty() {
            return Err(row.mistake("key", "every product needs a key"));
        }
        if !is_slug(key) {
            return Err(row.flaw("key", Flaw::NotASlug));
        }
        if self.rows.iter().any(|other| other.key == key) {
            return Err(row.mistake("key", &format!("{key:?} stands in the table twice")));
        }
        let price = crate::money::price_text(row.cell("price"), reader.currency)
            .map_err(|flaw| row.mistake("price", &flaw.to_string()))?;
        let units_max = match row.cell("units_max") {
            "" => UNITS_MAX,
            _ => row.units("units_max")?,
        };
        if !can_be_shown(row.cell("image")) {
            return Err(row.flaw("image", Flaw::NotAnAddress));
        }
        let title = if row.cell("title").is_empty() { key } else { row.cell("title") };
        for doc in pools {
            self.pools.push(PlanPool {
                id: PoolId((reader.context.mint)()),
                key: pool_key(key, &doc.name),
                title: if doc.name.is_empty() { title.to_owned() } else { format!("{title}, {}", doc.name) },
                units: row.units(column(doc))?,
                buffer: doc.buffer,
                borrows: doc.borrows.iter().map(|name| pool_key(key, name)).collect(),
                nights: None,
                place: doc.place.clone(),
                channel: doc.channel.clone(),
            });
        }
        self.rows.push(Product {
            key: key.to_owned(),
            title: title.to_owned(),
            about: row.cell("about").to_owned(),
            image: row.cell("image").to_owned(),
            price,
            recipe: draws.iter().map(|name| (pool_key(key, name), 1)).collect(),
            units_max,
        });
        Ok(())
    }

    /// The offers of the products that a slot sells; all when it names none.
    pub fn offers(&self, reader: &mut Reader<'_>, wanted: Option<&[String]>, field: &str) -> Vec<PlanOffer> {
        let mint = reader.context.mint;
        let offer = |product: &Product| PlanOffer {
            id: OfferId(mint()),
            key: product.key.clone(),
            title: product.title.clone(),
            about: product.about.clone(),
            image: product.image.clone(),
            slots: Vec::new(),
            recipe: product.recipe.clone(),
            ladder: vec![PlanStep {
                title: String::new(),
                price: product.price,
                from: None,
                after_units: None,
            }],
            with: Vec::new(),
            units_max: product.units_max,
        };
        let Some(wanted) = wanted else { return self.rows.iter().map(offer).collect() };
        let mut offers = Vec::with_capacity(wanted.len());
        for (key, index) in wanted.iter().zip(0_usize..) {
            match self.rows.iter().find(|product| product.key == *key) {
                Some(_) if wanted[..index].contains(key) => reader.repeated(format!("{field}[{index}]")),
                Some(product) => offers.push(offer(product)),
                None if !self.whole || self.unread.contains(key) => {}
                None => {
                    let sentence = format!("there is no product {key:?} in the table");
                    reader.flaw(Problem::value_wrong(&format!("{field}[{index}]"), &sentence));
                }
            }
        }
        offers
    }
}

/// The pools that every product has; one with the product's own key where the plan names none.
fn pool_docs(doc: &ProductsDoc) -> Vec<ProductPoolDoc> {
    if !doc.pools.is_empty() {
        return doc.pools.clone();
    }
    let column = Some("units".to_owned());
    vec![ProductPoolDoc { column, ..ProductPoolDoc::default() }]
}

/// The pools that an offer draws on: those that are named, or the first.
fn draws(reader: &mut Reader<'_>, doc: &ProductsDoc, pools: &[ProductPoolDoc]) -> Vec<String> {
    reader.named_once("products.pools", "name", pools.iter().map(|pool| &pool.name));
    reader.named_once("products.draws", "", doc.draws.iter());
    let named = |name: &String| pools.iter().any(|pool| pool.name == *name);
    for (name, index) in doc.draws.iter().zip(0_usize..).filter(|(name, _)| !named(name)) {
        let sentence = format!("products have no pool {name:?}; name one of products.pools");
        reader.flaw(Problem::value_wrong(&format!("products.draws[{index}]"), &sentence));
    }
    let borrowed = pools.iter().zip(0_usize..).flat_map(|(pool, index)| {
        let unknown = pool.borrows.iter().zip(0_usize..).filter(|(name, _)| !named(name));
        unknown.map(move |(name, place)| (name, format!("products.pools[{index}].borrows[{place}]")))
    });
    for (name, field) in borrowed {
        reader.flaw(Problem::value_wrong(&field, &format!("products have no pool {name:?}")));
    }
    if doc.draws.is_empty() {
        pools.iter().take(1).map(|pool| pool.name.clone()).collect()
    } else {
        doc.draws.clone()
    }
}

/// Where each column stands; a column that is missing or unknown is a mistake.
fn columns(
    reader: &mut Reader<'_>,
    csv: &mut csv::Reader<&[u8]>,
    file: &str,
    pools: &[ProductPoolDoc],
) -> Option<BTreeMap<String, usize>> {
    let header = match csv.headers() {
        Ok(header) => header,
        Err(error) => {
            reader.mistake(csv_mistake(file, &error));
            return None;
        }
    };
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    for (name, place) in header.iter().zip(0_usize..) {
        if columns.insert(name.to_owned(), place).is_some() {
            reader.mistake(header_mistake(file, name, "this column is there twice", place + 1));
        }
    }
    let known: Vec<&str> = COLUMNS.into_iter().chain(pools.iter().map(column)).collect();
    let mut complete = true;
    let needed = ["key", "price"].into_iter().chain(pools.iter().map(column));
    for name in needed.filter(|name| !columns.contains_key(*name)) {
        let sentence = format!("the table has no column {name:?}; add it to the first line");
        reader.mistake(header_mistake(file, name, &sentence, 1));
        complete = false;
    }
    for (name, index) in columns.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        let sentence = format!("this column is not known; known are {}", known.join(", "));
        reader.mistake(header_mistake(file, name, &sentence, index + 1));
    }
    complete.then_some(columns)
}

fn header_mistake(file: &str, column: &str, sentence: &str, place: usize) -> Mistake {
    Mistake {
        problem: Problem::value_wrong(column, sentence),
        file: Some(file.to_owned()),
        at: Some(Position { line: 1, column: place }),
    }
}

fn csv_mistake(file: &str, error: &csv::Error) -> Mistake {
    let line = error.position().and_then(|at| usize::try_from(at.line()).ok());
    let sentence = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!(
                "this line has {len} cells and the first has {expected_len}; put texts with commas in quotes"
            )
        }
        _ => "this line is not CSV in UTF-8".to_owned(),
    };
    Mistake {
        problem: Problem::value_wrong("row", &sentence),
        file: Some(file.to_owned()),
        at: line.map(|line| Position { line, column: 1 }),
    }
}

fn column(doc: &ProductPoolDoc) -> &str {
    doc.column.as_deref().unwrap_or(&doc.name)
}

fn pool_key(product: &str, name: &str) -> String {
    if name.is_empty() { product.to_owned() } else { format!("{product}-{name}") }
}
