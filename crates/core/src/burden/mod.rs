//! The burden ledger (domain.md 6.2): what the inspection asked for, what it
//! already had and the time leaders said it took.

mod measure;

use std::collections::BTreeSet;

use crate::{
    compile::Inputs,
    language::prose::{agree, capital, counted, figures, length, number},
    policy::Policy,
    report::LedgerLine,
};

pub use crate::report::BurdenLedger;
pub use measure::{Caps, LeaderTime, Measures, Meeting, Passed, Recorded, measures, passed};

const NONE_RECORDED: &str = "None recorded.";

/// The ledger of an inspection of which nothing was recorded but what was
/// sent. `items_used` is the number of items that some passage rests on.
#[must_use]
pub fn ledger(inputs: &Inputs, items_used: u32) -> BurdenLedger {
    ledger_with(inputs, items_used, &Recorded::default())
}

/// The ledger. Every measure is present; one without an entry says so.
#[must_use]
pub fn ledger_with(inputs: &Inputs, items_used: u32, recorded: &Recorded) -> BurdenLedger {
    let policy = &inputs.policy;
    let mut seen = BTreeSet::new();
    let items: Vec<_> = inputs
        .evidence
        .iter()
        .filter(|item| seen.insert(item.id))
        .collect();
    let made = length(items.iter().filter(|item| !item.normal_business).count());
    let minutes = items
        .iter()
        .fold(0_u32, |sum, item| sum.saturating_add(item.minutes));
    let about_schools = length(items.iter().filter(|item| !item.schools.is_empty()).count());
    let sent_again = items
        .iter()
        .fold(0_u32, |sum, item| sum.saturating_add(item.reused));
    let open = length(inputs.members.iter().filter(|member| member.open).count());
    let total = length(items.len());
    let measures = measures(recorded, minutes, open, &policy.burden);
    let mut lines = vec![
        line(
            "Requests made of the group",
            amount(measures.requests, "request", "requests"),
            Some(format!(
                "No more than {}",
                figures(policy.burden_requests_maximum)
            )),
        ),
        line(
            "Reuse of what was already held",
            reuse(inputs, total),
            Some(format!(
                "At least {} per cent of what is needed",
                policy.burden_reuse_per_cent_minimum
            )),
        ),
        line(
            "Requests for what was already held",
            match measures.asked_twice {
                0 => NONE_RECORDED.to_owned(),
                n => format!(
                    "{}, with a reason.",
                    capital(&counted(n, "request", "requests"))
                ),
            },
            Some("None without a recorded reason".to_owned()),
        ),
        line(
            "Items made for the inspection",
            amount(made, "item", "items"),
            Some("None".to_owned()),
        ),
        line(
            "Items about named schools rather than the centre",
            amount(about_schools, "item", "items"),
            None,
        ),
        line(
            "Items sent more than once",
            amount(sent_again, "repeat", "repeats"),
            None,
        ),
        line(
            "Leader hours",
            hours(measures.leader_minutes),
            hours_limit(policy, open),
        ),
    ];
    lines.extend(fieldwork_lines(&measures, policy));
    lines.extend([
        line("Items sent but not used", unused(total, items_used), None),
        line(
            "Cost",
            if *recorded == Recorded::default() {
                NONE_RECORDED.to_owned()
            } else {
                cost(&measures)
            },
            None,
        ),
    ]);
    if measures.requests > 0 {
        lines.insert(
            1,
            line(
                "Requests to schools rather than the centre",
                amount(measures.school_requests, "request", "requests"),
                Some(format!(
                    "No more than {} to a school in the sample",
                    number(policy.requests.per_sampled_school)
                )),
            ),
        );
    }
    BurdenLedger { lines }
}

/// Notice, meetings, fieldwork and dates. A limit stands only beside what was
/// recorded, so that nothing seems to keep it or not.
fn fieldwork_lines(measures: &Measures, policy: &Policy) -> [LedgerLine; 6] {
    [
        line("Meetings held for the inspection", meetings(measures), None),
        line(
            "Notice in working days",
            days(measures.notice_working_days, "working day", "working days"),
            measures.notice_working_days.map(|_| {
                format!(
                    "At least {}",
                    number(policy.burden.notice_working_days_minimum)
                )
            }),
        ),
        line(
            "Fieldwork days for every ten schools",
            measures
                .fieldwork_tenths_for_ten_schools
                .map_or_else(|| NONE_RECORDED.to_owned(), tenths),
            None,
        ),
        line(
            "Days on which a school was contacted",
            days(measures.contact_days, "day at the most", "days at the most"),
            measures.contact_days.map(|_| {
                format!(
                    "No more than {}",
                    number(policy.burden.contact_days_maximum)
                )
            }),
        ),
        line(
            "Deadlines on a bank holiday or closure day",
            match measures.unsafe_deadlines {
                Some(0) => "None.".to_owned(),
                other => days(other, "deadline", "deadlines"),
            },
            Some("None".to_owned()),
        ),
        line(
            "Working days from draft to publication",
            measures.turnaround_working_days.map_or_else(
                || "Not known when this version was compiled.".to_owned(),
                |n| days(Some(n), "working day", "working days"),
            ),
            measures.turnaround_working_days.map(|_| {
                format!(
                    "No more than {}",
                    number(policy.burden.turnaround_working_days_maximum)
                )
            }),
        ),
    ]
}

