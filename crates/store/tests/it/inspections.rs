use std::{path::PathBuf, sync::OnceLock};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use group_inspection_core::{
    body::BodyKind,
    framework::Frameworks,
    inspection::{Action, Role, State},
    policy::Policy,
};
use group_inspection_registers::sandbox::{self, Plan};
use group_inspection_store::{
    Actor, Clock, Error, Seek,
    bodies::{self, Filter},
    error::Conflict,
    inspections::{self, NewInspection},
    jobs, lifecycle,
    rehearsal::{self, Cast},
    reports::{self, CheckFindings, Rendition},
    submissions::{self, ItemKind, NewItem},
    testing::{TestDatabase, TestStore},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::{actor, import_paths};

/// A small fictional England, written once.
pub(crate) fn england() -> &'static [PathBuf] {
    static FILES: OnceLock<(tempfile::TempDir, Vec<PathBuf>)> = OnceLock::new();
    let (_, files) = FILES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan {
            schools: 120,
            report_cards: 0.6,
            ..Plan::default()
        };
        let summary = sandbox::generate(&plan, &mut |_| {}, folder.path()).unwrap();
        let files = summary
            .files
            .iter()
            .filter(|file| file.name.ends_with(".csv") || file.name.starts_with("bank"))
            .map(|file| folder.path().join(&file.name))
            .collect();
        (folder, files)
    });
    files
}

/// The trust with the most open schools.
pub(crate) async fn largest_trust(store: &TestStore) -> Uuid {
    let now = store.clock.now();
    store
        .store
        .read(move |connection| {
            let trusts = bodies::list(
                connection,
                &Filter {
                    kind: Some(BodyKind::MultiAcademyTrust),
                    limit: 1_000,
                    ..Filter::default()
                },
            )?;
            let mut best = (0, Uuid::nil());
            for trust in trusts {
                let members = bodies::members(connection, trust.id, now.date_naive(), now)?;
                best = best.max((members.len(), trust.id));
            }
            Ok(best.1)
        })
        .await
        .unwrap()
}

async fn open(store: &TestStore, body: Uuid) -> Result<Uuid, Error> {
    open_under(store, body, rehearsal::policy()).await
}

async fn open_under(store: &TestStore, body: Uuid, policy: Policy) -> Result<Uuid, Error> {
    let today = store.clock.now().date_naive();
    store
        .store
        .write(&actor(), move |tx| {
            inspections::open(
                tx,
                &NewInspection {
                    body_id: body,
                    agreed: Vec::new(),
                    membership_as_at: today,
                    frameworks: Frameworks::built_in().unwrap(),
                    policy: policy.clone(),
                },
            )
        })
        .await
}

/// A store with an inspection that takes evidence.
async fn with_inspection(database: &TestDatabase) -> (TestStore, Uuid, Uuid) {
    let (store, body, id, _) = with_cast(database).await;
    (store, body, id)
}

pub(crate) async fn with_cast(database: &TestDatabase) -> (TestStore, Uuid, Uuid, Cast) {
    with_cast_under(database, rehearsal::policy()).await
}

async fn with_cast_under(database: &TestDatabase, policy: Policy) -> (TestStore, Uuid, Uuid, Cast) {
    let store = database.store().await;
    import_paths(&store, england()).await;
    let body = largest_trust(&store).await;
    let id = open_under(&store, body, policy).await.unwrap();
    let cast = store
        .store
        .write(&actor(), move |tx| rehearsal::cast(tx, id))
        .await
        .unwrap();
    rehearsal::advance(&store.store, cast, id, State::EvidenceOpen)
        .await
        .unwrap();
    (store, body, id, cast)
}

