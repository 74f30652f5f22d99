//! The annexes: schools, accountability, ledgers, evidence.

use std::collections::HashSet;

use group_inspection_core::report::{
    AccountabilityRow, EvidenceRecord, LedgerLine, OutcomeLine, Report, SchoolRecord,
};

use super::{
    block::{Block, Cell, Column, Line, Row, Section, Table},
    lookup::{Lookup, evidence_anchor, school_anchor},
    outcomes,
};
use crate::words;

/// Anchor of the annex of evidence.
pub(crate) const EVIDENCE: &str = "annex-evidence";

pub(super) fn schools(report: &Report, lookup: &Lookup<'_>) -> Section {
    let mut blocks = vec![Block::text(format!(
        "Member schools as frozen on {}. Outcomes are shown as they were published for each \
         school. Different inspection frameworks are not comparable with each other. An outcome \
         dated before a school joined says nothing about this group.",
        words::date(report.front.membership_as_at)
    ))];
    if report.schools.is_empty() {
        blocks.push(Block::text("No member school is recorded."));
    } else {
        blocks.push(overview(report, lookup));
        blocks.extend(outcomes::by_framework(report));
    }
    let mut seen = HashSet::new();
    for school in &report.schools {
        let name = school.name.as_str();
        blocks.push(if seen.insert(school.urn) {
            Block::anchored(3, school_anchor(school.urn), name)
        } else {
            Block::heading(3, name)
        });
        blocks.extend(record(school, lookup));
    }
    Section {
        anchor: "annex-schools",
        number: "Annex A",
        title: "Member schools and their published outcomes",
        annex: true,
        blocks,
    }
}

fn overview(report: &Report, lookup: &Lookup<'_>) -> Block {
    Block::Table(Table {
        caption: "Member schools".to_owned(),
        columns: vec![
            Column::words("School", 6),
            Column::words("Phase and type", 5),
            Column::words("Local authority", 4),
            Column::words("Joined", 4),
            Column::words("Relation", 3),
        ],
        rows: report
            .schools
            .iter()
            .map(|school| {
                Row::new(vec![
                    Cell::lines(vec![lookup.school(school.urn)]),
                    Cell::lines(vec![
                        school.phase.clone().into(),
                        school.establishment_type.clone().into(),
                    ]),
                    school.local_authority.as_str().into(),
                    joined(school).into(),
                    words::role(school.role).into(),
                ])
            })
            .collect(),
    })
}

fn joined(school: &SchoolRecord) -> String {
    let day = words::date(school.joined);
    if school.joined_estimated {
        format!("{day} (approximate)")
    } else {
        day
    }
}

fn record(school: &SchoolRecord, lookup: &Lookup<'_>) -> Vec<Block> {
    let mut about = format!(
        "URN {}. {}, {}. {}. Joined {}.",
        school.urn,
        school.phase,
        school.establishment_type,
        school.local_authority,
        joined(school)
    );
    if !school.predecessors.is_empty() {
        let before: Vec<String> = school
            .predecessors
            .iter()
            .map(ToString::to_string)
            .collect();
        about.push_str(&format!(" Predecessor URN: {}.", words::list(&before)));
    }
    let mut blocks = vec![Block::text(about)];
    blocks.push(if school.outcomes.is_empty() {
        Block::text("No published outcome is known.")
    } else {
        Block::Table(Table {
            caption: format!("Published outcomes of {}", school.name),
            columns: vec![
                Column::words("Inspection", 4),
                Column::words("Framework", 5),
                Column::words("Published outcome", 8),
                Column::words("Evidence", 2),
            ],
            rows: school
                .outcomes
                .iter()
                .map(|outcome| outcome_row(school, outcome, lookup))
                .collect(),
        })
    });
    blocks
}

fn outcome_row(school: &SchoolRecord, outcome: &OutcomeLine, lookup: &Lookup<'_>) -> Row {
    let mut inspection = vec![
        Line::from(words::date(outcome.started)),
        Line::from(words::event(outcome.event).to_owned()),
    ];
    if outcome.urn_at_time != school.urn {
        inspection.push(format!("Predecessor, URN {}", outcome.urn_at_time).into());
    }
    let when = if outcome.inherited {
        "Before the school joined"
    } else {
        "Since the school joined"
    };
    let mut found: Vec<Line> = Vec::new();
    found.extend(
        outcome
            .concern
            .iter()
            .map(|concern| format!("Category of concern: {concern}").into()),
    );
    found.extend(outcome.text_outcome.iter().map(|text| text.clone().into()));
    found.extend(
        outcome
            .areas
            .iter()
            .map(|line| format!("{}: {}", line.area.label(), line.outcome).into()),
    );
    if found.is_empty() {
        found.push("No outcome was published.".to_owned().into());
    }
    Row::new(vec![
        Cell::lines(inspection),
        Cell::lines(vec![
            outcome.framework.label().to_owned().into(),
            when.to_owned().into(),
        ]),
        Cell::lines(found),
        Cell::default().with_refs(lookup.refs(std::slice::from_ref(&outcome.evidence))),
    ])
}

