//! Reads the fields of one JSON object and notes everything wrong with them.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{ErrorCode, FieldError, Link, MAX_LIST, grade::is_grade_like};
use crate::Urn;

/// A reader of one object. Each field is asked for by name; [`Reader::finish`]
/// then knows which fields nobody asked for.
pub(super) struct Reader<'a> {
    object: &'a Map<String, Value>,
    pointer: String,
    asked: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(object: &'a Map<String, Value>, pointer: impl Into<String>) -> Self {
        Self {
            object,
            pointer: pointer.into(),
            asked: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Where `field` is, escaped as RFC 6901 says.
    pub(super) fn at(&self, field: &str) -> String {
        let escaped = field.replace('~', "~0").replace('/', "~1");
        format!("{}/{escaped}", self.pointer)
    }

    pub(super) fn note(&mut self, field: &str, code: ErrorCode, detail: impl Into<String>) {
        let pointer = self.at(field);
        self.errors.push(FieldError::new(pointer, code, detail));
    }

    /// A field that may be missing; `null` is the same as missing.
    pub(super) fn optional(&mut self, field: &'static str) -> Option<&'a Value> {
        self.asked.push(field);
        self.object.get(field).filter(|value| !value.is_null())
    }

    pub(super) fn required(&mut self, field: &'static str) -> Option<&'a Value> {
        let value = self.optional(field);
        if value.is_none() {
            self.note(field, ErrorCode::Required, "This field is needed.");
        }
        value
    }

    fn string(&mut self, field: &'static str, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str();
        if text.is_none() {
            self.note(field, ErrorCode::WrongType, "This must be a text.");
        }
        text
    }

    /// A needed text of 1 to `max` characters, trimmed. Line breaks are
    /// allowed where `lines` says so.
    pub(super) fn text(&mut self, field: &'static str, max: usize, lines: bool) -> Option<String> {
        let value = self.required(field)?;
        let text = self.string(field, value)?.trim().replace("\r\n", "\n");
        if text.is_empty() {
            self.note(field, ErrorCode::Required, "This text may not be empty.");
            return None;
        }
        if text.chars().count() > max {
            self.note(
                field,
                ErrorCode::TooLong,
                format!("This text may have {max} characters at the most."),
            );
            return None;
        }
        let allowed = |c: char| lines && matches!(c, '\n' | '\t');
        if text.chars().any(|c| c.is_control() && !allowed(c)) {
            self.note(
                field,
                ErrorCode::ControlCharacter,
                "This text may not hold control characters.",
            );
            return None;
        }
        Some(text)
    }

    /// A name the sender gives an item.
    pub(super) fn reference(&mut self, field: &'static str) -> Option<String> {
        let value = self.optional(field)?;
        let text = self.string(field, value)?;
        if is_reference(text) {
            Some(text.to_owned())
        } else {
            self.note(
                field,
                ErrorCode::InvalidValue,
                "A reference has 1 to 64 letters, digits, dots, hyphens or underscores, begins \
                 with a letter or digit and is not a UUID.",
            );
            None
        }
    }

    pub(super) fn uuid(&mut self, field: &'static str) -> Option<Uuid> {
        let value = self.optional(field)?;
        let id = self.string(field, value)?.parse().ok();
        if id.is_none() {
            self.note(field, ErrorCode::InvalidValue, "This must be a UUID.");
        }
        id
    }

    fn day(&mut self, field: &'static str, value: &'a Value) -> Option<NaiveDate> {
        let text = self.string(field, value)?;
        // chrono also takes days and months of one digit.
        let day = (text.len() == 10)
            .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
            .flatten();
        if day.is_none() {
            self.note(
                field,
                ErrorCode::InvalidValue,
                "This must be a date such as 2026-09-30.",
            );
        }
        day
    }

    pub(super) fn date(&mut self, field: &'static str) -> Option<NaiveDate> {
        let value = self.required(field)?;
        self.day(field, value)
    }

    pub(super) fn optional_date(&mut self, field: &'static str) -> Option<NaiveDate> {
        let value = self.optional(field)?;
        self.day(field, value)
    }

    /// One of a list of codes.
    pub(super) fn choice<T: DeserializeOwned>(&mut self, field: &'static str) -> Option<T> {
        let value = self.required(field)?;
        self.string(field, value)?;
        match T::deserialize(value) {
            Ok(choice) => Some(choice),
            Err(error) => {
                self.note(field, ErrorCode::InvalidValue, not_a_choice(&error));
                None
            }
        }
    }

    /// One of a list of codes, or nothing.
    pub(super) fn optional_choice<T: DeserializeOwned>(
        &mut self,
        field: &'static str,
    ) -> Option<T> {
        self.optional(field)?;
        self.choice(field)
    }

    /// A text of one line, or nothing.
    pub(super) fn optional_text(&mut self, field: &'static str, max: usize) -> Option<String> {
        self.optional(field)?;
        self.text(field, max, false)
    }

    pub(super) fn boolean(&mut self, field: &'static str, default: bool) -> Option<bool> {
        let Some(value) = self.optional(field) else {
            return Some(default);
        };
        let value = value.as_bool();
        if value.is_none() {
            self.note(field, ErrorCode::WrongType, "This must be true or false.");
        }
        value
    }

    pub(super) fn number(&mut self, field: &'static str, max: u32) -> Option<u32> {
        let value = self.required(field)?;
        if !value.is_number() {
            self.note(field, ErrorCode::WrongType, "This must be a whole number.");
            return None;
        }
        let number = value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number <= max);
        if number.is_none() {
            self.note(
                field,
                ErrorCode::OutOfRange,
                format!("This must be a whole number from 0 to {max}."),
            );
        }
        number
    }

    /// A list that may be missing, its entries read by `entry`. `None` if
    /// anything is wrong with it.
    fn list<T>(
        &mut self,
        field: &'static str,
        entry: impl Fn(&Value) -> Result<T, (ErrorCode, String)>,
    ) -> Option<Vec<T>> {
        let Some(value) = self.optional(field) else {
            return Some(Vec::new());
        };
        let Some(values) = value.as_array() else {
            self.note(field, ErrorCode::WrongType, "This must be a list.");
            return None;
        };
        if values.len() > MAX_LIST {
            self.note(
                field,
                ErrorCode::TooLong,
                format!("This list may have {MAX_LIST} entries at the most."),
            );
            return None;
        }
        let at = self.at(field);
        let mut entries = Vec::with_capacity(values.len());
        let mut sound = true;
        for (position, value) in values.iter().enumerate() {
            match entry(value) {
                Ok(entry) => entries.push(entry),
                Err((code, detail)) => {
                    sound = false;
                    self.errors
                        .push(FieldError::new(format!("{at}/{position}"), code, detail));
                }
            }
        }
        sound.then_some(entries)
    }

    /// Schools, in the order sent.
    pub(super) fn schools(&mut self, field: &'static str) -> Option<Vec<Urn>> {
        self.list(field, |value| {
            value
                .as_u64()
                .and_then(|number| u32::try_from(number).ok())
                .and_then(|number| Urn::try_from(number).ok())
                .ok_or_else(|| {
                    (
                        ErrorCode::InvalidValue,
                        format!("{}.", capital(&crate::urn::NotAUrn.to_string())),
                    )
                })
        })
    }

    pub(super) fn choices<T: DeserializeOwned>(&mut self, field: &'static str) -> Option<Vec<T>> {
        self.list(field, |value| {
            if !value.is_string() {
                return Err((ErrorCode::WrongType, "This must be a text.".to_owned()));
            }
            T::deserialize(value).map_err(|error| (ErrorCode::InvalidValue, not_a_choice(&error)))
        })
    }

    pub(super) fn link(&mut self, field: &'static str) -> Option<Link> {
        let value = self.required(field)?;
        match link(value) {
            Ok(link) => Some(link),
            Err((code, detail)) => {
                self.note(field, code, detail);
                None
            }
        }
    }

    pub(super) fn links(&mut self, field: &'static str) -> Option<Vec<Link>> {
        self.list(field, link)
    }

    /// All errors, with fields nobody asked for.
    pub(super) fn finish(mut self) -> Vec<FieldError> {
        for field in self.object.keys() {
            if self.asked.contains(&field.as_str()) {
                continue;
            }
            let pointer = self.at(field);
            self.errors.push(if is_grade_like(field) {
                FieldError::new(
                    pointer,
                    ErrorCode::GroupGradeRefused,
                    "A group inspection gives no grade, score, rank or band, and takes none.",
                )
            } else {
                FieldError::new(
                    pointer,
                    ErrorCode::UnknownField,
                    "This field is not one of those described.",
                )
            });
        }
        self.errors
    }
}

fn is_reference(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && text.parse::<Uuid>().is_err()
}

fn link(value: &Value) -> Result<Link, (ErrorCode, String)> {
    let text = value
        .as_str()
        .ok_or_else(|| (ErrorCode::WrongType, "This must be a text.".to_owned()))?;
    if let Ok(id) = text.parse() {
        Ok(Link::Id(id))
    } else if is_reference(text) {
        Ok(Link::Reference(text.to_owned()))
    } else {
        Err((
            ErrorCode::InvalidValue,
            "This must be the identifier of something stored or the reference of an item."
                .to_owned(),
        ))
    }
}

/// Serde's own list of what is allowed, without the value sent.
fn not_a_choice(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split_once("expected ").map_or_else(
        || "This is not one of the values allowed.".to_owned(),
        |(_, allowed)| {
            format!(
                "Allowed: {}.",
                allowed.trim_start_matches("one of ").replace('`', "")
            )
        },
    )
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}
