//! Bank holidays of England and Wales, as gov.uk publishes them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Rejection, RejectionCode, Unrecognised, dates};

/// The division whose calendar working days follow (DR-23).
const DIVISION: &str = "england-and-wales";

/// One bank holiday. Source: `https://www.gov.uk/bank-holidays.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// Day.
    pub date: NaiveDate,
    /// Name.
    pub title: String,
    /// Remark, such as "Substitute day".
    pub notes: Option<String>,
}

/// The events of the whole document or of its one division.
pub(crate) fn events(json: &[u8]) -> Result<Vec<Value>, Unrecognised> {
    let refuse = |reason: &str| Unrecognised::NotBankHolidays {
        reason: reason.to_owned(),
    };
    let document: Value = serde_json::from_slice(json)
        .map_err(|error| refuse(&format!("it is broken at line {}", error.line())))?;
    let division = match document.get(DIVISION) {
        Some(division) => division,
        None => match document.get("division").and_then(Value::as_str) {
            Some(DIVISION) => &document,
            Some(other) => {
                let other: String = other.chars().take(40).collect();
                return Err(refuse(&format!("it is for {other:?}")));
            }
            None => return Err(refuse("it has no division england-and-wales")),
        },
    };
    match division.get("events") {
        Some(Value::Array(events)) => Ok(events.clone()),
        _ => Err(refuse("the division has no list of events")),
    }
}

/// Reads the event at `position` (from 1) of the list.
pub(crate) fn read(position: u64, event: &Value) -> Result<Holiday, Rejection> {
    let text = |key: &str| event.get(key).and_then(Value::as_str).map(str::trim);
    let reject = |key: &str, code, reason: &str| {
        let value = event.get(key).map(Value::to_string).unwrap_or_default();
        Rejection::new(position, Some(key), &value, code, reason)
    };
    let date = text("date")
        .and_then(dates::parse)
        .ok_or_else(|| reject("date", RejectionCode::BadDate, "not a date (yyyy-mm-dd)"))?;
    let title = text("title")
        .filter(|title| !title.is_empty())
        .ok_or_else(|| reject("title", RejectionCode::Missing, "the title is missing"))?;
    Ok(Holiday {
        date,
        title: title.to_owned(),
        notes: text("notes")
            .filter(|notes| !notes.is_empty())
            .map(str::to_owned),
    })
}
