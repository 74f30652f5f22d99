//! Small parts of plain English: numbers, lists, dates, sentences.

use chrono::{Datelike, NaiveDate};

use super::quantity::{self, Quantity};

const WORDS: [&str; 10] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/// A count: in words up to nine, in figures from ten.
#[must_use]
pub fn number(n: u32) -> String {
    usize::try_from(n)
        .ok()
        .and_then(|index| WORDS.get(index))
        .map_or_else(|| figures(n), |word| (*word).to_owned())
}

/// A count in figures, with commas between thousands.
#[must_use]
pub fn figures(n: u32) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length as a count; more than fits is the largest count.
#[must_use]
pub fn length(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A count with its noun, such as "one school" or "12 schools".
#[must_use]
pub fn counted(n: u32, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// The form of a verb that agrees with a count.
#[must_use]
pub const fn agree<'a>(n: u32, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// "three of the seven", with both numbers in figures if either is ten or
/// more, so that they can be compared at a glance.
#[must_use]
pub fn share(n: u32, total: u32) -> String {
    if n >= 10 || total >= 10 {
        let n = if n == 0 {
            "none".to_owned()
        } else {
            figures(n)
        };
        format!("{n} of the {}", figures(total))
    } else {
        let n = if n == 0 { "none".to_owned() } else { number(n) };
        format!("{n} of the {}", number(total))
    }
}

/// How many of the things named by a noun: "both schools", "three of the
/// seven schools", "the only school". From `words_from` things on with a
/// quantity word and always with the counts (DR-08).
#[must_use]
pub fn part(n: u32, total: u32, one: &str, many: &str, words_from: u32) -> String {
    match (n, total) {
        (_, 0) => format!("no {one}"),
        (1, 1) => format!("the only {one}"),
        (0, 1) => format!("not the only {one}"),
        (2, 2) => format!("both {many}"),
        (n, total) if n == total => format!("all {} {many}", number(total)),
        (0, total) => format!("none of the {} {many}", number(total)),
        (n, total) if total >= words_from.max(1) => {
            let words = match quantity::of(n, total) {
                Quantity::Share(band) => band.phrase,
                Quantity::Half => "half of",
                Quantity::All | Quantity::None => return format!("{} {many}", share(n, total)),
            };
            format!("{words} the {many} ({})", share(n, total))
        }
        (n, total) => format!("{} {many}", share(n, total)),
    }
}

/// A list with "and" before its last entry.
#[must_use]
pub fn list<T: AsRef<str>>(entries: &[T]) -> String {
    match entries {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}

/// A day as readers write it: "3 February 2026".
#[must_use]
pub fn day(date: NaiveDate) -> String {
    format!("{} {}", date.day(), date.format("%B %Y"))
}

/// A month as readers write it: "February 2026".
#[must_use]
pub fn month(date: NaiveDate) -> String {
    date.format("%B %Y").to_string()
}

/// A time as readers write it: "March 2026" or "March to May 2026".
#[must_use]
pub fn months(from: NaiveDate, to: NaiveDate) -> String {
    if (from.year(), from.month()) == (to.year(), to.month()) {
        month(from)
    } else if from.year() == to.year() {
        format!("{} to {}", from.format("%B"), month(to))
    } else {
        format!("{} to {}", month(from), month(to))
    }
}

/// The text with its first letter in upper case.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The text with its first letter in lower case.
#[must_use]
pub fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// One line without control characters or doubled spaces.
#[must_use]
pub fn line(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A submitted text as a sentence: one line, a capital, a full stop.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = capital(&line(text));
    if text.is_empty() || text.ends_with(['.', '?', '!', '”', '…']) {
        text
    } else {
        format!("{text}.")
    }
}

/// The first sentence of a submitted text, cut after `words` words.
#[must_use]
pub fn first_sentence(text: &str, words: usize) -> String {
    let text = line(text);
    let all: Vec<&str> = text.split(' ').collect();
    let ends = |index: usize, word: &str| {
        let next_is_capital = all
            .get(index + 1)
            .is_some_and(|next| next.starts_with(char::is_uppercase));
        word.ends_with(['.', '?', '!'])
            && next_is_capital
            && !["e.g.", "i.e.", "Mr.", "Mrs.", "Dr.", "St."].contains(&word)
    };
    let mut taken = Vec::new();
    for (index, word) in all.iter().enumerate() {
        if taken.len() >= words {
            return format!("{} …", taken.join(" "));
        }
        taken.push(*word);
        if ends(index, word) {
            break;
        }
    }
    sentence(&taken.join(" "))
}

/// The first whole sentences of a submitted text that fit into `words` words;
/// the first sentence is cut if it alone is longer.
#[must_use]
pub fn sentences(text: &str, words: usize) -> String {
    let text = line(text);
    let mut rest = text.as_str();
    let mut taken = first_sentence(rest, words);
    loop {
        let first = first_sentence(rest, usize::MAX);
        rest = rest.get(first.len()..).unwrap_or("").trim_start();
        if rest.is_empty() || taken.ends_with('…') {
            return taken;
        }
        let next = first_sentence(rest, usize::MAX);
        if word_count(&taken) + word_count(&next) > words {
            return taken;
        }
        taken = format!("{taken} {next}");
    }
}

/// Words in a text.
#[must_use]
pub fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn counts_are_in_words_up_to_nine() {
        assert_eq!(number(1), "one");
        assert_eq!(number(9), "nine");
        assert_eq!(number(10), "10");
        assert_eq!(number(12_345), "12,345");
        assert_eq!(counted(1, "school", "schools"), "one school");
        assert_eq!(counted(0, "school", "schools"), "no schools");
    }

    #[test]
    fn dr_08_fewer_than_ten_schools_are_counted() {
        let part = |n, total| part(n, total, "school", "schools", 10);
        assert_eq!(part(1, 1), "the only school");
        assert_eq!(part(2, 2), "both schools");
        assert_eq!(part(1, 2), "one of the two schools");
        assert_eq!(part(3, 7), "three of the seven schools");
        assert_eq!(part(7, 7), "all seven schools");
        assert_eq!(part(0, 7), "none of the seven schools");
    }

    #[test]
    fn dr_08_ten_schools_and_more_have_a_quantity_word_with_counts() {
        let part = |n, total| part(n, total, "school", "schools", 10);
        assert_eq!(part(8, 12), "a large majority of the schools (8 of the 12)");
        assert_eq!(part(6, 12), "half of the schools (6 of the 12)");
        assert_eq!(part(12, 12), "all 12 schools");
        assert_eq!(part(1, 40), "very few of the schools (1 of the 40)");
    }

    #[test]
    fn lists_and_sentences() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(sentence("  absence\nis high "), "Absence is high.");
        assert_eq!(first_sentence("One. Two.", 40), "One.");
        assert_eq!(
            first_sentence("Some, e.g. Year 7, wait. Next", 40),
            "Some, e.g. Year 7, wait."
        );
        assert_eq!(first_sentence("a b c d", 2), "a b …");
        assert_eq!(
            sentences("One two. Three four. Five.", 4),
            "One two. Three four."
        );
        assert_eq!(sentences("one two", 9), "One two.");
    }
}
