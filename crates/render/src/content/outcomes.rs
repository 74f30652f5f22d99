//! Published outcomes of member schools, counted by framework and area.
//!
//! Frameworks and areas are never added up (DR-04), outcomes from before a
//! school joined are left out (DR-09), and so is overall effectiveness, which
//! readers could take for a grade of the group when it is counted (DR-02).

use group_inspection_core::{
    outcome::{Area, AreaOutcome, Framework},
    report::{Report, SchoolRecord},
};

use super::block::{Block, Column, Row, Table};
use crate::chart::{self, Bar, Group};

/// Schools by the outcome of one area.
struct AreaCounts {
    area: Area,
    /// In the order of the framework's own words; none is zero.
    counts: Vec<(AreaOutcome, u32)>,
}

impl AreaCounts {
    fn of_schools(&self) -> u32 {
        self.counts.iter().map(|(_, schools)| schools).sum()
    }
}

pub(super) fn by_framework(report: &Report) -> Vec<Block> {
    let mut blocks = vec![
        Block::heading(3, "Published outcomes by framework and area"),
        Block::text(
            "In how many member schools inspectors published which outcome, at the latest \
             inspection of each area since the school joined. The counts are about schools, each \
             in its own area: they are not added up over areas or frameworks and say nothing of \
             the group as a whole. Overall effectiveness stands only with each school below.",
        ),
    ];
    let found: Vec<(Framework, Vec<AreaCounts>)> = Framework::ALL
        .into_iter()
        .rev()
        .map(|framework| (framework, counted(&report.schools, framework)))
        .filter(|(_, areas)| !areas.is_empty())
        .collect();
    if found.is_empty() {
        blocks.push(Block::text(
            "No outcome of an area has been published since a school joined.",
        ));
    }
    for (framework, areas) in &found {
        blocks.push(Block::heading(4, framework.label()));
        blocks.push(Block::Figure(drawn(*framework, areas)));
        blocks.push(tabled(*framework, areas));
    }
    blocks
}

fn counted(schools: &[SchoolRecord], framework: Framework) -> Vec<AreaCounts> {
    Area::REPORT_CARD
        .into_iter()
        .chain(Area::BEFORE_REPORT_CARD)
        .filter(|area| *area != Area::OverallEffectiveness)
        .filter_map(|area| {
            let latest: Vec<&str> = schools
                .iter()
                .filter_map(|school| latest(school, framework, area))
                .collect();
            let counts: Vec<(AreaOutcome, u32)> = AreaOutcome::PUBLISHED
                .into_iter()
                .map(|outcome| {
                    let schools = latest.iter().filter(|label| **label == outcome.label());
                    (outcome, u32::try_from(schools.count()).unwrap_or(u32::MAX))
                })
                .filter(|(_, schools)| *schools > 0)
                .collect();
            (!counts.is_empty()).then_some(AreaCounts { area, counts })
        })
        .collect()
}

/// The newest outcome of `area` since the school joined, as published.
fn latest(school: &SchoolRecord, framework: Framework, area: Area) -> Option<&str> {
    school
        .outcomes
        .iter()
        .filter(|outcome| outcome.framework == framework && !outcome.inherited)
        .flat_map(|outcome| &outcome.areas)
        .filter(|line| line.area == area)
        .map(|line| line.outcome.as_str())
        .find(|label| {
            AreaOutcome::PUBLISHED
                .iter()
                .any(|outcome| outcome.label() == *label)
        })
}

fn drawn(framework: Framework, areas: &[AreaCounts]) -> super::Figure {
    let groups: Vec<Group> = areas
        .iter()
        .map(|area| Group {
            heading: Some(area.area.label().to_owned()),
            bars: area
                .counts
                .iter()
                .map(|(outcome, schools)| Bar {
                    label: outcome.label().to_owned(),
                    count: *schools,
                })
                .collect(),
        })
        .collect();
    chart::counts(
        format!("figure-outcomes-{}", framework.code().replace('_', "-")),
        format!(
            "Published outcomes of member schools: {}",
            framework.label()
        ),
        "Each bar is the number of schools whose latest published outcome in the area is the \
         one named above it. Outcomes from before a school joined are left out."
            .to_owned(),
        ("school", "schools"),
        &groups,
    )
}

fn tabled(framework: Framework, areas: &[AreaCounts]) -> Block {
    let rows = areas.iter().flat_map(|area| {
        area.counts.iter().map(|(outcome, schools)| {
            Row::new(vec![
                area.area.label().into(),
                outcome.label().into(),
                (*schools).into(),
                area.of_schools().into(),
            ])
        })
    });
    Block::Table(Table {
        caption: format!("Schools by published outcome: {}", framework.label()),
        columns: vec![
            Column::words("Area", 5),
            Column::words("Published outcome", 4),
            Column::number("Schools", 2),
            Column::number("Schools with an outcome", 3),
        ],
        rows: rows.collect(),
    })
}
