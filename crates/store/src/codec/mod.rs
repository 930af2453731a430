//! The compact binary form of everything that is kept: row bodies and journal bodies.
//!
//! Here: what a form is ([`Codec`]), the bounded reader, and the forms of plain values. Not here: the
//! forms of the core's nouns (`nouns`) and of its facts and refusals (`facts`). Start at [`Codec`].
//!
//! A body is a version byte and then the value. A struct is its fields in the order in which its
//! `record!` names them; an enum is one byte that its `choice!` names and then the variant's fields.
//! Both take their type apart completely, so that a new field in the core does not compile before it
//! has a place here. Fields are never reordered and bytes are never given out twice: a change of form
//! is a new version.

mod change;
mod facts;
mod nouns;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::text::BuyerKey;

/// The version that is written. Readers know this one and all before it.
const VERSION: u8 = 1;
/// A varint of 64 bits needs at most so many bytes.
const VARINT_BYTES_MAX: usize = 10;
/// Room that is set aside for a list before its elements are seen; a hostile length gets no more.
const ROOM_MAX: usize = 64;

/// Why bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecFault {
    /// They end in the middle of a value.
    #[error("the body ends in the middle of a value")]
    Short,
    /// They go on after the value.
    #[error("the body goes on after its value")]
    Long,
    /// They were written by a version that is not known here.
    #[error("the body is of version {0}, which is not known here")]
    Version(u8),
    /// No variant has this byte.
    #[error("no variant of {0} has the byte {1}")]
    Variant(&'static str, u8),
    /// A number that does not fit its type.
    #[error("a number does not fit its type")]
    Range,
    /// Text that is not UTF-8.
    #[error("text is not UTF-8")]
    Text,
}

/// A value with a stored form.
pub trait Codec: Sized {
    /// Adds the form to `out`.
    fn put(&self, out: &mut Vec<u8>);

    /// Takes the value from the front of `from`.
    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault>;
}

/// The body of a value: the version and its form.
pub fn encode<T: Codec>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(192);
    out.push(VERSION);
    value.put(&mut out);
    out
}

/// The value of a body.
pub fn decode<T: Codec>(body: &[u8]) -> Result<T, CodecFault> {
    whole(Input { rest: body, erasure: None })
}

/// The value of a body, without a person: their key is another one, and what tells who they are is gone.
pub fn decode_erasing<T: Codec>(body: &[u8], erasure: Erasure) -> Result<T, CodecFault> {
    whole(Input { rest: body, erasure: Some(erasure) })
}

fn whole<T: Codec>(mut from: Input<'_>) -> Result<T, CodecFault> {
    match from.byte()? {
        VERSION => {}
        other => return Err(CodecFault::Version(other)),
    }
    let value = T::take(&mut from)?;
    if from.rest.is_empty() { Ok(value) } else { Err(CodecFault::Long) }
}

/// Who is erased in what is read.
#[derive(Clone, Copy, Debug)]
pub struct Erasure {
    /// Who goes.
    pub gone: BuyerKey,
    /// Who is there instead: nobody.
    pub instead: BuyerKey,
}

/// What is left to read of a body. Nothing reads beyond its end.
pub struct Input<'a> {
    rest: &'a [u8],
    erasure: Option<Erasure>,
}

impl<'a> Input<'a> {
    fn byte(&mut self) -> Result<u8, CodecFault> {
        let (first, rest) = self.rest.split_first().ok_or(CodecFault::Short)?;
        self.rest = rest;
        Ok(*first)
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], CodecFault> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(CodecFault::Short)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// A length: no element is shorter than a byte, so a length beyond what is left is a lie.
    fn length(&mut self) -> Result<usize, CodecFault> {
        let length = usize::try_from(u64::take(self)?).map_err(|_| CodecFault::Short)?;
        if length > self.rest.len() { Err(CodecFault::Short) } else { Ok(length) }
    }
}

fn put_length(length: usize, out: &mut Vec<u8>) {
    (length as u64).put(out);
}

impl Codec for u8 {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        from.byte()
    }
}

impl Codec for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        let mut left = *self;
        while left >= 0x80 {
            out.push((left as u8) | 0x80);
            left >>= 7;
        }
        out.push(left as u8);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let mut value = 0u64;
        for place in 0..VARINT_BYTES_MAX {
            let byte = from.byte()?;
            let bits = u64::from(byte & 0x7f);
            if place == VARINT_BYTES_MAX - 1 && bits > 1 {
                return Err(CodecFault::Range);
            }
            value |= bits << (7 * place);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(CodecFault::Range)
    }
}

