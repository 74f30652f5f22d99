//! Turns of phrase that grade, rank or compare without a word of the lexicon:
//! what a word is said of decides. "A strong trust" is a verdict, "strong
//! wind" is weather.
//!
//! A pattern is a run of slots. Each slot takes one word of a set, up to some
//! words of a set, or up to some words of any kind within the sentence.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    fold::Token,
    lexicon::{Rule, Term},
};

enum Slot {
    /// One word of the set.
    One(&'static [&'static str]),
    /// None or one word of the set.
    Opt(&'static [&'static str]),
    /// Up to so many words of the set.
    Many(&'static [&'static str], usize),
    /// Up to so many words of any kind.
    Upto(usize),
    /// The sentence or clause ends here, or goes on with one of these words.
    Ends(&'static [&'static str]),
    /// What follows is none of these words.
    Not(&'static [&'static str]),
}

use Slot::{Ends, Many, Not, One, Opt, Upto};

struct Pattern {
    slots: &'static [Slot],
    rule: Rule,
    why: &'static str,
}

const GRADE: &str = "The report gives no grade to the group, and this reads as one.";
const RANK: &str = "The report puts no groups and no schools in an order.";
const COMPARE: &str = "The report does not compare groups, or schools as better or worse.";

const fn grade(slots: &'static [Slot]) -> Pattern {
    Pattern {
        slots,
        rule: Rule::ProxyGrade,
        why: GRADE,
    }
}

const fn rank(slots: &'static [Slot]) -> Pattern {
    Pattern {
        slots,
        rule: Rule::Comparison,
        why: RANK,
    }
}

const fn compare(slots: &'static [Slot]) -> Pattern {
    Pattern {
        slots,
        rule: Rule::Comparison,
        why: COMPARE,
    }
}

