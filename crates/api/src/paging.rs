//! Lists in pages, by an opaque cursor.

use actix_web::{HttpRequest, HttpResponse, http::header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::problem::{Code, Problem};

/// Entries of a page at the most.
pub(crate) const MAX: i64 = 100;
/// Entries of a page unless the caller says otherwise.
const USUAL: i64 = 50;
/// Layout of cursors; old ones are refused after a change.
const VERSION: u8 = 1;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// Entries, in a stable order.
    pub(crate) items: Vec<T>,
    /// Path of the next page; `null` on the last.
    pub(crate) next: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cursor<T>(u8, String, T);

/// Reads `limit`.
pub(crate) fn limit(sent: Option<i64>) -> Result<i64, Problem> {
    match sent.unwrap_or(USUAL) {
        limit @ 1..=MAX => Ok(limit),
        _ => Err(Problem::because(
            Code::MalformedQuery,
            format!("limit is a number from 1 to {MAX}."),
        )),
    }
}

/// Reads a cursor of the list called `list`.
pub(crate) fn after<T: DeserializeOwned>(
    list: &str,
    sent: Option<&str>,
) -> Result<Option<T>, Problem> {
    let Some(sent) = sent else {
        return Ok(None);
    };
    let cursor = URL_SAFE_NO_PAD
        .decode(sent)
        .ok()
        .and_then(|json| serde_json::from_slice::<Cursor<T>>(&json).ok())
        .filter(|Cursor(version, of, _)| *version == VERSION && of == list);
    match cursor {
        Some(Cursor(_, _, position)) => Ok(Some(position)),
        None => Err(Problem::because(
            Code::MalformedQuery,
            "cursor is not one that this list gave.",
        )),
    }
}

/// The cursor of a place in the list called `list`.
pub(crate) fn cursor(list: &str, position: &impl Serialize) -> Result<String, Problem> {
    let json = serde_json::to_vec(&Cursor(VERSION, list.to_owned(), position))
        .map_err(Problem::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// A page of `entries`, which hold one more than `limit` if more follow.
/// `position` names the place of an entry in the list.
pub(crate) fn page<E, T: Serialize, P: Serialize>(
    request: &HttpRequest,
    list: &str,
    limit: i64,
    mut entries: Vec<E>,
    position: impl Fn(&E) -> P,
    present: impl Fn(E) -> T,
) -> Result<HttpResponse, Problem> {
    let limit = usize::try_from(limit).map_err(Problem::internal)?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = match entries.last() {
        Some(last) if more => Some(next_path(request, list, &position(last))?),
        _ => None,
    };
    let link = next.as_ref().map(|path| format!("<{path}>; rel=\"next\""));
    let page = Page {
        items: entries.into_iter().map(present).collect::<Vec<T>>(),
        next,
    };
    let mut response = HttpResponse::Ok();
    if let Some(link) = link {
        response.insert_header((header::LINK, link));
    }
    Ok(response.json(page))
}

fn next_path(
    request: &HttpRequest,
    list: &str,
    position: &impl Serialize,
) -> Result<String, Problem> {
    let cursor = cursor(list, position)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        if name != "cursor" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("cursor", &cursor);
    Ok(format!("{}?{}", request.path(), query.finish()))
}
