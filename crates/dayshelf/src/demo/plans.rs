//! The two example plans, compiled in, so that the demo needs no file beside the program.

use dayshelf_wire::plan::toml_to_json;
use jiff::civil::{Date, Weekday};
use serde_json::Value;

use crate::failure::Failure;

/// One product, one evening.
pub const FIRST_DROP: &str = include_str!("../../../../examples/first-drop.toml");
/// Its picture.
const MOON_VASE: &[u8] = include_bytes!("../../../../examples/moon-vase.webp");
/// Twelve slots, forty products.
const MARKET: &str = include_str!("../../../../examples/market-weekend/plan.toml");
/// The products of the market.
const PRODUCTS: &str = include_str!("../../../../examples/market-weekend/products.csv");

/// The code that opens the drop's first window.
pub const VIP_CODE: &str = "MOONRISE";

/// The days on which the market is written.
const MARKET_DAYS: [&str; 2] = ["2027-06-12", "2027-06-13"];

/// The first drop as the API takes it.
///
/// # Errors
/// When the example is no plan, which a test rules out.
pub fn first_drop() -> Result<Value, Failure> {
    json(FIRST_DROP)
}

/// The market as the API takes it, on the first whole weekend that is a week away.
///
/// # Errors
/// When the example is no plan, which a test rules out.
pub fn market(today: Date) -> Result<Value, Failure> {
    let far = |cause: jiff::Error| Failure::because("the market's weekend", &cause);
    let saturday = today
        .checked_add(jiff::Span::new().days(6))
        .and_then(|day| day.nth_weekday(1, Weekday::Saturday))
        .map_err(far)?;
    let sunday = saturday.tomorrow().map_err(far)?;
    let text =
        MARKET.replace(MARKET_DAYS[0], &saturday.to_string()).replace(MARKET_DAYS[1], &sunday.to_string());
    json(&text)
}

/// A picture that one of the plans names.
///
/// # Errors
/// When it is none of them, which a test rules out.
pub fn picture(file: &str) -> Result<Vec<u8>, String> {
    match file {
        "moon-vase.webp" => Ok(MOON_VASE.to_vec()),
        other => Err(format!("{other} is not part of the program")),
    }
}

fn json(text: &str) -> Result<Value, Failure> {
    let read = |name: &str| match name {
        "products.csv" => Ok(PRODUCTS.to_owned()),
        other => Err(format!("{other} is not part of the program")),
    };
    toml_to_json(text, &read).map_err(|mistakes| Failure::because("an example plan", &mistakes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The market is always ahead, with its products inside.
    #[test]
    fn the_market_is_ahead() {
        let plan = market(jiff::civil::date(2031, 3, 5)).unwrap();
        assert_eq!(plan["slots"][0]["start"], "2031-03-15T09:00");
        assert_eq!(plan["slots"][11]["start"], "2031-03-16T16:00");
        assert!(plan["products"]["csv"].as_str().unwrap().contains("rye-loaf"));
        assert_eq!(plan["products"]["file"], "products.csv", "its name goes along");
    }
}
