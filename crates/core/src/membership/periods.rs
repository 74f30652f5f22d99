//! Periods as each source states them, before roles are settled.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    Entry, GroupFacts, SchoolFacts, Sighting, Source, beginning, is_maintained, register_body_id,
};
use crate::body::{BodyKind, IdentifierScheme};

/// A day and whether it is known only approximately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) on: NaiveDate,
    pub(super) estimated: bool,
}

impl Edge {
    const fn known(on: NaiveDate) -> Self {
        Self {
            on,
            estimated: false,
        }
    }

    const fn estimated(on: NaiveDate) -> Self {
        Self {
            on,
            estimated: true,
        }
    }
}

/// A period with its claim to be the responsible one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) body: Uuid,
    /// Strength of the claim; `None` for a mere associate.
    pub(super) rank: Option<u8>,
    pub(super) from: Edge,
    pub(super) to: Option<Edge>,
    pub(super) source: Source,
}

const fn rank(kind: BodyKind) -> Option<u8> {
    match kind {
        BodyKind::MultiAcademyTrust
        | BodyKind::SingleAcademyTrust
        | BodyKind::SecureSingleAcademyTrust
        | BodyKind::IndependentGroup
        | BodyKind::NonMaintainedSpecialGroup => Some(3),
        BodyKind::Federation => Some(2),
        BodyKind::LocalAuthority => Some(1),
        BodyKind::FoundationTrust
        | BodyKind::UmbrellaTrust
        | BodyKind::SchoolSponsor
        | BodyKind::Diocese => None,
    }
}

fn earlier(a: Option<Edge>, b: Option<Edge>) -> Option<Edge> {
    match (a, b) {
        // A known day beats an estimated one that is the same.
        (Some(a), Some(b)) => Some(if (b.on, b.estimated) < (a.on, a.estimated) {
            b
        } else {
            a
        }),
        (a, b) => a.or(b),
    }
}

fn newest(entries: &[Entry]) -> Option<&Entry> {
    entries.iter().max()
}

/// Periods of group links.
pub(super) fn from_links(
    facts: &SchoolFacts,
    group: impl Fn(&str) -> Option<GroupFacts>,
) -> Vec<Claim> {
    let school = newest(&facts.entries);
    let opened = school.and_then(|entry| entry.opened);
    let closed = school.and_then(|entry| entry.closed);
    let mut by_uid: BTreeMap<&str, Vec<&Sighting>> = BTreeMap::new();
    for sighting in &facts.links {
        by_uid.entry(&sighting.uid).or_default().push(sighting);
    }
    let mut claims = Vec::new();
    for (uid, mut sightings) in by_uid {
        let Some(group) = group(uid) else { continue };
        // Of two registers of the same day, the one that lists the link
        // prevails, and of two joining dates the later.
        sightings
            .sort_by_key(|sighting| (sighting.as_at, Reverse((sighting.present, sighting.joined))));
        sightings.dedup_by_key(|sighting| sighting.as_at);
        let end = earlier(closed.map(Edge::known), group.closed.map(Edge::known));
        for (from, to) in runs(&sightings, opened.max(group.opened)) {
            let to = earlier(to, end);
            if to.is_none_or(|to| to.on > from.on) {
                claims.push(Claim {
                    body: group.body,
                    rank: rank(group.kind),
                    from,
                    to,
                    source: Source::GroupLink,
                });
            }
        }
    }
    claims
}

/// Runs of sightings: from joining until the first register without the link.
fn runs(sightings: &[&Sighting], fallback: Option<NaiveDate>) -> Vec<(Edge, Option<Edge>)> {
    let mut runs: Vec<(Edge, Option<Edge>)> = Vec::new();
    let mut open: Option<Edge> = None;
    for sighting in sightings {
        match (sighting.present, open) {
            (true, None) => {
                let from = match (sighting.joined, runs.last()) {
                    // Back after an absence: the date of the first joining
                    // says nothing about the second.
                    (Some(joined), Some((_, Some(left)))) if joined <= left.on => {
                        Edge::estimated(sighting.as_at)
                    }
                    (Some(joined), _) => Edge::known(joined),
                    (None, Some(_)) => Edge::estimated(sighting.as_at),
                    (None, None) => {
                        Edge::estimated(fallback.unwrap_or(sighting.as_at).min(sighting.as_at))
                    }
                };
                open = Some(from);
            }
            (true, Some(from)) => {
                // A corrected joining date replaces the earlier one.
                if let Some(joined) = sighting.joined
                    && joined != from.on
                {
                    open = Some(Edge::known(joined));
                }
            }
            (false, Some(from)) => {
                runs.push((from, Some(Edge::estimated(sighting.as_at))));
                open = None;
            }
            (false, None) => {}
        }
    }
    runs.extend(open.map(|from| (from, None)));
    runs
}

/// Periods that follow from columns of the school's own entry: its local
/// authority if that maintains it, and its diocese.
pub(super) fn from_entries(facts: &SchoolFacts) -> Vec<Claim> {
    let mut entries: Vec<&Entry> = facts.entries.iter().collect();
    entries.sort();
    let mut claims = of_column(&entries, BodyKind::LocalAuthority, |entry| {
        let maintained = entry.type_code.as_deref().is_some_and(is_maintained);
        entry
            .la_code
            .as_deref()
            .filter(|_| maintained)
            .map(|code| register_body_id(IdentifierScheme::LaCode, code))
    });
    claims.extend(of_column(&entries, BodyKind::Diocese, |entry| {
        entry
            .diocese_code
            .as_deref()
            .map(|code| register_body_id(IdentifierScheme::DioceseCode, code))
    }));
    claims
}

fn of_column(
    entries: &[&Entry],
    kind: BodyKind,
    body: impl Fn(&Entry) -> Option<Uuid>,
) -> Vec<Claim> {
    let Some(last) = entries.last() else {
        return Vec::new();
    };
    let end = last.closed.map(Edge::known);
    let mut claims: Vec<Claim> = Vec::new();
    let mut open: Option<(Uuid, Edge)> = None;
    for (position, entry) in entries.iter().enumerate() {
        let now = body(entry);
        if open.map(|(body, _)| body) == now {
            continue;
        }
        if let Some((body, from)) = open.take() {
            claims.push(Claim {
                body,
                rank: rank(kind),
                from,
                to: earlier(Some(Edge::estimated(entry.as_at)), end),
                source: Source::Establishment,
            });
        }
        open = now.map(|body| {
            let from = if position > 0 {
                Edge::estimated(entry.as_at)
            } else {
                last.opened
                    .map_or_else(|| Edge::estimated(beginning()), Edge::known)
            };
            (body, from)
        });
    }
    claims.extend(open.map(|(body, from)| Claim {
        body,
        rank: rank(kind),
        from,
        to: end,
        source: Source::Establishment,
    }));
    claims.retain(|claim| claim.to.is_none_or(|to| to.on > claim.from.on));
    claims
}