/// Stands for the hash that the rules make of an item.
fn sha256(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

pub(crate) fn evidence(id: u128, text: &str) -> NewItem {
    NewItem {
        kind: ItemKind::Evidence,
        id: Uuid::from_u128(id),
        reference: Some(format!("e{id}")),
        sha256: sha256(text),
        content: json!({
            "evidence_type": "document",
            "title": "Attendance review",
            "text": text,
            "source": "The group",
            "schools": [],
            "themes": ["attendance_and_behaviour"],
            "bearing": "weakness",
            "effective_from": "2026-01-01",
            "effective_to": "2026-06-30",
            "normal_business": true,
            "minutes": 5,
        }),
    }
}

pub(crate) async fn submit(
    store: &TestStore,
    inspection: Uuid,
    id: u128,
    items: Vec<NewItem>,
) -> Vec<bool> {
    try_submit(store, inspection, id, items).await.unwrap()
}

async fn try_submit(
    store: &TestStore,
    inspection: Uuid,
    id: u128,
    items: Vec<NewItem>,
) -> Result<Vec<bool>, Error> {
    store
        .store
        .write(&actor(), move |tx| {
            let mut reused = Vec::new();
            let to = submissions::receiving(tx, inspection)?;
            submissions::record(
                tx,
                &to,
                Uuid::from_u128(id),
                &"a".repeat(64),
                &items,
                |stored| {
                    reused = stored.iter().map(|item| item.reused).collect();
                    Ok(json!({}))
                },
            )?;
            Ok(reused)
        })
        .await
}

#[tokio::test]
async fn dr_01_a_body_needs_two_open_member_schools() {
    let database = TestDatabase::new();
    let store = database.store().await;
    import_paths(&store, england()).await;
    let single = store
        .store
        .read(|connection| {
            Ok(bodies::list(
                connection,
                &Filter {
                    kind: Some(BodyKind::SingleAcademyTrust),
                    limit: 1,
                    ..Filter::default()
                },
            )?[0]
                .id)
        })
        .await
        .unwrap();
    match open(&store, single).await.unwrap_err() {
        Error::Refused(refusal) => assert_eq!(refusal.rule, "DR-01"),
        other => panic!("{other}"),
    }
    assert!(matches!(
        open(&store, Uuid::from_u128(7)).await.unwrap_err(),
        Error::NotFound
    ));
}

#[tokio::test]
async fn dr_05_opening_freezes_membership_and_numbers_references() {
    let database = TestDatabase::new();
    let (store, body, first) = with_inspection(&database).await;
    let second = open(&store, body).await.unwrap();
    let (first, second) = store
        .store
        .read(move |connection| {
            Ok((
                inspections::get(connection, &actor(), first)?,
                inspections::get(connection, &actor(), second)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(first.reference, "GI-2026-0001");
    assert_eq!(second.reference, "GI-2026-0002");
    assert!(first.frozen.members.len() >= 2);
    assert!(!first.frozen.sources.is_empty());
    let sizes = &first.frozen.size_over_time;
    assert_eq!(
        sizes.last().unwrap().1 as usize,
        first.frozen.members.len(),
        "the last size is the frozen membership"
    );
    let mut urns: Vec<_> = first.frozen.members.iter().map(|m| m.urn).collect();
    urns.dedup();
    assert_eq!(urns.len(), first.frozen.members.len(), "DR-06");
}

#[tokio::test]
async fn what_belongs_to_another_body_does_not_exist() {
    let database = TestDatabase::new();
    let (store, body, id) = with_inspection(&database).await;
    let stranger = Actor::key(Uuid::from_u128(1), [], Some(Uuid::from_u128(2)));
    let owner = Actor::key(Uuid::from_u128(1), [], Some(body));
    let (hidden, seen, listed) = store
        .store
        .read(move |connection| {
            Ok((
                inspections::get(connection, &stranger, id).is_err(),
                inspections::get(connection, &owner, id).is_ok(),
                inspections::list(connection, &stranger, None, &Seek::Start, 10)?.len(),
            ))
        })
        .await
        .unwrap();
    assert!(hidden && seen);
    assert_eq!(listed, 0);
}

#[tokio::test]
async fn dr_21_the_same_content_is_stored_once_and_counted() {
    let database = TestDatabase::new();
    let (store, _, id) = with_inspection(&database).await;
    let items = vec![evidence(1, "one"), evidence(2, "two"), evidence(3, "one")];
    assert_eq!(submit(&store, id, 100, items).await, [false, false, true]);
    assert_eq!(
        submit(&store, id, 101, vec![evidence(4, "two")]).await,
        [true]
    );
    let known = store
        .store
        .read(move |connection| submissions::items(connection, id))
        .await
        .unwrap();
    assert_eq!(known.len(), 2);
    let total: u32 = known.iter().map(|item| item.reused).sum();
    assert_eq!(
        total, 1,
        "a later submission of known content counts as reuse"
    );
}

#[tokio::test]
async fn a_full_inspection_takes_what_it_holds_and_nothing_else() {
    let database = TestDatabase::new();
    let mut policy = rehearsal::policy();
    policy.submissions.evidence = 3;
    let (store, _, id, _) = with_cast_under(&database, policy).await;
    let first = vec![evidence(1, "one"), evidence(2, "two")];
    submit(&store, id, 100, first).await;
    let beyond = vec![evidence(3, "three"), evidence(4, "four")];
    let refused = try_submit(&store, id, 101, beyond).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Refused(why) if why.rule == "6.2"),
        "{refused:?}"
    );
    let last = vec![evidence(5, "two"), evidence(6, "three")];
    assert_eq!(submit(&store, id, 102, last).await, [true, false]);
    let again = vec![evidence(7, "one")];
    assert_eq!(submit(&store, id, 103, again).await, [true]);
    assert!(
        try_submit(&store, id, 104, vec![evidence(8, "four")])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn facts_that_change_are_read_again_and_those_never_committed_forgotten() {
    /// The inspection is to take one item of evidence and no more.
    const ONE: &str = r#"UPDATE inspection
         SET frozen = jsonb_set(frozen, '{policy,submissions}', '{"evidence": 1}')"#;
    let database = TestDatabase::new();
    let (store, _, id) = with_inspection(&database).await;
    let one_more = |own: u128| {
        let text = format!("text {own}");
        try_submit(&store, id, own, vec![evidence(own, &text)])
    };
    one_more(100).await.unwrap();
    // Read within a change that is undone.
    let undone: Result<(), Error> = store
        .store
        .write(&actor(), move |tx| {
            diesel::sql_query(ONE).execute(tx.connection())?;
            let to = submissions::receiving(tx, id)?;
            assert_eq!(to.frozen.policy.submissions.evidence, 1);
            Err(Error::NotFound)
        })
        .await;
    undone.unwrap_err();
    one_more(101).await.unwrap();
    store
        .store
        .write(&actor(), move |tx| {
            diesel::sql_query(ONE).execute(tx.connection())?;
            Ok(())
        })
        .await
        .unwrap();
    assert!(matches!(one_more(102).await, Err(Error::Refused(_))));
}

#[tokio::test]
async fn what_an_inspection_holds_is_counted_as_it_comes_and_goes() {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        counted: i64,
        #[diesel(sql_type = BigInt)]
        held: i64,
    }
    let database = TestDatabase::new();
    let (store, _, id) = with_inspection(&database).await;
    // Several at once, some of it the same.
    let texts = ["one", "two", "three", "two", "one", "four"];
    futures::future::join_all(texts.into_iter().enumerate().map(|(at, text)| {
        let own = 100 + at as u128;
        submit(
            &store,
            id,
            own,
            vec![evidence(own, text), evidence(own + 50, &format!("{at}"))],
        )
    }))
    .await;
    for gone in [None, Some("two"), Some("none")] {
        let counted = store
            .store
            .write(&actor(), move |tx| {
                if let Some(text) = gone {
                    diesel::sql_query("DELETE FROM submitted_item WHERE sha256 = $1")
                        .bind::<Text, _>(sha256(text))
                        .execute(tx.connection())?;
                }
                Ok(diesel::sql_query(
                    "SELECT (SELECT sum(items) FROM submitted_tally) AS counted, \
                            (SELECT count(*) FROM submitted_item) AS held",
                )
                .get_result::<Counted>(tx.connection())?)
            })
            .await
            .unwrap();
        assert_eq!(counted.counted, counted.held);
        assert_eq!(counted.held, if gone.is_none() { 10 } else { 9 });
    }
}

#[tokio::test]
async fn references_follow_content_that_is_stored_already() {
    let database = TestDatabase::new();
    let (store, _, id) = with_inspection(&database).await;
    submit(&store, id, 100, vec![evidence(1, "one")]).await;
    let weakness = NewItem {
        kind: ItemKind::Weakness,
        id: Uuid::from_u128(9),
        reference: None,
        sha256: sha256("weakness x"),
        content: json!({ "statement": "x", "evidence": [Uuid::from_u128(8)] }),
    };
    submit(&store, id, 101, vec![weakness, evidence(8, "one")]).await;
    let known = store
        .store
        .read(move |connection| submissions::items(connection, id))
        .await
        .unwrap();
    let stored = known
        .iter()
        .find(|item| item.kind == ItemKind::Weakness)
        .unwrap();
    assert_eq!(stored.content["evidence"], json!([Uuid::from_u128(1)]));
}

#[tokio::test]
async fn dr_28_to_dr_30_a_report_is_compiled_once_published_once_and_stays() {
    let database = TestDatabase::new();
    let (store, _, id, cast) = with_cast(&database).await;
    submit(&store, id, 100, vec![evidence(1, "one")]).await;
    rehearsal::advance(&store.store, cast, id, State::Provisional)
        .await
        .unwrap();
    let officer = cast.actor(Role::OperationsOfficer);
    let write = |publish: bool| {
        let (store, officer) = (store.clone(), officer.clone());
        async move {
            store
                .store
                .write(&officer, move |tx| {
                    if publish {
                        reports::request_publication(tx, id)
                    } else {
                        reports::request_compilation(tx, id)
                    }
                })
                .await
        }
    };
    assert!(matches!(
        write(true).await.unwrap_err(),
        Error::Conflict(Conflict::InspectionState { .. })
    ));
    let first = write(false).await.unwrap();
    assert_eq!(write(false).await.unwrap(), first, "asked for already");
    let inputs = store
        .store
        .read(move |connection| reports::inputs(connection, id))
        .await
        .unwrap();
    let again = store
        .store
        .read(move |connection| reports::inputs(connection, id))
        .await
        .unwrap();
    assert_eq!(inputs, again);
    assert!(!inputs.outcomes.is_empty());
    let report = group_inspection_core::compile::compile(&inputs);
    for _ in 0..2 {
        let report = report.clone();
        store
            .store
            .write(&actor(), move |tx| {
                let found = CheckFindings {
                    language: 0,
                    accessibility: 0,
                };
                reports::save_compiled(tx, &report, "abc", found)
            })
            .await
            .unwrap();
    }
    rehearsal::advance(&store.store, cast, id, State::Embargoed)
        .await
        .unwrap();
    let publication = write(true).await.unwrap();
    assert_eq!(write(true).await.unwrap(), publication);
    let copy = |format: &str| Rendition {
        format: format.to_owned(),
        media_type: "text/plain".to_owned(),
        sha256: "b".repeat(64),
        bytes: b"copy".to_vec(),
    };
    let copies = vec![copy("html"), copy("pdf"), copy("json"), copy("text")];
    let now = store.clock.now();
    let mut done = Vec::new();
    for _ in 0..2 {
        let (report, copies) = (report.clone(), copies.clone());
        done.push(
            store
                .store
                .write(&actor(), move |tx| {
                    let asked = jobs::Publish {
                        report_id: report.report_id,
                        version: 1,
                        by: cast.actor(Role::OperationsOfficer).acting().unwrap(),
                        action: Action::Publish { report_version: 1 },
                    };
                    reports::publish(tx, &report, &asked, now, &copies, &json!({}))
                })
                .await
                .unwrap(),
        );
    }
    assert_eq!(done, [true, false]);
    let report_id = report.report_id;
    let changed = store
        .store
        .write(&actor(), move |tx| {
            Ok(diesel::RunQueryDsl::execute(
                diesel::sql_query("UPDATE rendition SET bytes = ''"),
                tx.connection(),
            )?)
        })
        .await;
    assert!(changed.is_err(), "a published copy cannot be changed");
    store
        .store
        .write(&cast.actor(Role::DecisionMaker), move |tx| {
            reports::withdraw(tx, report_id, 1, "It was wrong.")
        })
        .await
        .unwrap();
    let (versions, gone) = store
        .store
        .read(move |connection| {
            Ok((
                reports::versions(connection, report_id)?,
                reports::rendition(connection, report_id, 1, "pdf").is_err(),
            ))
        })
        .await
        .unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(
        versions[0].withdrawn_reason.as_deref(),
        Some("It was wrong.")
    );
    assert!(gone);
}

#[tokio::test]
async fn what_a_process_with_a_clock_ahead_recorded_holds_nobody_up() {
    let database = TestDatabase::new();
    let (store, _, id, cast) = with_cast(&database).await;
    let ahead = store.clock.now();
    store.clock.advance(chrono::TimeDelta::minutes(-10));
    // Another process, whose clock is right, takes the next step.
    store
        .store
        .write(&cast.actor(Role::LeadInspector), move |tx| {
            lifecycle::act(tx, id, Action::StartFieldwork)
        })
        .await
        .unwrap();
    let loaded = store
        .store
        .read(move |connection| lifecycle::load(connection, &actor(), id))
        .await
        .unwrap();
    assert_eq!(loaded.inspection.state(), State::Fieldwork);
    assert_eq!(loaded.inspection.last_at(), ahead);
}
