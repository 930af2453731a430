//! Pages of lists, and the opaque cursors that lead from one to the next.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

/// Things on one page at most.
pub const PAGE_ITEMS_MAX: usize = 500;
/// Things on a page when nothing else is asked for.
pub const PAGE_ITEMS: usize = 100;
/// Bytes inside a cursor at most.
const CURSOR_BYTES_MAX: usize = 300;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The things on it.
    pub items: Vec<T>,
    /// Pass this as `cursor` for the next page; null on the last one.
    pub next: Option<String>,
}

/// The cursor that stands for `key`. What is inside is nobody's business but the list's.
pub fn cursor(list: &str, key: &[u8]) -> String {
    let mut inside = Vec::with_capacity(list.len() + 1 + key.len());
    inside.extend_from_slice(list.as_bytes());
    inside.push(0);
    inside.extend_from_slice(key);
    URL_SAFE_NO_PAD.encode(inside)
}

/// The key inside a cursor of this list. `None` when it is not one.
pub fn cursor_key(list: &str, text: &str) -> Option<Vec<u8>> {
    if text.len() > CURSOR_BYTES_MAX * 2 {
        return None;
    }
    let inside = URL_SAFE_NO_PAD.decode(text).ok()?;
    let rest = inside.strip_prefix(list.as_bytes())?.strip_prefix(&[0])?;
    Some(rest.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cursor leads back to its key, and only in its own list.
    #[test]
    fn cursors_belong_to_their_list() {
        let text = cursor("slots", &[1, 0, 255]);
        assert_eq!(cursor_key("slots", &text), Some(vec![1, 0, 255]));
        assert_eq!(cursor_key("orders", &text), None);
        assert_eq!(cursor_key("slots", "%%%"), None);
        assert_eq!(cursor_key("slots", ""), None);
    }
}