pub(super) fn accountability(report: &Report) -> Section {
    let annex = &report.accountability;
    let day = words::date(annex.as_at);
    let blocks = if annex.rows.is_empty() {
        vec![Block::text(format!(
            "No arrangement for this kind of body was found in the register as read on {day}."
        ))]
    } else {
        vec![
            Block::text(format!(
                "Arrangements by which this kind of body is already held to account, from the \
                 register as read on {day}."
            )),
            Block::Table(Table {
                caption: "Existing accountability".to_owned(),
                columns: vec![
                    Column::words("Arrangement", 4),
                    Column::words("Basis", 4),
                    Column::words("How often", 3),
                    Column::words("What is published", 4),
                    Column::words("Source", 3),
                ],
                rows: annex
                    .rows
                    .iter()
                    .map(|row| {
                        let source = source(row);
                        Row::new(vec![
                            row.arrangement.as_str().into(),
                            row.basis.as_str().into(),
                            row.frequency.as_str().into(),
                            row.output.as_str().into(),
                            source.as_str().into(),
                        ])
                    })
                    .collect(),
            }),
        ]
    };
    Section {
        anchor: "annex-accountability",
        number: "Annex B",
        title: "Accountability that already applies",
        annex: true,
        blocks,
    }
}

/// Where a row was read, and when.
fn source(row: &AccountabilityRow) -> String {
    match (&row.source, row.checked_on) {
        (Some(source), Some(day)) => format!("{source}, read on {}", words::date(day)),
        (Some(source), None) => source.clone(),
        (None, _) if row.verified => "Checked".to_owned(),
        (None, _) => "Still to be verified".to_owned(),
    }
}

pub(super) fn ledgers(report: &Report) -> Section {
    Section {
        anchor: "annex-ledgers",
        number: "Annex C",
        title: "What the inspection asked for and what it added",
        annex: true,
        blocks: vec![
            ledger("What the inspection asked for", &report.burden.lines),
            ledger("What the inspection added", &report.value.lines),
        ],
    }
}

fn ledger(caption: &str, lines: &[LedgerLine]) -> Block {
    if lines.is_empty() {
        return Block::text(format!("{caption}: nothing is recorded."));
    }
    Block::Table(Table {
        caption: caption.to_owned(),
        columns: vec![
            Column::words("Measure", 4),
            Column::words("Finding", 5),
            Column::words("Limit", 3),
        ],
        rows: lines
            .iter()
            .map(|line| {
                Row::new(vec![
                    line.measure.as_str().into(),
                    line.finding.as_str().into(),
                    line.limit.as_deref().unwrap_or("None set").into(),
                ])
            })
            .collect(),
    })
}

/// Everything the report rests on, or of very much evidence what `sections`
/// show beside what rests on it.
pub(super) fn evidence(report: &Report, lookup: &Lookup<'_>, sections: &[Section]) -> Section {
    let shown: HashSet<&str> = sections
        .iter()
        .flat_map(|section| &section.blocks)
        .flat_map(Block::refs)
        .map(|item| item.id.as_str())
        .collect();
    let listed: Vec<&EvidenceRecord> = report
        .evidence
        .iter()
        .filter(|record| !lookup.is_shortened() || shown.contains(record.id.as_str()))
        .collect();
    let blocks = if report.evidence.is_empty() {
        vec![Block::text("The report rests on no recorded evidence.")]
    } else {
        let mut seen = HashSet::new();
        vec![
            Block::text(introduction(report.evidence.len(), listed.len())),
            Block::Table(Table {
                caption: "Evidence".to_owned(),
                columns: vec![
                    Column::words("Entry", 2),
                    Column::words("Evidence", 7),
                    Column::words("Source", 5),
                    Column::words("About", 5),
                    Column::words("Dates", 5),
                    Column::words("Fingerprint", 5),
                ],
                rows: listed
                    .into_iter()
                    .map(|record| {
                        let anchor = evidence_anchor(&record.id);
                        Row {
                            anchor: seen.insert(anchor.clone()).then_some(anchor),
                            cells: evidence_cells(record, lookup),
                        }
                    })
                    .collect(),
            }),
        ]
    };
    Section {
        anchor: EVIDENCE,
        number: "Annex D",
        title: "Evidence",
        annex: true,
        blocks,
    }
}

fn introduction(held: usize, listed: usize) -> String {
    let not_published = "Items of evidence are not published here; their fingerprints show that \
                         they have not changed since.";
    if listed == held {
        return format!("Everything the report rests on. {not_published}");
    }
    format!(
        "The inspection held {} entries of evidence. Listed here are the {} that this copy shows \
         beside what rests on them. The other {} are in the JSON copy, which names for every \
         passage everything that it rests on. {not_published}",
        words::figures(held),
        words::figures(listed),
        words::figures(held - listed),
    )
}

fn evidence_cells(record: &EvidenceRecord, lookup: &Lookup<'_>) -> Vec<Cell> {
    let mut what: Vec<Line> = vec![
        record.title.clone().into(),
        words::evidence_type(record.evidence_type).to_owned().into(),
    ];
    what.extend(
        record
            .inspection_number
            .iter()
            .map(|number| format!("Inspection {number}").into()),
    );
    let mut dates: Vec<Line> = vec![words::span(record.effective_from, record.effective_to).into()];
    dates.push(
        record
            .received_on
            .map_or_else(
                || "Already published".to_owned(),
                |day| format!("Received {}", words::date(day)),
            )
            .into(),
    );
    vec![
        record.id.as_str().into(),
        Cell::lines(what),
        record.source.as_str().into(),
        lookup.some_schools(&record.schools),
        Cell::lines(dates),
        words::fingerprint(&record.sha256).into(),
    ]
}
