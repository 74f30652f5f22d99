//! Surveys 4 and 12 months after publication: typed questions, and results
//! that show nobody (domain.md 7, 9.4).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    disclosure::{Cell, Counts, DisclosureError, Shown, Thresholds},
    inspection::LifecyclePolicy,
    submission::{MAX_MINUTES, MAX_STATEMENT},
};

/// Which of the two surveys.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Wave {
    /// After 4 months.
    First,
    /// After 12 months.
    Second,
}

/// Who is asked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Respondent {
    /// Leaders of the group and of its schools.
    Leader,
    /// Parents and carers.
    Parent,
    /// Staff.
    Staff,
}

/// A statement to agree or disagree with.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// The report is clear.
    ReportIsClear,
    /// The report describes the group as I know it.
    ReportIsAccurate,
    /// The report told us something new.
    ReportSaidSomethingNew,
    /// The report confirmed what we were doing.
    ReportConfirmedActions,
    /// The inspection was carried out professionally.
    CarriedOutProfessionally,
    /// The benefits outweighed the burden.
    BenefitsOutweighedBurden,
    /// We made changes because of the report.
    ChangesMade,
    /// The changes have helped pupils.
    ChangesHelped,
}

impl Statement {
    /// All statements, in the order of the questionnaire.
    pub const ALL: [Self; 8] = [
        Self::ReportIsClear,
        Self::ReportIsAccurate,
        Self::ReportSaidSomethingNew,
        Self::ReportConfirmedActions,
        Self::CarriedOutProfessionally,
        Self::BenefitsOutweighedBurden,
        Self::ChangesMade,
        Self::ChangesHelped,
    ];

    /// The statement as respondents read it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::ReportIsClear => "The report is clear.",
            Self::ReportIsAccurate => "The report describes the group as I know it.",
            Self::ReportSaidSomethingNew => "The report told us something new.",
            Self::ReportConfirmedActions => "The report confirmed that our actions were right.",
            Self::CarriedOutProfessionally => "The inspection was carried out professionally.",
            Self::BenefitsOutweighedBurden => {
                "The benefits of the inspection outweighed the burden."
            }
            Self::ChangesMade => "The group has made changes because of the report.",
            Self::ChangesHelped => "The changes have helped pupils.",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::ReportIsClear => "report_is_clear",
            Self::ReportIsAccurate => "report_is_accurate",
            Self::ReportSaidSomethingNew => "report_said_something_new",
            Self::ReportConfirmedActions => "report_confirmed_actions",
            Self::CarriedOutProfessionally => "carried_out_professionally",
            Self::BenefitsOutweighedBurden => "benefits_outweighed_burden",
            Self::ChangesMade => "changes_made",
            Self::ChangesHelped => "changes_helped",
        }
    }

    /// Whether these people are asked about it in this survey: parents are not
    /// asked what only leaders and staff saw, and whether changes helped is
    /// asked once there was time for it.
    #[must_use]
    pub const fn is_asked(self, wave: Wave, of: Respondent) -> bool {
        match (self, wave, of) {
            (Self::ReportIsClear | Self::ReportIsAccurate | Self::ChangesMade, _, _)
            | (Self::ChangesHelped, Wave::Second, _)
            | (
                Self::ReportSaidSomethingNew
                | Self::ReportConfirmedActions
                | Self::BenefitsOutweighedBurden,
                _,
                Respondent::Leader | Respondent::Staff,
            )
            | (
                Self::CarriedOutProfessionally,
                Wave::First,
                Respondent::Leader | Respondent::Staff,
            ) => true,
            (Self::ChangesHelped, Wave::First, _)
            | (
                Self::ReportSaidSomethingNew
                | Self::ReportConfirmedActions
                | Self::BenefitsOutweighedBurden
                | Self::CarriedOutProfessionally,
                _,
                Respondent::Parent,
            )
            | (
                Self::CarriedOutProfessionally,
                Wave::Second,
                Respondent::Leader | Respondent::Staff,
            ) => false,
        }
    }
}

/// The statements put to these people in this survey, in order.
#[must_use]
pub fn questionnaire(wave: Wave, of: Respondent) -> Vec<Statement> {
    Statement::ALL
        .into_iter()
        .filter(|statement| statement.is_asked(wave, of))
        .collect()
}

/// The first day of a survey.
#[must_use]
pub fn opens_on(wave: Wave, published_on: NaiveDate, policy: &LifecyclePolicy) -> NaiveDate {
    let [first, second] = policy.follow_up_days(published_on);
    match wave {
        Wave::First => first,
        Wave::Second => second,
    }
}

/// Whether a respondent agrees.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SurveyAnswer")]
pub enum Answer {
    /// Strongly agrees.
    StronglyAgree,
    /// Agrees.
    Agree,
    /// Disagrees.
    Disagree,
    /// Strongly disagrees.
    StronglyDisagree,
    /// Does not know, or does not say.
    DoNotKnow,
}

