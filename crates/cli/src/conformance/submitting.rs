//! Sending evidence: dry runs, repetition, identifiers, results of items.

use futures::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Check, Verdict, check, ensure, subject::Subject};

/// Equal requests sent at once.
const AT_ONCE: usize = 8;

pub(super) fn checks(subject: &Subject) -> Vec<Check<'_>> {
    vec![
        check(
            "?validate=only says what is wrong, and stores nothing",
            dry_run(subject),
        ),
        check(
            "a POST that creates needs an Idempotency-Key: 400",
            no_idempotency_key(subject),
        ),
        check(
            "the same key, the same request: the first answer again, marked",
            replay(subject),
        ),
        check("a key may be quoted or bare", quoted_or_bare(subject)),
        check("the same key, another request: 422", key_reused(subject)),
        check(
            "equal requests at once have one effect; the others wait or are told to",
            at_once(subject),
        ),
        check(
            "a refused request leaves its key unused",
            refused_key(subject),
        ),
        check(
            "the same submission_id, the same content: received once, under any key",
            natural_identifier(subject),
        ),
        check(
            "the same submission_id, other content: 409",
            identifier_reused(subject),
        ),
        check(
            "each item has a result of its own, errors with JSON Pointers",
            partly(subject),
        ),
        check(
            "atomic=true: one rejected item rejects all",
            atomic(subject),
        ),
        check("content that is held counts as reused", reuse(subject)),
        check(
            "items refer to others of the batch by `ref`",
            references(subject),
        ),
        check(
            "no field can hold a grade of the group: 422",
            grade(subject),
        ),
        check(
            "an unknown field is refused, not ignored",
            unknown_field(subject),
        ),
    ]
}

fn batch(items: Vec<Value>) -> Value {
    json!({ "items": items })
}

async fn dry_run(subject: &Subject) -> Verdict {
    let right = subject.item();
    let sent = batch(vec![right.clone(), subject.wrong_item()]);
    let path = format!("{}?validate=only", subject.submissions());
    let request = subject.request(Method::POST, &path).json(&sent);
    let got = subject.send(request).await?;
    got.is(200)?;
    let pointer = got.text("/items/1/errors/0/pointer")?;
    ensure(pointer.starts_with("/items/1"), || {
        format!("the error points at {pointer}")
    })?;
    let stored = subject
        .submit(&subject.fresh(), &batch(vec![right]))
        .await?;
    let status = stored.text("/items/0/status")?;
    ensure(status == "stored", || {
        format!("sent in earnest after the dry run, the item is {status:?}")
    })
}

async fn no_idempotency_key(subject: &Subject) -> Verdict {
    let request = subject
        .request(Method::POST, &subject.submissions())
        .json(&batch(vec![subject.item()]));
    subject
        .send(request)
        .await?
        .problem(400, Some("idempotency-key-missing"))
}

async fn replay(subject: &Subject) -> Verdict {
    let (key, sent) = (subject.fresh(), batch(vec![subject.item()]));
    let first = subject.submit(&key, &sent).await?;
    first.is(201)?;
    let again = subject.submit(&key, &sent).await?;
    again.is(201)?;
    ensure(again.bytes == first.bytes, || {
        "the second answer differs from the first".to_owned()
    })?;
    let marked = again.header("idempotency-replayed");
    ensure(marked == Some("true"), || {
        format!("Idempotency-Replayed is {marked:?}")
    })?;
    ensure(first.header("idempotency-replayed").is_none(), || {
        "the first answer is marked as a replay".to_owned()
    })
}

async fn quoted_or_bare(subject: &Subject) -> Verdict {
    let (key, sent) = (subject.fresh(), batch(vec![subject.item()]));
    subject.submit(&key, &sent).await?.is(201)?;
    let bare = subject
        .request(Method::POST, &subject.submissions())
        .header("idempotency-key", &key)
        .json(&sent);
    let again = subject.send(bare).await?;
    ensure(again.header("idempotency-replayed") == Some("true"), || {
        "the bare key was not taken for the quoted one".to_owned()
    })
}

async fn key_reused(subject: &Subject) -> Verdict {
    let key = subject.fresh();
    let first = batch(vec![subject.item()]);
    subject.submit(&key, &first).await?.is(201)?;
    let other = batch(vec![subject.item()]);
    subject
        .submit(&key, &other)
        .await?
        .problem(422, Some("idempotency-key-reused"))
}

async fn at_once(subject: &Subject) -> Verdict {
    let (key, sent) = (subject.fresh(), batch(vec![subject.item()]));
    let answers = try_join_all((0..AT_ONCE).map(|_| subject.submit(&key, &sent))).await?;
    let mut effects = std::collections::BTreeSet::new();
    for answer in &answers {
        if answer.status.as_u16() == 409 {
            answer.problem(409, Some("idempotency-running"))?;
        } else {
            answer.is(201)?;
            effects.insert(answer.text("/submission_id")?);
        }
    }
    ensure(effects.len() == 1, || {
        format!("{} submissions came of it", effects.len())
    })
}

