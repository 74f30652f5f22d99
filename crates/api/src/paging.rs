//! Lists in pages, by an opaque cursor.

use actix_web::{HttpRequest, HttpResponse, http::header};
use serde::{Serialize, de::DeserializeOwned};
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::{
    cursor,
    problem::{Code, Problem},
};

/// Entries of a page at the most.
pub(crate) const MAX: i64 = 100;
/// Entries of a page unless the caller says otherwise.
pub(crate) const USUAL: i64 = 50;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// Entries, in a stable order.
    pub(crate) items: Vec<T>,
    /// Path of the next page; `null` on the last.
    pub(crate) next: Option<String>,
}

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
    cursor::read(list, sent).map(Some).ok_or_else(|| {
        Problem::because(
            Code::MalformedQuery,
            "cursor is not one that this list gave.",
        )
    })
}

/// The cursor of a place in the list called `list`.
pub(crate) fn cursor(list: &str, position: &impl Serialize) -> Result<String, Problem> {
    cursor::write(list, position).map_err(Problem::internal)
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
