//! The inspections of one site, as all files tell them.

use chrono::NaiveDate;

use super::outcomes::{THEMES, Theme};

/// First number of an inspection. Ofsted's own have eight digits from 10.
pub(super) const FIRST_INSPECTION: u32 = 20_000_000;

/// Category of concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concern {
    SpecialMeasures,
    SeriousWeaknesses,
    SignificantImprovement,
}

impl Concern {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::SpecialMeasures => "SM",
            Self::SeriousWeaknesses => "SWK",
            Self::SignificantImprovement => "RSI",
        }
    }
}

/// What all inspections have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    pub(super) number: u32,
    pub(super) start: NaiveDate,
    pub(super) published: NaiveDate,
    /// Position of the school that was inspected.
    pub(super) school: u32,
    pub(super) kind: &'static str,
}

/// A graded inspection before November 2025. Outcomes are 1 to 4; 9 says none,
/// 0 too little evidence; `None` an area its framework did not have.
#[derive(Debug, Clone)]
pub(super) struct Graded {
    pub(super) visit: Visit,
    pub(super) overall: Option<u8>,
    pub(super) teaching: Option<u8>,
    pub(super) behaviour: Option<u8>,
    pub(super) personal: Option<u8>,
    pub(super) leadership: Option<u8>,
    pub(super) safeguarding: bool,
    pub(super) early_years: u8,
    pub(super) sixth_form: u8,
    pub(super) concern: Option<Concern>,
}

impl Graded {
    /// Whether it is of the kind that is followed up.
    pub(super) fn is_weak(&self) -> bool {
        [self.overall, self.teaching, self.leadership]
            .iter()
            .any(|grade| grade.is_some_and(|g| g >= 3))
    }
}

/// An ungraded inspection.
#[derive(Debug, Clone)]
pub(super) struct Ungraded {
    pub(super) visit: Visit,
    pub(super) outcome: &'static str,
}

/// A report card: grades 0 (exceptional) to 4 (urgent improvement), `None`
/// where the area does not apply.
#[derive(Debug, Clone)]
pub(super) struct Card {
    pub(super) visit: Visit,
    pub(super) safeguarding_met: bool,
    pub(super) grades: [Option<u8>; THEMES],
    pub(super) concern: Option<Concern>,
    /// An area whose grade monitoring raised later, and when.
    pub(super) raised: Option<(Theme, NaiveDate)>,
}

/// A monitoring inspection of a school with an earlier outcome.
#[derive(Debug, Clone)]
pub(super) struct Monitoring {
    pub(super) visit: Visit,
    pub(super) outcome: &'static str,
}

/// All inspections of a site that the files show.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// Quality of the school, without its group.
    pub(super) quality: f64,
    pub(super) earlier: Option<Graded>,
    pub(super) graded: Option<Graded>,
    pub(super) ungraded: Option<Ungraded>,
    pub(super) card: Option<Card>,
    pub(super) monitoring: Option<Monitoring>,
}

/// Category of concern of a report card.
pub(super) fn category(grades: &[Option<u8>; THEMES], safeguarding_met: bool) -> Option<Concern> {
    let leadership = grades.get(Theme::Leadership as usize).copied().flatten() == Some(4);
    let other = Theme::ALL
        .into_iter()
        .zip(grades)
        .any(|(theme, grade)| theme != Theme::Leadership && *grade == Some(4));
    if leadership && (other || !safeguarding_met) {
        Some(Concern::SpecialMeasures)
    } else if leadership || other || !safeguarding_met {
        Some(Concern::SignificantImprovement)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_follow_the_framework() {
        let all = |grade| [Some(grade); THEMES];
        assert_eq!(category(&all(2), true), None);
        assert_eq!(
            category(&all(2), false),
            Some(Concern::SignificantImprovement)
        );
        assert_eq!(category(&all(4), true), Some(Concern::SpecialMeasures));
        let mut only_leadership = all(2);
        if let Some(grade) = only_leadership.last_mut() {
            *grade = Some(4);
        }
        assert_eq!(
            category(&only_leadership, true),
            Some(Concern::SignificantImprovement)
        );
        assert_eq!(
            category(&only_leadership, false),
            Some(Concern::SpecialMeasures)
        );
    }
}
