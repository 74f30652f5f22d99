//! The guard on a labelled set: what an editor stops, and ordinary prose with
//! the same words. The files beside this test hold a sentence a line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

use group_inspection_core::language::{guard_text, guard_text_naming};
use proptest::prelude::*;

const STOP: &str = include_str!("language/stop.txt");
const PASS: &str = include_str!("language/pass.txt");

/// Names of schools and bodies that sentences mention.
const NAMES: &[&str] = &[
    "Good Shepherd Catholic Primary School",
    "Star Academy",
    "Silver Birch Primary School",
];

fn stopped(sentence: &str) -> bool {
    !guard_text_naming(sentence, NAMES).is_empty()
}

/// Sentences the guard reads in another way than the label says.
fn wrong(set: &str, stop: bool) -> Vec<&str> {
    set.lines()
        .filter(|sentence| stopped(sentence) != stop)
        .collect()
}

#[test]
fn the_labelled_set_is_read_as_labelled() {
    let (stop, pass) = (STOP.lines().count(), PASS.lines().count());
    assert!(stop >= 300 && pass >= 300, "{stop} and {pass}");
    let missed = wrong(STOP, true);
    let false_alarms = wrong(PASS, false);
    println!(
        "recall {} of {stop}, false alarms {} of {pass}",
        stop - missed.len(),
        false_alarms.len()
    );
    assert!(
        missed.is_empty() && false_alarms.is_empty(),
        "missed: {missed:#?}\nfalse alarms: {false_alarms:#?}"
    );
}

#[test]
fn other_ways_of_writing_hide_nothing() {
    for sentence in [
        // Composed letters, small capitals, boxes, flags, fillers.
        "The group is \u{1ECD}utst\u{1EA1}nding.",
        "The group is ᴏᴜᴛsᴛᴀɴᴅɪɴɢ.",
        "The group is \u{1F17E}\u{1F184}\u{1F183}standing.",
        "The group is out\u{115F}stan\u{20DD}ding.",
        "The group is out\u{8}standing.",
        "The group is outst@nd\u{200B}ing.",
        "The group is out<st\u{200B}rong>standing.",
        // Spaces that do not break.
        "The group is rated red,\u{A0}amber,\u{A0}green.",
        "Mr\u{A0}Smith runs the group.",
        "The group is o\u{2003} u\u{2003} t\u{2003} s t a n d i n g.",
    ] {
        assert!(stopped(sentence), "{sentence:?}");
    }
}

/// Characters that readers do not see.
const INVISIBLE: [char; 5] = ['\u{200B}', '\u{00AD}', '\u{2060}', '\u{FE0F}', '\u{0301}'];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read_and_terms_are_quoted_as_they_stand(text: String) {
        for term in guard_text(&text) {
            prop_assert_eq!(text.get(term.start..term.end), Some(term.found.as_str()));
        }
    }

    #[test]
    fn nothing_unseen_hides_a_term(line in 0_usize..300, at in 0_usize..40, which in 0_usize..5) {
        let sentence = STOP.lines().nth(line).unwrap();
        // Inside a word only: between words it would change what is read.
        let letters: Vec<usize> = sentence
            .char_indices()
            .collect::<Vec<_>>()
            .windows(2)
            .filter(|pair| pair[0].1.is_ascii_alphabetic() && pair[1].1.is_ascii_alphabetic())
            .map(|pair| pair[1].0)
            .collect();
        prop_assume!(!letters.is_empty());
        let mut disguised = sentence.to_owned();
        disguised.insert(letters[at % letters.len()], INVISIBLE[which]);
        prop_assert!(stopped(&disguised), "{disguised:?}");
    }
}
