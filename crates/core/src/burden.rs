//! The burden ledger (domain.md 6.2): what the inspection asked for, what it
//! already had and the time leaders said it took.

use std::collections::BTreeSet;

use crate::{
    compile::Inputs,
    language::prose::{agree, capital, counted, figures, length, number},
    policy::Policy,
    report::LedgerLine,
};

pub use crate::report::BurdenLedger;

const NONE_RECORDED: &str = "None recorded.";

/// The ledger. Every measure is present; one without an entry says so.
/// `items_used` is the number of items that some passage rests on.
#[must_use]
pub fn ledger(inputs: &Inputs, items_used: u32) -> BurdenLedger {
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
    let lines = vec![
        line(
            "Requests made of the group",
            amount(inputs.requests.made, "request", "requests"),
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
            match inputs.requests.asked_twice {
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
        line("Leader hours", hours(minutes), hours_limit(policy, open)),
        line(
            "Meetings held for the inspection",
            NONE_RECORDED.to_owned(),
            None,
        ),
        line("Notice in working days", NONE_RECORDED.to_owned(), None),
        line(
            "Fieldwork days for every ten schools",
            NONE_RECORDED.to_owned(),
            None,
        ),
        line(
            "Days on which a school was contacted",
            NONE_RECORDED.to_owned(),
            None,
        ),
        line(
            "Deadlines on a bank holiday or closure day",
            NONE_RECORDED.to_owned(),
            Some("None".to_owned()),
        ),
        line(
            "Working days from draft to publication",
            "Not known when this version was compiled.".to_owned(),
            None,
        ),
        line("Items sent but not used", unused(total, items_used), None),
        line("Cost", NONE_RECORDED.to_owned(), None),
    ];
    BurdenLedger { lines }
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
    policy
        .burden_hours
        .iter()
        .filter(|band| band.up_to_schools.is_none_or(|most| schools <= most))
        .min_by_key(|band| band.up_to_schools.unwrap_or(u32::MAX))
        .map(|band| format!("{} hours for a group of this size", number(band.hours)))
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
