//! When a word of the lexicon is harmless: the words around it say so.

use super::fold::Token;

/// A run of words within a text.
pub(super) struct At<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) first: usize,
    pub(super) last: usize,
}

impl At<'_> {
    pub(super) fn word(&self) -> Option<&Token> {
        self.tokens.get(self.first)
    }

    /// The word `n` before the run, if no sentence ends between.
    pub(super) fn before(&self, n: usize) -> Option<&Token> {
        let index = self.first.checked_sub(n)?;
        let between = self.tokens.get(index + 1..=self.first)?;
        if between.iter().any(Token::after_sentence) {
            return None;
        }
        self.tokens.get(index)
    }

    /// The word `n` after the run, if no sentence ends between.
    pub(super) fn after(&self, n: usize) -> Option<&Token> {
        let between = self.tokens.get(self.last + 1..=self.last + n)?;
        if between.iter().any(Token::after_sentence) {
            return None;
        }
        self.tokens.get(self.last + n)
    }

    pub(super) fn before_is(&self, n: usize, words: &[&str]) -> bool {
        self.before(n)
            .is_some_and(|token| words.contains(&token.text.as_str()))
    }

    pub(super) fn after_is(&self, n: usize, words: &[&str]) -> bool {
        self.after(n)
            .is_some_and(|token| words.contains(&token.text.as_str()))
    }

    pub(super) fn near(&self, distance: usize, words: &[&str]) -> bool {
        (1..=distance).any(|n| self.before_is(n, words) || self.after_is(n, words))
    }

    /// Whether a clause ends right after the run.
    pub(super) fn ends_clause(&self) -> bool {
        match self.tokens.get(self.last + 1) {
            Some(next) => next.after_clause(),
            None => true,
        }
    }

    /// Whether a clause starts right before the run.
    pub(super) fn starts_clause(&self) -> bool {
        self.first == 0 || self.word().is_some_and(Token::after_clause)
    }
}

pub(super) const BODIES: &[&str] = &[
    "group",
    "groups",
    "trust",
    "trusts",
    "school",
    "schools",
    "academy",
    "academies",
    "ofsted",
    "inspection",
    "inspections",
    "inspectors",
    "mat",
    "federation",
    "diocese",
    "provider",
];

pub(super) const fn never(_: &At<'_>) -> bool {
    false
}

/// Actions and payments may be outstanding; schools may not.
pub(super) fn outstanding_business(at: &At<'_>) -> bool {
    const BUSINESS: &[&str] = &[
        "action",
        "actions",
        "debt",
        "debts",
        "balance",
        "balances",
        "invoice",
        "invoices",
        "payment",
        "payments",
        "repair",
        "repairs",
        "loan",
        "loans",
        "item",
        "items",
        "request",
        "requests",
        "issue",
        "issues",
        "task",
        "tasks",
        "matter",
        "matters",
        "works",
        "fees",
        "responses",
        "points",
        "queries",
        "checks",
        "recommendation",
        "recommendations",
        "documents",
        "claims",
        "applications",
    ];
    let follows = at.after_is(1, BUSINESS) || at.after_is(2, BUSINESS);
    let precedes = (1..=4).any(|n| at.before_is(n, BUSINESS));
    (follows || precedes) && !at.after_is(1, BODIES) && !(1..=3).any(|n| at.before_is(n, BODIES))
}

/// "Exceptional circumstances" are no outcome.
pub(super) fn exceptional_case(at: &At<'_>) -> bool {
    at.after_is(
        1,
        &[
            "circumstance",
            "circumstances",
            "case",
            "cases",
            "item",
            "items",
            "leave",
            "closure",
            "closures",
            "cost",
            "costs",
            "reason",
            "reasons",
            "weather",
            "event",
            "events",
        ],
    )
}

/// Grades and scores that pupils get in tests and examinations.
pub(super) fn about_pupils(at: &At<'_>) -> bool {
    const PUPILS: &[&str] = &[
        "gcse",
        "gcses",
        "alevel",
        "btec",
        "exam",
        "exams",
        "examination",
        "examinations",
        "pupil",
        "pupils",
        "predicted",
        "qualification",
        "qualifications",
        "student",
        "students",
        "sats",
        "scaled",
        "phonics",
        "test",
        "tests",
        "reading",
        "writing",
        "maths",
        "mathematics",
        "english",
        "ks1",
        "ks2",
        "ks4",
        "children",
    ];
    at.near(5, PUPILS) && !at.near(2, BODIES)
}

/// Ratings that have nothing to do with inspection of schools.
pub(super) fn rating_of_something_else(at: &At<'_>) -> bool {
    at.before_is(1, &["energy", "hygiene", "credit", "fire"])
}

pub(super) fn rank_and_file(at: &At<'_>) -> bool {
    at.after_is(1, &["and"]) && at.after_is(2, &["file"])
}

/// Leagues of sport and debating.
pub(super) fn sport(at: &At<'_>) -> bool {
    at.near(
        3,
        &[
            "football",
            "premier",
            "sports",
            "sport",
            "netball",
            "debating",
            "cricket",
            "rugby",
            "basketball",
            "hockey",
            "chess",
        ],
    ) && !at.after_is(1, &["table", "tables"])
}

pub(super) fn not_in_capitals(at: &At<'_>) -> bool {
    !at.word().is_some_and(|token| token.upper)
}

/// Traffic lights on a road.
pub(super) fn road(at: &At<'_>) -> bool {
    at.near(
        5,
        &["road", "roads", "crossing", "junction", "street", "cross"],
    )
}

/// A category of anything but concern.
pub(super) fn category_of_things(at: &At<'_>) -> bool {
    const INTO: &[&str] = &["in", "into", "of", "from"];
    let concern = at.near(3, &["concern", "concerns", "ofsted", "inspection"]);
    let alone = at.ends_clause() && (at.before_is(1, INTO) || at.before_is(2, INTO));
    let numbered = at.after_is(1, &["1", "2", "3", "4", "a", "b", "c"]);
    !(concern || alone || numbered || at.near(2, BODIES))
}

/// "Capacity to improve attendance" names an object; the bare phrase is a
/// verdict.
pub(super) fn improves_something(at: &At<'_>) -> bool {
    !at.ends_clause()
        && !at.after_is(
            1,
            &[
                "is", "are", "was", "were", "has", "remains", "remained", "and", "or", "further",
                "itself", "because", "but", "as", "quickly", "rapidly",
            ],
        )
        && !at.before_is(
            1,
            &["strong", "good", "weak", "limited", "no", "little", "clear"],
        )
}
