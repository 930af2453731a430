//! Money in JSON and in plans: an integer of minor units with an ISO 4217 code. Never a float.

use dayshelf_core::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::range::Amount;

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Minor units: cents, pence, yen.
    #[serde(deserialize_with = "Amount::read")]
    #[schema(example = 4200)]
    pub amount: i64,
    /// The ISO 4217 code.
    #[schema(example = "EUR", min_length = 3, max_length = 3)]
    pub currency: String,
}

impl From<Money> for Price {
    fn from(money: Money) -> Self {
        Self { amount: money.amount, currency: money.currency.code().to_owned() }
    }
}

/// What is wrong with a price: a sentence for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoneyFlaw {
    /// It can't be read.
    Unreadable(String),
    /// Its currency does not exist.
    NoCurrency(String),
}

impl std::fmt::Display for MoneyFlaw {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(sentence) => out.write_str(sentence),
            Self::NoCurrency(code) => {
                write!(out, "{code:?} is no ISO 4217 currency; write one as \"EUR\" or \"USD\"")
            }
        }
    }
}

impl std::error::Error for MoneyFlaw {}

/// Codes of ISO 4217 that stand for no currency, and for tests.
const NO_MONEY: [&str; 2] = ["XXX", "XTS"];

/// The currency of an ISO 4217 code.
///
/// # Errors
/// When there is no such currency.
pub fn currency(code: &str) -> Result<Currency, MoneyFlaw> {
    let letters = <[u8; 3]>::try_from(code.as_bytes()).ok();
    let known =
        letters.filter(|_| iso_currency::Currency::from_code(code).is_some() && !NO_MONEY.contains(&code));
    known.map(Currency).ok_or_else(|| MoneyFlaw::NoCurrency(code.chars().take(20).collect()))
}

/// How many decimal places the currency has: 2 for euros, 0 for yen.
pub fn decimals(currency: Currency) -> u32 {
    let known = iso_currency::Currency::from_code(currency.code());
    known.and_then(iso_currency::Currency::exponent).map_or(2, u32::from)
}

/// Reads a price as people write it: `42.00`, `42` or `42.00 EUR`. Exact; never through a float.
///
/// ```
/// use dayshelf_wire::money::{currency, price_text};
/// let euro = currency("EUR").unwrap();
/// assert_eq!(price_text("19.90", Some(euro)).unwrap().amount, 1990);
/// assert_eq!(price_text("500 JPY", Some(euro)).unwrap().amount, 500);
/// assert!(price_text("19.905", Some(euro)).is_err());
/// ```
///
/// # Errors
/// What is wrong with it.
pub fn price_text(text: &str, default: Option<Currency>) -> Result<Money, MoneyFlaw> {
    let unreadable = |sentence: String| MoneyFlaw::Unreadable(sentence);
    let mut words = text.split_whitespace();
    let number = words.next().unwrap_or_default();
    let currency = match words.next() {
        Some(code) => currency(code)?,
        None => default.ok_or_else(|| unreadable("name the currency: \"42.00 EUR\"".to_owned()))?,
    };
    if words.next().is_some() {
        return Err(unreadable(format!("{text:?} is no price; write \"42.00\" or \"42.00 EUR\"")));
    }
    let decimals = decimals(currency);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_point = number.contains('.');
    if whole.is_empty() || whole.len() > 10 || !digits(whole) || !digits(part) || has_point == part.is_empty()
    {
        return Err(unreadable(format!("{text:?} is no price; write \"42.00\" or \"42.00 EUR\"")));
    }
    let places = u32::try_from(part.len()).unwrap_or(u32::MAX);
    if places > decimals {
        let code = currency.code();
        return Err(unreadable(format!("{code} has {decimals} decimal places; {number:?} has more")));
    }
    let whole: i64 = whole.parse().map_err(|_| unreadable("the number is too long".to_owned()))?;
    let part: i64 = if part.is_empty() { 0 } else { part.parse().unwrap_or(0) };
    let amount = whole * 10_i64.pow(decimals) + part * 10_i64.pow(decimals - places);
    Ok(Money { amount, currency })
}

impl Price {
    /// The value of the core. Bounds on the amount are the core's.
    ///
    /// # Errors
    /// When the currency does not exist.
    pub fn money(&self) -> Result<Money, MoneyFlaw> {
        Ok(Money { amount: self.amount, currency: currency(&self.currency)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prices are read exactly, in the currency's own minor units.
    #[test]
    fn reads_prices() {
        let euro = currency("EUR").unwrap();
        let amounts = [("42", 4_200), ("42.5", 4_250), ("0.05", 5), ("7.125 KWD", 7_125), ("0", 0)];
        for (text, amount) in amounts {
            assert_eq!(price_text(text, Some(euro)).unwrap().amount, amount, "{text}");
        }
        for text in ["", ".5", "5.", "-1", "1,50", "1e3", "500.5 JPY", "5 EUR EUR", "5 XYZ", "99999999999"] {
            assert!(price_text(text, Some(euro)).is_err(), "{text}");
        }
        assert!(price_text("5", None).is_err());
        assert!(["eur", "", "XXX", "XTS"].iter().all(|code| currency(code).is_err()));
    }
}
