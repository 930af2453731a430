//! CBOR as devices write it (RFC 8949 in CTAP2's canonical form): lengths are known beforehand, nothing is nested
//! deeply. What is beside that is not read.
//!
//! Start at [`Item::read`].

/// How deep things lie in one another at most; CTAP2 allows four.
const DEPTH_MAX: usize = 4;
/// Parts of a list or map at most. A device's answer has a handful.
const PARTS_MAX: u64 = 64;

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item<'b> {
    Int(i64),
    Bytes(&'b [u8]),
    Text(&'b str),
    List(Vec<Item<'b>>),
    Map(Vec<(Item<'b>, Item<'b>)>),
    /// True, false and nothing, by their numbers.
    Simple(u8),
}

impl<'b> Item<'b> {
    /// Reads one thing and says what follows it.
    pub fn read(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        item(bytes, 0)
    }

    /// Reads one thing that nothing follows.
    pub fn read_whole(bytes: &'b [u8]) -> Option<Self> {
        Self::read(bytes).filter(|(_, rest)| rest.is_empty()).map(|(item, _)| item)
    }

    /// What a map has under a text.
    pub fn get_text(&self, name: &str) -> Option<&Self> {
        self.get(&Item::Text(name))
    }

    /// What a map has under a number.
    pub fn get_int(&self, name: i64) -> Option<&Self> {
        self.get(&Item::Int(name))
    }

    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    pub fn as_bytes(&self) -> Option<&'b [u8]> {
        if let Self::Bytes(value) = self { Some(value) } else { None }
    }

    pub fn as_text(&self) -> Option<&'b str> {
        if let Self::Text(value) = self { Some(value) } else { None }
    }

    pub fn is_empty_map(&self) -> bool {
        matches!(self, Self::Map(pairs) if pairs.is_empty())
    }

    fn get(&self, name: &Item<'_>) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

fn item(bytes: &[u8], depth: usize) -> Option<(Item<'_>, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (kind, short) = (first >> 5, first & 0x1f);
    if kind == 7 {
        return (20..=22).contains(&short).then_some((Item::Simple(short), rest));
    }
    let (count, rest) = count(short, rest)?;
    match kind {
        0 => Some((Item::Int(i64::try_from(count).ok()?), rest)),
        1 => Some((Item::Int(-1 - i64::try_from(count).ok()?), rest)),
        2 => cut(rest, count).map(|(own, rest)| (Item::Bytes(own), rest)),
        3 => {
            cut(rest, count).and_then(|(own, rest)| Some((Item::Text(std::str::from_utf8(own).ok()?), rest)))
        }
        4 | 5 if depth < DEPTH_MAX && count <= PARTS_MAX => parts(kind == 5, (rest, count), depth),
        _ => None,
    }
}

fn parts(is_map: bool, (mut rest, count): (&[u8], u64), depth: usize) -> Option<(Item<'_>, &[u8])> {
    let mut next = || {
        let (part, after) = item(rest, depth + 1)?;
        rest = after;
        Some(part)
    };
    let all = if is_map {
        let mut pairs: Vec<(Item<'_>, Item<'_>)> = Vec::new();
        for _ in 0..count {
            let pair = (next()?, next()?);
            // A name that stands twice could mean one thing to us and another to somebody else.
            if pairs.iter().any(|(name, _)| *name == pair.0) {
                return None;
            }
            pairs.push(pair);
        }
        Item::Map(pairs)
    } else {
        Item::List((0..count).map(|_| next()).collect::<Option<_>>()?)
    };
    Some((all, rest))
}

/// A number in the shortest form that holds it; others are not canonical.
fn count(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let width = match short {
        0..=23 => return Some((u64::from(short), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (digits, rest) = rest.split_at_checked(width)?;
    let value = digits.iter().fold(0, |value: u64, digit| value << 8 | u64::from(*digit));
    let least = [24, 1 << 8, 1 << 16, 1 << 32][usize::from(short) - 24];
    (value >= least).then_some((value, rest))
}

fn cut(bytes: &[u8], count: u64) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(usize::try_from(count).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line per text of RFC 8949's examples, and per text that is not canonical or breaks off.
    #[test]
    fn texts_are_read() {
        let whole = |bytes: &'static [u8]| Item::read_whole(bytes);
        assert_eq!(whole(b"\x18\x64"), Some(Item::Int(100)));
        assert_eq!(whole(b"\x39\x03\xe7"), Some(Item::Int(-1_000)));
        assert_eq!(whole(b"\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00"), Some(Item::Int(1_000_000_000_000)));
        assert_eq!(whole(b"\x44\x01\x02\x03\x04"), Some(Item::Bytes(&[1, 2, 3, 4])));
        assert_eq!(whole(b"\x64IETF"), Some(Item::Text("IETF")));
        assert_eq!(whole(b"\x83\x01\x02\x03"), Some(Item::List([1, 2, 3].map(Item::Int).to_vec())));
        let map = whole(b"\xa2\x61a\x01\x61b\x82\x02\xf5").unwrap();
        assert_eq!(map.get_text("a").and_then(Item::as_int), Some(1));
        assert_eq!(map.get_text("b"), Some(&Item::List(vec![Item::Int(2), Item::Simple(21)])));
        for bad in [
            b"".as_slice(),
            b"\x18\x17",
            b"\x19\x00\xff",
            b"\x44\x01\x02\x03",
            b"\x5f\x41\x01\xff",
            b"\x9f\xff",
            b"\xa2\x01\x02\x01\x03",
            b"\x81\x81\x81\x81\x81\x01",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x62\xff\xfe",
            b"\xc0\x01",
            b"\xf9\x00\x00",
            b"\x01\x01",
        ] {
            assert_eq!(Item::read_whole(bad), None, "{bad:02x?}");
        }
    }
}
