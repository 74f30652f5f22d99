//! Numbers in texts: percentages of few schools, and quantity words beside
//! counts (DR-08).

use super::{
    fold::Token,
    lexicon::{Rule, Term},
    quantity::{self, Quantity},
};

/// Fewest schools of which a percentage may be given.
pub(super) const PERCENTAGES_FROM: u32 = 10;
/// Words between a quantity word and its counts at the most.
const REACH: usize = 14;

const SCHOOLS: &[&str] = &["school", "schools", "academy", "academies"];

/// "n of the N" in a text.
#[derive(Debug, Clone, Copy)]
struct Share {
    n: u32,
    total: u32,
    first: usize,
    last: usize,
}

/// Percentages of fewer than ten schools: those beside counts of fewer than
/// ten, and those of the schools of a group with fewer than ten.
pub(super) fn percentages(
    text: &str,
    tokens: &[Token],
    tail: &str,
    schools: Option<u32>,
) -> Vec<Term> {
    let shares = shares(tokens);
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if parse(&token.text).is_none() {
            continue;
        }
        let next = tokens.get(index + 1);
        let sign = next
            .map_or(tail, |next| next.gap.as_str())
            .trim_start()
            .starts_with('%');
        let words = next.is_some_and(|next| {
            next.text == "percent"
                || (next.text == "per" && tokens.get(index + 2).is_some_and(|t| t.text == "cent"))
        });
        if !sign && !words {
            continue;
        }
        let beside = shares.iter().any(|share| {
            share.total < PERCENTAGES_FROM
                && distance(index, share) <= REACH
                && same_sentence(tokens, index.min(share.first), index.max(share.last))
        });
        let of_schools = schools.is_some_and(|schools| schools < PERCENTAGES_FROM)
            && tokens
                .get(index + 1..)
                .unwrap_or_default()
                .iter()
                .take(6)
                .take_while(|token| !token.after_sentence())
                .any(|token| SCHOOLS.contains(&token.text.as_str()));
        if beside || of_schools || of_few(tokens, index) {
            found.push(term(
                text,
                token,
                token,
                Rule::Percentage,
                "Fewer than ten schools are given as counts, not as a percentage.",
            ));
        }
    }
    found
}

/// Whether a percentage is one of a few schools: "75% of the four schools",
/// "of five schools, 40%", "67% of 6".
fn of_few(tokens: &[Token], index: usize) -> bool {
    let few =
        |token: &Token| parse(&token.text).is_some_and(|n| (2..PERCENTAGES_FROM).contains(&n));
    let sentence_from = (0..=index)
        .rev()
        .find(|at| tokens.get(*at).is_some_and(Token::after_sentence))
        .unwrap_or(0);
    let before = tokens.get(sentence_from..index).unwrap_or_default();
    let people = [
        "pupil",
        "pupils",
        "staff",
        "parents",
        "teachers",
        "attendance",
        "absence",
        "families",
        "children",
        "lessons",
        "answers",
        "costs",
        "budget",
        "pay",
    ];
    let of_people = before
        .iter()
        .chain(tokens.get(index..index + 8).unwrap_or_default())
        .any(|token| people.contains(&token.text.as_str()));
    // Words after the number and its sign.
    let after: Vec<&Token> = tokens
        .get(index + 1..)
        .unwrap_or_default()
        .iter()
        .take_while(|token| !token.after_sentence())
        .filter(|token| {
            !["per", "cent", "percent", "the", "its", "our"].contains(&token.text.as_str())
        })
        .take(3)
        .collect();
    let of_after = matches!(after.as_slice(), [of, n, ..] if of.text == "of" && few(n));
    let schools_before = before
        .windows(2)
        .any(|pair| matches!(pair, [n, noun] if few(n) && SCHOOLS.contains(&noun.text.as_str())));
    of_after || (schools_before && !of_people)
}

/// Quantity words of schools whose counts, in the same sentence, say
/// something else.
pub(super) fn quantities(text: &str, tokens: &[Token]) -> Vec<Term> {
    let shares = shares(tokens);
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let Some((length, word)) = quantity_word(tokens, index) else {
            index += 1;
            continue;
        };
        let last = index + length - 1;
        let nearest = shares
            .iter()
            .filter(|share| distance(index, share) <= REACH)
            .filter(|share| same_sentence(tokens, index.min(share.first), last.max(share.last)))
            .min_by_key(|share| distance(index, share));
        let wrong = nearest.and_then(|share| misfit(word, *share));
        if let (Some(why), Some(from), Some(to)) = (wrong, tokens.get(index), tokens.get(last)) {
            found.push(term(text, from, to, Rule::Quantity, why));
        }
        index += length;
    }
    found
}

