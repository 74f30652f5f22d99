//! Sections 1, 2, 5, 7 and 8.

use group_inspection_core::report::{Context, CountLine, MovementLine, Report};

use super::{
    block::{Block, Column, Figure, Row, Section, Table},
    chance,
    lookup::Lookup,
};
use crate::{
    chart::{self, Bar, Group},
    words,
};

pub(super) fn summary(report: &Report, lookup: &Lookup<'_>) -> Section {
    Section {
        anchor: "section-summary",
        number: "1",
        title: "Summary for parents and the public",
        annex: false,
        blocks: vec![lookup.points(&report.summary)],
    }
}

pub(super) fn context(report: &Report, lookup: &Lookup<'_>) -> Section {
    let context = &report.context;
    let mut blocks = lookup.blocks(&context.passages);
    blocks.extend(counts("Member schools by phase", "Phase", &context.phases));
    if context.places.len() > 1 {
        blocks.push(Block::heading(3, "Where the schools are"));
        blocks.push(Block::Figure(places(&context.places)));
    }
    blocks.extend(counts(
        "Member schools by local authority",
        "Local authority",
        &context.places,
    ));
    blocks.extend(size(context));
    blocks.push(Block::heading(3, "Schools that joined or left"));
    blocks.push(movements(
        "Schools that joined",
        "Joined",
        "No school joined in the period shown.",
        &context.joined,
    ));
    blocks.push(movements(
        "Schools that left",
        "Left",
        "No school left in the period shown.",
        &context.left,
    ));
    Section {
        anchor: "section-context",
        number: "2",
        title: "The group in context",
        annex: false,
        blocks,
    }
}

fn counts(caption: &str, label: &'static str, lines: &[CountLine]) -> Option<Block> {
    if lines.is_empty() {
        return None;
    }
    Some(Block::Table(Table {
        caption: caption.to_owned(),
        columns: vec![Column::words(label, 4), Column::number("Schools", 1)],
        rows: lines
            .iter()
            .map(|line| Row::new(vec![line.label.as_str().into(), line.count.into()]))
            .collect(),
    }))
}

/// Local authorities with a bar of their own; the table has them all.
const PLACES: usize = 15;

fn places(lines: &[CountLine]) -> Figure {
    let mut bars: Vec<Bar> = lines
        .iter()
        .take(PLACES)
        .map(|line| Bar {
            label: line.label.clone(),
            count: line.count,
        })
        .collect();
    let rest = lines.get(PLACES..).unwrap_or_default();
    if !rest.is_empty() {
        bars.push(Bar {
            label: format!(
                "In {}",
                words::count(rest.len(), "other authority", "other authorities")
            ),
            count: rest.iter().map(|line| line.count).sum(),
        });
    }
    let group = Group {
        heading: None,
        bars,
    };
    chart::counts(
        "figure-places".to_owned(),
        "Where member schools are".to_owned(),
        "Each bar is the number of open member schools in the local authority named above it."
            .to_owned(),
        ("school", "schools"),
        &[group],
    )
}

fn size(context: &Context) -> Vec<Block> {
    if context.size_over_time.is_empty() {
        return Vec::new();
    }
    vec![
        Block::heading(3, "Size of the group over time"),
        Block::Figure(chart::size(&context.size_over_time)),
        Block::Table(Table {
            caption: "Number of member schools by day".to_owned(),
            columns: vec![Column::words("Day", 4), Column::number("Schools", 1)],
            rows: context
                .size_over_time
                .iter()
                .map(|point| Row::new(vec![words::date(point.on).into(), point.schools.into()]))
                .collect(),
        }),
    ]
}

fn movements(caption: &str, day: &'static str, none: &str, lines: &[MovementLine]) -> Block {
    if lines.is_empty() {
        return Block::text(none);
    }
    Block::Table(Table {
        caption: caption.to_owned(),
        columns: vec![
            Column::words("School", 5),
            Column::words("URN", 2),
            Column::words(day, 3),
        ],
        rows: lines
            .iter()
            .map(|line| {
                let mut on = words::date(line.on);
                if line.estimated {
                    on.push_str(" (approximate)");
                }
                Row::new(vec![
                    line.name.as_str().into(),
                    line.urn.to_string().into(),
                    on.into(),
                ])
            })
            .collect(),
    })
}

pub(super) fn shared_practice(report: &Report, lookup: &Lookup<'_>) -> Section {
    let blocks = if report.shared_practice.is_empty() {
        vec![Block::text(
            "The evidence did not point to any in particular.",
        )]
    } else {
        lookup.blocks(&report.shared_practice)
    };
    Section {
        anchor: "section-shared-practice",
        number: "5",
        title: "What is working and might be shared",
        annex: false,
        blocks,
    }
}

pub(super) fn method(report: &Report, lookup: &Lookup<'_>) -> Section {
    let method = &report.method;
    let mut blocks = lookup.blocks(&method.passages);
    if !method.evidence_counts.is_empty() {
        blocks.push(Block::Table(Table {
            caption: "Items of evidence by type".to_owned(),
            columns: vec![Column::words("Type", 4), Column::number("Items", 1)],
            rows: method
                .evidence_counts
                .iter()
                .map(|line| {
                    Row::new(vec![
                        words::sentence_case(&line.label).into(),
                        line.count.into(),
                    ])
                })
                .collect(),
        }));
    }
    if !method.sources.is_empty() {
        blocks.push(chance::sources("Register files used", &method.sources));
    }
    blocks.push(Block::text(format!(
        "The report rests on {} from other systems. Policy version {}; rules version {}. \
         A fingerprint is the first 12 characters of a SHA-256; the JSON copy has all of it.",
        words::count(method.submissions.len(), "submission", "submissions"),
        method.policy_version,
        method.rules_version
    )));
    if let Some(line) = &report.patterns.reference {
        blocks.extend(chance::reference(line));
    }
    Section {
        anchor: "section-method",
        number: "7",
        title: "How we inspected",
        annex: false,
        blocks,
    }
}

pub(super) fn group_response(report: &Report) -> Section {
    let blocks = match &report.group_response {
        Some(response) => vec![
            Block::text(format!(
                "The group's own words, received on {}.",
                words::date(response.received_on)
            )),
            Block::Quote {
                paragraphs: response.paragraphs.clone(),
            },
        ],
        None => vec![Block::text(
            "The group had given no response for publication when this version was published.",
        )],
    };
    Section {
        anchor: "section-group-response",
        number: "8",
        title: "The group's response",
        annex: false,
        blocks,
    }
}