impl Codec for i64 {
    fn put(&self, out: &mut Vec<u8>) {
        // Zigzag: small numbers of either sign stay short.
        (((*self << 1) ^ (*self >> 63)) as u64).put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let raw = u64::take(from)?;
        Ok(((raw >> 1) as i64) ^ -((raw & 1) as i64))
    }
}

/// Integers that travel as a wider one.
macro_rules! narrow {
    ($($name:ty as $wide:ty),*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                <$wide>::from(*self).put(out);
            }

            fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
                Self::try_from(<$wide>::take(from)?).map_err(|_| CodecFault::Range)
            }
        }
    )*};
}

narrow!(u16 as u64, u32 as u64, i32 as i64);

impl Codec for u128 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        <[u8; 16]>::take(from).map(Self::from_be_bytes)
    }
}

impl Codec for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(CodecFault::Variant("bool", other)),
        }
    }
}

impl<const N: usize> Codec for [u8; N] {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        from.bytes(N)?.try_into().map_err(|_| CodecFault::Short)
    }
}

impl Codec for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_length(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let length = from.length()?;
        let text = std::str::from_utf8(from.bytes(length)?).map_err(|_| CodecFault::Text)?;
        Ok(text.to_owned())
    }
}

impl<T: Codec> Codec for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        if bool::take(from)? { T::take(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Codec> Codec for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        T::take(from).map(Self::new)
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_length(self.len(), out);
        for value in self {
            value.put(out);
        }
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let length = from.length()?;
        let mut values = Self::with_capacity(length.min(ROOM_MAX));
        for _ in 0..length {
            values.push(T::take(from)?);
        }
        Ok(values)
    }
}

impl<T: Codec + Ord> Codec for BTreeSet<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_length(self.len(), out);
        for value in self {
            value.put(out);
        }
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let length = from.length()?;
        (0..length).map(|_| T::take(from)).collect()
    }
}

impl<K: Codec + Ord, V: Codec> Codec for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        put_length(self.len(), out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let length = from.length()?;
        (0..length).map(|_| <(K, V)>::take(from)).collect()
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        Ok((A::take(from)?, B::take(from)?))
    }
}

/// The form of a struct: its fields, in this order, all of them.
macro_rules! record {
    ($($name:ident { $($field:ident),+ $(,)? })+) => {$(
        impl $crate::codec::Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field),+ } = self;
                $($crate::codec::Codec::put($field, out);)+
            }

            fn take(
                from: &mut $crate::codec::Input<'_>,
            ) -> Result<Self, $crate::codec::CodecFault> {
                Ok(Self { $($field: $crate::codec::Codec::take(from)?),+ })
            }
        }
    )+};
}

/// The form of a newtype: what it wraps.
macro_rules! newtype {
    ($($name:ident),+ $(,)?) => {$(
        impl $crate::codec::Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let Self(inner) = self;
                $crate::codec::Codec::put(inner, out);
            }

            fn take(
                from: &mut $crate::codec::Input<'_>,
            ) -> Result<Self, $crate::codec::CodecFault> {
                $crate::codec::Codec::take(from).map(Self)
            }
        }
    )+};
}

/// The form of an enum: a byte that a variant keeps forever, then the variant's fields, all of them.
macro_rules! choice {
    ($($name:ident {
        $($byte:literal => $variant:ident $(($($inner:ident),+))? $({ $($field:ident),+ $(,)? })?,)+
    })+) => {$(
        impl $crate::codec::Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($inner),+))? $({ $($field),+ })? => {
                        out.push($byte);
                        $($($crate::codec::Codec::put($inner, out);)+)?
                        $($($crate::codec::Codec::put($field, out);)+)?
                    })+
                }
            }

            fn take(
                from: &mut $crate::codec::Input<'_>,
            ) -> Result<Self, $crate::codec::CodecFault> {
                match <u8 as $crate::codec::Codec>::take(from)? {
                    $($byte => {
                        $($(let $inner = $crate::codec::Codec::take(from)?;)+)?
                        $($(let $field = $crate::codec::Codec::take(from)?;)+)?
                        Ok(Self::$variant $(($($inner),+))? $({ $($field),+ })?)
                    })+
                    other => Err($crate::codec::CodecFault::Variant(stringify!($name), other)),
                }
            }
        }
    )+};
}

pub(crate) use record;
use {choice, newtype};
