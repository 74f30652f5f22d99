#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

fn entry(n: u8) -> Entry {
    Entry {
        id: Uuid::from_bytes([n; 16]),
        completed_at: DateTime::from_timestamp_micros(1_700_000_000_000_000 + i64::from(n))
            .unwrap(),
        actor: "person:7".to_owned(),
        action: "finding.revised".to_owned(),
        subject_kind: "finding".to_owned(),
        subject_id: format!("f-{n}"),
        reason: n.is_multiple_of(2).then(|| "New evidence.".to_owned()),
        before: (n > 0).then(|| Digest::of([n - 1])),
        after: Some(Digest::of([n])),
    }
}

fn chain(entries: impl IntoIterator<Item = Entry>) -> Vec<Link> {
    let mut head = Head::EMPTY;
    entries
        .into_iter()
        .map(|entry| {
            let link = append(&head, entry);
            head = link.head();
            link
        })
        .collect()
}

fn fault(links: &[Link], anchors: &[Head]) -> (u64, Fault) {
    let broken = verify(links, anchors).unwrap_err();
    (broken.position, broken.fault)
}

/// The expected bytes are written out by hand from the documented form.
#[test]
fn the_canonical_bytes_are_as_documented() {
    let entry = Entry {
        id: Uuid::from_bytes([0xAB; 16]),
        completed_at: DateTime::from_timestamp_micros(1_000_001).unwrap(),
        actor: "a".to_owned(),
        action: "b.c".to_owned(),
        subject_kind: String::new(),
        subject_id: "é".to_owned(),
        reason: Some("r".to_owned()),
        before: None,
        after: Some(Digest::from_bytes([0x11; 32])),
    };
    let expected = [
        "0000000000000002",
        "abababababababababababababababab",
        "00000000000f4241",
        "000000000000000161",
        "0000000000000003622e63",
        "0000000000000000",
        "0000000000000002c3a9",
        "01000000000000000172",
        "00",
        "011111111111111111111111111111111111111111111111111111111111111111",
    ]
    .concat();
    assert_eq!(hex::encode(entry.canonical_bytes(2)), expected);
}

/// Computed outside this crate with Python's hashlib over the documented
/// bytes: a change of the canonical form must show.
#[test]
fn test_vectors() {
    let links = chain([entry(0), entry(1)]);
    assert_eq!(links[0].hash.to_string(), VECTOR_1);
    assert_eq!(links[1].hash.to_string(), VECTOR_2);
}
const VECTOR_1: &str = "1ea2987857dfe59d4f591ed25f21b39f09504cbf6a263564d4220b1f505a32c0";
const VECTOR_2: &str = "6ee2397ce4270c57edffca5b9debc53ea691fbbf0f2ced78d50602e29ce59ea0";

#[test]
fn a_whole_chain_verifies() {
    let links = chain((0..9).map(entry));
    let head = verify(&links, &[links[3].head(), links[8].head()]).unwrap();
    assert_eq!((head.position, head.hash), (9, links[8].hash));
    assert_eq!(verify(&[], &[]), Ok(Head::EMPTY));
    assert_eq!(verify_from(&links[3].head(), &links[4..], &[]), Ok(head));
}

#[test]
fn each_fault_is_told_with_its_place() {
    let links = chain((0..6).map(entry));
    let head = links[5].head();

    let mut changed = links.clone();
    changed[2].entry.reason = Some("Another reason.".to_owned());
    assert_eq!(fault(&changed, &[head]), (3, Fault::Changed));

    let mut missing = links.clone();
    missing.remove(2);
    assert_eq!(fault(&missing, &[head]), (3, Fault::Missing { next: 4 }));

    let mut reordered = links.clone();
    reordered.swap(1, 2);
    assert_eq!(fault(&reordered, &[]), (2, Fault::Missing { next: 3 }));
    let mut repeated = links.clone();
    repeated.insert(2, links[1].clone());
    assert_eq!(fault(&repeated, &[]), (3, Fault::Reordered { found: 2 }));

    let mut replaced = links.clone();
    let mut other = entry(2);
    other.actor = "person:8".to_owned();
    replaced[2] = append(&links[1].head(), other);
    assert_eq!(fault(&replaced, &[]), (4, Fault::Unlinked));

    assert_eq!(
        fault(&links[..4], &[head]),
        (5, Fault::Truncated { anchored: 6 })
    );
    let mut early = entry(5);
    early.completed_at = entry(0).completed_at;
    let mut back = append(
        &Head {
            completed_at: None,
            ..links[4].head()
        },
        early,
    );
    back.position = 6;
    let mut dated = links[..5].to_vec();
    dated.push(back);
    assert_eq!(fault(&dated, &[]), (6, Fault::TimeWentBack));
}

#[test]
fn a_chain_rewritten_whole_shows_against_an_anchor() {
    let anchor = chain((0..6).map(entry))[5].head();
    let rewritten = chain((0..6).map(|n| {
        let mut entry = entry(n);
        if n == 2 {
            "person:9".clone_into(&mut entry.actor);
        }
        entry
    }));
    assert!(verify(&rewritten, &[]).is_ok());
    assert_eq!(fault(&rewritten, &[anchor]), (6, Fault::NotAsAnchored));
}

#[test]
fn a_clock_set_back_does_not_reorder_the_log() {
    let first = append(&Head::EMPTY, entry(5));
    let second = append(&first.head(), entry(1));
    assert_eq!(second.entry.completed_at, first.entry.completed_at);
    assert!(verify(&[first, second], &[]).is_ok());
}

proptest! {
    /// Moving a byte from one field to the next is another entry.
    #[test]
    fn fields_cannot_run_into_each_other(text in "[a-z]{1,12}", at in 0_usize..12, to in 0_usize..12) {
        let (at, to) = (at.min(text.len()), to.min(text.len()));
        prop_assume!(at != to);
        let split = |at: usize| Entry {
            actor: text[..at].to_owned(),
            action: text[at..].to_owned(),
            ..entry(1)
        };
        prop_assert_ne!(split(at).canonical_bytes(1), split(to).canonical_bytes(1));
    }

    #[test]
    fn any_single_change_is_found_at_or_before_its_place(length in 1_u8..20, at in 0_usize..20, what in 0_u8..8) {
        let links = chain((0..length).map(entry));
        let at = at % links.len();
        let head = links[links.len() - 1].head();
        let mut altered = links.clone();
        let link = &mut altered[at];
        match what {
            0 => link.entry.actor.push('x'),
            1 => link.entry.action.push('x'),
            2 => link.entry.subject_id.push('x'),
            3 => link.entry.reason = Some("x".to_owned()),
            4 => link.entry.before = Some(Digest::of("x")),
            5 => link.entry.after = None,
            6 => link.entry.completed_at += TimeDelta::microseconds(1),
            _ => { altered.remove(at); }
        }
        let broken = verify(&altered, &[head]).unwrap_err();
        prop_assert_eq!(broken.position, u64::try_from(at).unwrap() + 1);
    }
}
