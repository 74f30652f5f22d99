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
    #[rustfmt::skip]
    const BUSINESS: &[&str] = &[
        "action", "actions", "debt", "debts", "balance", "balances", "invoice", "invoices",
        "payment", "payments", "repair", "repairs", "loan", "loans", "item", "items", "request",
        "requests", "issue", "issues", "task", "tasks", "matter", "matters", "works", "fees",
        "responses", "points", "queries", "checks", "recommendation", "recommendations",
        "documents", "claims", "applications", "application", "bill", "bills", "order",
        "orders", "work", "permission", "permissions", "consent", "paperwork", "references",
        "question", "questions", "correspondence", "return", "returns", "forms", "form",
        "training", "reports", "decisions", "decision", "claim", "sum", "sums", "amount",
        "amounts", "snags", "defects",
    ];
    let follows = (1..=3).any(|n| at.after_is(n, BUSINESS));
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
            "general",
            "meeting",
            "meetings",
            "rainfall",
            "heat",
            "snow",
            "payment",
            "payments",
            "expense",
            "demand",
        ],
    )
}

/// Grades and scores that pupils get in tests and examinations.
pub(super) fn about_pupils(at: &At<'_>) -> bool {
    #[rustfmt::skip]
    const PUPILS: &[&str] = &[
        "gcse", "gcses", "alevel", "btec", "exam", "exams", "examination", "examinations",
        "pupil", "pupils", "predicted", "qualification", "qualifications", "student",
        "students", "sats", "scaled", "phonics", "test", "tests", "reading", "writing", "maths",
        "mathematics", "english", "ks1", "ks2", "ks4", "children",
    ];
    at.near(5, PUPILS) && !at.near(2, BODIES)
}

/// Things and parts of buildings: words of verdict describe their state.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "drainage", "drains", "insulation", "heating", "lighting", "ventilation", "storage",
    "parking", "roof", "roofs", "boiler", "boilers", "hall", "kitchen", "kitchens", "toilets",
    "fence", "fences", "fencing", "gate", "gates", "wall", "walls", "floor", "floors", "window",
    "windows", "door", "doors", "lift", "path", "paths", "playground", "field", "pitch", "site",
    "building", "buildings", "wiring", "plumbing", "broadband", "wifi", "network", "server",
    "equipment", "furniture", "signage", "access", "ramp", "bus", "buses", "minibus", "water",
    "supply", "pump", "pipe", "pipes", "gutter", "gutters", "stairs", "alarm", "alarms",
    "cables", "car", "laptop", "laptops", "printer", "printers", "garden", "trees", "hedge",
    "road", "pavement", "rainfall", "diet", "sleep", "space", "seating", "shelter", "cover",
    "packaging", "clothing",
];

/// Stars of the sky.
pub(super) fn of_the_sky(at: &At<'_>) -> bool {
    rating_of_something_else(at)
        || at.near(
            5,
            &[
                "telescope",
                "sky",
                "night",
                "seen",
                "constellation",
                "planets",
                "moon",
                "galaxy",
                "astronomy",
                "christmas",
                "tree",
                "bethlehem",
                "flag",
            ],
        )
}

/// Bands of pay and of council tax.
pub(super) fn band_of_pay(at: &At<'_>) -> bool {
    at.near(
        3,
        &[
            "pay", "salary", "tax", "council", "scale", "nhs", "clerks", "brass", "elastic",
        ],
    )
}

/// Said of a thing and of nothing that could be inspected.
pub(super) fn said_of_a_thing(at: &At<'_>) -> bool {
    let thing = (1..=4).any(|n| at.before_is(n, THINGS)) || (1..=2).any(|n| at.after_is(n, THINGS));
    let to_a_thing = at.after_is(1, &["to"]) && (2..=3).any(|n| at.after_is(n, THINGS));
    (thing || to_a_thing) && !at.near(2, BODIES)
}

/// Ratings that have nothing to do with inspection of schools.
pub(super) fn rating_of_something_else(at: &At<'_>) -> bool {
    #[rustfmt::skip]
    const RATED: &[&str] = &[
        "energy", "hygiene", "credit", "fire", "film", "films", "kitchen", "kitchens",
        "restaurant", "lift", "pg", "food", "age", "power", "voltage", "safety", "appliance",
        "appliances", "exchange", "canteen", "cafe", "supplier", "suppliers", "tyre", "fuse",
    ];
    at.near(4, RATED) && !at.near(1, BODIES)
}

/// Rank and file, taxi ranks, and roads of the name.
pub(super) fn rank_of_something_else(at: &At<'_>) -> bool {
    denied(at)
        || (at.after_is(1, &["and"]) && at.after_is(2, &["file"]))
        || at.before_is(1, &["taxi", "cab", "military", "police"])
        || at.after_is(1, &["road", "street", "lane", "insider"])
        || at.near(
            2,
            &["cadet", "cadets", "officer", "sergeant", "army", "scouts"],
        )
}

