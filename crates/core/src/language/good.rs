//! When "good" is a label for a school or group, and when plain English.

use super::context::{At, BODIES};

/// "Good" is a label after a linking verb, before a school or group, with a
/// capital in mid-sentence, or standing alone. "Good practice" is not one.
pub(super) fn is_no_label(at: &At<'_>) -> bool {
    !(good_alone(at)
        || good_in_a_pair(at)
        || good_body(at)
        || good_in_capitals(at)
        || good_after_verb(at))
}

/// "Quality of education: Good".
fn good_alone(at: &At<'_>) -> bool {
    at.starts_clause() && at.ends_clause()
}

/// "Good or better", "at least good", "good or outstanding".
fn good_in_a_pair(at: &At<'_>) -> bool {
    let pair = at.after_is(1, &["or", "and"])
        && at.after_is(
            2,
            &["better", "outstanding", "excellent", "above", "exceptional"],
        );
    let least = at.before_is(1, &["least", "than"]) && !at.after_is(1, &["practice", "reason"]);
    pair || least
}

/// "A good trust", but not "good school meals".
fn good_body(at: &At<'_>) -> bool {
    const NOUNS: &[&str] = &[
        "meals",
        "dinners",
        "systems",
        "leadership",
        "leaders",
        "improvement",
        "food",
        "places",
        "attendance",
        "habits",
        "readiness",
        "trips",
        "work",
        "discussion",
        "discussions",
        "activities",
        "support",
        "between",
        "in",
        "with",
        "uniform",
        "staff",
    ];
    at.after_is(1, BODIES) && !at.after_is(2, NOUNS)
}

/// "The school was Good when it joined", but not "Good Shepherd".
fn good_in_capitals(at: &At<'_>) -> bool {
    let capital = at.word().is_some_and(|token| token.capital);
    let name = at
        .after(1)
        .is_some_and(|next| next.capital && !next.after_clause());
    capital && !at.starts_clause() && !name
}

/// "Behaviour is now good.", "it remains good in all areas", but not "is
/// good at" or "is good practice".
fn good_after_verb(at: &At<'_>) -> bool {
    const BETWEEN: &[&str] = &[
        "still",
        "now",
        "currently",
        "consistently",
        "very",
        "really",
        "all",
        "both",
        "also",
        "already",
        "generally",
        "largely",
        "mostly",
        "securely",
        "only",
        "not",
        "fairly",
        "to",
        "be",
        "been",
        "as",
        "being",
        "typically",
        "uniformly",
        "clearly",
        "previously",
        "so",
        "at",
        "too",
        "equally",
    ];
    const VERBS: &[&str] = &[
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "remain",
        "remains",
        "remained",
        "remaining",
        "stay",
        "stays",
        "stayed",
        "become",
        "becomes",
        "became",
        "judged",
        "rated",
        "graded",
        "found",
        "deemed",
        "considered",
        "seems",
        "appears",
    ];
    const GOES_ON: &[&str] = &[
        "or",
        "and",
        "but",
        "overall",
        "because",
        "in",
        "across",
        "since",
        "by",
        "throughout",
        "under",
        "following",
        "after",
        "as",
        "now",
        "this",
        "again",
        "although",
        "while",
        "despite",
        "when",
        "before",
        "here",
        "there",
    ];
    let impersonal = |n: usize| at.before_is(n + 1, &["it"]) && at.after_is(1, &["when", "if"]);
    let mut n = 1;
    let verb = loop {
        match at.before(n) {
            Some(token) if VERBS.contains(&token.text.as_str()) => break true,
            Some(token) if BETWEEN.contains(&token.text.as_str()) => n += 1,
            _ => break false,
        }
    };
    verb && !impersonal(n) && (at.ends_clause() || at.after_is(1, GOES_ON))
}