fn days(n: Option<u32>, one: &str, many: &str) -> String {
    n.map_or_else(
        || NONE_RECORDED.to_owned(),
        |n| format!("{}.", capital(&counted(n, one, many))),
    )
}

fn tenths(n: u32) -> String {
    match (n / 10, n % 10) {
        (whole, 0) => format!("{}.", capital(&counted(whole, "day", "days"))),
        (whole, tenth) => format!("{}.{tenth} days.", figures(whole)),
    }
}

fn meetings(measures: &Measures) -> String {
    match measures.meetings {
        0 => NONE_RECORDED.to_owned(),
        n => format!(
            "{}, {} of those who attended.",
            capital(&counted(n, "meeting", "meetings")),
            counted(measures.meeting_minutes, "minute", "minutes")
        ),
    }
}

/// The price of leaders' time and of travel, in whole pounds.
fn cost(measures: &Measures) -> String {
    match u32::try_from(measures.cost_pence.div_ceil(100)).unwrap_or(u32::MAX) {
        0 => NONE_RECORDED.to_owned(),
        pounds => format!(
            "£{} for the time of leaders at an assumed price, and for travel.",
            figures(pounds)
        ),
    }
}

/// Hours of leaders that the policy allows a group of this size.
#[must_use]
pub fn hours_maximum(policy: &Policy, schools: u32) -> Option<u32> {
    policy
        .burden_hours
        .iter()
        .filter(|band| band.up_to_schools.is_none_or(|most| schools <= most))
        .min_by_key(|band| band.up_to_schools.unwrap_or(u32::MAX))
        .map(|band| band.hours)
}

fn line(measure: &str, finding: String, limit: Option<String>) -> LedgerLine {
    LedgerLine {
        measure: measure.to_owned(),
        finding,
        limit,
    }
}

fn amount(n: u32, one: &str, many: &str) -> String {
    match n {
        0 => NONE_RECORDED.to_owned(),
        n => format!("{}.", capital(&counted(n, one, many))),
    }
}

/// What was needed is what the report shows: published outcomes, which came
/// from registers, and items, which had to be sent.
fn reuse(inputs: &Inputs, items: u32) -> String {
    let open: BTreeSet<_> = inputs
        .members
        .iter()
        .filter(|member| member.open)
        .map(|member| member.urn)
        .collect();
    let held: BTreeSet<_> = inputs
        .outcomes
        .iter()
        .filter(|fact| open.contains(&fact.member))
        .map(|fact| {
            (
                fact.member,
                fact.outcome.event,
                &fact.outcome.inspection_number,
            )
        })
        .collect();
    let held = length(held.len());
    match (held, held.saturating_add(items)) {
        (_, 0) => NONE_RECORDED.to_owned(),
        (0, n) => format!(
            "None of the {} used came from what was already held.",
            counted(n, "record", "records")
        ),
        (held, n) if held == n => "Everything used came from what was already held.".to_owned(),
        (held, n) => format!(
            "{} records used came from what was already held.",
            capital(&crate::language::prose::share(held, n)),
        ),
    }
}

fn hours(minutes: u32) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (0, 0) => NONE_RECORDED.to_owned(),
        (0, m) => format!(
            "{m} {}, as stated by senders.",
            agree(m, "minute", "minutes")
        ),
        (h, 0) => format!(
            "{} {}, as stated by senders.",
            figures(h),
            agree(h, "hour", "hours")
        ),
        (h, m) => format!(
            "{} {} {m} {}, as stated by senders.",
            figures(h),
            agree(h, "hour", "hours"),
            agree(m, "minute", "minutes")
        ),
    }
}

fn hours_limit(policy: &Policy, schools: u32) -> Option<String> {
    hours_maximum(policy, schools)
        .map(|hours| format!("{} hours for a group of this size", number(hours)))
}

fn unused(total: u32, used: u32) -> String {
    if total == 0 {
        return NONE_RECORDED.to_owned();
    }
    match total.saturating_sub(used) {
        0 => "None: every item supports a passage of this report.".to_owned(),
        n if n == total => "No item supports a passage of this report.".to_owned(),
        n => format!(
            "{} items.",
            capital(&crate::language::prose::share(n, total))
        ),
    }
}
