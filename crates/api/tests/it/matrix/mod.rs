//! Who is let through where: every operation of the description, by every role
//! and every limit of sight.
//!
//! The matrix is made by asking and compared with `expected.txt`, which is read
//! by people. A new operation has no line there and fails the test. After a
//! change on purpose run with `UPDATE_MATRIX=1` and read the difference.

mod requests;
mod world;

use std::fmt::Write;

use actix_web::http::Method;
use group_inspection_core::inspection::Role;

use self::world::World;
use crate::{access::routes, test_app::Answer};

const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/matrix/expected.txt");

const ROLES: [Role; 9] = [
    Role::Integrator,
    Role::BodyLeader,
    Role::OperationsOfficer,
    Role::LeadInspector,
    Role::Inspector,
    Role::Practitioner,
    Role::QualityAssurer,
    Role::DecisionMaker,
    Role::Operator,
];

const LEGEND: &str = "\
# Who is let through. Each key has all scopes, so that roles and limits of sight
# alone decide. For each role there are three keys: limited to the body that is
# inspected, limited to another body, and not limited.
#
#   y  let through (also where the state of things then refuses: 409, 412, 422)
#   f  403: it is known to exist, and not for this role
#   -  404: it does not exist for this caller
#   u  401: a key is needed
#
# int integrator, bod leader of the body, off operations officer, lea lead
# inspector, ins inspector, pra practitioner, qua quality assurer, dec decision
# maker, ope operator.
";

/// What of an answer the matrix shows.
fn shown(answer: &Answer, what: &str) -> char {
    match answer.status {
        401 => 'u',
        403 => 'f',
        404 => '-',
        200..=299 | 409 | 410 | 412 | 422 => 'y',
        _ => panic!("{what}: {answer:?}"),
    }
}

fn heading(text: &mut String, title: &str) {
    writeln!(text, "\n## {title}\n").unwrap();
    write!(text, "{:<74} no key", "").unwrap();
    for role in ROLES {
        write!(text, " {}", &role.code()[..3]).unwrap();
    }
    text.push('\n');
}

async fn line(text: &mut String, world: &World, method: &Method, path: &str) {
    let what = format!("{method} {path}");
    write!(text, "{what:<74} ").unwrap();
    let answer = requests::send(world, method, path, None).await;
    write!(text, "     {}", shown(&answer, &what)).unwrap();
    for keys in &world.keys {
        text.push(' ');
        for key in keys {
            let answer = requests::send(world, method, path, Some(key)).await;
            text.push(shown(&answer, &what));
        }
    }
    text.push('\n');
}

fn of_an_inspection(path: &str) -> bool {
    path.starts_with("/v1/inspections/{id}")
}

#[actix_web::test]
async fn every_operation_lets_through_whom_it_should() {
    let world = World::new().await;
    let mut text = LEGEND.to_owned();
    heading(
        &mut text,
        "The team is named and nobody has declared interests (DR-15)",
    );
    for (method, path, _) in routes() {
        if method == Method::GET && of_an_inspection(&path) {
            line(&mut text, &world, &method, &path).await;
        }
    }
    world.drafted().await;
    heading(&mut text, "There is a draft, not delivered to the body");
    for (method, path, _) in routes() {
        if method == Method::GET && of_an_inspection(&path) {
            line(&mut text, &world, &method, &path).await;
        }
    }
    world.delivered().await;
    heading(
        &mut text,
        "The draft is with the body for a check of its facts",
    );
    for (method, path, _) in routes() {
        line(&mut text, &world, &method, &path).await;
    }
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(EXPECTED, &text).unwrap();
    }
    let expected = std::fs::read_to_string(EXPECTED).unwrap_or_default();
    for (found, expected) in text.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert!(text == expected, "{EXPECTED} is not up to date");
    privacy(&text);
}

/// The first key that is let through; `None` if no key of these is.
async fn allowed<'a>(world: &'a World, method: &Method, path: &str) -> Option<&'a str> {
    for key in world.keys.iter().flatten() {
        let answer = requests::send(world, method, path, Some(key)).await;
        if shown(&answer, path) == 'y' {
            return Some(key);
        }
    }
    None
}

