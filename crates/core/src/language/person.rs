//! Texts that could identify a person (domain.md 9.2, 9.4).

use super::{
    fold::Token,
    lexicon::{Rule, Term},
};

const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "rev", "revd",
];
/// Posts that one person holds in a school.
const POSTS: &[&[&str]] = &[
    &["headteacher"],
    &["headteachers"],
    &["head", "teacher"],
    &["headmaster"],
    &["headmistress"],
    &["principal"],
    &["principals"],
    &["head", "of", "school"],
    &["executive", "head"],
    &["chair", "of", "governors"],
    &["senco"],
    &["sendco"],
    &["designated", "safeguarding", "lead"],
];

/// "Mrs Patel": a title and a name.
pub(super) fn names(text: &str, tokens: &[Token]) -> Vec<Term> {
    tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .filter(|(title, name)| {
            TITLES.contains(&title.text.as_str())
                && title.capital
                && name.capital
                && matches!(name.gap.as_str(), " " | ". ")
        })
        .filter_map(|(title, name)| {
            Some(Term {
                found: text.get(title.start..name.end)?.to_owned(),
                rule: Rule::Person,
                why: "The report names no member of staff and no pupil.",
                start: title.start,
                end: name.end,
            })
        })
        .collect()
}

/// "The headteacher": in a weakness of one school this is one person.
pub(super) fn posts(text: &str, tokens: &[Token]) -> Vec<Term> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        for post in POSTS {
            let rest = tokens.get(index..index + post.len()).unwrap_or_default();
            let matches = rest.len() == post.len()
                && post
                    .iter()
                    .zip(rest)
                    .all(|(word, token)| token.text == *word);
            let end = rest.last().map(|token| token.end);
            if let (true, Some(end)) = (matches, end) {
                found.push(Term {
                    found: text.get(token.start..end).unwrap_or_default().to_owned(),
                    rule: Rule::Person,
                    why: "In a weakness of one school, a post points at one person.",
                    start: token.start,
                    end,
                });
            }
        }
    }
    found
}
