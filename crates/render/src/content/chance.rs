//! How patterns were told from chance: the findings under each pattern and
//! the national reference in the method.

use group_inspection_core::{
    language::prose::figures,
    report::{OutcomeFinding, Pattern, ReferenceLine, SourceLine},
};

use super::{
    block::{Block, Cell, Column, Fact, Line, Row, Table},
    lookup::Lookup,
};
use crate::words;

/// How the pattern was told from chance; `None` for an observation.
pub(super) fn told_by(item: &Pattern) -> Option<Fact> {
    item.told_by
        .map(|told| Fact::new("Told from chance by", words::told_by(told)))
}

/// What in published outcomes chance would seldom give, with what would make
/// each finding go away.
pub(super) fn findings(item: &Pattern, lookup: &Lookup<'_>) -> Option<Block> {
    if item.findings.is_empty() {
        return None;
    }
    Some(Block::Table(Table {
        caption: format!(
            "What chance would seldom give in published outcomes: {}",
            item.heading
        ),
        columns: vec![
            Column::words("Finding", 6),
            Column::words("Area and framework", 5),
            Column::number("Schools that show it", 2),
            Column::number("Schools that could", 2),
            Column::words("Does it hold?", 5),
        ],
        rows: item
            .findings
            .iter()
            .map(|finding| row(finding, lookup))
            .collect(),
    }))
}

fn row(finding: &OutcomeFinding, lookup: &Lookup<'_>) -> Row {
    let mut what: Vec<Line> = vec![words::finding(finding.kind).to_owned().into()];
    what.extend(
        finding
            .part
            .iter()
            .map(|part| format!("Part of the group: {part}").into()),
    );
    let holds: Vec<Line> = if finding.fragile.is_empty() {
        vec![
            "Yes, also without any one school and a month later"
                .to_owned()
                .into(),
        ]
    } else {
        finding
            .fragile
            .iter()
            .map(|mark| words::fragile(*mark).to_owned().into())
            .collect()
    };
    Row::new(vec![
        Cell::lines(what),
        Cell::lines(vec![
            finding.area.label().to_owned().into(),
            finding.framework.label().to_owned().into(),
        ]),
        finding.schools.into(),
        finding.of_schools.into(),
        Cell::lines(holds).with_refs(lookup.refs(&finding.evidence)),
    ])
}

/// The national reference, as the method shows it.
pub(super) fn reference(line: &ReferenceLine) -> Vec<Block> {
    let mut blocks = vec![
        Block::anchored(3, "national-reference".to_owned(), "National reference"),
        Block::Facts {
            facts: vec![
                Fact::new("Inspections counted from", words::date(line.from)),
                Fact::new("As at", words::date(line.as_at)),
                Fact::new("Schools counted", figures(line.schools)),
                Fact::new("Rules of counting", line.rules.as_str()),
                Fact::new("Tests that could have led to a finding", line.tests),
            ],
        },
    ];
    if !line.sources.is_empty() {
        blocks.push(sources(
            "Files the national reference was counted from",
            &line.sources,
        ));
    }
    blocks
}

/// Register files, each with its fingerprint.
pub(super) fn sources(caption: &str, lines: &[SourceLine]) -> Block {
    Block::Table(Table {
        caption: caption.to_owned(),
        columns: vec![
            Column::words("Register", 4),
            Column::words("File", 4),
            Column::words("As at", 2),
            Column::words("Fingerprint", 2),
        ],
        rows: lines
            .iter()
            .map(|line| {
                Row::new(vec![
                    line.title.as_str().into(),
                    line.file_name.as_str().into(),
                    words::date(line.as_at).into(),
                    words::fingerprint(&line.sha256).into(),
                ])
            })
            .collect(),
    })
}
