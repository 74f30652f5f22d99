//! The no-grade guard (DR-02): reads every human text of a report.

use std::{collections::HashMap, sync::LazyLock};

use serde::Serialize;
use serde_json::Value;

use super::{
    context::At,
    fold::{Token, ends_clause, tokens},
    lexicon::{ENTRIES, Entry, Rule, Term},
    number, person,
    rewrite::suggest,
    sense,
};
use crate::{
    report::{NO_GRADE_STATEMENT, Report},
    weakness::Reach,
};

/// A term found in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// JSON pointer to the text within the report.
    pub pointer: String,
    /// Identifier of the block the text belongs to, if it is one.
    pub block: Option<String>,
    /// The words as they stand in the text.
    pub term: String,
    /// Rule they break.
    pub rule: Rule,
    /// Why, for the person who wrote the text.
    pub why: &'static str,
    /// What to write instead.
    pub suggestion: String,
}

/// Marks that stand for a grade without words.
const MARKS: &[char] = &[
    '★', '☆', '⭐', '🌟', '✓', '✔', '✅', '☑', '✗', '✘', '❌', '❎', '🔴', '🟠', '🟡', '🟢', '🟥',
    '🟧', '🟨', '🟩', '🚦', '👍', '👎', '🏆', '🥇', '🥈', '🥉',
];

/// Reads a report. Every text is read unless it is known to be none: codes,
/// names, and annex A, where published school outcomes may stand (DR-03).
#[must_use]
pub fn guard(report: &Report) -> Vec<Finding> {
    let Ok(value) = serde_json::to_value(report) else {
        return vec![Finding {
            pointer: String::new(),
            block: None,
            term: String::new(),
            rule: Rule::ProxyGrade,
            why: "The report cannot be read.",
            suggestion: "Compile it again.".to_owned(),
        }];
    };
    let names = names(report);
    let mut reader = Reader {
        names: names.iter().map(String::as_str).collect(),
        schools: report.front.open_schools,
        block: None,
        findings: Vec::new(),
    };
    reader.read(&value, &mut Vec::new());
    for (index, weakness) in report.responses.weaknesses.iter().enumerate() {
        if weakness.reach == Reach::OneSchool || weakness.schools.len() == 1 {
            let text = masked(&weakness.statement.text, &reader.names);
            let (tokens, _) = tokens(&text);
            let pointer = format!("/responses/weaknesses/{index}/statement/text");
            reader.block = Some(weakness.statement.id.clone());
            reader.add(&pointer, &text, person::posts(&text, &tokens));
        }
    }
    reader
        .findings
        .sort_by(|a, b| (&a.pointer, &a.term).cmp(&(&b.pointer, &b.term)));
    reader.findings
}

/// Reads a single text, such as the title of an item of evidence, before it
/// is accepted.
#[must_use]
pub fn guard_text(text: &str) -> Vec<Term> {
    guard_text_naming(text, &[])
}

/// Reads a single text in which the names of bodies and schools are no terms:
/// "Good Shepherd", "Star Academies". Names of one word are not exempt.
#[must_use]
pub fn guard_text_naming(text: &str, names: &[&str]) -> Vec<Term> {
    terms(&masked(text, names), text, None)
}

struct Reader<'a> {
    names: Vec<&'a str>,
    schools: u32,
    /// The block that is being read.
    block: Option<String>,
    findings: Vec<Finding>,
}

/// Fields whose strings are codes, names or facts of a register.
const NO_TEXTS: &[&str] = &[
    "area",
    "framework",
    "group_name",
    "file_name",
    "identifiers",
    "sha256",
    "owner",
    "name",
    "phases",
    "places",
    "inspection_number",
    "reference",
];

