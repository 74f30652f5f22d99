//! The value ledger (domain.md 7): what the inspection added.
//!
//! It claims little: whether patterns were new and whether recommendations
//! were acted on, never an effect on attainment.

use chrono::{Months, NaiveDate};

use crate::{
    compile::Inputs,
    language::prose::{capital, counted, day, length, list, number},
    report::{LedgerLine, Report},
    weakness::IdentifiedBy,
};

pub use crate::report::ValueLedger;

const NONE_RECORDED: &str = "None recorded.";

/// The ledger of a report whose sections are written. Every measure is
/// present; one without an entry says so.
#[must_use]
pub fn ledger(inputs: &Inputs, report: &Report) -> ValueLedger {
    let lines = vec![
        line(
            "Patterns new to the group, as the group says",
            match report.patterns.key.len() {
                0 => "This report has no key pattern.".to_owned(),
                _ => "Not stated by the group when this version was compiled.".to_owned(),
            },
        ),
        line("Weaknesses first identified by", identified(inputs)),
        line(
            "Recommendations acted on",
            match report.recommendations.len() {
                0 => "This report makes no recommendation.".to_owned(),
                _ => NONE_RECORDED.to_owned(),
            },
        ),
        line("Follow-up date", follow_up(report)),
        line(
            "Survey of leaders, parents and staff after four months",
            survey(report.front.opened_on, 4),
        ),
        line(
            "Survey of leaders, parents and staff after 12 months",
            survey(report.front.opened_on, 12),
        ),
        line("Cost", NONE_RECORDED.to_owned()),
        line("What else holds the group to account", elsewhere(report)),
    ];
    ValueLedger { lines }
}

fn line(measure: &str, finding: String) -> LedgerLine {
    LedgerLine {
        measure: measure.to_owned(),
        finding,
        limit: None,
    }
}

fn identified(inputs: &Inputs) -> String {
    let mut seen = std::collections::BTreeSet::new();
    let (mut group, mut inspectors, mut others) = (0_u32, 0_u32, 0_u32);
    for weakness in inputs
        .weaknesses
        .iter()
        .filter(|weakness| seen.insert(weakness.id))
    {
        match weakness.identified_by {
            IdentifiedBy::GroupBeforeInspection | IdentifiedBy::GroupAfterSchoolInspection => {
                group += 1;
            }
            IdentifiedBy::Inspectors => inspectors += 1,
            IdentifiedBy::ThirdParty => others += 1,
        }
    }
    let parts: Vec<String> = [
        ("the group", group),
        ("inspectors", inspectors),
        ("others", others),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
    .map(|(who, n)| format!("{who} {}", number(n)))
    .collect();
    if parts.is_empty() {
        NONE_RECORDED.to_owned()
    } else {
        format!("{}.", capital(&list(&parts)))
    }
}

fn follow_up(report: &Report) -> String {
    report
        .recommendations
        .iter()
        .map(|recommendation| recommendation.due)
        .min()
        .map_or_else(
            || NONE_RECORDED.to_owned(),
            |due| format!("{}, when the first recommendation is due.", day(due)),
        )
}

/// Surveys are counted from publication, which no compiled version knows; the
/// day of opening gives the earliest possible date.
fn survey(opened_on: NaiveDate, months: u32) -> String {
    opened_on
        .checked_add_months(Months::new(months))
        .map_or_else(
            || NONE_RECORDED.to_owned(),
            |day_| format!("None recorded; not due before {}.", day(day_)),
        )
}

fn elsewhere(report: &Report) -> String {
    let rows = length(report.accountability.rows.len());
    let as_at = day(report.accountability.as_at);
    match rows {
        0 => format!("No arrangement found on {as_at}."),
        n => format!(
            "{} on {as_at}; annex B lists them.",
            capital(&counted(n, "arrangement", "arrangements"))
        ),
    }
}