/// Groups, alone and with the possessive that folding takes off.
#[rustfmt::skip]
const GROUP: &[&str] = &[
    "group", "groups", "trust", "trusts", "mat", "mats", "federation", "federations", "diocese",
    "dioceses", "organisation", "organisations",
];
const GROUPS: &[&str] = &[
    "groups",
    "trusts",
    "mats",
    "federations",
    "dioceses",
    "authorities",
    "organisations",
    "providers",
];
const SCHOOLS: &[&str] = &["school", "schools", "academy", "academies"];
/// What makes a group: a verdict on it is one on the group.
const HEART: &[&str] = &[
    "leadership",
    "leaders",
    "governance",
    "governors",
    "trustees",
    "board",
    "boards",
    "executive",
    "oversight",
    "management",
    "directors",
];
const WORK: &[&str] = &[
    "teaching",
    "education",
    "provision",
    "curriculum",
    "behaviour",
    "inclusion",
    "support",
    "practice",
];
#[rustfmt::skip]
const BE: &[&str] = &[
    "is", "are", "was", "were", "be", "been", "being", "remain", "remains", "remained",
    "become", "becomes", "became", "seem", "seems", "seemed", "stays", "stayed", "looks",
    "appears", "feels",
];
#[rustfmt::skip]
const HEDGE: &[&str] = &[
    "not", "no", "yet", "now", "very", "highly", "still", "merely", "quite", "already",
    "really", "far", "from", "never", "almost", "nearly", "broadly", "largely", "generally",
    "consistently", "truly", "simply", "an", "a", "the", "so", "too", "also", "safe", "but",
    "and", "clearly", "increasingly", "once", "again", "only", "currently", "in", "every",
    "respect", "most", "widely", "seen", "as", "regarded", "known", "to", "be", "more", "less",
    "rather", "somewhat",
];
/// Praise and blame that nobody says of a thing in passing.
#[rustfmt::skip]
const VERDICT: &[&str] = &[
    "excellent", "superb", "exemplary", "mediocre", "satisfactory", "brilliant", "fantastic",
    "dreadful", "awful", "terrible", "impressive", "unimpressive", "inspirational", "abysmal",
    "stellar", "magnificent", "superlative", "faultless", "flawless", "exceptional", "dire",
    "lacklustre", "unsatisfactory", "splendid", "dismal", "marvellous", "wonderful",
];
/// Praise and blame when said of a group.
#[rustfmt::skip]
const OF_GROUP: &[&str] = &[
    "excellent", "superb", "exemplary", "mediocre", "satisfactory", "brilliant", "fantastic",
    "dreadful", "awful", "terrible", "impressive", "unimpressive", "inspirational", "abysmal",
    "stellar", "magnificent", "faultless", "flawless", "dire", "lacklustre", "unsatisfactory",
    "poor", "weak", "strong", "effective", "ineffective", "elite", "failing", "struggling",
    "thriving", "flourishing", "successful", "unsuccessful", "great", "bad", "sound", "average",
    "stronger", "weaker", "better", "worse", "splendid", "dismal", "wonderful", "robust",
    "capable", "incapable", "enviable", "remarkable", "unremarkable", "leading", "first",
    "best", "worst", "strongest", "weakest", "underwhelming", "topnotch", "decent", "fine",
];
#[rustfmt::skip]
const RANKED: &[&str] = &[
    "leading", "flagship", "beacon", "elite", "average", "exemplary", "model", "premier",
    "foremost", "worldclass", "toprated", "topperforming", "struggling", "successful",
];
const SUPERLATIVE: &[&str] = &[
    "best",
    "worst",
    "strongest",
    "weakest",
    "finest",
    "poorest",
    "greatest",
];
#[rustfmt::skip]
const EXTREME: &[&str] = &[
    "highest", "lowest", "fewest", "largest", "smallest", "best", "worst", "strongest",
    "weakest", "finest", "poorest", "greatest",
];
#[rustfmt::skip]
const MORE: &[&str] = &[
    "better", "worse", "higher", "lower", "stronger", "weaker", "more", "fewer", "less", "than",
    "above", "below", "beat", "beats", "outstrip", "outstrips", "outstripped", "outpaces",
    "lag", "lags", "ahead", "behind", "unlike", "favourably", "unfavourably", "surpasses",
    "surpassed", "exceeds", "eclipses", "trails", "trumps", "overtakes", "overtook", "outdoes",
    "faster", "slower", "beyond", "outclasses", "compared", "compares", "against", "leads",
];
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "other", "similar", "comparable", "neighbouring", "rival", "peer", "most", "all", "many",
    "nearby", "competing", "equivalent", "local", "national", "typical", "average", "fellow",
];
const PEERS: &[&str] = &[
    "peers",
    "rivals",
    "neighbours",
    "counterparts",
    "competitors",
    "competition",
];
const COLOUR: &[&str] = &["red", "amber", "green"];
#[rustfmt::skip]
const MEASURE: &[&str] = &[
    "indicator", "indicators", "measure", "measures", "everything", "dashboard", "dashboards",
    "report", "attendance", "governance", "inclusion", "finance", "finances", "people", "risk",
    "risks", "status", "leadership", "safeguarding", "behaviour", "achievement", "governors",
    "metric", "metrics", "areas", "trust", "trusts", "group", "groups", "federation", "counts",
];
const NUMBER: &[&str] = &["1", "2", "3", "4", "one", "two", "three", "four"];
const DIGIT: &[&str] = &["1", "2", "3", "4"];
const FIRST: &[&str] = &[
    "first", "second", "third", "fourth", "fifth", "top", "bottom", "last", "1st", "2nd", "3rd",
];
/// How a sentence goes on after a number that stands for a grade.
#[rustfmt::skip]
const GOES_ON: &[&str] = &[
    "or", "and", "to", "for", "at", "across", "on", "in", "overall", "under", "if", "on", "by",
];
const NO_GROUP: &[&str] = &[
    "work",
    "of",
    "activities",
    "activity",
    "chat",
    "discussion",
    "discussions",
    "therapy",
    "fund",
    "deed",
];

