//! Terms that no text about a group may use (domain.md 9.2, 1.4, DR-02).

use serde::{Deserialize, Serialize};

use super::{
    context::{self, At},
    good,
};

/// Version of the lexicon.
pub const VERSION: &str = "lexicon-2026-2";

/// Which rule of language a text breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A word that stands in for a grade (DR-02).
    ProxyGrade,
    /// A comparison of groups, or of schools as good or bad (domain.md 9.2).
    Comparison,
    /// A term this service does not use (domain.md 1.4).
    Vocabulary,
    /// A percentage of fewer than ten schools (DR-08).
    Percentage,
    /// A quantity word that its counts do not support (DR-08).
    Quantity,
    /// A text that could identify a person (domain.md 9.2, 9.4).
    Person,
    /// A sentence that is too long (domain.md 9.2).
    Sentence,
    /// A section that is too long (domain.md 9.1).
    Section,
    /// A short form that is nowhere written out (domain.md 9.2).
    Acronym,
}

/// A term found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// The words as they stand in the text.
    pub found: String,
    /// Rule they break.
    pub rule: Rule,
    /// Why, for the person who wrote the text.
    pub why: &'static str,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// An entry: words in sequence, each with its alternatives, and when they are
/// harmless after all.
pub(super) struct Entry {
    pub(super) words: &'static [&'static [&'static str]],
    pub(super) rule: Rule,
    pub(super) why: &'static str,
    pub(super) harmless: fn(&At<'_>) -> bool,
}

const GRADE: &str = "The report gives no grade to the group, and these words read as one.";
const SCHOOL_OUTCOME: &str = "This is an outcome of a school inspection. Only annex A shows those.";
const COMPARE: &str = "The report does not compare groups or put schools in an order.";
const WORDS: &str = "This service does not use this term.";

const fn entry(
    words: &'static [&'static [&'static str]],
    rule: Rule,
    why: &'static str,
    harmless: fn(&At<'_>) -> bool,
) -> Entry {
    Entry {
        words,
        rule,
        why,
        harmless,
    }
}

const fn outcome(
    words: &'static [&'static [&'static str]],
    harmless: fn(&At<'_>) -> bool,
) -> Entry {
    entry(words, Rule::ProxyGrade, SCHOOL_OUTCOME, harmless)
}

const fn grade(words: &'static [&'static [&'static str]], harmless: fn(&At<'_>) -> bool) -> Entry {
    entry(words, Rule::ProxyGrade, GRADE, harmless)
}

const fn compare(words: &'static [&'static [&'static str]]) -> Entry {
    entry(words, Rule::Comparison, COMPARE, context::never)
}

const fn vocabulary(words: &'static [&'static [&'static str]]) -> Entry {
    entry(words, Rule::Vocabulary, WORDS, context::never)
}

/// Groups, or the schools in them.
const BODIES: &[&str] = &[
    "group",
    "groups",
    "trust",
    "trusts",
    "mat",
    "mats",
    "school",
    "schools",
    "academy",
    "academies",
    "federation",
    "federations",
    "diocese",
    "dioceses",
    "provider",
    "providers",
];
/// Bodies that are not ours.
const GROUPS: &[&str] = &[
    "group",
    "groups",
    "trust",
    "trusts",
    "mat",
    "mats",
    "federation",
    "federations",
    "diocese",
    "dioceses",
    "authority",
    "authorities",
    "multiacademy",
    "academy",
    "academies",
    "schools",
];
const COMPARATORS: &[&str] = &[
    "than",
    "unlike",
    "compared",
    "compares",
    "compare",
    "comparison",
    "comparable",
    "benchmarked",
    "benchmark",
    "above",
    "below",
    "ahead",
    "behind",
    "relative",
    "against",
];

pub(super) const ENTRIES: &[Entry] = &[
    // Outcomes of school inspections.
    outcome(&[&["outstanding"]], context::outstanding_business),
    outcome(&[&["good"]], good::is_no_label),
    outcome(
        &[
            &["requires", "require", "required", "requiring"],
            &["improvement", "improvements"],
        ],
        context::never,
    ),
    outcome(
        &[&["requires"], &["significant"], &["improvement"]],
        context::never,
    ),
    outcome(
        &[&["inadequate", "inadequately", "inadequacy"]],
        context::said_of_a_thing,
    ),
    outcome(
        &[&["exceptional", "exceptionally"]],
        context::exceptional_case,
    ),
    outcome(&[&["strong"], &["standard", "standards"]], context::never),
    outcome(
        &[&["expected"], &["standard", "standards"]],
        context::about_pupils,
    ),
    outcome(
        &[&["needs", "need", "needing", "needed"], &["attention"]],
        context::said_of_a_thing,
    ),
    outcome(
        &[&["urgent"], &["improvement", "improvements"]],
        context::never,
    ),
    outcome(&[&["special"], &["measures"]], context::never),
    outcome(&[&["serious"], &["weaknesses"]], context::never),
    // Words for grades.
    grade(
        &[&[
            "grade", "grades", "graded", "grading", "gradings", "regraded",
        ]],
        context::grade_of_something_else,
    ),
    grade(
        &[&["rating", "ratings", "rated", "rerated"]],
        context::rating_of_something_else,
    ),
    grade(
        &[&[
            "score",
            "scores",
            "scored",
            "scoring",
            "scorecard",
            "scorecards",
        ]],
        context::score_of_something_else,
    ),
    grade(
        &[&["rank", "ranks", "ranked", "ranking", "rankings"]],
        context::rank_of_something_else,
    ),
    grade(&[&["league"]], context::sport),
    grade(&[&["rag"]], context::not_in_capitals),
    grade(&[&["rag"], &["rated", "rating", "status"]], context::never),
    grade(&[&["red"], &["amber"], &["green"]], context::never),
    grade(
        &[
            &["red", "amber", "green"],
            &["rated", "rating", "status", "flag", "flags"],
        ],
        context::never,
    ),
    grade(
        &[
            &["status", "rated", "flagged", "coded", "marked"],
            &["red", "amber", "green"],
        ],
        context::never,
    ),
    grade(
        &[&["is", "are", "was", "were", "at", "turned"], &["amber"]],
        context::never,
    ),
    grade(&[&["traffic"], &["light", "lights"]], context::road),
    grade(
        &[
            &["colour", "color"],
            &["coded", "code", "codes", "coding", "scale", "band", "bands"],
        ],
        context::never,
    ),
    grade(&[&["green"], &["tick", "ticks"]], context::never),
    grade(
        &[&["star"], &["rating", "ratings", "rated"]],
        context::never,
    ),
    grade(
        &[
            &[
                "1", "2", "3", "4", "5", "one", "two", "three", "four", "five",
            ],
            &["star", "stars"],
        ],
        context::of_the_sky,
    ),
    grade(&[&["overall"]], context::overall_amount),
    grade(
        &[
            &["top", "bottom", "higher", "lower", "upper", "performance"],
            &["band", "bands", "tier"],
        ],
        context::never,
    ),
    grade(
        &[
            &["band"],
            &["a", "b", "c", "d", "e", "1", "2", "3", "4", "5"],
        ],
        context::band_of_pay,
    ),
    grade(&[&["category", "categories"]], context::category_of_things),
    grade(
        &[&["acceptable"], &["standard", "standards"]],
        context::never,
    ),
    grade(
        &[&["capacity"], &["to"], &["improve"]],
        context::improves_something,
    ),
    grade(&[&["capacity"], &["to"], &["secure"]], context::never),
    grade(&[&["coasting", "failing", "stuck"], BODIES], context::never),
    grade(
        &[
            &["strong", "weak", "best", "worst"],
            &["group", "groups", "trust", "trusts", "mat", "mats"],
        ],
        context::never,
    ),
    // Comparison.
    compare(&[
        &[
            "high", "higher", "highest", "low", "lower", "lowest", "top", "best", "worst", "under",
            "over",
        ],
        &["performing", "performer", "performers"],
    ]),
    compare(&[&[
        "underperforming",
        "underperforms",
        "outperform",
        "outperforms",
        "outperformed",
        "outperforming",
    ]]),
    compare(&[
        &["performing", "performs", "performed"],
        &["above", "below", "well", "better", "worse"],
    ]),
    compare(&[&["above", "below"], &["average"], BODIES]),
    compare(&[
        &["top", "bottom", "upper", "lower", "highest", "lowest"],
        &["quartile", "quintile", "decile", "quarter", "third", "half"],
        &["of"],
    ]),
    compare(&[&["sector"], &["leading"]]),
    compare(COMPARED_WITH_OTHERS),
    compare(COMPARED_WITH_MOST),
    // Terms of other schemes.
    entry(
        &[&[
            "judgement",
            "judgements",
            "judgment",
            "judgments",
            "judgemental",
        ]],
        Rule::Vocabulary,
        WORDS,
        context::judge_of_something_else,
    ),
    entry(
        &[&["judge", "judges", "judged", "judging"]],
        Rule::Vocabulary,
        WORDS,
        context::judge_of_something_else,
    ),
    vocabulary(&[&["matse", "matses"]]),
    vocabulary(&[&["trust", "mat"], &["inspection", "inspections"]]),
    vocabulary(&[&["summary"], &["evaluation", "evaluations"]]),
];

const COMPARED_WITH_OTHERS: &[&[&str]] = &[
    COMPARATORS,
    &[
        "other",
        "similar",
        "neighbouring",
        "comparable",
        "rival",
        "many",
        "most",
        "all",
    ],
    GROUPS,
];
const COMPARED_WITH_MOST: &[&[&str]] = &[
    COMPARATORS,
    &["with", "to", "of", "the"],
    &[
        "other",
        "similar",
        "neighbouring",
        "comparable",
        "rival",
        "many",
        "most",
        "average",
    ],
    GROUPS,
];