fn misfit(word: &str, share: Share) -> Option<&'static str> {
    let right = if word == "half" {
        quantity::of(share.n, share.total) == Quantity::Half
    } else {
        quantity::fits(word, share.n, share.total)?
    };
    if !right {
        Some("The quantity word does not match the counts beside it.")
    } else if share.total < PERCENTAGES_FROM {
        Some("Fewer than ten schools are given as counts alone.")
    } else {
        None
    }
}

/// A quantity word of schools that starts here: its length and the word of
/// the table. "At most" and "most of their lessons" are none.
fn quantity_word(tokens: &[Token], index: usize) -> Option<(usize, &'static str)> {
    const PHRASES: [(&[&str], &str); 9] = [
        (&["vast", "majority"], "vast majority"),
        (&["large", "majority"], "large majority"),
        (&["small", "minority"], "small minority"),
        (&["very", "few"], "very few"),
        (&["majority"], "majority"),
        (&["minority"], "minority"),
        (&["most"], "most"),
        (&["few"], "few"),
        (&["half"], "half"),
    ];
    let before = index.checked_sub(1).and_then(|before| tokens.get(before));
    if before.is_some_and(|token| ["at", "the", "a"].contains(&token.text.as_str()))
        && tokens
            .get(index)
            .is_some_and(|token| ["most", "few"].contains(&token.text.as_str()))
    {
        return None;
    }
    PHRASES.into_iter().find_map(|(phrase, word)| {
        let run = tokens.get(index..index + phrase.len())?;
        let matches = run
            .iter()
            .zip(phrase)
            .all(|(token, word)| token.text == *word);
        let of_schools = tokens
            .get(index + phrase.len()..)
            .unwrap_or_default()
            .iter()
            .take(4)
            .take_while(|token| !token.after_clause())
            .any(|token| SCHOOLS.contains(&token.text.as_str()));
        (matches && of_schools).then_some((phrase.len(), word))
    })
}

fn shares(tokens: &[Token]) -> Vec<Share> {
    let mut shares = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Some(n) = parse(&token.text) else {
            continue;
        };
        if tokens.get(index + 1).is_none_or(|of| of.text != "of") {
            continue;
        }
        let article = tokens
            .get(index + 2)
            .is_some_and(|the| ["the", "its", "all"].contains(&the.text.as_str()));
        let last = index + if article { 3 } else { 2 };
        let total = tokens.get(last).and_then(|total| parse(&total.text));
        if let Some(total) = total.filter(|total| n <= *total) {
            shares.push(Share {
                n,
                total,
                first: index,
                last,
            });
        }
    }
    shares
}

/// The first counts of a sentence: "three of the eight".
pub(super) fn first_share(tokens: &[Token]) -> Option<(u32, u32)> {
    shares(tokens).first().map(|share| (share.n, share.total))
}

/// How many schools a sentence speaks of: "of eight schools".
pub(super) fn schools_counted(tokens: &[Token]) -> Option<u32> {
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    pairs
        .filter(|(_, noun)| SCHOOLS.contains(&noun.text.as_str()))
        .find_map(|(count, _)| parse(&count.text))
}

fn parse(word: &str) -> Option<u32> {
    const WORDS: [&str; 21] = [
        "none",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    let position = WORDS.iter().position(|known| *known == word);
    position
        .and_then(|position| u32::try_from(position).ok())
        .or_else(|| word.parse().ok())
}

fn distance(index: usize, share: &Share) -> usize {
    if index < share.first {
        share.first - index
    } else {
        index.saturating_sub(share.last)
    }
}

fn same_sentence(tokens: &[Token], first: usize, last: usize) -> bool {
    tokens
        .get(first + 1..=last)
        .is_some_and(|run| !run.iter().any(Token::after_sentence))
}

fn term(text: &str, from: &Token, to: &Token, rule: Rule, why: &'static str) -> Term {
    Term {
        found: text.get(from.start..to.end).unwrap_or_default().to_owned(),
        rule,
        why,
        start: from.start,
        end: to.end,
    }
}