async fn refused_key(subject: &Subject) -> Verdict {
    let key = subject.fresh();
    let wrong = batch(vec![subject.wrong_item()]);
    subject.submit(&key, &wrong).await?.problem(422, None)?;
    let mended = batch(vec![subject.item()]);
    subject.submit(&key, &mended).await?.is(201)
}

async fn natural_identifier(subject: &Subject) -> Verdict {
    let sent = json!({ "submission_id": Uuid::now_v7(), "items": [subject.item()] });
    let first = subject.submit(&subject.fresh(), &sent).await?;
    first.is(201)?;
    let again = subject.submit(&subject.fresh(), &sent).await?;
    again.is(200)?;
    ensure(again.json() == first.json(), || {
        "the second answer differs from the first".to_owned()
    })
}

async fn identifier_reused(subject: &Subject) -> Verdict {
    let id = Uuid::now_v7();
    let first = json!({ "submission_id": id, "items": [subject.item()] });
    subject.submit(&subject.fresh(), &first).await?.is(201)?;
    let other = json!({ "submission_id": id, "items": [subject.item()] });
    subject
        .submit(&subject.fresh(), &other)
        .await?
        .problem(409, Some("identifier-reused"))
}

async fn partly(subject: &Subject) -> Verdict {
    let sent = batch(vec![subject.wrong_item(), subject.item()]);
    let got = subject.submit(&subject.fresh(), &sent).await?;
    got.is(201)?;
    let said = got.json();
    ensure(
        (said.get("accepted"), said.get("rejected")) == (Some(&json!(1)), Some(&json!(1))),
        || format!("it answered {said}"),
    )?;
    let pointer = got.text("/items/0/errors/0/pointer")?;
    ensure(pointer.starts_with("/items/0/"), || {
        format!("the error points at {pointer}")
    })?;
    let status = got.text("/items/1/status")?;
    ensure(status == "stored", || format!("the right one is {status}"))
}

async fn atomic(subject: &Subject) -> Verdict {
    let right = subject.item();
    let sent = batch(vec![right.clone(), subject.wrong_item()]);
    let got = subject
        .submit_with("?atomic=true", &subject.fresh(), &sent)
        .await?;
    got.problem(422, None)?;
    let stored = subject
        .submit(&subject.fresh(), &batch(vec![right]))
        .await?;
    let status = stored.text("/items/0/status")?;
    ensure(status == "stored", || {
        format!("the right item of the rejected batch is {status}")
    })
}

async fn reuse(subject: &Subject) -> Verdict {
    let sent = batch(vec![subject.item()]);
    let first = subject.submit(&subject.fresh(), &sent).await?;
    let again = subject.submit(&subject.fresh(), &sent).await?;
    let status = again.text("/items/0/status")?;
    ensure(status == "reused", || format!("it is {status}"))?;
    ensure(
        first.text("/items/0/id")? == again.text("/items/0/id")?,
        || "it has another identifier".to_owned(),
    )
}

async fn references(subject: &Subject) -> Verdict {
    let (name, other) = (subject.fresh(), subject.fresh());
    let short = |name: &str| name.chars().rev().take(40).collect::<String>();
    let (name, other) = (short(&name), short(&other));
    let mut evidence = subject.item();
    if let Some(fields) = evidence.as_object_mut() {
        fields.insert("ref".to_owned(), json!(name));
    }
    let weakness = json!({
        "type": "weakness", "ref": other,
        "statement": format!("A test of references, {other}."),
        "theme": "leadership_and_governance", "source": "group_review",
        "identified_by": "group_before_inspection", "reach": "central_function",
        "schools": [], "first_known": "2025-11-10", "evidence": [name]
    });
    let got = subject
        .submit(&subject.fresh(), &batch(vec![evidence, weakness.clone()]))
        .await?;
    got.is(201)?;
    ensure(got.json().get("accepted") == Some(&json!(2)), || {
        format!("it answered {}", got.json())
    })?;
    let mut lost = weakness;
    if let Some(fields) = lost.as_object_mut() {
        fields.insert("evidence".to_owned(), json!(["nobody-has-this-name"]));
    }
    subject
        .submit(&subject.fresh(), &batch(vec![lost]))
        .await?
        .problem(422, None)
}

async fn grade(subject: &Subject) -> Verdict {
    let mut item = subject.item();
    if let Some(fields) = item.as_object_mut() {
        fields.insert("overall_grade".to_owned(), json!("good"));
    }
    subject
        .submit(&subject.fresh(), &batch(vec![item]))
        .await?
        .problem(422, Some("group-grade-refused"))
}

async fn unknown_field(subject: &Subject) -> Verdict {
    let mut item = subject.item();
    if let Some(fields) = item.as_object_mut() {
        fields.insert("colour_of_the_door".to_owned(), json!("blue"));
    }
    subject
        .submit(&subject.fresh(), &batch(vec![item]))
        .await?
        .problem(422, None)
}
