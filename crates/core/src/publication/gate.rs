//! The gates to publication (DR-26, DR-27, DR-38).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::inspection::{Cause, Inspection};

/// A check that read one version of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Version it read.
    pub report_version: u32,
    /// What it found wrong.
    pub findings: u32,
}

/// Facts about the newest version of a report that the gates need. Each is
/// read from a record, never claimed by a caller.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Checks {
    /// Newest version, if there is one.
    pub report_version: Option<u32>,
    /// Who wrote it.
    pub author: Option<Uuid>,
    /// Team members without a declaration for this inspection.
    pub conflicts_undeclared: u32,
    /// Declarations, objections or mitigations without a recorded decision.
    pub conflicts_undecided: u32,
    /// Lines of the burden ledger in it.
    pub burden_lines: u32,
    /// Lines of the value ledger in it.
    pub value_lines: u32,
    /// The language guard's last reading.
    pub language: Option<Check>,
    /// The last accessibility check.
    pub accessibility: Option<Check>,
    /// The body's points without an answer (DR-24).
    pub points_unanswered: u32,
    /// The body's points that were accepted, in whole or part (DR-24).
    pub points_accepted: u32,
}

/// A sign-off by quality assurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignOff {
    /// By whom.
    pub by: Uuid,
    /// Version signed off.
    pub report_version: u32,
}

/// How far the check of factual accuracy has come (DR-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactualAccuracy {
    /// The body has no draft.
    NotBegun,
    /// The body has the draft.
    Open {
        /// Version delivered.
        delivered: u32,
    },
    /// The body is done, or its time is over.
    Closed {
        /// Version delivered.
        delivered: u32,
    },
}

/// What is known when the gates are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gates<'a> {
    /// Facts about the newest version.
    pub checks: &'a Checks,
    /// The lead inspector.
    pub lead: Option<Uuid>,
    /// All who inspect, with the lead.
    pub team: BTreeSet<Uuid>,
    /// The sign-off that stands.
    pub sign_off: Option<SignOff>,
    /// How far the check of factual accuracy has come.
    pub factual_accuracy: FactualAccuracy,
    /// Complaints that are not decided.
    pub complaints: usize,
}

/// A gate that is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// There is no report.
    #[error("there is no version of the report")]
    NoReport,
    /// Quality assurance has signed nothing off.
    #[error("quality assurance has not signed the report off")]
    NotSignedOff,
    /// Quality assurance signed another version off.
    #[error("quality assurance signed off version {signed_off}, not version {newest}")]
    SignedOffAnother {
        /// Version signed off.
        signed_off: u32,
        /// Newest version.
        newest: u32,
    },
    /// The quality assurer is on the team.
    #[error("the quality assurer is on the team")]
    AssurerOnTeam,
    /// No lead is named.
    #[error("no lead inspector is named")]
    NoLead,
    /// No author is recorded.
    #[error("no author of the report is recorded")]
    NoAuthor,
    /// The author leads the inspection.
    #[error("the author of the report is also the lead inspector")]
    AuthorLeads,
    /// The author assured the quality.
    #[error("the author of the report is also its quality assurer")]
    AuthorAssures,
    /// The body has not been given the draft to check.
    #[error("the body has not checked the draft for factual accuracy")]
    FactualAccuracyNotBegun,
    /// The check of factual accuracy is not closed.
    #[error("the check of factual accuracy is not closed")]
    FactualAccuracyOpen,
    /// Points of the body are not answered.
    #[error("{0} of the body's points have no recorded answer")]
    PointsUnanswered(u32),
    /// Accepted points need a version after the one delivered.
    #[error("points were accepted, but there is no version after {delivered}, which the body had")]
    PointsNotTakenIn {
        /// Version delivered.
        delivered: u32,
    },
    /// Declarations of interest are missing.
    #[error("{0} members of the team have no declaration of interests")]
    ConflictsUndeclared(u32),
    /// The log of conflicts is not complete.
    #[error("{0} entries in the log of conflicts of interest have no decision")]
    ConflictsUndecided(u32),
    /// The burden ledger is missing.
    #[error("the report has no burden ledger")]
    NoBurdenLedger,
    /// The value ledger is missing.
    #[error("the report has no value ledger")]
    NoValueLedger,
    /// The language guard has not read the newest version.
    #[error("the language guard has not read this version")]
    LanguageUnread,
    /// The language guard found something.
    #[error("the language guard has {0} findings")]
    Language(u32),
    /// Accessibility of the newest version was not checked.
    #[error("the accessibility of this version has not been checked")]
    AccessibilityUnchecked,
    /// The accessibility check found something.
    #[error("the accessibility check has {0} findings")]
    Accessibility(u32),
    /// A complaint holds publication.
    #[error("a complaint is not decided")]
    Complaint,
}

impl Unmet {
    /// The domain rule that sets the gate.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::NoReport
            | Self::NotSignedOff
            | Self::SignedOffAnother { .. }
            | Self::AssurerOnTeam
            | Self::FactualAccuracyNotBegun
            | Self::FactualAccuracyOpen
            | Self::ConflictsUndeclared(_)
            | Self::ConflictsUndecided(_)
            | Self::NoBurdenLedger
            | Self::NoValueLedger
            | Self::LanguageUnread
            | Self::Language(_)
            | Self::AccessibilityUnchecked
            | Self::Accessibility(_) => "DR-26",
            Self::NoLead | Self::NoAuthor | Self::AuthorLeads | Self::AuthorAssures => "DR-27",
            Self::PointsUnanswered(_) | Self::PointsNotTakenIn { .. } => "DR-24",
            Self::Complaint => "DR-38",
        }
    }
}

