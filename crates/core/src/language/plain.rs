//! Plain English: what makes a text hard to read, for whoever edits it
//! (domain.md 9.1, 9.2). These are remarks: a long sentence is no verdict, and
//! keeps no report from the public.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    guard::Finding,
    lexicon::{Rule, Term},
    rewrite,
};
use crate::report::{Passage, Report};

/// Limits of plain English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlainPolicy {
    /// Words of a sentence.
    pub sentence_words: u32,
    /// Words of the summary.
    pub summary_words: u32,
    /// Words of the group in context.
    pub context_words: u32,
    /// Words on key patterns.
    pub patterns_words: u32,
    /// Words on the response to weaknesses.
    pub responses_words: u32,
    /// Words on practice that might be shared.
    pub practice_words: u32,
    /// Words on how the group was inspected.
    pub method_words: u32,
    /// Short forms that readers know.
    pub known: BTreeSet<String>,
}

impl Default for PlainPolicy {
    fn default() -> Self {
        let known = [
            "UK", "GCSE", "BBC", "URN", "NHS", "PE", "ICT", "IT", "TV", "PDF",
        ];
        Self {
            sentence_words: 35,
            summary_words: 250,
            context_words: 250,
            patterns_words: 900,
            responses_words: 900,
            practice_words: 300,
            method_words: 300,
            known: known.map(str::to_owned).into(),
        }
    }
}

/// Sentences and sections that are too long, and short forms that are nowhere
/// written out. What is quoted is not ours to change.
#[must_use]
pub fn remarks(report: &Report, policy: &PlainPolicy) -> Vec<Finding> {
    let sections = sections(report, policy);
    let mut explained = policy.known.clone();
    for (_, _, passages) in &sections {
        for (_, passage) in passages {
            explained.extend(written_out(&passage.text));
        }
    }
    let mut found = Vec::new();
    for (name, most, passages) in sections {
        let words: usize = passages
            .iter()
            .map(|(_, passage)| passage.text.split_whitespace().count())
            .sum();
        if words > usize::try_from(most).unwrap_or(usize::MAX) {
            found.push(finding(
                format!("/{name}"),
                None,
                &Term {
                    found: format!("{words} words"),
                    rule: Rule::Section,
                    why: "The section is longer than it should be.",
                    start: 0,
                    end: 0,
                },
                "",
            ));
        }
        for (pointer, passage) in passages {
            let terms = long(&passage.text, policy)
                .into_iter()
                .chain(unexplained(&passage.text, &explained));
            found.extend(
                terms.map(|term| finding(pointer.clone(), Some(&passage.id), &term, &passage.text)),
            );
        }
    }
    found
}

fn finding(pointer: String, block: Option<&str>, term: &Term, text: &str) -> Finding {
    Finding {
        pointer,
        block: block.map(str::to_owned),
        suggestion: rewrite::suggest(text, term),
        term: term.found.clone(),
        rule: term.rule,
        why: term.why,
    }
}

type Section<'a> = (&'static str, u32, Vec<(String, &'a Passage)>);

/// Sections with their limits and the passages that people read as prose.
fn sections<'a>(report: &'a Report, policy: &PlainPolicy) -> Vec<Section<'a>> {
    let list = |at: &str, passages: &'a [Passage]| -> Vec<(String, &'a Passage)> {
        let with_place = passages.iter().enumerate();
        with_place
            .map(|(index, passage)| (format!("/{at}/{index}/text"), passage))
            .collect()
    };
    let mut patterns = Vec::new();
    for (kind, found) in [
        ("key", &report.patterns.key),
        ("observations", &report.patterns.observations),
    ] {
        for (index, pattern) in found.iter().enumerate() {
            let at = format!("patterns/{kind}/{index}");
            patterns.push((format!("/{at}/statement/text"), &pattern.statement));
            patterns.extend(list(&format!("{at}/detail"), &pattern.detail));
        }
    }
    let mut responses = vec![(
        "/responses/introduction/text".to_owned(),
        &report.responses.introduction,
    )];
    responses.extend(list("responses/findings", &report.responses.findings));
    for (index, weakness) in report.responses.weaknesses.iter().enumerate() {
        let at = format!("responses/weaknesses/{index}");
        responses.push((format!("/{at}/statement/text"), &weakness.statement));
        responses.push((format!("/{at}/effectiveness/text"), &weakness.effectiveness));
        responses.extend(list(&format!("{at}/gaps"), &weakness.gaps));
    }
    vec![
        (
            "summary",
            policy.summary_words,
            list("summary", &report.summary),
        ),
        (
            "context",
            policy.context_words,
            list("context/passages", &report.context.passages),
        ),
        ("patterns", policy.patterns_words, patterns),
        ("responses", policy.responses_words, responses),
        (
            "shared_practice",
            policy.practice_words,
            list("shared_practice", &report.shared_practice),
        ),
        (
            "method",
            policy.method_words,
            list("method/passages", &report.method.passages),
        ),
    ]
}

