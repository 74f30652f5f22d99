#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use proptest::prelude::*;

use super::*;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + second, 0).unwrap()
}

fn content(statement: &str) -> Content {
    Content {
        section: Section::Response,
        theme: Theme::AttendanceAndBehaviour,
        bearing: Bearing::Weakness,
        statement: statement.to_owned(),
        schools: BTreeSet::from([urn(900_001), urn(900_002)]),
        evidence: vec![id(1), id(2)].try_into().unwrap(),
    }
}

fn urn(n: u32) -> Urn {
    Urn::try_from(n).unwrap()
}

fn change(content: Content, second: i64, reason: Option<Reason>) -> Change {
    Change {
        content,
        withdrawn: false,
        author: id(70),
        at: at(second),
        reason,
    }
}

fn because(text: &str) -> Option<Reason> {
    Some(Reason {
        text: text.to_owned(),
        evidence: id(3),
    })
}

struct World {
    held: BTreeSet<Uuid>,
    members: BTreeSet<Urn>,
}

impl World {
    fn new() -> Self {
        Self {
            held: [id(1), id(2), id(3)].into(),
            members: (900_001..900_005).map(urn).collect(),
        }
    }

    fn facts<'a>(&'a self, provisional: Option<&'a Provisional>) -> Facts<'a> {
        Facts {
            held: &self.held,
            members: &self.members,
            names: &[],
            provisional,
        }
    }
}

const STATEMENT: &str = "Persistent absence fell in two schools after the group's support.";

#[test]
fn dr_11_a_finding_without_evidence_cannot_exist() {
    assert_eq!(EvidenceIds::try_from(Vec::new()), Err(NoEvidence));
    let mut json = serde_json::to_value(content(STATEMENT)).unwrap();
    assert!(serde_json::from_value::<Content>(json.clone()).is_ok());
    json["evidence"] = serde_json::json!([]);
    assert!(serde_json::from_value::<Content>(json).is_err());

    let world = World::new();
    let mut unknown = content(STATEMENT);
    unknown.evidence = vec![id(9)].try_into().unwrap();
    assert_eq!(
        Finding::state(id(50), change(unknown, 0, None), world.facts(None)),
        Err(Refusal::UnknownEvidence(id(9)))
    );
}

#[test]
fn dr_02_a_finding_may_not_read_as_a_grade() {
    let world = World::new();
    let stated = Finding::state(
        id(50),
        change(
            content("Attendance is outstanding in two schools."),
            0,
            None,
        ),
        world.facts(None),
    );
    assert!(matches!(stated, Err(Refusal::Language(terms)) if terms.len() == 1));
}

#[test]
fn dr_05_a_finding_names_member_schools_only() {
    let world = World::new();
    let mut elsewhere = content(STATEMENT);
    elsewhere.schools.insert(urn(900_099));
    assert_eq!(
        Finding::state(id(50), change(elsewhere, 0, None), world.facts(None)),
        Err(Refusal::NotAMember(urn(900_099)))
    );
}

#[test]
fn dr_25_a_change_of_meaning_after_feedback_needs_a_reason_and_evidence() {
    let world = World::new();
    let finding = Finding::state(
        id(50),
        change(content(STATEMENT), 0, None),
        world.facts(None),
    )
    .unwrap();
    let before = revise(
        &finding,
        change(content("Absence fell in two schools."), 1, None),
        world.facts(None),
    )
    .unwrap();
    assert_eq!(before.number, 2);

    let provisional = Provisional::record([&finding], at(2), id(70));
    let facts = world.facts(Some(&provisional));
    let typography = STATEMENT.replace('\'', "’").replace(' ', "  ");
    assert!(revise(&finding, change(content(&typography), 3, None), facts).is_ok());

    type Vary = fn(&mut Content);
    let vary: [(Aspect, Vary); 6] = [
        (Aspect::Section, |c| c.section = Section::Practice),
        (Aspect::Theme, |c| c.theme = Theme::Inclusion),
        (Aspect::Bearing, |c| c.bearing = Bearing::Strength),
        (Aspect::Statement, |c| {
            c.statement = c.statement.replace("two", "three")
        }),
        (Aspect::Schools, |c| {
            c.schools.pop_first();
        }),
        (Aspect::Evidence, |c| {
            c.evidence = vec![id(1)].try_into().unwrap();
        }),
    ];
    for (aspect, vary) in vary {
        let mut other = content(STATEMENT);
        vary(&mut other);
        assert_eq!(
            revise(&finding, change(other.clone(), 3, None), facts),
            Err(Refusal::ReasonNeeded(BTreeSet::from([aspect])))
        );
        assert_eq!(
            revise(&finding, change(other.clone(), 3, because(" ")), facts),
            Err(Refusal::EmptyReason)
        );
        assert!(revise(&finding, change(other, 3, because("A later visit.")), facts).is_ok());
    }
    let mut withdrawal = change(content(STATEMENT), 3, None);
    withdrawal.withdrawn = true;
    assert!(matches!(
        revise(&finding, withdrawal, facts),
        Err(Refusal::ReasonNeeded(_))
    ));
    assert!(matches!(
        Finding::state(id(51), change(content(STATEMENT), 3, None), facts),
        Err(Refusal::ReasonNeeded(_))
    ));
}

