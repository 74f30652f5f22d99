//! Keys, identifiers of requests, methods, media types and errors.

use reqwest::{Method, header};
use uuid::Uuid;

use super::{Check, Verdict, check, ensure, subject::Subject};

/// Bytes of a body that no submission needs.
const HUGE: usize = 64 * 1024 * 1024;
/// Levels of a body that no submission needs.
const DEEP: usize = 10_000;

pub(super) fn checks(subject: &Subject) -> Vec<Check<'_>> {
    vec![
        check("without a key: 401 and what to send", no_key(subject)),
        check("an unknown key: 401", unknown_key(subject)),
        check(
            "a sane X-Request-Id comes back, another is replaced",
            request_id(subject),
        ),
        check("what does not exist: 404", missing(subject)),
        check(
            "an identifier of the wrong form: 404",
            malformed_identifier(subject),
        ),
        check(
            "a method that is not there: 405 with Allow",
            wrong_method(subject),
        ),
        check("another media type than JSON: 415", media_type(subject)),
        check("what is no JSON: 400", no_json(subject)),
        check("text that is not UTF-8: 400", no_utf8(subject)),
        check("JSON without end in depth: a 4xx, no fault", deep(subject)),
        check("a body of 64 MB: 413", huge(subject)),
        check(
            "an unknown parameter: 400, nothing is ignored",
            unknown_parameter(subject),
        ),
        check(
            "answers for a key are not kept by caches and not sniffed",
            kept_private(subject),
        ),
        check("no other site's script may read answers", no_cors(subject)),
    ]
}

async fn no_key(subject: &Subject) -> Verdict {
    let request = subject.bare(Method::GET, "/v1/bodies");
    let got = subject.send(request).await?;
    got.problem(401, None)?;
    ensure(got.header("www-authenticate").is_some(), || {
        "there is no WWW-Authenticate".to_owned()
    })
}

async fn unknown_key(subject: &Subject) -> Verdict {
    let request = subject
        .bare(Method::GET, "/v1/bodies")
        .bearer_auth(format!("gik_{}", "0".repeat(64)));
    subject.send(request).await?.problem(401, None)
}

async fn request_id(subject: &Subject) -> Verdict {
    let id = subject.fresh();
    let path = format!("/v1/inspections/{}", Uuid::nil());
    let request = subject.request(Method::GET, &path);
    let got = subject.send(request.header("x-request-id", &id)).await?;
    ensure(got.header("x-request-id") == Some(&id), || {
        format!("it came back as {:?}", got.header("x-request-id"))
    })?;
    let said = got.text("/instance")?;
    ensure(said.contains(&id), || format!("`instance` is {said}"))?;
    let request = subject.request(Method::GET, &path);
    let got = subject
        .send(request.header("x-request-id", "a b<script>"))
        .await?;
    let given = got.header("x-request-id").unwrap_or_default();
    ensure(!given.is_empty() && !given.contains('<'), || {
        format!("it came back as {given:?}")
    })
}

async fn missing(subject: &Subject) -> Verdict {
    let path = format!("/v1/inspections/{}", Uuid::now_v7());
    subject.get(&path).await?.problem(404, None)
}

async fn malformed_identifier(subject: &Subject) -> Verdict {
    let got = subject.get("/v1/inspections/%2e%2e").await?;
    got.problem(404, None)?;
    let got = subject.get("/v1/inspections/not-an-identifier").await?;
    got.problem(404, None)
}

async fn wrong_method(subject: &Subject) -> Verdict {
    let request = subject.request(Method::DELETE, &subject.submissions());
    let got = subject.send(request).await?;
    got.problem(405, None)?;
    let allow = got.header("allow").unwrap_or_default();
    ensure(allow.contains("GET") && allow.contains("POST"), || {
        format!("Allow is {allow:?}")
    })
}

async fn media_type(subject: &Subject) -> Verdict {
    let request = subject
        .request(Method::POST, &subject.submissions())
        .header("idempotency-key", subject.fresh())
        .header(header::CONTENT_TYPE, "text/csv")
        .body("a,b");
    subject.send(request).await?.problem(415, None)
}

async fn sent_as_json(
    subject: &Subject,
    body: Vec<u8>,
) -> Result<super::subject::Got, super::Unmet> {
    let request = subject
        .request(Method::POST, &subject.submissions())
        .header("idempotency-key", subject.fresh())
        .header(header::CONTENT_TYPE, "application/json")
        .body(body);
    Ok(subject.send(request).await?)
}

async fn no_json(subject: &Subject) -> Verdict {
    let got = sent_as_json(subject, b"{\"items\": [".to_vec()).await?;
    got.problem(400, None)
}

async fn no_utf8(subject: &Subject) -> Verdict {
    let got = sent_as_json(subject, b"{\"items\": \"\xff\xfe\"}".to_vec()).await?;
    got.problem(400, None)
}

async fn deep(subject: &Subject) -> Verdict {
    let got = sent_as_json(subject, "[".repeat(DEEP).into_bytes()).await?;
    got.problem(got.status.as_u16(), None)?;
    ensure(got.status.is_client_error(), || {
        format!("it answered {}", got.status)
    })
}

async fn huge(subject: &Subject) -> Verdict {
    // A service may close the connection while the rest is still under way.
    match sent_as_json(subject, vec![b' '; HUGE]).await {
        Ok(got) => got.problem(413, None),
        Err(super::Unmet::Otherwise(why)) if why.contains("request") => {
            subject.get(&subject.submissions()).await?.succeeded()
        }
        Err(other) => Err(other),
    }
}

async fn unknown_parameter(subject: &Subject) -> Verdict {
    let path = format!("{}?nobody=knows", subject.submissions());
    subject.get(&path).await?.problem(400, None)
}

async fn kept_private(subject: &Subject) -> Verdict {
    let got = subject.get(&subject.submissions()).await?;
    got.succeeded()?;
    let cache = got.header("cache-control").unwrap_or_default();
    ensure(cache.contains("no-store"), || {
        format!("Cache-Control is {cache:?}")
    })?;
    let sniffing = got.header("x-content-type-options");
    ensure(sniffing == Some("nosniff"), || {
        format!("X-Content-Type-Options is {sniffing:?}")
    })
}

async fn no_cors(subject: &Subject) -> Verdict {
    let request = subject
        .request(Method::GET, &subject.submissions())
        .header("origin", "https://elsewhere.example");
    let got = subject.send(request).await?;
    let allowed = got.header("access-control-allow-origin");
    ensure(allowed.is_none(), || format!("it allows {allowed:?}"))
}