/// Sentences with too many words of our own.
fn long(text: &str, policy: &PlainPolicy) -> Vec<Term> {
    let most = usize::try_from(policy.sentence_words).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut start = 0;
    let own = without_quotes(text);
    for sentence in own.split_inclusive(['.', '!', '?', '\n', ';']) {
        let end = start + sentence.len();
        if sentence.split_whitespace().count() > most {
            found.push(Term {
                found: text.get(start..end).unwrap_or_default().trim().to_owned(),
                rule: Rule::Sentence,
                why: "The sentence is too long to be read with ease.",
                start,
                end,
            });
        }
        start = end;
    }
    found
}

/// The text with every letter in quotation marks blanked, so that places stay.
fn without_quotes(text: &str) -> String {
    let mut quoted = false;
    text.chars()
        .flat_map(|letter| {
            match letter {
                '\u{201c}' => quoted = true,
                '\u{201d}' => quoted = false,
                _ if quoted => return std::iter::repeat_n(' ', letter.len_utf8()),
                _ => {}
            }
            std::iter::repeat_n(letter, 1)
        })
        .collect()
}

/// Whether a word is a short form: two to six letters, all in upper case.
fn is_short_form(word: &str) -> bool {
    (2..=6).contains(&word.len()) && word.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// Short forms that a text writes out: "special educational needs (SEN)".
fn written_out(text: &str) -> Vec<String> {
    words(text)
        .filter(|(at, word)| {
            is_short_form(word)
                && text.get(..*at).is_some_and(|before| before.ends_with('('))
                && text
                    .get(at + word.len()..)
                    .is_some_and(|after| after.starts_with(')'))
        })
        .map(|(_, word)| word.to_owned())
        .collect()
}

fn unexplained(text: &str, explained: &BTreeSet<String>) -> Vec<Term> {
    let own = without_quotes(text);
    words(&own)
        .filter(|(_, word)| is_short_form(word) && !explained.contains(*word))
        .map(|(start, word)| Term {
            found: word.to_owned(),
            rule: Rule::Acronym,
            why: "The short form is nowhere written out.",
            start,
            end: start + word.len(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn forms(text: &str) -> Vec<String> {
        let mut explained = PlainPolicy::default().known;
        explained.extend(written_out(text));
        unexplained(text, &explained)
            .into_iter()
            .map(|term| term.found)
            .collect()
    }

    #[test]
    fn short_forms_are_written_out_once() {
        assert_eq!(forms("The SENCO met the LA."), ["SENCO", "LA"]);
        assert!(forms("Special educational needs (SEN) come first. SEN matters.").is_empty());
        assert!(forms("GCSE results in the UK.").is_empty());
        // What others said stands as they said it.
        assert!(forms("They wrote: \u{201c}Our SENCO left.\u{201d}").is_empty());
    }

    #[test]
    fn long_sentences_of_our_own_are_pointed_at() {
        let policy = PlainPolicy {
            sentence_words: 5,
            ..PlainPolicy::default()
        };
        let found = long(
            "Short one. This one has more words than five. End.",
            &policy,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(
            found.first().unwrap().found,
            "This one has more words than five."
        );
        let quote = "They said: \u{201c}one two three four five six seven\u{201d}.";
        assert!(long(quote, &policy).is_empty());
    }
}
