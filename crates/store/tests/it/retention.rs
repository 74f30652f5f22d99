//! What is deleted in time, and what never is (DR-40).

use chrono::{DateTime, Months, Utc};
use group_inspection_core::{
    digest::Digest,
    inspection::{Action, Role, State},
    survey::{Answer, Respondent, Response, Statement, Wave},
};
use group_inspection_store::{
    Clock, Seek, audit,
    blob::Uploaded,
    evidence, jobs, ledgers,
    rehearsal::{self, Cast},
    reports::{self, CheckFindings, Rendition},
    retention, submissions,
    testing::{TestDatabase, TestStore},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    inspections::{evidence as item, submit, with_cast},
    support::actor,
};

/// A published inspection with an earlier draft, an attachment and a survey
/// response with a comment.
async fn published(database: &TestDatabase) -> (TestStore, Uuid, Uuid) {
    let (store, _, id, cast) = with_cast(database).await;
    submit(&store, id, 100, vec![item(1, "one")]).await;
    store
        .store
        .write(&cast.actor(Role::LeadInspector), move |tx| {
            let file = Uploaded {
                key: "attachments/a".to_owned(),
                sha256: Digest::of("bytes").to_string(),
                bytes: 5,
            };
            evidence::attach(tx, id, Uuid::from_u128(1), "a.pdf", &file)
        })
        .await
        .unwrap();
    rehearsal::advance(&store.store, cast, id, State::Provisional)
        .await
        .unwrap();
    store
        .store
        .write(&cast.actor(Role::OperationsOfficer), move |tx| {
            reports::request_compilation(tx, id)
        })
        .await
        .unwrap();
    let inputs = store
        .store
        .read(move |connection| reports::inputs(connection, id))
        .await
        .unwrap();
    let mut report = group_inspection_core::compile::compile(&inputs);
    for (version, sha256) in [(1, "a"), (2, "b")] {
        report.version = version;
        let report = report.clone();
        store
            .store
            .write(&actor(), move |tx| {
                let found = CheckFindings {
                    language: 0,
                    accessibility: 0,
                };
                reports::save_compiled(tx, &report, sha256, found)
            })
            .await
            .unwrap();
    }
    rehearsal::advance(&store.store, cast, id, State::Embargoed)
        .await
        .unwrap();
    publish(&store, cast, id, report.clone()).await;
    let response = Response {
        id: Uuid::from_u128(77),
        wave: Wave::First,
        respondent: Respondent::Parent,
        answers: [(Statement::ReportIsClear, Answer::Agree)].into(),
        comment: Some("It was clear.".to_owned()),
        minutes: None,
    };
    store
        .store
        .write(&cast.actor(Role::OperationsOfficer), move |tx| {
            ledgers::respond(tx, id, &response)
        })
        .await
        .unwrap();
    (store, id, report.report_id)
}

async fn publish(
    store: &TestStore,
    cast: Cast,
    id: Uuid,
    report: group_inspection_core::report::Report,
) {
    let officer = cast.actor(Role::OperationsOfficer);
    store
        .store
        .write(&officer, move |tx| reports::request_publication(tx, id))
        .await
        .unwrap();
    let now = store.clock.now();
    store
        .store
        .write(&actor(), move |tx| {
            let asked = jobs::Publish {
                report_id: report.report_id,
                version: 2,
                by: cast.actor(Role::OperationsOfficer).acting().unwrap(),
                action: Action::Publish { report_version: 2 },
            };
            let copy = Rendition {
                format: "html".to_owned(),
                media_type: "text/html".to_owned(),
                sha256: "b".repeat(64),
                bytes: b"copy".to_vec(),
            };
            reports::publish(tx, &report, &asked, now, &[copy], &json!({}))
        })
        .await
        .unwrap();
}

