//! Lists in pages, by an opaque cursor, forwards and back.

use actix_web::{HttpRequest, HttpResponse, http::header, web::Query};
use group_inspection_store::Seek;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

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
    /// Path of the page before; `null` on the first.
    pub(crate) prev: Option<String>,
}

/// Which page of a list is asked for, where nothing else is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Where the page begins.
    pub(crate) cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    pub(crate) limit: Option<i64>,
}

/// A page that is asked for of the list called `list`.
#[derive(Debug)]
pub(crate) struct Asked<T> {
    list: &'static str,
    limit: i64,
    /// Where it is.
    pub(crate) seek: Seek<T>,
}

/// Which side of an entry a cursor stands for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    After,
    Before,
}

impl<T: DeserializeOwned + Serialize> Asked<T> {
    /// Reads `limit` and `cursor`.
    pub(crate) fn read(
        list: &'static str,
        limit: Option<i64>,
        sent: Option<&str>,
    ) -> Result<Self, Problem> {
        let limit = match limit.unwrap_or(USUAL) {
            limit @ 1..=MAX => limit,
            _ => {
                return Err(Problem::because(
                    Code::MalformedQuery,
                    format!("limit is a number from 1 to {MAX}."),
                ));
            }
        };
        let seek = match after::<(Side, T)>(list, sent)? {
            None => Seek::Start,
            Some((Side::After, entry)) => Seek::After(entry),
            Some((Side::Before, entry)) => Seek::Before(entry),
        };
        Ok(Self { list, limit, seek })
    }

    /// Entries to look for: one more says that more follow.
    pub(crate) const fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The page of `entries`, which are in order, and hold one more than asked
    /// for, at the far end, if there are more. `position` names the place of
    /// an entry in the list.
    pub(crate) fn page<E, V: Serialize>(
        &self,
        request: &HttpRequest,
        mut entries: Vec<E>,
        position: impl Fn(&E) -> T,
        present: impl Fn(E) -> V,
    ) -> Result<HttpResponse, Problem> {
        let limit = usize::try_from(self.limit).map_err(Problem::internal)?;
        let more = entries.len() > limit;
        // The entry that the page lies beside is on its other side.
        let (is_before, is_after) = match self.seek {
            Seek::Start => (false, more),
            Seek::After(_) => (true, more),
            Seek::Before(_) => (more, true),
        };
        if self.seek.is_back() {
            entries.drain(..entries.len().saturating_sub(limit));
        } else {
            entries.truncate(limit);
        }
        let path = |there: bool, side: Side, entry: Option<&E>| match entry {
            Some(entry) if there => self.path(request, side, position(entry)).map(Some),
            _ => Ok(None),
        };
        let next = path(is_after, Side::After, entries.last())?;
        let prev = path(is_before, Side::Before, entries.first())?;
        let links: Vec<String> = [("prev", &prev), ("next", &next)]
            .into_iter()
            .filter_map(|(rel, path)| Some(format!("<{}>; rel=\"{rel}\"", path.as_ref()?)))
            .collect();
        let page = Page {
            items: entries.into_iter().map(present).collect::<Vec<V>>(),
            next,
            prev,
        };
        let mut response = HttpResponse::Ok();
        if !links.is_empty() {
            response.insert_header((header::LINK, links.join(", ")));
        }
        Ok(response.json(page))
    }

    fn path(&self, request: &HttpRequest, side: Side, entry: T) -> Result<String, Problem> {
        let cursor = cursor(self.list, &(side, entry))?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            if name != "cursor" {
                query.append_pair(&name, &value);
            }
        }
        query.append_pair("cursor", &cursor);
        Ok(format!("{}?{}", request.path(), query.finish()))
    }
}

/// A page of a list that is at hand whole: it is short, or worked out at once.
/// `name` tells its entries apart; should the one that a cursor names be gone,
/// its place in the list stands for it.
pub(crate) fn whole<V: Serialize>(
    request: &HttpRequest,
    list: &'static str,
    query: &Query<PageQuery>,
    all: Vec<V>,
    name: impl Fn(&V) -> String,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::<(String, usize)>::read(list, query.limit, query.cursor.as_deref())?;
    let rows = usize::try_from(asked.rows()).map_err(Problem::internal)?;
    let at = |known: &str, index: usize| all.iter().position(|one| name(one) == known).ok_or(index);
    let (from, to) = match &asked.seek {
        Seek::Start => (0, rows),
        Seek::After((known, index)) => {
            let from = at(known, *index).map_or_else(|gone| gone, |found| found + 1);
            (from, from.saturating_add(rows))
        }
        Seek::Before((known, index)) => {
            let to = at(known, *index).unwrap_or_else(|gone| gone);
            (to.saturating_sub(rows), to)
        }
    };
    let entries: Vec<(usize, V)> = all.into_iter().enumerate().take(to).skip(from).collect();
    asked.page(
        request,
        entries,
        |(index, one)| (name(one), *index),
        |(_, one)| one,
    )
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
