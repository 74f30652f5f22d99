//! Section 5: what is working and might be shared.
//!
//! Practice is described by theme, with the words of the evidence. Schools
//! are never put in an order.

use std::collections::BTreeSet;

use super::view::View;
use crate::{
    evidence::Bearing,
    language::prose::{capital, counted, length, line, number},
    pattern::{self, Cluster, Found},
    report::Passage,
};

/// Themes described at the most (domain.md 9.1: 300 words).
const THEMES: usize = 5;

pub(super) fn write(view: &View<'_>, found: &Found) -> Vec<Passage> {
    let mut described = BTreeSet::new();
    found
        .key
        .iter()
        .chain(&found.observations)
        .filter(|cluster| cluster.bearing == Bearing::Strength)
        .filter_map(|cluster| practice(view, cluster, &mut described))
        .take(THEMES)
        .collect()
}

/// Practice on one theme; `None` if no item of evidence describes any.
/// A published outcome alone shows that something works, not what.
/// An item is quoted once, under the first theme it supports.
fn practice(
    view: &View<'_>,
    cluster: &Cluster,
    described: &mut BTreeSet<String>,
) -> Option<Passage> {
    let (evidence, item) = cluster.item_evidence.iter().find_map(|evidence| {
        let item = view.items_by_id.get(evidence)?;
        let new = !described.contains(evidence) && !line(&item.text).is_empty();
        new.then_some((evidence, *item))
    })?;
    described.insert(evidence.clone());
    let words = pattern::quote(item)?;
    let seen = length(cluster.schools.len());
    let more = if seen > 1 {
        format!(
            " Other evidence of strength on this theme brings that to {}.",
            number(seen)
        )
    } else {
        String::new()
    };
    let named = length(
        item.schools
            .iter()
            .filter(|school| cluster.schools.contains(school))
            .count(),
    );
    Some(Passage {
        id: format!("shared_practice.{}", cluster.theme.code()),
        text: format!(
            "{}. {words} This describes practice in {}.{}",
            capital(cluster.theme.label()),
            counted(named, "school", "schools"),
            if seen > named { more } else { String::new() },
        ),
        evidence: if seen > named {
            cluster.evidence.clone()
        } else {
            vec![evidence.clone()]
        },
    })
}