async fn sweep(store: &TestStore, at: DateTime<Utc>) -> (usize, Vec<String>) {
    let due = store
        .store
        .read(move |connection| {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let (due, more) = retention::due(connection, after, 1, at)?;
                all.extend(due);
                match more {
                    Some(last) => after = Some(last),
                    None => return Ok(all),
                }
            }
        })
        .await
        .unwrap();
    let blobs = due.iter().flat_map(|one| one.blobs.clone()).collect();
    let n = due.len();
    store
        .store
        .write(&actor(), move |tx| {
            // Twice: what is gone already is none.
            for one in due.iter().chain(&due) {
                retention::delete(tx, one)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    (n, blobs)
}

async fn deletions(store: &TestStore) -> Vec<String> {
    store
        .store
        .write(&actor(), |tx| audit::seal(tx, 100_000))
        .await
        .unwrap();
    store
        .store
        .read(|connection| {
            Ok(audit::list(connection, &Seek::Start, 100_000)?
                .into_iter()
                .filter(|sealed| sealed.event.action == "record.deleted")
                .map(|sealed| sealed.event.subject_kind)
                .collect())
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn dr_40_each_record_goes_in_its_time_and_what_was_published_stays() {
    let database = TestDatabase::new();
    let (store, id, report) = published(&database).await;
    let published = store.clock.now();
    let after = |months: u32| published + Months::new(months) + chrono::TimeDelta::days(1);
    assert_eq!(sweep(&store, published).await, (0, Vec::new()));
    // Drafts after a year: version 1 never was public.
    assert_eq!(sweep(&store, after(12)).await.0, 1);
    assert_eq!(deletions(&store).await, ["draft"]);
    // Free text of surveys after two; the response stays.
    assert_eq!(sweep(&store, after(24)).await.0, 1);
    let (comment, revisions) = store
        .store
        .read(|connection| {
            let of = Uuid::from_u128(77);
            let held = group_inspection_store::records::get::<Response>(connection, of)?;
            let all = group_inspection_store::records::revisions::<Response>(connection, of)?;
            Ok((held.value.comment, all.len()))
        })
        .await
        .unwrap();
    assert_eq!((comment, revisions), (None, 1));
    // Evidence, with its files, after six years.
    let (n, blobs) = sweep(&store, after(72)).await;
    assert_eq!(n, 1);
    assert_eq!(blobs, ["attachments/a"]);
    let (items, files, versions, copy) = store
        .store
        .read(move |connection| {
            Ok((
                submissions::items(connection, id)?.len(),
                evidence::attachments(connection, id)?.len(),
                reports::versions(connection, report)?.len(),
                reports::rendition(connection, report, 2, "html")?.bytes,
            ))
        })
        .await
        .unwrap();
    assert_eq!((items, files), (0, 0));
    assert_eq!(versions, 1, "a published version is never deleted");
    assert_eq!(copy, b"copy");
    // Declarations wait for the end of the inspection.
    assert_eq!(sweep(&store, after(600)).await.0, 0);
    assert_eq!(
        deletions(&store).await,
        ["draft", "survey_text", "attachment", "evidence"]
    );
}

#[tokio::test]
async fn dr_40_declarations_go_six_years_after_the_end() {
    let database = TestDatabase::new();
    let (store, _, id, cast) = with_cast(&database).await;
    store
        .store
        .write(&cast.actor(Role::DecisionMaker), move |tx| {
            let reason = "The group was dissolved.".to_owned();
            group_inspection_store::lifecycle::act(tx, id, Action::Withdraw { reason })
        })
        .await
        .unwrap();
    let ended = store.clock.now();
    let declared = store
        .store
        .read(|connection| Ok(count(connection, "declaration")))
        .await
        .unwrap();
    assert_eq!(declared, 3);
    let late = ended + Months::new(72) + chrono::TimeDelta::days(1);
    assert_eq!(sweep(&store, late).await.0, 3);
    for kind in ["declaration", "conflict_assessment", "conflict_decision"] {
        let left = store
            .store
            .read(move |connection| Ok(count(connection, kind)))
            .await
            .unwrap();
        assert_eq!(left, 0, "{kind}");
    }
}

fn count(connection: &mut diesel::PgConnection, kind: &str) -> i64 {
    use diesel::prelude::*;
    use group_inspection_store::schema::record;
    record::table
        .filter(record::kind.eq(kind))
        .count()
        .get_result(connection)
        .unwrap()
}
