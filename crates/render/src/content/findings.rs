//! Sections 3, 4 and 6: patterns, responses to weaknesses, recommendations.

use group_inspection_core::report::{
    ActionLine, Passage, Pattern, Recommendation, Report, WeaknessResponse,
};

use super::{
    block::{Block, Cell, Column, Fact, Line, Row, Section, Table},
    chance,
    lookup::{Lookup, weakness_anchor},
};
use crate::{chart, words};

pub(super) fn patterns(report: &Report, lookup: &Lookup<'_>) -> Section {
    let patterns = &report.patterns;
    let mut blocks = vec![lookup.block(&patterns.introduction)];
    for (index, item) in patterns.key.iter().enumerate() {
        blocks.push(Block::anchored(
            3,
            format!("pattern-{}", index + 1),
            item.heading.as_str(),
        ));
        blocks.extend(pattern(item, lookup));
    }
    if !patterns.observations.is_empty() {
        blocks.push(Block::anchored(
            3,
            "observations".to_owned(),
            "Observations that fall short of a key pattern",
        ));
        blocks.push(
            lookup.points(
                &patterns
                    .observations
                    .iter()
                    .map(in_brief)
                    .collect::<Vec<_>>(),
            ),
        );
        blocks.extend(
            patterns
                .observations
                .iter()
                .filter_map(|item| chance::findings(item, lookup)),
        );
    }
    blocks.push(Block::heading(
        3,
        "How a pattern was told from a coincidence",
    ));
    blocks.push(Block::text(patterns.how_found.as_str()));
    Section {
        anchor: "section-patterns",
        number: "3",
        title: "Key patterns in school quality",
        annex: false,
        blocks,
    }
}

/// An observation in one paragraph: what it says and why it is no more than
/// that, which is the last thing its details say.
fn in_brief(item: &Pattern) -> Passage {
    let mut brief = item.statement.clone();
    if let Some(reason) = item.detail.last() {
        brief.text = format!("{} {}", brief.text, reason.text);
        for id in &reason.evidence {
            if !brief.evidence.contains(id) {
                brief.evidence.push(id.clone());
            }
        }
    }
    brief
}

fn pattern(item: &Pattern, lookup: &Lookup<'_>) -> Vec<Block> {
    let mut blocks = vec![lookup.block(&item.statement)];
    blocks.extend(lookup.blocks(&item.detail));
    let types: Vec<String> = item
        .evidence_types
        .iter()
        .map(|kind| kind.label().to_owned())
        .collect();
    let mut facts = vec![
        Fact::new("Theme", words::sentence_case(item.theme.label())),
        Fact::new("What it shows", words::bearing(item.bearing)),
        Fact::new(
            "Seen in",
            format!(
                "{} of {} with any evidence on the theme",
                item.schools.len(),
                words::schools(item.of_schools as usize)
            ),
        ),
    ];
    if !item.schools.is_empty() {
        facts.push(Fact::new("Schools", lookup.all_schools(&item.schools)));
    }
    if !types.is_empty() {
        facts.push(Fact::new(
            "Types of evidence",
            words::sentence_case(&words::list(&types)),
        ));
    }
    facts.extend(chance::told_by(item));
    blocks.push(Block::Facts { facts });
    blocks.extend(chance::findings(item, lookup));
    if !item.outcome_counts.is_empty() {
        blocks.push(outcome_counts(item));
    }
    blocks
}

fn outcome_counts(item: &Pattern) -> Block {
    Block::Table(Table {
        caption: format!(
            "Published school outcomes since joining, each framework counted on its own: {}",
            item.heading
        ),
        columns: vec![
            Column::words("Area", 4),
            Column::words("Framework", 4),
            Column::number(words::counted_outcomes(item.bearing), 3),
            Column::number("Schools with an outcome in the area", 3),
        ],
        rows: item
            .outcome_counts
            .iter()
            .map(|line| {
                Row::new(vec![
                    line.area.label().into(),
                    line.framework.label().into(),
                    line.schools.into(),
                    line.of_schools.into(),
                ])
            })
            .collect(),
    })
}

pub(super) fn responses(report: &Report, lookup: &Lookup<'_>) -> Section {
    let responses = &report.responses;
    let mut blocks = vec![lookup.block(&responses.introduction)];
    blocks.extend(
        responses
            .findings
            .iter()
            .map(|finding| lookup.block(finding)),
    );
    if !responses.weaknesses.is_empty() {
        blocks.push(Block::Figure(chart::timeline(
            &responses.weaknesses,
            report.front.membership_as_at.max(report.front.opened_on),
        )));
        blocks.push(timeline_table(&responses.weaknesses));
    }
    for (index, item) in responses.weaknesses.iter().enumerate() {
        blocks.extend(weakness(index + 1, item, lookup));
    }
    Section {
        anchor: "section-responses",
        number: "4",
        title: "How effectively the group responds to weaknesses",
        annex: false,
        blocks,
    }
}

