//! How the demo speaks: one line at a time, with the time on the wall.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::out::tell;

/// Prints a line with the time before it.
pub fn say(text: &str) {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    tell!("  {}  {text}", now.strftime("%H:%M:%S"));
}

/// A price of the API as people read it.
pub fn money(price: &Value) -> String {
    let amount = price.get("amount").and_then(Value::as_i64).unwrap_or(0);
    let code = price.get("currency").and_then(Value::as_str).unwrap_or_default();
    amount_text(amount, code)
}

/// Minor units of a currency as people read them.
pub fn amount_text(amount: i64, code: &str) -> String {
    let places = dayshelf_wire::money::currency(code).map_or(2, dayshelf_wire::money::decimals);
    if places == 0 {
        return format!("{amount} {code}");
    }
    let unit = 10_i64.pow(places);
    let width = places as usize;
    format!("{}.{:0width$} {code}", amount / unit, (amount % unit).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Minor units are read by the currency's own places.
    #[test]
    fn money_is_readable() {
        assert_eq!(amount_text(4_805, "EUR"), "48.05 EUR");
        assert_eq!(amount_text(500, "JPY"), "500 JPY");
        assert_eq!(amount_text(1_234, "KWD"), "1.234 KWD");
    }
}