#[test]
fn dr_25_the_comparison_shows_every_reason() {
    let world = World::new();
    let state = |n, second, reason, provisional| {
        Finding::state(
            id(n),
            change(content(STATEMENT), second, reason),
            world.facts(provisional),
        )
        .unwrap()
    };
    let (kept, changed, dropped) = (
        state(50, 0, None, None),
        state(51, 0, None, None),
        state(52, 0, None, None),
    );
    let provisional = Provisional::record([&kept, &changed, &dropped], at(1), id(70));
    let facts = world.facts(Some(&provisional));
    let first = revise(
        &changed,
        change(
            content("Absence fell in two schools."),
            2,
            because("First."),
        ),
        facts,
    )
    .unwrap();
    let changed = changed.with(first);
    let second = revise(
        &changed,
        change(
            content("Absence fell in both schools."),
            3,
            because("Second."),
        ),
        facts,
    )
    .unwrap();
    let changed = changed.with(second);
    let mut withdrawal = change(content(STATEMENT), 2, because("Not borne out."));
    withdrawal.withdrawn = true;
    let withdrawn = revise(&dropped, withdrawal, facts).unwrap();
    let dropped = dropped.with(withdrawn);
    let added = state(53, 2, because("A later visit."), Some(&provisional));

    let compared = compare(&provisional, [&added, &dropped, &changed, &kept]);
    let standings: Vec<_> = compared.iter().map(|c| c.standing.clone()).collect();
    assert_eq!(
        standings,
        [
            Standing::Same,
            Standing::Changed(BTreeSet::from([Aspect::Statement])),
            Standing::Withdrawn,
            Standing::Added,
        ]
    );
    let reasons: Vec<_> = compared[1]
        .reasons
        .iter()
        .map(|r| r.text.as_str())
        .collect();
    assert_eq!(reasons, ["First.", "Second."]);
    assert_eq!(compared[3].heard, None);
    assert!(matches!(
        revise(&dropped, change(content(STATEMENT), 9, None), facts),
        Err(Refusal::Withdrawn)
    ));
}

#[test]
fn history_is_numbered_without_gaps() {
    let world = World::new();
    let finding = Finding::state(
        id(50),
        change(content(STATEMENT), 5, None),
        world.facts(None),
    )
    .unwrap();
    assert_eq!(
        revise(
            &finding,
            change(content(STATEMENT), 6, None),
            world.facts(None)
        ),
        Err(Refusal::Unchanged)
    );
    assert_eq!(
        revise(
            &finding,
            change(content("Other words."), 4, None),
            world.facts(None)
        ),
        Err(Refusal::DatedBefore)
    );
    let history: Vec<Revision> = finding.history().cloned().collect();
    assert_eq!(
        Finding::from_history(id(50), history.clone()),
        Some(finding)
    );
    assert_eq!(Finding::from_history(id(50), Vec::new()), None);
    let mut gap = history;
    gap[0].number = 2;
    assert_eq!(Finding::from_history(id(50), gap), None);
}

proptest! {
    #[test]
    fn dr_25_figures_and_words_are_never_typography(text in "[a-z]{2,8} [0-9]{1,3} [a-z]{2,8}", at in 0_usize..8) {
        let mut letters: Vec<char> = text.chars().collect();
        let at = at % letters.len();
        prop_assume!(letters[at] != ' ');
        letters[at] = 'X';
        prop_assert!(!same_words(&text, &letters.iter().collect::<String>()));
        let spaced = text.replace(' ', "\u{a0}\n");
        prop_assert!(same_words(&text, &spaced));
    }
}