impl Reader<'_> {
    fn read(&mut self, value: &Value, path: &mut Vec<String>) {
        match value {
            Value::String(text) => {
                let terms = terms(&masked(text, &self.names), text, Some(self.schools));
                let pointer = format!("/{}", path.join("/"));
                // The team and the group's own response may name people.
                let people = ["front", "group_response"]
                    .iter()
                    .any(|part| path.first().is_some_and(|first| first == part));
                let terms = terms
                    .into_iter()
                    .filter(|term| !(people && term.rule == Rule::Person))
                    .collect();
                self.add(&pointer, text, terms);
            }
            Value::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    path.push(index.to_string());
                    self.read(entry, path);
                    path.pop();
                }
            }
            Value::Object(fields) => {
                let outer = self.block.clone();
                if let (Some(Value::String(id)), true) =
                    (fields.get("id"), fields.contains_key("text"))
                {
                    self.block = Some(id.clone());
                }
                for (name, field) in fields {
                    let annex_a = path.is_empty() && name == "schools";
                    if !annex_a && !NO_TEXTS.contains(&name.as_str()) {
                        path.push(name.clone());
                        self.read(field, path);
                        path.pop();
                    }
                }
                self.block = outer;
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn add(&mut self, pointer: &str, text: &str, terms: Vec<Term>) {
        for term in terms {
            self.findings.push(Finding {
                suggestion: suggest(text, &term),
                pointer: pointer.to_owned(),
                block: self.block.clone(),
                term: term.found,
                rule: term.rule,
                why: term.why,
            });
        }
    }
}