/// An answer without its secret.
fn unsecret(answer: &Answer) -> serde_json::Value {
    let mut value = answer.value();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("secret");
    }
    value
}

#[actix_web::test]
async fn every_post_is_done_once_and_every_put_over_what_was_read() {
    let world = World::new().await;
    world.drafted().await;
    world.delivered().await;
    let (mut done, mut put, mut later) = (0, 0, Vec::new());
    for (method, path, _) in routes() {
        // What another service calls repeats itself as it likes.
        if !matches!(method, Method::POST | Method::PUT) || path.starts_with("/callbacks/") {
            continue;
        }
        let what = format!("{method} {path}");
        let Some(key) = allowed(&world, &method, &path).await else {
            later.push(what);
            continue;
        };
        let bare = requests::with(&world, &method, &path, key, None, None).await;
        if method == Method::PUT {
            bare.problem("precondition-required");
            let stale = requests::with(&world, &method, &path, key, None, Some("\"999\"")).await;
            stale.problem("stale-revision");
            put += 1;
            continue;
        }
        bare.problem("idempotency-key-missing");
        let sent = futures::future::join_all(
            (0..3).map(|_| requests::with(&world, &method, &path, key, Some("once"), None)),
        )
        .await;
        let again = requests::with(&world, &method, &path, key, Some("once"), None).await;
        let took: Vec<&Answer> = sent.iter().filter(|one| one.status < 300).collect();
        if let [first, others @ ..] = took.as_slice() {
            assert!(
                first.status != 200 || again.status == 200,
                "{what}: {first:?}"
            );
            assert_eq!(again.header("idempotency-replayed"), "true", "{what}");
            // A secret is in one answer alone.
            let fresh = took
                .iter()
                .filter(|one| one.header("idempotency-replayed").is_empty());
            assert_eq!(fresh.count(), 1, "{what}");
            for other in others {
                assert_eq!(unsecret(other), unsecret(first), "{what}");
            }
            done += 1;
        }
        for answer in sent.iter().filter(|one| one.status >= 300) {
            assert!(matches!(answer.status, 409 | 422), "{what}: {answer:?}");
        }
    }
    assert!(done >= 18 && put >= 8, "{done} {put}");
    // Nothing is published yet; what comes after that is in `forty`.
    let after_publication = [
        "POST /v1/inspections/{id}/recommendations/{recommendation}/steps",
        "POST /v1/reports/{id}/versions/{version}/withdrawal",
    ];
    assert_eq!(later, after_publication);
}

/// What must hold whatever the file says.
fn privacy(text: &str) {
    let (mut seen, mut reports, mut evidence) = (0, Vec::new(), Vec::new());
    for line in text.lines().filter(|line| line.contains(" /v1/")) {
        let cells: Vec<&str> = line.split_whitespace().skip(2).collect();
        let [none, roles @ ..] = cells.as_slice() else {
            panic!("{line}")
        };
        assert_eq!((*none, roles.len()), ("u", ROLES.len()), "{line}");
        // An inspection does not exist for those of another body.
        if line.contains("/v1/inspections/{id}") {
            assert!(roles.iter().all(|role| &role[1..2] == "-"), "{line}");
            seen += 1;
        }
        // The words of a draft are never those of the body, whoever it sends.
        let [integrator, leader, ..] = roles else {
            panic!("{line}")
        };
        if ["blocks", "edits", "language", "findings"]
            .iter()
            .any(|what| line.starts_with(&format!("GET /v1/inspections/{{id}}/{what} ")))
        {
            assert_eq!((*integrator, *leader), ("---", "---"), "{line}");
        }
        // Nor is the draft, until it is delivered.
        if line.starts_with("GET /v1/inspections/{id}/report ") {
            reports.push((*integrator).to_owned());
        }
        // DR-15: nobody of the team reads evidence before a decision.
        if line.starts_with("GET /v1/inspections/{id}/evidence ") {
            evidence.push(roles[3..6].join(" "));
        }
    }
    assert!(seen > 80, "{seen}");
    assert_eq!(reports, ["---", "---", "y-y"]);
    assert_eq!(evidence, ["f-f f-f f-f", "y-y y-y y-y", "y-y y-y y-y"]);
}
