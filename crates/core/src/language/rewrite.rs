//! What to write instead (domain.md 9.2).
//!
//! Where the words themselves say what is right, the sentence is given back
//! put right; otherwise a sentence to fill in. Either passes the guard.

use super::{
    fold,
    guard::guard_text,
    lexicon::{Rule, Term},
    number,
    prose::{capital, number as in_words},
    quantity::{self, Quantity},
};

/// Words of other services and what this one says (domain.md 1.4).
const TERMS: [(&str, &str); 7] = [
    ("matses", "group inspections"),
    ("matse", "group inspection"),
    ("trust inspections", "group inspections"),
    ("trust inspection", "group inspection"),
    ("mat inspections", "group inspections"),
    ("mat inspection", "group inspection"),
    ("summary evaluation", "group inspection"),
];

/// A rewrite of the sentence in which a term stands.
#[must_use]
pub fn suggest(text: &str, term: &Term) -> String {
    let (from, to) = sentence(text, term.start, term.end);
    let replaced = |words: &str| {
        let before = text.get(from..term.start)?;
        let after = text.get(term.end..to)?;
        let words = if before.is_empty() {
            capital(words)
        } else {
            words.to_owned()
        };
        Some(format!("{before}{words}{after}").trim().to_owned())
    };
    let own = match term.rule {
        Rule::Vocabulary => {
            let found = term.found.to_lowercase();
            TERMS
                .iter()
                .find(|(term, _)| *term == found)
                .and_then(|(_, ours)| replaced(ours))
        }
        Rule::Quantity => right_quantity(text.get(from..to).unwrap_or_default())
            .and_then(|right| replaced(&right)),
        Rule::Person => replaced("a member of staff"),
        Rule::Percentage => counts(text.get(from..to).unwrap_or_default(), &term.found)
            .and_then(|counts| replaced(&counts)),
        Rule::ProxyGrade | Rule::Comparison | Rule::Sentence | Rule::Section | Rule::Acronym => {
            None
        }
    };
    own.filter(|own| guard_text(own).is_empty())
        .unwrap_or_else(|| to_fill_in(term.rule).to_owned())
}

/// A sentence to fill in, for each rule.
const fn to_fill_in(rule: Rule) -> &'static str {
    match rule {
        Rule::ProxyGrade => {
            "Say what was seen, in how many schools, and what shows it: \"In [n] of [N] schools, \
             [what was seen]. This rests on [evidence].\""
        }
        Rule::Comparison => {
            "Speak of this group alone, over time: \"Since [month], [what changed] in [n] of [N] \
             schools.\""
        }
        Rule::Vocabulary => "Use the words of this service: \"group inspection\", \"finding\".",
        Rule::Percentage | Rule::Quantity => "Give the counts: \"[n] of the [N] schools\".",
        Rule::Person => "Name the work and not the person: \"Leaders of the group [did what].\"",
        Rule::Sentence => "Make two sentences of it, each with one thought.",
        Rule::Section => "Leave out what a reader can find in an annex.",
        Rule::Acronym => "Write it out where it first stands: \"[words in full] ([short form])\".",
    }
}

/// The sentence around a place.
fn sentence(text: &str, start: usize, end: usize) -> (usize, usize) {
    let ends = |letter: char| matches!(letter, '.' | '!' | '?' | '\n');
    let from = text
        .get(..start)
        .and_then(|before| before.rfind(ends))
        .map_or(0, |place| place + 1);
    let from = text
        .get(from..start)
        .map_or(from, |gap| from + gap.len() - gap.trim_start().len());
    let to = text
        .get(end..)
        .and_then(|after| after.find(ends))
        .map_or(text.len(), |place| end + place + 1);
    (from, to)
}

/// The phrase that fits the first counts of a sentence; few schools are given
/// as counts alone.
fn right_quantity(sentence: &str) -> Option<String> {
    let (tokens, _) = fold::tokens(sentence);
    let (n, total) = number::first_share(&tokens)?;
    if total < number::PERCENTAGES_FROM {
        return Some(format!("{} of the {}", in_words(n), in_words(total)));
    }
    Some(match quantity::of(n, total) {
        Quantity::None => "none of".to_owned(),
        Quantity::Half => "half of".to_owned(),
        Quantity::All => "all of".to_owned(),
        Quantity::Share(band) => band.phrase.to_owned(),
    })
}

/// "38%" of eight schools is "three of the eight", where that comes out as a
/// whole number near enough.
fn counts(sentence: &str, found: &str) -> Option<String> {
    let digits: String = found.chars().take_while(char::is_ascii_digit).collect();
    let per_cent: u32 = digits.parse().ok().filter(|share| *share <= 100)?;
    let (tokens, _) = fold::tokens(sentence);
    let total = number::schools_counted(&tokens)?;
    let n = (per_cent * total + 50) / 100;
    let back = (n * 100 + total / 2) / total.max(1);
    (back.abs_diff(per_cent) <= 1).then(|| format!("{} of the {}", in_words(n), in_words(total)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn suggested(text: &str) -> String {
        let terms = guard_text(text);
        suggest(text, &terms[0])
    }

    #[test]
    fn words_of_other_services_are_put_right() {
        assert_eq!(
            suggested("This MATSE looked at nine schools."),
            "This group inspection looked at nine schools."
        );
        assert_eq!(
            suggested("It began well. Trust inspections take a year."),
            "Group inspections take a year."
        );
    }

    #[test]
    fn dr_08_quantity_words_are_put_right_by_the_table() {
        assert_eq!(
            suggested("Most schools (12 of the 40) call home."),
            "A small minority of schools (12 of the 40) call home."
        );
    }

    #[test]
    fn people_are_not_named() {
        assert_eq!(
            suggested("In May, Mrs Patel changed the rota."),
            "In May, a member of staff changed the rota."
        );
    }

    #[test]
    fn verdicts_get_a_sentence_to_fill_in() {
        assert!(suggested("The trust is outstanding.").contains("[n] of [N] schools"));
        assert!(suggested("It is better than other trusts.").contains("Since [month]"));
    }

    #[test]
    fn dr_02_no_suggestion_breaks_a_rule() {
        for sentence in include_str!("../../tests/language/stop.txt").lines() {
            for term in guard_text(sentence) {
                let suggestion = suggest(sentence, &term);
                assert_eq!(guard_text(&suggestion), [], "{sentence} -> {suggestion}");
            }
        }
    }
}