#[rustfmt::skip]
const PATTERNS: &[Pattern] = &[
    // A verdict before or after what it is said of.
    grade(&[One(OF_GROUP), Many(&["run", "led", "managed", "governed", "little"], 1), One(GROUP), Not(NO_GROUP)]),
    grade(&[One(RANKED), Opt(&["academy", "multi", "school", "local"]), One(GROUP), Not(NO_GROUP)]),
    grade(&[One(&["first", "top", "second"]), One(&["rate", "class", "notch", "flight"]), One(GROUP)]),
    grade(&[One(&["world"]), One(&["class", "beating", "leading"])]),
    grade(&[One(GROUP), Many(&["academy", "itself", "now", "clearly", "certainly"], 1), One(BE), Many(HEDGE, 5), One(OF_GROUP), Not(&["from", "immediately", "enough", "of", "to", "sized", "at"])]),
    grade(&[One(GROUP), One(&["performance", "profile", "record", "results", "leadership", "governance", "reputation"]), One(BE), Many(HEDGE, 4), One(OF_GROUP)]),
    grade(&[One(VERDICT), Opt(&["and"]), Opt(VERDICT), One(HEART)]),
    grade(&[One(VERDICT), Opt(&["and"]), Opt(VERDICT), One(WORK)]),
    grade(&[One(HEART), Opt(&["of"]), Opt(&["the"]), Opt(GROUP), One(BE), Many(HEDGE, 4), One(OF_GROUP)]),
    grade(&[One(WORK), Many(&["in", "of", "the", "across", "and"], 3), Opt(GROUP), One(BE), Many(HEDGE, 4), One(VERDICT)]),
    grade(&[One(&["teaching", "provision", "education"]), One(BE), Many(HEDGE, 3), One(&["strong", "weak", "poor"])]),
    grade(&[One(GROUP), One(BE), One(&["doing"]), Many(&["very", "really", "so", "extremely", "fairly"], 2), One(&["well", "badly", "poorly", "brilliantly"])]),
    grade(&[One(GROUP), One(BE), Many(HEDGE, 3), One(&["good"]), One(&["one"])]),
    grade(&[One(&["performance"]), One(&["of"]), One(&["the", "this"]), One(GROUP), One(BE), Upto(2), One(&["above", "below", "strong", "weak", "good", "poor", "high", "low"])]),
    grade(&[One(&["verdict", "verdicts"]), One(&["on"]), Opt(&["the", "this"]), One(GROUP)]),
    grade(&[One(&["ofsted"]), One(&["profile", "profiles", "record", "outcomes", "status"])]),
    grade(&[One(&["clean"]), One(&["bill"]), One(&["of"]), One(&["health"])]),
    grade(&[One(&["flying"]), One(&["colours", "colors"])]),
    grade(&[One(&["highest", "top"]), One(&["accolade", "accolades", "honour", "honours", "marks", "mark", "grades", "grade"])]),
    grade(&[One(&["get", "gets", "got", "give", "gives", "gave", "deserves", "earns", "earned", "receives"]), Upto(2), One(&["full"]), One(&["marks"])]),
    grade(&[One(&["full"]), One(&["marks"]), One(&["for", "to"])]),
    grade(&[One(&["gold", "platinum", "silver", "bronze"]), One(&["standard", "level", "tier", "rated"])]),
    grade(&[One(&["gold", "platinum", "silver", "bronze"]), One(&["for", "in"]), Opt(&["the"]), One(MEASURE)]),
    grade(&[One(&["gold", "silver"]), One(&["star", "stars"])]),
    grade(&[One(&["earn", "earns", "earned", "gets", "got", "with"]), Upto(1), One(NUMBER), One(&["tick", "ticks", "stars"])]),
    grade(&[One(&["ticks"]), One(&["out"]), One(&["of"])]),
    grade(&[One(&["pass", "passes", "passed", "fail", "fails", "failed"]), One(&["its", "the", "an", "their", "this", "every"]), One(&["inspection", "inspections", "test"]), Ends(GOES_ON)]),
    grade(&[One(&["pass", "passes", "passed", "fails", "failed"]), One(&["on"]), One(&["every", "all", "most", "each"]), One(&["count", "counts", "measure", "measures"])]),
    grade(&[One(GROUP), One(&["report"]), One(&["card", "cards"])]),
    grade(&[One(&["heat"]), One(&["map", "maps"])]),
    grade(&[One(&["heatmap", "heatmaps", "scoreboard", "leaderboard"])]),
    grade(&[One(&["index"]), One(&["puts", "places", "ranks", "has", "gives"]), Upto(1), One(GROUP)]),
    grade(&[One(&["point", "points"]), One(&["were", "was", "are", "is"]), One(&["awarded", "scored", "deducted"])]),
    grade(&[One(&["index", "points", "mark", "marks"]), One(&["of"]), One(&["governance", "leadership", "quality"])]),
    // Well and badly led, successes and failures.
    grade(&[One(&["well", "poorly", "badly", "better", "best", "worst", "brilliantly"]), One(&["run", "led", "managed", "governed", "performing"]), One(GROUP)]),
    grade(&[One(GROUP), One(BE), Many(HEDGE, 3), One(&["well", "poorly", "badly", "better", "best", "worst", "brilliantly"]), One(&["run", "led", "managed", "governed"])]),
    grade(&[One(&["no"]), One(GROUP), Upto(3), One(BE), One(&["better", "worse"])]),
    grade(&[One(GROUP), One(BE), Many(HEDGE, 3), One(&["success", "disaster", "failure", "triumph", "mess", "catastrophe", "joy", "delight", "credit", "success"])]),
    grade(&[One(GROUP), One(BE), Many(HEDGE, 4), One(&["middling", "ordinary", "summit", "pinnacle", "peak", "forefront", "vanguard"])]),
    grade(&[One(&["at", "near", "towards"]), One(&["the"]), One(&["summit", "pinnacle", "peak", "forefront", "vanguard"])]),
    grade(&[One(&["below", "under", "above"]), One(&["par"])]),
    grade(&[One(&["top"]), One(&["notch"])]),
    grade(&[One(&["class", "cut", "breed"]), One(&["apart", "above"])]),
    grade(&[One(&["safe"]), One(&["pair"]), One(&["of"]), One(&["hands"])]),
    grade(&[One(&["what", "everything", "all"]), One(&["a", "any"]), One(GROUP), One(&["should", "could", "can"]), One(&["be"])]),
    grade(&[One(&["from"]), One(&["failing", "weak", "poor", "struggling", "strong", "average", "mediocre", "good"]), One(&["to"]), One(&["thriving", "strong", "good", "excellent", "poor", "weak", "failing", "great", "outstanding", "better", "best"])]),
    grade(&[One(&["short", "shy"]), One(&["of"]), One(&["good", "outstanding", "excellent", "strong", "exceptional"])]),
    grade(&[One(&["deserve", "deserves", "deserved", "merits", "gets", "earns", "scores", "worth"]), Upto(1), One(&["seven", "eight", "nine", "ten", "six", "five"]), Opt(&["out"]), One(&["of", "for"])]),
    grade(&[One(GROUP), One(&["average", "mean", "median"]), One(BE)]),
    grade(&[One(&["box", "boxes", "cell", "cells", "flag", "flags", "square", "squares"]), One(BE), One(COLOUR)]),
    grade(&[One(COLOUR), One(&["boxes", "cells", "flags", "ratings", "indicators", "squares"])]),
    grade(&[One(&["enviable", "unenviable"]), One(&["reputation", "record", "position"])]),
    rank(&[One(&["outshine", "outshines", "outshone", "outclass", "outclassed", "outdid", "outrank", "outranks"])]),
    rank(&[One(&["from"]), One(FIRST), One(&["to"]), One(FIRST)]),
    rank(&[One(&["to", "at", "in"]), One(&["number", "position", "place"]), One(&["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "1", "2", "3", "4", "5"]), One(&["in", "of", "among", "nationally"])]),
    rank(&[One(SUPERLATIVE), Opt(&["quality", "school", "executive"]), One(HEART)]),
    rank(&[One(SUPERLATIVE), One(&["teaching", "provision", "education", "outcomes", "results"])]),
    rank(&[One(&["top", "bottom", "end"]), One(&["of"]), One(&["the"]), One(&["scale", "range", "spectrum", "distribution", "order"])]),
    rank(&[One(&["one"]), One(&["of"]), One(&["the"]), One(&["strongest", "weakest", "finest", "poorest"])]),
    compare(&[One(&["handful", "few", "minority", "fraction", "none"]), One(&["of"]), Opt(&["other", "the"]), One(GROUPS), Upto(1), One(&["do", "are", "manage", "achieve", "reach", "have"]), One(&["better", "worse", "this", "as", "more"])]),
    compare(&[One(&["reputation", "standing", "name"]), One(&["among", "amongst"]), Opt(&["other", "its"]), One(GROUPS)]),
    // Numbers and letters that stand for grades.
    grade(&[One(&["solid", "strong", "secure", "clear", "high", "low", "firm", "comfortable", "borderline", "weak"]), One(NUMBER), Ends(GOES_ON)]),
    grade(&[One(&["a"]), One(DIGIT), Ends(GOES_ON)]),
    grade(&[One(BE), One(&["a"]), One(&["one", "two", "three", "four"]), Ends(&["or", "overall", "under", "now"])]),
    grade(&[One(&["tier"]), One(&["1", "2", "3", "4", "5", "one", "two", "three", "four", "five"])]),
    grade(&[One(&["level", "stage", "step", "phase"]), One(&["1", "2", "3", "4", "5", "one", "two", "three", "four", "five"]), Opt(&["out"]), One(&["of"]), One(&["4", "5", "6", "10", "four", "five", "six", "ten"])]),
    grade(&[One(&["level", "stage"]), One(&["1", "2", "3", "4", "5", "one", "two", "three", "four", "five"]), One(HEART)]),
    grade(&[One(MEASURE), One(DIGIT), One(&["out"]), One(&["of"]), One(&["4", "5", "6", "7", "10"])]),
    grade(&[One(&["r"]), One(&["a"]), One(&["g"])]),
    // Outcomes as nouns, and "good" on a scale.
    grade(&[One(&["outstandings", "inadequates", "exceptionals"])]),
    grade(&[One(&["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "more", "fewer", "no", "many", "most", "several", "and"]), One(&["goods"]), Not(&["lift", "train", "vehicle", "vehicles", "yard"])]),
    grade(&[One(&["borderline", "secure", "securely", "solid", "solidly", "nearly", "almost", "firmly", "just"]), One(&["good"]), Ends(GOES_ON)]),
    grade(&[One(&["to", "into"]), One(&["good"]), Ends(&["in", "by", "or", "under", "since", "from"])]),
    grade(&[One(&["good"]), One(&["and"]), One(&["improving", "rising", "better"])]),
    grade(&[One(&["yet", "already", "still", "once"]), One(&["good"]), Ends(GOES_ON)]),
    grade(&[One(&["good"]), One(&["leadership", "governance", "provision", "education", "teaching"])]),
    grade(&[One(&["in"]), One(&["adequate"]), Ends(GOES_ON)]),
    // Colours of a traffic light said of what is measured.
    grade(&[One(MEASURE), Upto(4), One(COLOUR), Ends(&["except", "for", "on", "and", "or", "in", "to", "across", "this", "at", "but", "overall", "now"])]),
    grade(&[One(COLOUR), One(&["on", "for", "across", "in"]), Many(&["all", "every", "most", "the", "each", "almost"], 2), One(MEASURE)]),
    grade(&[One(&["turned", "went", "gone", "moved", "from"]), Opt(&["from"]), One(COLOUR), One(&["to", "into"]), One(COLOUR)]),
    // Ranks.
    rank(&[One(&["quartile", "quartiles", "quintile", "quintiles", "decile", "deciles", "percentile", "percentiles"])]),
    rank(&[One(&["top", "bottom"]), One(&["ten", "five", "three", "twenty", "1", "3", "5", "10", "20", "25", "50", "100", "third", "half", "fifth"]), Not(&["floor", "floors", "shelf", "shelves", "steps", "rows"])]),
    rank(&[One(&["top", "bottom", "foot", "head"]), One(&["of"]), One(&["the"]), One(&["table", "tables", "class", "league", "pile", "rankings", "list", "heap", "pack", "chart", "charts", "tree"])]),
    rank(&[One(&["top"]), One(&["spot", "spots", "performer", "performers", "performing", "flight", "ranked", "slot"])]),
    rank(&[One(&["number", "no"]), One(&["one", "1"]), One(&["for", "in", "of", "among", "on"])]),
    rank(&[One(&["second"]), One(&["to"]), One(&["none"])]),
    rank(&[One(&["best"]), One(&["in"]), One(&["class", "breed", "show"])]),
    rank(&[One(&["lead", "leads", "led", "leading", "ahead"]), Opt(&["of"]), One(&["the"]), One(&["field", "pack", "way"])]),
    rank(&[One(&["front"]), One(&["runner", "runners"])]),
    rank(&[One(&["frontrunner", "frontrunners", "pacesetter", "pacesetters", "trailblazer"])]),
    rank(&[One(&["head"]), One(&["and"]), One(&["shoulders"])]),
    rank(&[One(&["streets", "miles"]), One(&["ahead"])]),
    rank(&[One(&["stand", "stands", "stood", "standing"]), One(&["out"]), One(&["among", "amongst", "from"])]),
    rank(&[One(&["buck", "bucks", "bucked", "bucking"]), One(&["the"]), One(&["trend"])]),
    rank(&[One(&["punch", "punches", "punching"]), One(&["above"])]),
    rank(&[One(&["set", "sets", "setting"]), One(&["the", "a"]), One(&["benchmark", "standard", "pace"]), One(&["for"])]),
    rank(&[One(&["envy", "envied"]), One(&["of", "by"])]),
    rank(&[One(&["star", "leading", "poor", "strong"]), One(&["performer", "performers"])]),
    rank(&[One(GROUP), Upto(1), One(&["came", "come", "comes", "finished", "placed", "finishes"]), One(FIRST)]),
    rank(&[One(&["second", "third", "fourth", "fifth", "sixth", "next"]), One(&["best", "worst", "highest", "lowest", "strongest", "weakest"])]),
    rank(&[One(&["among", "amongst"]), One(&["the"]), One(&["best", "worst", "strongest", "weakest", "highest", "lowest", "top", "most", "finest", "leading", "first", "better", "poorest"])]),
    rank(&[One(&["one"]), One(&["of"]), One(&["the"]), One(EXTREME), Upto(2), One(GROUP)]),
    rank(&[One(SUPERLATIVE), Many(&["run", "led", "managed", "governed", "improved", "performing", "academy"], 2), One(GROUP)]),
    rank(&[One(SUPERLATIVE), One(SCHOOLS), Not(&["council", "dinner", "dinners", "meals", "trip", "day"])]),
    rank(&[One(&["most", "least"]), One(&["improved", "effective", "successful", "able", "impressive"]), Upto(1), One(GROUP)]),
    rank(&[One(EXTREME), Upto(3), One(&["of", "for", "among"]), One(&["any", "all"]), Upto(2), One(GROUP)]),
    rank(&[One(&["best", "strongest", "highest"]), One(&["to"]), One(&["worst", "weakest", "lowest"])]),
    // Comparison with a population of groups.
    compare(&[One(MORE), Upto(5), One(OTHERS), Many(&["multi", "academy", "school", "local", "education", "sized"], 2), One(GROUPS)]),
    compare(&[One(&["no", "few", "any"]), Opt(&["other"]), One(GROUP), Upto(1), One(&["manage", "manages", "can", "could", "comes", "come", "matches", "match", "does", "do", "achieves", "achieve"])]),
    compare(&[One(&["unlike", "behind", "ahead", "above", "below", "among", "than", "outperforms", "against"]), Opt(&["of", "with"]), One(&["its", "their", "the"]), Many(&["immediate", "local", "nearest", "closest", "statistical", "regional"], 2), One(PEERS), Ends(&["in", "on", "for", "are", "do", "have", "by", "across", "the", "it", "this"])]),
    compare(&[One(&["compare", "compares", "compared", "comparing"]), One(&["favourably", "unfavourably", "well", "badly", "poorly"])]),
    compare(&[One(&["with", "than", "to", "like", "unlike", "behind"]), One(&["others"]), One(&["in", "across", "of"])]),
    compare(&[One(&["above", "below", "beats", "beat", "exceeds", "over", "under", "near", "around"]), Opt(&["the", "its"]), Many(&["national", "regional", "local", "county", "sector"], 1), One(&["average", "averages", "norm"]), Not(&["age", "cost", "temperature", "size", "speed"])]),
    compare(&[One(&["better", "worse", "stronger", "weaker"]), One(&["than"]), Upto(2), One(SCHOOLS)]),
    compare(&[One(&["better", "worse", "stronger", "weaker"]), One(&["than"]), One(&["the", "its"]), One(&["rest", "others"])]),
    compare(&[One(&["above", "from"]), One(&["the"]), One(&["rest", "crowd"])]),
    compare(&[One(&["schools"]), One(&["at"]), One(&["the"]), One(&["top", "bottom"])]),
];

/// Patterns by the words they may begin with; every pattern begins with one.
static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<&Pattern>>> = LazyLock::new(|| {
    let mut by_word: HashMap<&str, Vec<&Pattern>> = HashMap::new();
    for pattern in PATTERNS {
        if let Some(One(words)) = pattern.slots.first() {
            for word in *words {
                by_word.entry(word).or_default().push(pattern);
            }
        }
    }
    by_word
});

/// Where the patterns occur.
pub(super) fn found(tokens: &[Token], original: &str) -> Vec<Term> {
    let mut found = Vec::new();
    for (first, token) in tokens.iter().enumerate() {
        let begun = BY_FIRST_WORD
            .get(token.text.as_str())
            .map_or(&[][..], Vec::as_slice);
        for pattern in begun {
            if let Some(last) = run(pattern.slots, tokens, first, first) {
                found.extend(term(
                    tokens,
                    first,
                    last,
                    pattern.rule,
                    pattern.why,
                    original,
                ));
            }
        }
        found.extend(letter(tokens, first, original));
    }
    found
}

/// The last word of a run of `slots` that begins at `at`, if there is one.
fn run(slots: &[Slot], tokens: &[Token], at: usize, first: usize) -> Option<usize> {
    let Some((slot, rest)) = slots.split_first() else {
        return at.checked_sub(1);
    };
    let here = tokens
        .get(at)
        .filter(|token| at == first || !token.after_sentence());
    let is = |words: &[&str]| here.is_some_and(|token| words.contains(&token.text.as_str()));
    match slot {
        One(words) => is(words)
            .then(|| run(rest, tokens, at + 1, first))
            .flatten(),
        Opt(words) => is(words)
            .then(|| run(rest, tokens, at + 1, first))
            .flatten()
            .or_else(|| run(rest, tokens, at, first)),
        Many(words, most) => {
            let mut end = at;
            while end - at < *most
                && tokens.get(end).is_some_and(|token| {
                    words.contains(&token.text.as_str())
                        && (end == first || !token.after_sentence())
                })
            {
                end += 1;
            }
            (at..=end)
                .rev()
                .find_map(|next| run(rest, tokens, next, first))
        }
        Upto(most) => (0..=*most)
            .take_while(|skipped| {
                *skipped == 0
                    || tokens
                        .get(at + skipped - 1)
                        .is_some_and(|token| !token.after_sentence())
            })
            .find_map(|skipped| run(rest, tokens, at + skipped, first)),
        Ends(words) => {
            let ends = tokens.get(at).is_none_or(Token::after_clause);
            (ends || is(words))
                .then(|| run(rest, tokens, at, first))
                .flatten()
        }
        Not(words) => (!is(words)).then(|| run(rest, tokens, at, first)).flatten(),
    }
}

/// Letters that stand for grades: "an A", "a B+", "straight As", "RI".
fn letter(tokens: &[Token], at: usize, original: &str) -> Option<Term> {
    let token = tokens.get(at)?;
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let is_before = |words: &[&str]| {
        before.is_some_and(|before| words.contains(&before.text.as_str())) && !token.after_clause()
    };
    let next = tokens.get(at + 1);
    let level =
        next.is_some_and(|next| ["level", "levels", "road", "board"].contains(&next.text.as_str()));
    let marked = match next {
        Some(next) => {
            next.gap.starts_with(['+', '*', '-', '−']) && next.gap.trim().len() < next.gap.len()
        }
        None => original
            .get(token.end..)
            .is_some_and(|tail| tail.starts_with(['+', '*', '-'])),
    };
    let for_something = next.is_none_or(|next| {
        next.after_clause() || ["for", "in", "and", "or", "grade"].contains(&next.text.as_str())
    });
    let single = token.capital && token.text.len() == 1 && !level;
    let an_a = single && token.text == "a" && is_before(&["an"]) && (for_something || marked);
    let marked_letter = single
        && ["a", "b", "c", "d", "e"].contains(&token.text.as_str())
        && is_before(&["a", "an"])
        && marked;
    let straight = token.text == "as" && token.capital && is_before(&["straight"]);
    let ri = token.upper && token.text == "ri";
    (an_a || marked_letter || straight || ri)
        .then(|| term(tokens, at, at, Rule::ProxyGrade, GRADE, original))
        .flatten()
}

fn term(
    tokens: &[Token],
    first: usize,
    last: usize,
    rule: Rule,
    why: &'static str,
    original: &str,
) -> Option<Term> {
    let (start, end) = (tokens.get(first)?.start, tokens.get(last)?.end);
    Some(Term {
        found: original.get(start..end)?.to_owned(),
        rule,
        why,
        start,
        end,
    })
}
