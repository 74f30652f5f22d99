//! The feed is well-formed and keeps its identifiers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use group_inspection_render::atom::{entry_id, feed};
use quick_xml::{Reader, events::Event};

fn text() -> String {
    String::from_utf8(feed(&support::feed_entries(), &support::feed_facts()).unwrap()).unwrap()
}

#[test]
fn it_is_well_formed() {
    let text = text();
    let mut reader = Reader::from_str(&text);
    let mut entries = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "entry" => entries += 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(entries, 3);
    assert!(
        text.chars()
            .all(|letter| !letter.is_control() || letter == '\n')
    );
    assert!(text.contains("&lt;script&gt;") && text.contains("Three Rivers &amp; Co"));
}

#[test]
fn identifiers_are_tags_of_report_and_version() {
    let text = text();
    assert_eq!(
        entry_id(support::id(1), 2),
        "tag:group-inspection,2026:report/01980000-0000-7000-8000-000000000001/v2"
    );
    for (number, version) in [(1, 2), (1, 1), (3, 1)] {
        let id = format!("<id>{}</id>", entry_id(support::id(number), version));
        assert_eq!(text.matches(&id).count(), 1);
    }
}

#[test]
fn it_has_pages_and_copies() {
    let text = text();
    for rel in ["self", "first", "previous", "next"] {
        assert!(text.contains(&format!("rel=\"{rel}\"")), "{rel}");
    }
    assert!(!text.contains("rel=\"last\""));
    assert!(text.contains("page=2&amp;size=50"));
    // The withdrawn version keeps its page and loses its copies.
    assert_eq!(text.matches("report.pdf").count(), 2);
    assert_eq!(text.matches("report.json").count(), 2);
}

#[test]
fn an_empty_feed_still_says_when_it_changed() {
    let text = String::from_utf8(feed(&[], &support::feed_facts()).unwrap()).unwrap();
    assert!(text.contains("<updated>2026-01-01T00:00:00Z</updated>"));
}
