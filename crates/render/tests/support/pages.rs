//! Entries of listings and feeds.

use group_inspection_core::body::BodyKind;
use group_inspection_render::{
    PublicationStatus,
    atom::{FeedEntry, FeedFacts},
    html::{Paging, PublishedEntry, TombstoneFacts},
};

use super::{HOSTILE, facts, id, moment};

pub fn entries() -> Vec<PublishedEntry> {
    let entry = |number, name: &str, version, status| PublishedEntry {
        report_id: id(number),
        version,
        group_name: name.to_owned(),
        body_kind: BodyKind::Federation,
        reference: format!("GI-2026-{number:04}"),
        open_schools: 1,
        published_at: moment("2026-11-20T09:30:00Z"),
        status,
    };
    vec![
        entry(1, "Three Rivers Federation", 1, PublicationStatus::Current),
        entry(2, HOSTILE[1], 2, PublicationStatus::Corrected),
    ]
}

pub fn paging() -> Paging {
    Paging {
        newer: None,
        older: Some("/?before=0198&size=20".to_owned()),
    }
}

pub fn tombstone() -> TombstoneFacts {
    TombstoneFacts {
        report_id: id(1),
        version: 1,
        group_name: "Three Rivers Federation".to_owned(),
        reference: "GI-2026-0001".to_owned(),
        published_at: moment("2026-11-20T09:30:00Z"),
        withdrawn_at: moment("2026-12-01T12:00:00Z"),
        reason: "It named a school of another group.".to_owned(),
        latest_version: Some(2),
    }
}

pub fn feed_entries() -> Vec<FeedEntry> {
    let entry = |number, version, status, name: &str| FeedEntry {
        report_id: id(number),
        version,
        group_name: name.to_owned(),
        reference: "GI-2026-0001".to_owned(),
        summary: HOSTILE[5].to_owned(),
        published_at: moment("2026-11-20T09:30:00Z"),
        updated_at: moment("2026-11-20T09:30:00.5Z"),
        status,
        public_note: (version > 1).then(|| "A date was wrong.".to_owned()),
    };
    vec![
        entry(1, 2, PublicationStatus::Corrected, "Three Rivers & Co"),
        entry(1, 1, PublicationStatus::Superseded, HOSTILE[1]),
        entry(3, 1, PublicationStatus::Withdrawn, HOSTILE[3]),
    ]
}

pub fn feed_facts() -> FeedFacts {
    FeedFacts {
        site: facts().site,
        this: "/feed.atom?page=2&size=50".to_owned(),
        first: "/feed.atom".to_owned(),
        previous: Some("/feed.atom".to_owned()),
        next: Some("/feed.atom?page=3".to_owned()),
        last: None,
        updated_at: moment("2026-01-01T00:00:00Z"),
    }
}
