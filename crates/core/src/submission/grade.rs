//! Field names that would carry a grade of the group (DR-02).

/// Words of a field name that stand for a grade, score, rank or band.
const WORDS: [&str; 25] = [
    "grade",
    "grades",
    "graded",
    "grading",
    "score",
    "scores",
    "scoring",
    "rating",
    "ratings",
    "rated",
    "rank",
    "ranks",
    "ranking",
    "band",
    "bands",
    "banding",
    "judgement",
    "judgements",
    "judgment",
    "judgments",
    "rag",
    "stars",
    "league",
    "colour",
    "color",
];

/// Pairs of words that say the same in two.
const PAIRS: [(&str, &str); 4] = [
    ("overall", "effectiveness"),
    ("overall", "outcome"),
    ("group", "outcome"),
    ("traffic", "light"),
];

/// Whether a field of this name would carry a grade, score, rank, band or
/// colour. Words may be joined by underscores, hyphens, dots or capitals.
#[must_use]
pub fn is_grade_like(field: &str) -> bool {
    let words = words(field);
    words.iter().any(|word| WORDS.contains(&word.as_str()))
        || words.windows(2).any(|pair| {
            matches!(pair, [first, second] if PAIRS.contains(&(first.as_str(), second.as_str())))
        })
}

fn words(field: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for character in field.chars() {
        let boundary = !character.is_alphanumeric() || (character.is_uppercase() && lower_before);
        if boundary && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        lower_before = character.is_lowercase() || character.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
