//! Lengths of the clocks.

use chrono::{Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calendar::{MonthDay, YearlyRest, next_weekday};

/// Lengths of clocks and other numbers of the lifecycle. A length of 0 means
/// that there is no such clock.
///
/// Defaults are those proposed in domain.md 3.3 and 9.5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LifecyclePolicy {
    /// Clear working days between telling the body and fieldwork.
    pub notice_working_days: u32,
    /// Working days in which the body may object to a team member (DR-19).
    pub objection_working_days: u32,
    /// Working days in which evidence is submitted.
    pub evidence_working_days: u32,
    /// Working days fieldwork may take.
    pub fieldwork_working_days: u32,
    /// Working days after feedback in which the body may call.
    pub next_day_call_working_days: u32,
    /// Working days to edit a draft.
    pub drafting_working_days: u32,
    /// Working days for quality assurance.
    pub qa_working_days: u32,
    /// Working days, from delivery, for the body to check a draft (DR-24).
    pub factual_accuracy_working_days: u32,
    /// Working days, from delivery, in which a complaint holds publication
    /// (DR-38).
    pub complaint_working_days: u32,
    /// Working days to answer the body's points.
    pub responding_working_days: u32,
    /// Working days the body has the final report before anyone else.
    pub embargo_working_days: u32,
    /// Calendar days in which the body may publish a response (DR-31).
    pub response_calendar_days: u32,
    /// Working days from the end of fieldwork to delivery of the draft.
    pub draft_turnaround_working_days: u32,
    /// Working days from the end of fieldwork to publication.
    pub publication_turnaround_working_days: u32,
    /// Calendar months from publication to the first follow-up.
    pub first_follow_up_months: u32,
    /// Calendar months from publication to the final follow-up.
    pub final_follow_up_months: u32,
    /// Working days to decide on a pause or deferral.
    pub hold_decision_working_days: u32,
    /// Working days to raise an urgent matter (DR-33).
    pub urgent_alert_working_days: u32,
    /// Days with open schools that notice, fieldwork and the check of factual
    /// accuracy leave at the least (domain.md 9.5).
    pub school_days_minimum: u32,
    /// Days of the year on which clocks rest (domain.md 9.5).
    pub rest: Option<YearlyRest>,
    /// Calendar days before the end of the calendar of bank holidays from
    /// which on clocks that reach beyond it are reported.
    pub calendar_warning_days: u32,
}

impl Default for LifecyclePolicy {
    fn default() -> Self {
        Self {
            notice_working_days: 10,
            objection_working_days: 3,
            evidence_working_days: 10,
            fieldwork_working_days: 5,
            next_day_call_working_days: 1,
            drafting_working_days: 10,
            qa_working_days: 5,
            factual_accuracy_working_days: 5,
            complaint_working_days: 5,
            responding_working_days: 5,
            embargo_working_days: 1,
            response_calendar_days: 56,
            draft_turnaround_working_days: 18,
            publication_turnaround_working_days: 30,
            first_follow_up_months: 4,
            final_follow_up_months: 12,
            hold_decision_working_days: 1,
            urgent_alert_working_days: 1,
            school_days_minimum: 3,
            rest: Some(YearlyRest {
                first: MonthDay { month: 12, day: 24 },
                last: MonthDay { month: 1, day: 1 },
            }),
            calendar_warning_days: 30,
        }
    }
}

impl LifecyclePolicy {
    /// The days on which recommendations are looked at again and surveys
    /// begin, each moved off a weekend (domain.md 3.3, 7).
    #[must_use]
    pub fn follow_up_days(&self, published_on: NaiveDate) -> [NaiveDate; 2] {
        [self.first_follow_up_months, self.final_follow_up_months].map(|months| {
            let day = published_on.checked_add_months(Months::new(months));
            next_weekday(day.unwrap_or(NaiveDate::MAX))
        })
    }

    /// Protections of the body that are weaker here than in the published
    /// defaults, by name of the field. An installation that sets any should
    /// say so: DR-23, DR-24, DR-31 and DR-38 promise at least the defaults.
    #[must_use]
    pub fn weakened(&self) -> Vec<&'static str> {
        let promised = Self::default();
        [
            (
                "notice_working_days",
                self.notice_working_days < promised.notice_working_days,
            ),
            (
                "objection_working_days",
                self.objection_working_days < promised.objection_working_days,
            ),
            (
                "evidence_working_days",
                self.evidence_working_days < promised.evidence_working_days,
            ),
            (
                "factual_accuracy_working_days",
                self.factual_accuracy_working_days < promised.factual_accuracy_working_days,
            ),
            (
                "complaint_working_days",
                self.complaint_working_days < promised.complaint_working_days,
            ),
            (
                "embargo_working_days",
                self.embargo_working_days < promised.embargo_working_days,
            ),
            (
                "response_calendar_days",
                self.response_calendar_days < promised.response_calendar_days,
            ),
            (
                "school_days_minimum",
                self.school_days_minimum < promised.school_days_minimum,
            ),
        ]
        .into_iter()
        .filter_map(|(field, weaker)| weaker.then_some(field))
        .collect()
    }
}