impl<'a> Gates<'a> {
    /// The gates of an inspection, with facts about its newest report.
    #[must_use]
    pub fn of(inspection: &Inspection, checks: &'a Checks) -> Self {
        let team = inspection.team();
        Self {
            checks,
            lead: team.as_ref().map(|team| team.lead),
            team: team.map_or_else(BTreeSet::new, |team| team.members.clone()),
            sign_off: inspection.sign_off(),
            factual_accuracy: inspection.factual_accuracy(),
            complaints: inspection
                .holds()
                .iter()
                .filter(|hold| matches!(hold.cause, Cause::Complaint))
                .count(),
        }
    }

    /// What is missing before the report may go to quality assurance: the
    /// guard must have read every text by then.
    #[must_use]
    pub fn before_qa(&self) -> Vec<Unmet> {
        match self.checks.report_version {
            None => vec![Unmet::NoReport],
            Some(newest) => self.language(newest).into_iter().collect(),
        }
    }

    /// What is missing before the body may be given the draft.
    #[must_use]
    pub fn before_delivery(&self) -> Vec<Unmet> {
        match self.checks.report_version {
            None => vec![Unmet::NoReport],
            Some(newest) => self
                .language(newest)
                .into_iter()
                .chain(self.people(newest))
                .collect(),
        }
    }

    /// What is missing before the report may be public; empty if nothing.
    #[must_use]
    pub fn unmet(&self) -> Vec<Unmet> {
        let Some(newest) = self.checks.report_version else {
            return vec![Unmet::NoReport];
        };
        let mut unmet = self.people(newest);
        unmet.extend(self.body_heard(newest));
        let checks = self.checks;
        let missing = [
            (checks.conflicts_undeclared > 0)
                .then_some(Unmet::ConflictsUndeclared(checks.conflicts_undeclared)),
            (checks.conflicts_undecided > 0)
                .then_some(Unmet::ConflictsUndecided(checks.conflicts_undecided)),
            (checks.burden_lines == 0).then_some(Unmet::NoBurdenLedger),
            (checks.value_lines == 0).then_some(Unmet::NoValueLedger),
            self.language(newest),
            self.accessibility(newest),
            (self.complaints > 0).then_some(Unmet::Complaint),
        ];
        unmet.extend(missing.into_iter().flatten());
        unmet
    }

    /// A sign-off of the newest version, by somebody independent (DR-27).
    fn people(&self, newest: u32) -> Vec<Unmet> {
        let author = self.checks.author;
        let assurer = self.sign_off.map(|sign_off| sign_off.by);
        let signed = match self.sign_off {
            None => Some(Unmet::NotSignedOff),
            Some(SignOff { report_version, .. }) if report_version != newest => {
                Some(Unmet::SignedOffAnother {
                    signed_off: report_version,
                    newest,
                })
            }
            Some(_) => None,
        };
        let on_team = assurer
            .is_some_and(|assurer| self.team.contains(&assurer) || self.lead == Some(assurer));
        [
            signed,
            on_team.then_some(Unmet::AssurerOnTeam),
            self.lead.is_none().then_some(Unmet::NoLead),
            author.is_none().then_some(Unmet::NoAuthor),
            (author.is_some() && author == self.lead).then_some(Unmet::AuthorLeads),
            (author.is_some() && author == assurer).then_some(Unmet::AuthorAssures),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The body has had the draft, and its points are answered (DR-24).
    fn body_heard(&self, newest: u32) -> Vec<Unmet> {
        let (closed, delivered) = match self.factual_accuracy {
            FactualAccuracy::NotBegun => (Some(Unmet::FactualAccuracyNotBegun), None),
            FactualAccuracy::Open { delivered } => {
                (Some(Unmet::FactualAccuracyOpen), Some(delivered))
            }
            FactualAccuracy::Closed { delivered } => (None, Some(delivered)),
        };
        let checks = self.checks;
        [
            closed,
            (checks.points_unanswered > 0)
                .then_some(Unmet::PointsUnanswered(checks.points_unanswered)),
            delivered
                .filter(|delivered| checks.points_accepted > 0 && newest <= *delivered)
                .map(|delivered| Unmet::PointsNotTakenIn { delivered }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn language(&self, newest: u32) -> Option<Unmet> {
        failing(
            self.checks.language,
            newest,
            Unmet::LanguageUnread,
            Unmet::Language,
        )
    }

    fn accessibility(&self, newest: u32) -> Option<Unmet> {
        failing(
            self.checks.accessibility,
            newest,
            Unmet::AccessibilityUnchecked,
            Unmet::Accessibility,
        )
    }
}

/// A check counts only for the version it read.
fn failing(
    check: Option<Check>,
    newest: u32,
    missing: Unmet,
    found: fn(u32) -> Unmet,
) -> Option<Unmet> {
    match check.filter(|check| check.report_version == newest) {
        None => Some(missing),
        Some(Check { findings: 0, .. }) => None,
        Some(Check { findings, .. }) => Some(found(findings)),
    }
}
