//! Words and numbers of Ofsted's files. `NULL`, blank, `9`, `0`, `8` and
//! `Not judged` keep their own meanings; unknown ones reject the row (DR-39).

use group_inspection_core::outcome::{AreaOutcome, Concern};

use crate::{RecentConcern, Rejection, RejectionCode, cells::Cells, header::Column};

/// Which values a column of outcomes may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// `1` to `4`, `0`, `8`, `9`, `Not judged`.
    Legacy,
    /// `Yes`, `No`, `9`.
    LegacySafeguarding,
    /// The five report-card words.
    ReportCard,
    /// The five words or "Not applicable".
    ReportCardOptional,
    /// `Met`, `Not met`.
    ReportCardSafeguarding,
}

impl Scale {
    pub(super) const fn is_report_card(self) -> bool {
        matches!(
            self,
            Self::ReportCard | Self::ReportCardOptional | Self::ReportCardSafeguarding
        )
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Legacy => "not a known outcome (1 to 4, 0, 8, 9 or Not judged)",
            Self::LegacySafeguarding => "not a known safeguarding outcome (Yes, No or 9)",
            Self::ReportCard => "not one of the five report-card outcomes",
            Self::ReportCardOptional => {
                "not one of the five report-card outcomes or Not applicable"
            }
            Self::ReportCardSafeguarding => "not a known safeguarding outcome (Met or Not met)",
        }
    }

    fn outcome(self, cell: &str) -> Option<AreaOutcome> {
        match self {
            Self::Legacy => match cell {
                "1" => Some(AreaOutcome::Outstanding),
                "2" => Some(AreaOutcome::Good),
                "3" => Some(AreaOutcome::RequiresImprovement),
                "4" => Some(AreaOutcome::Inadequate),
                "0" => Some(AreaOutcome::InsufficientEvidence),
                "8" => Some(AreaOutcome::DoesNotApply),
                "9" => Some(AreaOutcome::NoneRecorded),
                _ if is(cell, "Not judged") => Some(AreaOutcome::NotJudged),
                _ => None,
            },
            Self::LegacySafeguarding => match cell {
                "9" => Some(AreaOutcome::NoneRecorded),
                _ if is(cell, "Yes") => Some(AreaOutcome::Yes),
                _ if is(cell, "No") => Some(AreaOutcome::No),
                _ => None,
            },
            Self::ReportCardSafeguarding => [AreaOutcome::Met, AreaOutcome::NotMet]
                .into_iter()
                .find(|outcome| is(cell, outcome.label())),
            Self::ReportCardOptional if is(cell, AreaOutcome::DoesNotApply.label()) => {
                Some(AreaOutcome::DoesNotApply)
            }
            Self::ReportCard | Self::ReportCardOptional => [
                AreaOutcome::Exceptional,
                AreaOutcome::StrongStandard,
                AreaOutcome::ExpectedStandard,
                AreaOutcome::NeedsAttention,
                AreaOutcome::UrgentImprovement,
            ]
            .into_iter()
            .find(|outcome| is(cell, outcome.label())),
        }
    }
}

fn is(cell: &str, words: &str) -> bool {
    cell.eq_ignore_ascii_case(words)
}

/// `NULL` and blank: the inspection did not look at this, or there was none.
fn is_empty(cell: &str) -> bool {
    cell.is_empty() || cell == "NULL"
}

/// Outcomes of ungraded inspections since 2019; the last three since
/// September 2024.
const UNGRADED: [&str; 8] = [
    "School remains Good",
    "School remains Good (Improving) - S5 Next",
    "School remains Good (Concerns) - S5 Next",
    "School remains Outstanding",
    "School remains Outstanding (Concerns) - S5 Next",
    "Standards maintained",
    "Improved significantly",
    "Some aspects not as strong",
];

/// The outcome of one area; `None` where the cell has none.
pub(super) fn outcome(
    cells: &mut Cells<'_>,
    column: Column,
    scale: Scale,
) -> Result<Option<AreaOutcome>, Rejection> {
    let cell = cells.get(column);
    if is_empty(&cell) {
        return Ok(None);
    }
    // Data frames write grades as 2.0.
    let digits = cell.strip_suffix(".0").unwrap_or(&cell);
    scale
        .outcome(digits)
        .map(Some)
        .ok_or_else(|| cells.reject(column, &cell, RejectionCode::UnknownValue, scale.what()))
}

fn concern_of(code: &str) -> Option<Concern> {
    match code {
        "SM" => Some(Concern::SpecialMeasures),
        "SWK" => Some(Concern::SeriousWeaknesses),
        "RSI" => Some(Concern::RequiresSignificantImprovement),
        "NTI" => Some(Concern::NoticeToImprove),
        _ => None,
    }
}

fn known_concern(cells: &Cells<'_>, column: Column, code: &str) -> Result<Concern, Rejection> {
    concern_of(code).ok_or_else(|| {
        let reason = "not a known category of concern (SM, SWK, RSI or NTI)";
        cells.reject(column, code, RejectionCode::UnknownValue, reason)
    })
}

/// The category of an inspection that took place: blank and `NULL` both say
/// that it found none.
pub(super) fn concern(cells: &mut Cells<'_>, column: Column) -> Result<Option<Concern>, Rejection> {
    let cell = cells.get(column);
    if is_empty(&cell) {
        return Ok(None);
    }
    known_concern(cells, column, &cell).map(Some)
}

/// The school's most recent category, where blank and `NULL` differ.
pub(super) fn recent_concern(
    cells: &mut Cells<'_>,
    column: Column,
) -> Result<RecentConcern, Rejection> {
    let cell = cells.get(column);
    match &*cell {
        "NULL" => Ok(RecentConcern::NeverInspected),
        "" => Ok(RecentConcern::NoConcern),
        code => known_concern(cells, column, code).map(RecentConcern::Concern),
    }
}

/// Outcome of an ungraded inspection, in Ofsted's words.
pub(super) fn ungraded_outcome(
    cells: &mut Cells<'_>,
    column: Column,
) -> Result<Option<String>, Rejection> {
    let cell = cells.get(column);
    if is_empty(&cell) {
        return Ok(None);
    }
    let known = UNGRADED.into_iter().find(|words| is(&cell, words));
    known.map(|words| Some(words.to_owned())).ok_or_else(|| {
        let reason = "not a known outcome of an ungraded inspection";
        cells.reject(column, &cell, RejectionCode::UnknownValue, reason)
    })
}

pub(super) fn yes(cells: &mut Cells<'_>, column: Column) -> Result<Option<bool>, Rejection> {
    let cell = cells.get(column);
    match &*cell {
        "" | "NULL" => Ok(None),
        "Yes" | "yes" | "YES" => Ok(Some(true)),
        "No" | "no" | "NO" => Ok(Some(false)),
        other => {
            let reason = "neither Yes nor No";
            Err(cells.reject(column, other, RejectionCode::UnknownValue, reason))
        }
    }
}

/// Ofsted's number of an inspection: digits, or letters and digits before
/// 2015.
pub(super) fn inspection_number(
    cells: &mut Cells<'_>,
    column: Column,
) -> Result<Option<String>, Rejection> {
    let cell = cells.whole(column);
    if is_empty(&cell) {
        return Ok(None);
    }
    let shaped = cell.len() <= 20
        && cell
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if shaped {
        return Ok(Some(cell.into_owned()));
    }
    let reason = "not an inspection number";
    Err(cells.reject(column, &cell, RejectionCode::BadIdentifier, reason))
}
