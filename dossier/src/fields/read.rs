//! A stored body read straight into the columns of its declaration. The same as `Fields::from_json` of the JSON value,
//! which is what is asked where this finds a fault; a list of a county reads some hundred thousand bodies.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use super::{EXTRA_PREFIX, Fields, Value, read_value};
use crate::day::PartialDate;
use crate::declaration::{Column, Declaration, ValueType};

impl Fields {
    /// Reads the text that [`Fields::to_json_text`] wrote, by the types of `declaration`. A value that is an object
    /// is not one of ours: `open` is given its slug and its member `s`, and makes the value of it. None where
    /// anything does not fit.
    pub fn read(
        declaration: &'static Declaration,
        text: &str,
        open: impl FnMut(&str, &str) -> Option<Json>,
    ) -> Option<Self> {
        let mut from = serde_json::Deserializer::from_str(text);
        let fields = Body { declaration, open }.deserialize(&mut from).ok()?;
        from.end().is_ok().then_some(fields)
    }
}

struct Body<F> {
    declaration: &'static Declaration,
    open: F,
}

impl<'de, F: FnMut(&str, &str) -> Option<Json>> DeserializeSeed<'de> for Body<F> {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Fields, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&str, &str) -> Option<Json>> Visitor<'de> for Body<F> {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a body")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Fields, A::Error> {
        let misfit = || A::Error::custom("misfit");
        let mut fields = Fields::new();
        while let Some(Slug(slug)) = map.next_key()? {
            let written = map.next_value()?;
            let (slug, value) = if slug.starts_with(EXTRA_PREFIX) {
                let value = match written {
                    Written::Text(text) => Some(Value::Text(text)),
                    Written::Sealed(sealed) => match (self.open)(&slug, &sealed) {
                        Some(Json::String(text)) => Some(Value::Text(text)),
                        _ => None,
                    },
                    Written::List(_) | Written::Bool(_) => None,
                };
                (Cow::Owned(slug.into_owned()), value)
            } else {
                let column = self.declaration.column(&slug).ok_or_else(misfit)?;
                (Cow::Borrowed(column.slug), self.value(column, written))
            };
            fields.0.insert(slug, value.ok_or_else(misfit)?);
        }
        Ok(fields)
    }
}

impl<F: FnMut(&str, &str) -> Option<Json>> Body<F> {
    fn value(&mut self, column: &'static Column, written: Written) -> Option<Value> {
        match (written, column.value) {
            (Written::Text(text), ValueType::Date) => PartialDate::parse(&text).ok().map(Value::Date),
            (Written::Bool(yes), ValueType::YesNo) => Some(Value::Bool(yes)),
            (Written::Text(_) | Written::List(_), ValueType::Date | ValueType::YesNo)
            | (Written::Bool(_), _) => None,
            (Written::Text(text), _) => Some(Value::Text(text)),
            (Written::List(items), _) => Some(Value::List(items)),
            (Written::Sealed(sealed), of) => read_value(of, (self.open)(column.slug, &sealed)?),
        }
    }
}

/// The slug of a member, without a copy where it is written plainly.
struct Slug<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Slug<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfSlug;
        impl<'de> Visitor<'de> for OfSlug {
            type Value = Slug<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a slug")
            }

            fn visit_borrowed_str<E: Error>(self, slug: &'de str) -> Result<Slug<'de>, E> {
                Ok(Slug(Cow::Borrowed(slug)))
            }

            fn visit_str<E: Error>(self, slug: &str) -> Result<Slug<'de>, E> {
                Ok(Slug(Cow::Owned(slug.to_owned())))
            }
        }
        from.deserialize_str(OfSlug)
    }
}

/// A value as it stands in a body.
enum Written {
    Text(String),
    List(Vec<String>),
    Bool(bool),
    Sealed(String),
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OfWritten)
    }
}

struct OfWritten;

impl<'de> Visitor<'de> for OfWritten {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a column")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written::Text(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Written, E> {
        Ok(Written::Bool(yes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Written, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Written::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Written, A::Error> {
        let mut sealed = None;
        while let Some(Slug(member)) = map.next_key()? {
            if member == "s" {
                sealed = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        sealed.map(Written::Sealed).ok_or_else(|| A::Error::custom("not sealed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    /// What is sealed opens to its text in capitals; `x` does not open.
    fn open(_: &str, sealed: &str) -> Option<Json> {
        (sealed != "x").then(|| Json::String(sealed.to_uppercase()))
    }

    fn by_value(text: &str) -> Option<Fields> {
        let Json::Object(mut body) = serde_json::from_str(text).ok()? else { return None };
        for (slug, value) in &mut body {
            if let Json::Object(sealed) = value {
                *value = open(slug, sealed.get("s")?.as_str()?)?;
            }
        }
        Fields::from_json(Kind::Person.declaration(), body).ok()
    }

    #[test]
    fn a_body_is_read_as_its_json_value_is() {
        for (text, fits) in [
            (r#"{"birth":"1971-05","former_names":["王二","王\"三"],"name":"王伟"}"#, true),
            (r#"{"name":"王\n伟","id_number":{"s":"abc"},"extra.备\"注":{"s":"note"},"extra.b":"b"}"#, true),
            ("{}", true),
            (r#" {"name": "王伟"} "#, true),
            (r#"{"id_number":{"s":"x"}}"#, false),
            (r#"{"id_number":{"t":"abc"}}"#, false),
            (r#"{"extra.a":["list"]}"#, false),
            (r#"{"extra.a":true}"#, false),
            (r#"{"birth":"1971-13"}"#, false),
            (r#"{"birth":["1971-05"]}"#, false),
            (r#"{"birth":{"s":"1971-05"}}"#, true),
            (r#"{"name":true}"#, false),
            (r#"{"name":1}"#, false),
            (r#"{"name":null}"#, false),
            (r#"{"former_names":[1]}"#, false),
            (r#"{"nobody_knows":"x"}"#, false),
            (r#"{"name":"王伟"} x"#, false),
            ("[]", false),
            ("", false),
        ] {
            let read = Fields::read(Kind::Person.declaration(), text, open);
            assert_eq!(read, by_value(text), "{text}");
            assert_eq!(read.is_some(), fits, "{text}");
        }
        let yes = r#"{"main_post":true,"person":"P1"}"#;
        let post = Kind::Post.declaration();
        assert_eq!(
            post.columns.iter().find(|column| matches!(column.value, ValueType::YesNo)).map(|column| {
                let text = yes.replace("main_post", column.slug);
                Fields::read(post, &text, open).and_then(|fields| fields.yes(column.slug))
            }),
            Some(Some(true))
        );
    }
}