fn timeline_table(weaknesses: &[WeaknessResponse]) -> Block {
    Block::Table(Table {
        caption: "When weaknesses became known and when action began".to_owned(),
        columns: vec![
            Column::words("Weakness", 5),
            Column::words("First known", 3),
            Column::words("First action began", 3),
            Column::number("Actions", 2),
            Column::number("Not yet ended", 2),
        ],
        rows: weaknesses
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let open = item
                    .actions
                    .iter()
                    .filter(|action| action.completed.is_none())
                    .count();
                Row::new(vec![
                    Cell::lines(vec![weakness_line(index + 1, item)]),
                    words::date(item.first_known).into(),
                    item.actions
                        .iter()
                        .map(|action| action.started)
                        .min()
                        .map_or_else(|| "No action recorded".to_owned(), words::date)
                        .into(),
                    item.actions.len().to_string().into(),
                    open.to_string().into(),
                ])
            })
            .collect(),
    })
}

fn weakness_title(number: usize, item: &WeaknessResponse) -> String {
    format!(
        "Weakness {number}: {}",
        words::sentence_case(item.theme.label())
    )
}

fn weakness_line(number: usize, item: &WeaknessResponse) -> Line {
    Line {
        text: weakness_title(number, item),
        target: Some(weakness_anchor(number)),
    }
}

fn weakness(number: usize, item: &WeaknessResponse, lookup: &Lookup<'_>) -> Vec<Block> {
    let mut facts = vec![
        Fact::new("First known", words::date(item.first_known)),
        Fact::new(
            "Came to light through",
            words::sentence_case(item.source.label()),
        ),
        Fact::new(
            "First identified by",
            words::sentence_case(item.identified_by.label()),
        ),
        Fact::new("Reach", words::reach(item.reach)),
    ];
    if !item.schools.is_empty() {
        facts.push(Fact::new("Schools", lookup.all_schools(&item.schools)));
    }
    facts.push(Fact::new(
        "Seen earlier in another member school",
        words::recurrence(item.recurrence),
    ));
    let mut blocks = vec![
        Block::anchored(3, weakness_anchor(number), weakness_title(number, item)),
        lookup.block(&item.statement),
        Block::Facts { facts },
        Block::heading(4, "What was done"),
        if item.actions.is_empty() {
            Block::text("No action is recorded.")
        } else {
            actions(number, &item.actions, lookup)
        },
        Block::heading(4, "Effect so far"),
        lookup.block(&item.effectiveness),
    ];
    if !item.gaps.is_empty() {
        blocks.push(Block::heading(4, "What is missing"));
        blocks.push(lookup.points(&item.gaps));
    }
    blocks
}

fn actions(number: usize, lines: &[ActionLine], lookup: &Lookup<'_>) -> Block {
    Block::Table(Table {
        caption: format!("Actions on weakness {number}"),
        columns: vec![
            Column::words("Action", 6),
            Column::words("Began", 3),
            Column::words("Ended", 3),
            Column::words("What is known of its impact", 4),
        ],
        rows: lines
            .iter()
            .map(|line| {
                Row::new(vec![
                    Cell::lines(vec![
                        line.description.clone().into(),
                        words::action(line.kind).to_owned().into(),
                    ]),
                    words::date(line.started).into(),
                    line.completed
                        .map_or_else(|| "Not yet".to_owned(), words::date)
                        .into(),
                    Cell::from(words::sentence_case(line.impact.label()))
                        .with_refs(lookup.refs(&line.evidence)),
                ])
            })
            .collect(),
    })
}

pub(super) fn recommendations(report: &Report, lookup: &Lookup<'_>) -> Section {
    let blocks = if report.recommendations.is_empty() {
        vec![Block::text("There are no recommendations.")]
    } else {
        report
            .recommendations
            .iter()
            .flat_map(|item| recommendation(item, lookup))
            .collect()
    };
    Section {
        anchor: "section-recommendations",
        number: "6",
        title: "Recommendations",
        annex: false,
        blocks,
    }
}

fn recommendation(item: &Recommendation, lookup: &Lookup<'_>) -> Vec<Block> {
    let mut facts = vec![
        Fact::new("Who is to act", item.owner.as_str()),
        Fact::new("By when", words::date(item.due)),
    ];
    let answers: Vec<Line> = item
        .weaknesses
        .iter()
        .filter_map(|id| lookup.weakness(*id))
        .map(|(number, weakness)| weakness_line(number, weakness))
        .collect();
    if !answers.is_empty() {
        facts.push(Fact::new("Answers", Cell::lines(answers)));
    }
    vec![
        Block::anchored(
            3,
            format!("recommendation-{}", item.number),
            format!("Recommendation {}", item.number),
        ),
        lookup.block(&item.text),
        Block::Facts { facts },
    ]
}
