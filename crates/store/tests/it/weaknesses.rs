//! Weaknesses that follow from published outcomes.

use group_inspection_core::weakness::{ActionKind, ImpactState, WeaknessSource};
use group_inspection_store::{
    Clock, reports,
    submissions::{ItemKind, NewItem},
    testing::TestDatabase,
    weaknesses,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    inspections::{submit, with_cast},
    support::actor,
};

#[tokio::test]
async fn dr_10_weaknesses_follow_from_outcomes_and_take_actions() {
    let database = TestDatabase::new();
    let (store, _, id, _) = with_cast(&database).await;
    let now = store.clock.now();
    let read = async || {
        store
            .store
            .read(move |connection| weaknesses::of(connection, &actor(), id, now))
            .await
            .unwrap()
    };
    let found = read().await;
    assert!(!found.derived.is_empty(), "the sandbox has weak outcomes");
    let current: Vec<Uuid> = found
        .derived
        .iter()
        .filter(|one| one.looked_at_again.is_none())
        .map(|one| one.weakness.id)
        .collect();
    let told = async || {
        store
            .store
            .read(move |connection| reports::inputs(connection, id))
            .await
            .unwrap()
    };
    let ids = |inputs: &group_inspection_core::compile::Inputs| -> Vec<Uuid> {
        inputs.weaknesses.iter().map(|one| one.id).collect()
    };
    assert_eq!(ids(&told().await), current, "the report speaks of them");
    let first = found.derived.first().unwrap().clone();
    // An action may answer one; then the report speaks of it in any case.
    let action = NewItem {
        kind: ItemKind::Action,
        id: Uuid::from_u128(50),
        reference: Some("coach".to_owned()),
        sha256: "a".repeat(64),
        content: json!({
            "weakness": first.weakness.id, "kind": ActionKind::CurriculumOrTeaching,
            "description": "A lead teacher coaches staff.", "started": "2026-01-12",
            "completed": null, "impact": ImpactState::TooEarlyToSee, "impact_basis": [],
        }),
    };
    submit(&store, id, 100, vec![action.clone()]).await;
    let inputs = told().await;
    assert!(ids(&inputs).contains(&first.weakness.id));
    assert_eq!(inputs.actions.len(), 1);
    // The same action told anew takes its place.
    let mut later = action;
    later.id = Uuid::from_u128(51);
    later.sha256 = "b".repeat(64);
    later.content["impact"] = json!(ImpactState::MixedEvidence);
    submit(&store, id, 101, vec![later]).await;
    let found = read().await;
    assert_eq!(found.actions.len(), 1);
    assert_eq!(found.actions[0].impact, ImpactState::MixedEvidence);
    // What the group recorded itself is not told twice.
    let own = NewItem {
        kind: ItemKind::Weakness,
        id: Uuid::from_u128(60),
        reference: Some("w".to_owned()),
        sha256: "c".repeat(64),
        content: json!({
            "statement": "The curriculum was thin.", "theme": first.weakness.theme,
            "source": WeaknessSource::PublishedSchoolOutcome,
            "identified_by": "group_after_school_inspection", "reach": "one_school",
            "schools": first.weakness.schools, "first_known": "2026-01-10", "evidence": [],
        }),
    };
    let others = ids(&told().await).len();
    submit(&store, id, 102, vec![own]).await;
    let now_told = ids(&told().await);
    assert!(now_told.contains(&Uuid::from_u128(60)));
    assert!(now_told.len() <= others + 1);
}
