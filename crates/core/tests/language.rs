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

use group_inspection_core::language::guard_text_naming;

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
fn wrong<'a>(set: &'a str, stop: bool) -> Vec<&'a str> {
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