fn names(report: &Report) -> Vec<String> {
    let mut names = vec![report.front.group_name.clone()];
    names.extend(report.schools.iter().map(|school| school.name.clone()));
    names.extend(
        report
            .schools
            .iter()
            .map(|school| school.local_authority.clone()),
    );
    let moved = report.context.joined.iter().chain(&report.context.left);
    names.extend(moved.map(|line| line.name.clone()));
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// The text with names and the no-grade statement blanked out byte for byte.
fn masked(text: &str, names: &[&str]) -> String {
    let mut text = text.to_owned();
    let several_words = names.iter().filter(|name| name.trim().contains(' '));
    for name in std::iter::once(&NO_GRADE_STATEMENT).chain(several_words) {
        if text.contains(name) {
            text = text.replace(name, &"x".repeat(name.len()));
        }
    }
    text
}

/// Entries by the words they may begin with.
static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<&Entry>>> = LazyLock::new(|| {
    let mut by_word: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in ENTRIES {
        for word in entry.words.first().copied().unwrap_or_default() {
            by_word.entry(word).or_default().push(entry);
        }
    }
    by_word
});

/// Terms in a masked text; `original` has the same bytes outside names.
fn terms(text: &str, original: &str, schools: Option<u32>) -> Vec<Term> {
    let (tokens, tail) = tokens(text);
    let mut found = Vec::new();
    for (first, token) in tokens.iter().enumerate() {
        let begun = |word: &str| BY_FIRST_WORD.get(word).into_iter().flatten();
        let disguised = token.disguised.as_deref().unwrap_or_default();
        for entry in begun(&token.text).chain(begun(disguised)) {
            found.extend(matched(entry, &tokens, first, original));
        }
    }
    found.extend(spelt_out(&tokens, original));
    found.extend(fractions(&tokens, original));
    found.extend(marks(original));
    found.extend(sense::found(&tokens, original));
    found.extend(person::names(text, &tokens));
    found.extend(number::percentages(text, &tokens, &tail, schools));
    found.extend(number::quantities(text, &tokens));
    found.sort_by_key(|term| (term.start, std::cmp::Reverse(term.end)));
    let mut reach = 0;
    found.retain(|term| {
        let new = term.end > reach;
        reach = reach.max(term.end);
        new
    });
    found
}

fn matched(entry: &Entry, tokens: &[Token], first: usize, original: &str) -> Option<Term> {
    let last = first + entry.words.len() - 1;
    let run = tokens.get(first..=last)?;
    let matches = run
        .iter()
        .zip(entry.words)
        .enumerate()
        .all(|(index, (token, words))| {
            // A clause may not end inside a phrase; a line may, and the colours of
            // a traffic light are often listed.
            let clause = token.gap.replace('\n', " ");
            let listed = ["amber", "green"].contains(&token.text.as_str()) && clause == ", ";
            let joined = index == 0 || listed || clause == "/" || !ends_clause(&clause);
            let is = |word: &str| words.contains(&word);
            joined && (is(&token.text) || token.disguised.as_deref().is_some_and(is))
        });
    let at = At {
        tokens,
        first,
        last,
    };
    if !matches || (entry.harmless)(&at) {
        return None;
    }
    let (start, end) = (run.first()?.start, run.last()?.end);
    Some(Term {
        found: original.get(start..end)?.to_owned(),
        rule: entry.rule,
        why: entry.why,
        start,
        end,
    })
}

/// Words taken apart: "o u t s t a n d i n g", "out-standing".
fn spelt_out(tokens: &[Token], original: &str) -> Vec<Term> {
    let mut found = Vec::new();
    for (first, start) in tokens.iter().enumerate() {
        let single = start.text.chars().count() == 1;
        let mut word = start.text.clone();
        for next in tokens.get(first + 1..).unwrap_or_default().iter().take(14) {
            let letter = single && next.text.chars().count() == 1 && next.gap.chars().count() <= 1;
            if !letter && next.gap.trim() != "-" {
                break;
            }
            word.push_str(&next.text);
            let entry = ENTRIES.iter().find(|entry| {
                matches!(entry.words, [only] if only.contains(&word.as_str()) && word.len() > 3)
            });
            if let Some(entry) = entry {
                found.push(Term {
                    found: original
                        .get(start.start..next.end)
                        .unwrap_or_default()
                        .to_owned(),
                    rule: entry.rule,
                    why: entry.why,
                    start: start.start,
                    end: next.end,
                });
            }
        }
    }
    found
}

/// "8/10" and "8 out of 10" as an index of something. "Eight out of ten
/// parents" counts parents and is none.
fn fractions(tokens: &[Token], original: &str) -> Vec<Term> {
    const OUT_OF: [&str; 3] = ["5", "10", "100"];
    let number = |token: &Token| token.text.chars().all(|c| c.is_ascii_digit());
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| number(token)) {
        let slash = tokens.get(index + 1).is_some_and(|next| next.gap == "/");
        let words = tokens.get(index + 1).is_some_and(|next| next.text == "out")
            && tokens.get(index + 2).is_some_and(|next| next.text == "of");
        let last = index + if slash { 1 } else { 3 };
        let Some(whole) = tokens.get(last).filter(|_| slash || words) else {
            continue;
        };
        let next = tokens.get(last + 1);
        let date = token.gap.ends_with('/') || next.is_some_and(|next| next.gap == "/");
        let counts = !slash && next.is_some_and(|next| !next.after_clause());
        let part: u32 = token.text.parse().unwrap_or(u32::MAX);
        let of: u32 = whole.text.parse().unwrap_or(0);
        if OUT_OF.contains(&whole.text.as_str()) && !date && !counts && part <= of {
            found.push(Term {
                found: original
                    .get(token.start..whole.end)
                    .unwrap_or_default()
                    .to_owned(),
                rule: Rule::ProxyGrade,
                why: "A number out of a fixed whole reads as a grade.",
                start: token.start,
                end: whole.end,
            });
        }
    }
    found
}

fn marks(original: &str) -> Vec<Term> {
    original
        .char_indices()
        .filter(|(_, letter)| MARKS.contains(letter))
        .map(|(start, letter)| Term {
            found: letter.to_string(),
            rule: Rule::ProxyGrade,
            why: "Marks and colours read as a grade.",
            start,
            end: start + letter.len_utf8(),
        })
        .collect()
}
