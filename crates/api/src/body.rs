//! JSON bodies: read within a limit, with every unknown field refused.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest,
    http::header,
    web::{Bytes, BytesMut, Data, Payload},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::submission::is_grade_like;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    pace::Pace,
    problem::{Code, FieldError, Problem},
    state::AppState,
    strict::Strict,
};

/// A body as sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent<T> {
    /// What it says.
    pub(crate) value: T,
    /// SHA-256 of its canonical form: white space and the order of fields
    /// make no difference.
    pub(crate) sha256: [u8; 32],
}

/// Reads a JSON body into `T`.
pub(crate) async fn json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Sent<T>, Problem> {
    let sent = value(request, payload, limit).await?;
    Ok(Sent {
        value: typed(&sent.value)?,
        sha256: sent.sha256,
    })
}

/// Reads any JSON body.
pub(crate) async fn value(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Sent<Value>, Problem> {
    let media = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|media| media.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if media != "application/json" && !media.ends_with("+json") {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    let bytes = bytes(request, payload, limit).await?;
    let Strict(value) = serde_json::from_slice(&bytes).map_err(|error| {
        Problem::because(
            Code::MalformedJson,
            format!(
                "The body is not JSON in UTF-8: line {}, column {}.",
                error.line(),
                error.column()
            ),
        )
    })?;
    Ok(Sent {
        sha256: Sha256::digest(canonical(&value)).into(),
        value,
    })
}

async fn bytes(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> Result<Bytes, Problem> {
    let too_large = || Problem::because(Code::TooLarge, format!("The limit is {limit} bytes."));
    let announced = content_length(request);
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let state = request
        .app_data::<Data<AppState>>()
        .ok_or_else(|| Problem::internal("an application without its state"))?;
    let mut pace = Pace::within(&state.limits);
    let mut bytes = BytesMut::new();
    while let Some(piece) = pace.next(&mut payload).await? {
        if bytes.len() + piece.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}

/// Length of the body as announced.
pub(crate) fn content_length(request: &HttpRequest) -> Option<u64> {
    request
        .headers()
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, Problem> {
    let mut unknown = Vec::new();
    far_days(value, "", &mut unknown);
    let mut note = |path: serde_ignored::Path<'_>| {
        let pointer = ignored_pointer(&path);
        let field = pointer.rsplit('/').next().unwrap_or_default().to_owned();
        unknown.push(unknown_field(pointer, &field));
    };
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(value, &mut track);
    let result = serde_ignored::deserialize(tracked, &mut note);
    match result {
        Ok(typed) if unknown.is_empty() => Ok(typed),
        Ok(_) => Err(Problem::with_errors(Code::Invalid, unknown)),
        Err(error) => {
            unknown.push(wrong_value(&track.path(), &error));
            Err(Problem::with_errors(Code::Invalid, unknown))
        }
    }
}

/// Notes days whose year has a sign: chrono reads those, RFC 3339 has none, and
/// neither has the `date` of JSON Schema, so that an answer could not hold them.
fn far_days(value: &Value, pointer: &str, found: &mut Vec<FieldError>) {
    match value {
        Value::String(text) if is_far_day(text) => found.push(invalid(
            pointer,
            "invalid-value",
            "A year has four digits and no sign.",
        )),
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                far_days(value, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                far_days(value, &format!("{pointer}/{}", escaped(name)), found);
            }
        }
        _ => {}
    }
}

fn is_far_day(text: &str) -> bool {
    text.starts_with(['+', '-'])
        && (text.parse::<NaiveDate>().is_ok() || text.parse::<DateTime<Utc>>().is_ok())
}

fn unknown_field(pointer: String, field: &str) -> FieldError {
    if is_grade_like(field) {
        FieldError {
            pointer,
            code: Code::GroupGradeRefused.code(),
            detail: "A group inspection gives no grade, score, rank or band, and takes none."
                .to_owned(),
        }
    } else {
        FieldError {
            pointer,
            code: Code::UnknownField.code(),
            detail: "This field is not one of those described.".to_owned(),
        }
    }
}

/// A problem about one field.
pub(crate) fn invalid(pointer: &str, code: &'static str, detail: impl Into<String>) -> FieldError {
    FieldError {
        pointer: pointer.to_owned(),
        code,
        detail: detail.into(),
    }
}

fn wrong_value(path: &serde_path_to_error::Path, error: &serde_json::Error) -> FieldError {
    use serde_path_to_error::Segment;
    let mut pointer: String = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    // Serde's words, without the value that was sent.
    let message = error.to_string();
    if let Some(field) = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next())
    {
        pointer.push('/');
        pointer.push_str(&escaped(field));
        return invalid(&pointer, "required", "This field is needed.");
    }
    if message.starts_with("invalid type") {
        let expected = message.rsplit("expected ").next().unwrap_or_default();
        return invalid(&pointer, "wrong-type", format!("Expected {expected}."));
    }
    if let Some((_, allowed)) = message.split_once("expected one of ") {
        return invalid(
            &pointer,
            "invalid-value",
            format!("Allowed: {}.", allowed.replace('`', "")),
        );
    }
    invalid(&pointer, "invalid-value", "This value is not allowed.")
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn ignored_pointer(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}/{index}", ignored_pointer(parent)),
        Path::Map { parent, key } => format!("{}/{}", ignored_pointer(parent), escaped(key)),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => ignored_pointer(parent),
    }
}

/// JSON without white space, with fields in the order of their names.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(canonical).collect();
            format!("[{}]", values.join(","))
        }
        Value::Object(fields) => {
            let fields: BTreeMap<&String, &Value> = fields.iter().collect();
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        plain => plain.to_string(),
    }
}
