//! Lists, what anybody may read, and the description.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Check, Unmet, Verdict, check, ensure, subject::Subject};

/// Pages that are turned at the most.
const PAGES: usize = 50;
/// Paths that a sender relies on.
const RELIED_ON: [&str; 4] = [
    "/v1/bodies/{id}/schools",
    "/v1/inspections/{id}/submissions",
    "/v1/inspections/{id}/report",
    "/v1/operations/{id}",
];

pub(super) fn checks(subject: &Subject) -> Vec<Check<'_>> {
    vec![
        check(
            "lists come in pages that lead on, each entry once",
            pages(subject),
        ),
        check(
            "a page of more than 100 is refused",
            page_too_large(subject),
        ),
        check(
            "a cursor of somebody else's making: 400",
            false_cursor(subject),
        ),
        check(
            "what is submitted is read back by its identifier's holder alone",
            reads_back(subject),
        ),
        check(
            "the description is OpenAPI 3.1 and has what senders rely on",
            description(subject),
        ),
        check(
            "errors lead to a page that explains them",
            explained(subject),
        ),
        check(
            "public pages have an ETag and answer 304 to it",
            conditional(subject),
        ),
        check("HEAD is answered like GET, without a body", head(subject)),
        check("there is a feed of what is published", feed(subject)),
    ]
}

async fn pages(subject: &Subject) -> Verdict {
    for _ in 0..3 {
        let sent = json!({ "items": [subject.item()] });
        subject.submit(&subject.fresh(), &sent).await?.is(201)?;
    }
    let mut path = format!("{}?limit=1", subject.submissions());
    let mut seen = BTreeSet::new();
    for number in 1..=PAGES {
        let got = subject.get(&path).await?;
        got.is(200)?;
        let body = got.json();
        let items = body.get("items").and_then(Value::as_array);
        let items = items.ok_or_else(|| Unmet::Otherwise("there is no `items`".to_owned()))?;
        ensure(items.len() <= 1, || "a page has more than asked".to_owned())?;
        for item in items {
            ensure(seen.insert(item.to_string()), || {
                format!("page {number} repeats an entry")
            })?;
        }
        let next = body.get("next").and_then(Value::as_str);
        let Some(next) = next else {
            break;
        };
        let link = got.header("link").unwrap_or_default();
        ensure(link.contains("rel=\"next\""), || {
            format!("Link is {link:?}")
        })?;
        path = match next.strip_prefix('/') {
            Some(_) => next.to_owned(),
            None => format!("{}?limit=1&cursor={next}", subject.submissions()),
        };
    }
    ensure(seen.len() >= 3, || {
        format!("only {} entries were found", seen.len())
    })
}

async fn page_too_large(subject: &Subject) -> Verdict {
    let path = format!("{}?limit=101", subject.submissions());
    let got = subject.get(&path).await?;
    got.problem(got.status.as_u16(), None)?;
    ensure(matches!(got.status.as_u16(), 400 | 422), || {
        format!("it answered {}", got.status)
    })
}

async fn false_cursor(subject: &Subject) -> Verdict {
    let path = format!("{}?cursor=bm9ib2R5", subject.submissions());
    subject.get(&path).await?.problem(400, None)
}

async fn reads_back(subject: &Subject) -> Verdict {
    let sent = json!({ "items": [subject.item()] });
    let got = subject.submit(&subject.fresh(), &sent).await?;
    let id = got.text("/submission_id")?;
    let listed = subject.get(&subject.submissions()).await?;
    let found = listed.json();
    let items = found.get("items").and_then(Value::as_array);
    ensure(
        items
            .into_iter()
            .flatten()
            .any(|one| one.to_string().contains(&id)),
        || "it is not on the first page".to_owned(),
    )?;
    let path = subject.submissions();
    let without = subject.send(subject.bare(Method::GET, &path)).await?;
    without.problem(401, None)
}

async fn description(subject: &Subject) -> Verdict {
    let request = subject.bare(Method::GET, "/openapi.json");
    let got = subject.send(request).await?;
    got.is(200)?;
    let document = got.json();
    let version = got.text("/openapi")?;
    ensure(version.starts_with("3.1"), || {
        format!("it is OpenAPI {version}")
    })?;
    for path in RELIED_ON {
        let there = document
            .get("paths")
            .and_then(|paths| paths.get(path))
            .is_some();
        ensure(there, || format!("{path} is not in it"))?;
    }
    Ok(())
}

async fn explained(subject: &Subject) -> Verdict {
    let got = subject.get("/v1/inspections/nothing").await?;
    let leads = got.text("/type")?;
    let path = url::Url::parse(&leads)
        .map(|url| url.path().to_owned())
        .unwrap_or(leads);
    subject
        .send(subject.bare(Method::GET, &path))
        .await?
        .is(200)
}

async fn conditional(subject: &Subject) -> Verdict {
    let got = subject.send(subject.bare(Method::GET, "/")).await?;
    got.is(200)?;
    let tag = got
        .header("etag")
        .ok_or_else(|| Unmet::Otherwise("there is no ETag".to_owned()))?;
    let request = subject.bare(Method::GET, "/").header("if-none-match", tag);
    subject.send(request).await?.is(304)
}

async fn head(subject: &Subject) -> Verdict {
    let whole = subject.send(subject.bare(Method::GET, "/")).await?;
    let got = subject.send(subject.bare(Method::HEAD, "/")).await?;
    got.is(200)?;
    ensure(got.bytes.is_empty(), || "it has a body".to_owned())?;
    let tags = (whole.header("etag"), got.header("etag"));
    ensure(tags.0.is_some() && tags.0 == tags.1, || {
        format!("the ETags of GET and HEAD are {tags:?}")
    })
}

async fn feed(subject: &Subject) -> Verdict {
    let got = subject
        .send(subject.bare(Method::GET, "/feed.atom"))
        .await?;
    got.is(200)?;
    let media = got.header("content-type").unwrap_or_default();
    ensure(media.starts_with("application/atom+xml"), || {
        format!("its media type is {media:?}")
    })
}
