//! The value ledger (domain.md 7): what the inspection added.
//!
//! It claims little: whether patterns were new and whether recommendations
//! were acted on, never an effect on attainment.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    compile::Inputs,
    disclosure::Thresholds,
    language::prose::{capital, counted, day, figures, length, list, number, share},
    report::{LedgerLine, Report},
    weakness::IdentifiedBy,
};

pub use crate::report::ValueLedger;

const NONE_RECORDED: &str = "None recorded.";

/// Whether a key pattern was new to the group, as the group says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Novelty {
    /// It was new.
    New,
    /// It was new in part.
    PartlyNew,
    /// It was known.
    NotNew,
}

/// What was recorded of value after the report was compiled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Recorded {
    /// What the group says of each key pattern, by the identifier of the
    /// pattern's statement.
    pub novelty: BTreeMap<String, Novelty>,
    /// By number of a recommendation, the evidence that it was acted on.
    pub acted_on: BTreeMap<u32, Uuid>,
    /// Responses to the survey after 4 months, where it was held.
    pub first_survey_responses: Option<u32>,
    /// Responses to the survey after 12 months, where it was held.
    pub second_survey_responses: Option<u32>,
    /// What the inspection cost, in pence.
    pub cost_pence: Option<u64>,
}

/// The ledger of a report of which nothing was recorded since.
#[must_use]
pub fn ledger(inputs: &Inputs, report: &Report) -> ValueLedger {
    ledger_with(inputs, report, &Recorded::default())
}

/// The ledger of a report whose sections are written. Every measure is
/// present; one without an entry says so.
#[must_use]
pub fn ledger_with(inputs: &Inputs, report: &Report, recorded: &Recorded) -> ValueLedger {
    let thresholds = &inputs.policy.disclosure;
    let lines = vec![
        line(
            "Patterns new to the group, as the group says",
            novelty(report, recorded),
        ),
        line("Weaknesses first identified by", identified(inputs)),
        line("Recommendations acted on", acted_on(report, recorded)),
        line("Follow-up date", follow_up(report)),
        line(
            "Survey of leaders, parents and staff after four months",
            survey(
                report.front.opened_on,
                4,
                recorded.first_survey_responses,
                thresholds,
            ),
        ),
        line(
            "Survey of leaders, parents and staff after 12 months",
            survey(
                report.front.opened_on,
                12,
                recorded.second_survey_responses,
                thresholds,
            ),
        ),
        line(
            "Cost",
            recorded.cost_pence.map_or_else(
                || NONE_RECORDED.to_owned(),
                |pence| {
                    let pounds = u32::try_from(pence.div_ceil(100)).unwrap_or(u32::MAX);
                    format!("£{}.", figures(pounds))
                },
            ),
        ),
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

/// What the group says of the patterns. That none was new is said as plainly
/// as that all were: an inspection that finds only what is known adds little.
fn novelty(report: &Report, recorded: &Recorded) -> String {
    let stated: Vec<Novelty> = report
        .patterns
        .key
        .iter()
        .filter_map(|pattern| recorded.novelty.get(&pattern.statement.id).copied())
        .collect();
    if report.patterns.key.is_empty() {
        return "This report has no key pattern.".to_owned();
    }
    if stated.is_empty() {
        return "Not stated by the group when this version was compiled.".to_owned();
    }
    let parts: Vec<String> = [
        ("new", Novelty::New),
        ("new in part", Novelty::PartlyNew),
        ("not new", Novelty::NotNew),
    ]
    .into_iter()
    .filter_map(|(words, novelty)| {
        let n = length(stated.iter().filter(|other| **other == novelty).count());
        (n > 0).then(|| format!("{} {words}", number(n)))
    })
    .chain({
        let silent = report.patterns.key.len() - stated.len();
        (silent > 0).then(|| format!("{} not stated", number(length(silent))))
    })
    .collect();
    format!("{}.", capital(&list(&parts)))
}

fn acted_on(report: &Report, recorded: &Recorded) -> String {
    let all = length(report.recommendations.len());
    let acted = report
        .recommendations
        .iter()
        .filter(|recommendation| recorded.acted_on.contains_key(&recommendation.number));
    match (length(acted.count()), all) {
        (_, 0) => "This report makes no recommendation.".to_owned(),
        (0, _) => NONE_RECORDED.to_owned(),
        (n, all) => format!("{}, with evidence.", capital(&share(n, all))),
    }
}

/// Surveys are counted from publication, which no compiled version knows; the
/// day of opening gives the earliest possible date.
fn survey(
    opened_on: NaiveDate,
    months: u32,
    responses: Option<u32>,
    thresholds: &Thresholds,
) -> String {
    match responses {
        Some(n) if thresholds.survey_may_be_shown(u64::from(n)) => {
            return format!("{}.", capital(&counted(n, "response", "responses")));
        }
        Some(_) => return "Too few responded for results to be shown.".to_owned(),
        None => {}
    }
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