impl Answer {
    /// All answers, in the order of the questionnaire.
    pub const ALL: [Self; 5] = [
        Self::StronglyAgree,
        Self::Agree,
        Self::Disagree,
        Self::StronglyDisagree,
        Self::DoNotKnow,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::StronglyAgree => "strongly_agree",
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::StronglyDisagree => "strongly_disagree",
            Self::DoNotKnow => "do_not_know",
        }
    }
}

/// One response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Identifier.
    pub id: Uuid,
    /// Survey.
    pub wave: Wave,
    /// Who responds.
    pub respondent: Respondent,
    /// Answers; a statement left out counts as [`Answer::DoNotKnow`].
    pub answers: BTreeMap<Statement, Answer>,
    /// Free text, never published and deleted in time (DR-40).
    pub comment: Option<String>,
    /// Minutes the whole inspection took a leader, as they say.
    pub minutes: Option<u32>,
}

/// Why a response is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The survey has not begun.
    #[error("the survey begins on {0}")]
    NotOpen(NaiveDate),
    /// It answers nothing.
    #[error("the response answers no statement")]
    NoAnswer,
    /// It answers what these people are not asked.
    #[error("statement {0:?} is not asked here")]
    NotAsked(Statement),
    /// The comment is too long.
    #[error("the comment is longer than {MAX_STATEMENT} characters")]
    CommentTooLong,
    /// The minutes are not believable.
    #[error("the minutes are at most {MAX_MINUTES}")]
    Minutes,
}

impl Response {
    /// Checks a response received on `today` to a survey that opens on
    /// `opens_on`.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn check(&self, opens_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
        if today < opens_on {
            return Err(Refusal::NotOpen(opens_on));
        }
        if self.answers.is_empty() {
            return Err(Refusal::NoAnswer);
        }
        let strange = self
            .answers
            .keys()
            .find(|statement| !statement.is_asked(self.wave, self.respondent));
        if let Some(statement) = strange {
            return Err(Refusal::NotAsked(*statement));
        }
        let comment = self.comment.as_deref().unwrap_or_default();
        if comment.chars().count() > MAX_STATEMENT {
            return Err(Refusal::CommentTooLong);
        }
        if self.minutes.is_some_and(|minutes| minutes > MAX_MINUTES) {
            return Err(Refusal::Minutes);
        }
        Ok(())
    }
}

/// Results of one survey of one kind of respondent, as they may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Results {
    /// Too few responded for anything to be shown, even how many.
    TooFew,
    /// Enough responded.
    Shown {
        /// Responses.
        responses: u64,
        /// Responses by statement and answer.
        answers: BTreeMap<Statement, BTreeMap<Answer, Shown>>,
    },
}

/// The results of a survey among these people, out of all responses.
///
/// # Errors
///
/// [`DisclosureError`] if no way is found to show them safely.
pub fn results<'a>(
    responses: impl IntoIterator<Item = &'a Response>,
    wave: Wave,
    of: Respondent,
    thresholds: &Thresholds,
) -> Result<Results, DisclosureError> {
    let of_interest: Vec<&Response> = responses
        .into_iter()
        .filter(|response| response.wave == wave && response.respondent == of)
        .collect();
    let n = u64::try_from(of_interest.len()).unwrap_or(u64::MAX);
    if !thresholds.survey_may_be_shown(n) {
        return Ok(Results::TooFew);
    }
    let cell = |statement: Statement, answer: Answer| {
        Cell::new([("statement", statement.code()), ("answer", answer.code())])
    };
    let mut counts = Counts::new();
    let statements = questionnaire(wave, of);
    for statement in &statements {
        let given = |answer: Answer| {
            let said = |response: &&&Response| {
                let said = response.answers.get(statement).copied();
                said.unwrap_or(Answer::DoNotKnow) == answer
            };
            u64::try_from(of_interest.iter().filter(said).count()).unwrap_or(u64::MAX)
        };
        let inside = Answer::ALL.map(|answer| (cell(*statement, answer), given(answer)));
        counts.add_table(&["answer"], inside)?;
        counts.already_public(Cell::new([("statement", statement.code())]));
    }
    counts.hide_small(thresholds);
    let protected = counts.protect()?;
    let shown = |statement, answer| {
        let cell = protected.cells.get(&cell(statement, answer));
        (answer, cell.copied().unwrap_or(Shown::SUPPRESSED))
    };
    Ok(Results::Shown {
        responses: n,
        answers: statements
            .into_iter()
            .map(|statement| (statement, Answer::ALL.map(|a| shown(statement, a)).into()))
            .collect(),
    })
}

#[cfg(test)]
mod tests;
