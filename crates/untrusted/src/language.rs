//! The guard on what reports may not say.

use std::collections::BTreeSet;

use group_inspection_core::language::guard_text;
use unicode_normalization::UnicodeNormalization;

/// Longest text looked at; what the guard does is done for each word.
const LONGEST: usize = 2_000;

/// Terms are quoted as they stand, and no other way of writing the same letters
/// and spaces hides one.
pub(crate) fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text: String = text.chars().take(LONGEST).collect();
    for term in guard_text(&text) {
        assert_eq!(
            text.get(term.start..term.end),
            Some(term.found.as_str()),
            "a term is not quoted as it stands in {text:?}"
        );
    }
    // Of letters that are written in one way only, so that each disguise is
    // undone by looking at it.
    if text
        .chars()
        .all(|letter| letter.is_ascii_graphic() || letter == ' ')
    {
        let plain = verdict(&text);
        for (name, disguise) in DISGUISES {
            let disguised = disguise(&text);
            assert!(
                plain.is_subset(&verdict(&disguised)),
                "{name} hides {plain:?}: {text:?} as {disguised:?}"
            );
        }
    } else {
        let composed: String = text.nfc().collect();
        let apart: String = text.nfd().collect();
        assert_eq!(
            verdict(&composed),
            verdict(&apart),
            "{composed:?} as {apart:?}"
        );
    }
}

/// Rules that the text breaks.
fn verdict(text: &str) -> BTreeSet<String> {
    guard_text(text)
        .into_iter()
        .map(|term| format!("{:?}", term.rule))
        .collect()
}

type Disguise = (&'static str, fn(&str) -> String);

const DISGUISES: [Disguise; 9] = [
    ("zero-width space", |text| within_words(text, '\u{200b}')),
    ("soft hyphen", |text| within_words(text, '\u{ad}')),
    ("word joiner", |text| within_words(text, '\u{2060}')),
    ("combining accent", |text| within_words(text, '\u{301}')),
    ("variation selector", |text| within_words(text, '\u{fe0f}')),
    ("no-break space", |text| text.replace(' ', "\u{a0}")),
    ("em space", |text| text.replace(' ', "\u{2003}")),
    ("full width", |text| {
        letters(text, |letter| {
            char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter)
        })
    }),
    ("look-alikes", |text| letters(text, look_alike)),
];

/// `mark` between any two letters.
fn within_words(text: &str, mark: char) -> String {
    let mut disguised = String::new();
    let mut after_letter = false;
    for letter in text.chars() {
        if after_letter && letter.is_ascii_alphabetic() {
            disguised.push(mark);
        }
        after_letter = letter.is_ascii_alphabetic();
        disguised.push(letter);
    }
    disguised
}

fn letters(text: &str, other: impl Fn(char) -> char) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_ascii_alphabetic() {
                other(letter)
            } else {
                letter
            }
        })
        .collect()
}

/// Cyrillic and Greek letters that look like Latin ones.
fn look_alike(letter: char) -> char {
    match letter {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'j' => 'ј',
        'o' => 'о',
        'p' => 'р',
        's' => 'ѕ',
        'x' => 'х',
        'y' => 'у',
        'A' => 'Α',
        'B' => 'Β',
        'E' => 'Ε',
        'H' => 'Η',
        'I' => 'Ι',
        'K' => 'Κ',
        'M' => 'Μ',
        'N' => 'Ν',
        'O' => 'Ο',
        'P' => 'Ρ',
        'T' => 'Τ',
        'X' => 'Χ',
        'Y' => 'Υ',
        'Z' => 'Ζ',
        other => other,
    }
}