/// Grades of music examinations, of listed buildings, of eggs and of earth;
/// and the sentence that there are none.
pub(super) fn grade_of_something_else(at: &At<'_>) -> bool {
    #[rustfmt::skip]
    const OF: &[&str] = &[
        "piano", "violin", "cello", "flute", "clarinet", "guitar", "trumpet", "drum", "drums",
        "singing", "music", "musical", "theory", "ballet", "dance", "drama", "karate", "judo",
        "listed", "exercises", "exercise", "readers", "books", "eggs", "timber", "sandpaper",
        "reseeded", "field", "path", "ii", "road", "soil", "gravel", "slope", "pay", "salary",
        "clerical", "scale", "post", "posts", "hay", "spelling", "times", "swimming",
    ];
    let sorted = at.after_is(1, &["by"])
        && at.after_is(
            2,
            &[
                "size",
                "thickness",
                "weight",
                "colour",
                "length",
                "age",
                "difficulty",
            ],
        );
    about_pupils(at) || (at.near(3, OF) && !at.near(2, BODIES)) || sorted || denied(at)
}

/// Scores of matches and of music, and twenties.
pub(super) fn score_of_something_else(at: &At<'_>) -> bool {
    #[rustfmt::skip]
    const OF: &[&str] = &[
        "musical", "music", "plays", "films", "match", "game", "goal", "goals", "film", "play", "opera",
        "concert", "strings", "orchestra", "cup", "tournament", "quiz", "runs", "final", "half",
        "band", "choir", "fence", "wood", "clay", "glass", "symphony", "song", "penalty",
    ];
    let twenty = at.before_is(1, &["a"])
        && at.after_is(1, &["of"])
        && at
            .after(2)
            .is_some_and(|next| next.text.chars().all(char::is_alphabetic))
        && !(1..=3).any(|n| at.after_is(n, BODIES));
    about_pupils(at) || (at.near(4, OF) && !at.near(1, BODIES)) || twenty || denied(at)
}

/// "Gives no grade", "no score is given": the promise this service makes.
fn denied(at: &At<'_>) -> bool {
    let no = (1..=4).any(|n| at.before_is(n, &["no", "without", "any", "never"]));
    let given = (1..=5).any(|n| {
        at.before_is(
            n,
            &["give", "gives", "given", "giving", "get", "gets", "award"],
        ) || at.after_is(n, &["given", "awarded", "shown", "made"])
    });
    let goes_on = at.after_is(1, &["but", "yet", "though", "although", "however"])
        || at
            .after(1)
            .is_some_and(|next| next.gap.contains(',') && next.text == "but");
    no && given && !goes_on
}

/// "Overall cost" is a sum; "overall" alone is a verdict on the whole.
pub(super) fn overall_amount(at: &At<'_>) -> bool {
    at.after_is(
        1,
        &[
            "cost", "costs", "spend", "spending", "budget", "length", "height", "width", "size",
            "number", "total", "amount", "price", "time", "area", "weight", "sum", "capacity",
            "bill", "count",
        ],
    )
}

/// Judges of contests and courts, and "judging by".
pub(super) fn judge_of_something_else(at: &At<'_>) -> bool {
    at.after_is(1, &["by", "from"])
        || at.near(
            5,
            &[
                "court",
                "trial",
                "mock",
                "cake",
                "cakes",
                "contest",
                "competition",
                "show",
                "fair",
                "prize",
                "entries",
                "magistrate",
                "jury",
                "crown",
                "essays",
                "poems",
                "photographs",
                "courts",
                "tribunal",
                "tribunals",
                "law",
                "legal",
                "gymnastics",
                "debate",
            ],
        )
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
            "friends",
            "matches",
            "fixtures",
            "rounders",
            "saints",
            "nations",
            "quiz",
        ],
    ) && !at.after_is(1, &["table", "tables"])
}

pub(super) fn not_in_capitals(at: &At<'_>) -> bool {
    !at.word().is_some_and(|token| token.upper)
}

/// Traffic lights on a road.
pub(super) fn road(at: &At<'_>) -> bool {
    if at.after_is(1, &["project", "survey", "repair", "repairs", "failure"]) {
        return true;
    }
    at.near(
        5,
        &[
            "road",
            "roads",
            "crossing",
            "junction",
            "street",
            "cross",
            "outside",
            "mended",
            "pedestrian",
            "pedestrians",
            "drivers",
            "cars",
            "temporary",
            "roadworks",
        ],
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
