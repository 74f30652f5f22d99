//! The measures of burden (domain.md 6.2), from what was recorded as the
//! inspection went.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Urn,
    language::prose::length,
    request::{Addressee, Asked, Basis},
};

/// Limits and prices of the burden ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Caps {
    /// Working days from notification to the first day of fieldwork.
    pub notice_working_days_minimum: u32,
    /// Distinct days on which one school is contacted.
    pub contact_days_maximum: u32,
    /// Working days from the first draft to publication.
    pub turnaround_working_days_maximum: u32,
    /// Price of an hour of a leader in pence. The default is assumed; whoever
    /// runs the service sets it from the current Annual Survey of Hours and
    /// Earnings.
    pub leader_hour_pence: u32,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            notice_working_days_minimum: 10,
            contact_days_maximum: 2,
            turnaround_working_days_maximum: 30,
            leader_hour_pence: 4_000,
        }
    }
}

/// What was recorded as the inspection went, beyond what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Recorded {
    /// Requests made.
    pub requests: Vec<Asked>,
    /// Meetings held.
    pub meetings: Vec<Meeting>,
    /// Time that leaders say it took, beside evidence and meetings.
    pub leader_time: Vec<LeaderTime>,
    /// Working days from notification to the first day of fieldwork.
    pub notice_working_days: Option<u32>,
    /// Days of fieldwork by person.
    pub fieldwork: BTreeMap<Uuid, BTreeSet<NaiveDate>>,
    /// Days on which each school was contacted.
    pub contacts: BTreeMap<Urn, BTreeSet<NaiveDate>>,
    /// Deadlines that fell on a bank holiday or closure day; `None` before any
    /// was checked.
    pub unsafe_deadlines: Option<u32>,
    /// Working days from the first draft to publication, once published.
    pub turnaround_working_days: Option<u32>,
    /// Travel of the team in pence.
    pub travel_pence: u32,
}

/// A meeting held for the inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// People of the group who attended.
    pub attendees: u32,
    /// Minutes it took.
    pub minutes: u32,
}

/// Time of leaders of one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaderTime {
    /// Role, such as "headteacher".
    pub role: String,
    /// People.
    pub people: u32,
    /// Minutes of each.
    pub minutes: u32,
}

/// The measures in figures. `None` says that nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// Requests made.
    pub requests: u32,
    /// Requests for what was held.
    pub asked_twice: u32,
    /// Requests for material made for the inspection.
    pub made_for_inspection: u32,
    /// Requests to member schools rather than the centre.
    pub school_requests: u32,
    /// Minutes expected by all requests together.
    pub expected_minutes: u32,
    /// Meetings held.
    pub meetings: u32,
    /// Minutes of all who attended.
    pub meeting_minutes: u32,
    /// Minutes of leaders: to supply evidence, in meetings and otherwise.
    pub leader_minutes: u32,
    /// Working days of notice.
    pub notice_working_days: Option<u32>,
    /// Days of fieldwork, of all people together.
    pub fieldwork_days: u32,
    /// The same for every ten schools, in tenths of a day, rounded up.
    pub fieldwork_tenths_for_ten_schools: Option<u32>,
    /// Days on which the most contacted school was contacted.
    pub contact_days: Option<u32>,
    /// Deadlines on a bank holiday or closure day.
    pub unsafe_deadlines: Option<u32>,
    /// Working days from the first draft to publication.
    pub turnaround_working_days: Option<u32>,
    /// Time of leaders at the policy's price, and travel, in pence.
    pub cost_pence: u64,
}

/// The measures. `supply_minutes` is the time senders say it took to supply
/// evidence; `schools` the number of open member schools.
#[must_use]
pub fn measures(recorded: &Recorded, supply_minutes: u32, schools: u32, caps: &Caps) -> Measures {
    let requests = |is: &dyn Fn(&Asked) -> bool| {
        length(recorded.requests.iter().filter(|asked| is(asked)).count())
    };
    let sum = |minutes: &mut dyn Iterator<Item = u32>| minutes.fold(0, u32::saturating_add);
    let meeting_minutes = sum(&mut recorded
        .meetings
        .iter()
        .map(|meeting| meeting.attendees.saturating_mul(meeting.minutes)));
    let other_minutes = sum(&mut recorded
        .leader_time
        .iter()
        .map(|time| time.people.saturating_mul(time.minutes)));
    let leader_minutes = supply_minutes
        .saturating_add(meeting_minutes)
        .saturating_add(other_minutes);
    let fieldwork_days = length(recorded.fieldwork.values().map(BTreeSet::len).sum());
    let most = recorded.contacts.values().map(BTreeSet::len).max();
    Measures {
        requests: requests(&|_| true),
        asked_twice: requests(&Asked::asks_twice),
        made_for_inspection: requests(&|asked| asked.request.basis == Basis::MadeForInspection),
        school_requests: requests(&|asked| match asked.request.addressee {
            Addressee::School(_) => true,
            Addressee::Centre => false,
        }),
        expected_minutes: sum(&mut recorded
            .requests
            .iter()
            .map(|asked| asked.request.expected_minutes)),
        meetings: length(recorded.meetings.len()),
        meeting_minutes,
        leader_minutes,
        notice_working_days: recorded.notice_working_days,
        fieldwork_days,
        fieldwork_tenths_for_ten_schools: (fieldwork_days > 0 && schools > 0)
            .then(|| fieldwork_days.saturating_mul(100).div_ceil(schools)),
        contact_days: most.map(length),
        unsafe_deadlines: recorded.unsafe_deadlines,
        turnaround_working_days: recorded.turnaround_working_days,
        cost_pence: (u64::from(leader_minutes) * u64::from(caps.leader_hour_pence)).div_ceil(60)
            + u64::from(recorded.travel_pence),
    }
}

/// A cap that the measures pass.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    /// More leader hours than the size of the group allows.
    LeaderHours,
    /// Less notice than there should be.
    Notice,
    /// A school was contacted on more days than it should be.
    ContactDays,
    /// A deadline fell on a bank holiday or closure day.
    Deadlines,
    /// It took longer to publish than it should.
    Turnaround,
}

/// The caps that are passed and need a sign-off. Those on requests are kept
/// when a request is made; see [`crate::request::ask`].
#[must_use]
pub fn passed(measures: &Measures, caps: &Caps, hours_maximum: Option<u32>) -> BTreeSet<Passed> {
    let over = |value: Option<u32>, maximum: u32| value.is_some_and(|value| value > maximum);
    let minutes_maximum = hours_maximum.map_or(u32::MAX, |hours| hours.saturating_mul(60));
    [
        (
            Passed::LeaderHours,
            measures.leader_minutes > minutes_maximum,
        ),
        (
            Passed::Notice,
            measures
                .notice_working_days
                .is_some_and(|days| days < caps.notice_working_days_minimum),
        ),
        (
            Passed::ContactDays,
            over(measures.contact_days, caps.contact_days_maximum),
        ),
        (Passed::Deadlines, over(measures.unsafe_deadlines, 0)),
        (
            Passed::Turnaround,
            over(
                measures.turnaround_working_days,
                caps.turnaround_working_days_maximum,
            ),
        ),
    ]
    .into_iter()
    .filter_map(|(cap, passed)| passed.then_some(cap))
    .collect()
}
