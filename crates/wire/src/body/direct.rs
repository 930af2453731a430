//! The short way from bytes to shapes: without a tree of values in between, and without saying what is wrong.
//!
//! It takes no more than [`super::strict`] does: an array is no struct. Start at [`read`].

use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

/// Reads a body as `T`; `None` when something is wrong with it.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let mut source = serde_json::Deserializer::from_slice(body);
    let read = T::deserialize(Direct(&mut source)).ok()?;
    source.end().ok()?;
    Some(read)
}

/// A source, a visitor, a seed or an access below which objects are read as objects only.
struct Direct<I>(I);

/// A visitor that may read an object into a map, in which every name stands once.
struct Once<V>(V);

/// The fields of an object, each name once.
struct OnceFields<A> {
    fields: A,
    names: BTreeSet<String>,
}

impl<A> OnceFields<A> {
    fn of(fields: A) -> Self {
        Self { fields, names: BTreeSet::new() }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OnceFields<A> {
    type Error = A::Error;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        let Some(name) = self.fields.next_key::<String>()? else { return Ok(None) };
        if !self.names.insert(name.clone()) {
            return Err(A::Error::custom("a name stands here twice"));
        }
        seed.deserialize(StringDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.fields.next_value_seed(Direct(seed))
    }
}

/// Hands a call on to the source, with everything below it strict too.
macro_rules! hand_on {
    ($($method:ident),*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(Direct(visitor))
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Direct<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Direct(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, Direct(visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Direct(visitor))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, Direct(visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, Direct(visitor))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, len, Direct(visitor))
    }

    // A struct's own reader sees a field that stands twice. These may read into maps and trees, which take the last.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Once(visitor))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Once(visitor))
    }

    hand_on! {
        deserialize_bool, deserialize_i8, deserialize_i16, deserialize_i32, deserialize_i64,
        deserialize_i128, deserialize_u8, deserialize_u16, deserialize_u32, deserialize_u64, deserialize_u128,
        deserialize_f32, deserialize_f64, deserialize_char, deserialize_str, deserialize_string,
        deserialize_bytes, deserialize_byte_buf, deserialize_option, deserialize_unit, deserialize_seq,
        deserialize_identifier, deserialize_ignored_any
    }
}

/// Hands a plain value on to the visitor.
macro_rules! pass_on {
    ($($method:ident: $value:ty),*) => {
        $(fn $method<E: Error>(self, value: $value) -> Result<V::Value, E> {
            self.0.$method(value)
        })*
    };
}

/// A visitor below which objects are read as objects only, and how it reads the fields of its own.
macro_rules! visitors {
    ($($visitor:ident: $fields:expr;)*) => {$(
        impl<'de, V: Visitor<'de>> Visitor<'de> for $visitor<V> {
            type Value = V::Value;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.expecting(out)
            }

            pass_on! {
                visit_bool: bool, visit_i64: i64, visit_i128: i128, visit_u64: u64, visit_u128: u128, visit_f64: f64,
                visit_str: &str, visit_borrowed_str: &'de str, visit_string: String, visit_bytes: &[u8],
                visit_borrowed_bytes: &'de [u8], visit_byte_buf: Vec<u8>
            }

            fn visit_none<E: Error>(self) -> Result<V::Value, E> {
                self.0.visit_none()
            }

            fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
                self.0.visit_unit()
            }

            fn visit_some<D: Deserializer<'de>>(self, source: D) -> Result<V::Value, D::Error> {
                self.0.visit_some(Direct(source))
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, source: D) -> Result<V::Value, D::Error> {
                self.0.visit_newtype_struct(Direct(source))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
                self.0.visit_seq(Direct(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
                self.0.visit_map($fields(fields))
            }

            fn visit_enum<A: EnumAccess<'de>>(self, choice: A) -> Result<V::Value, A::Error> {
                self.0.visit_enum(Direct(choice))
            }
        }
    )*};
}

visitors! {
    Direct: Direct;
    Once: OnceFields::of;
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Direct<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Direct(source))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Direct<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.0.next_element_seed(Direct(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Direct<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(Direct(seed))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(Direct(seed))
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Direct<A> {
    type Error = A::Error;
    type Variant = Direct<A::Variant>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self::Variant), A::Error> {
        let (name, variant) = self.0.variant_seed(Direct(seed))?;
        Ok((name, Direct(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Direct<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        self.0.newtype_variant_seed(Direct(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, Direct(visitor))
    }

    // Serde's own reader takes an array here too; the longer way does not.
    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.newtype_variant_seed(Fields(visitor))
    }
}

/// The fields of a choice, as an object only.
struct Fields<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Fields<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<V::Value, D::Error> {
        source.deserialize_map(Direct(self.0))
    }
}
