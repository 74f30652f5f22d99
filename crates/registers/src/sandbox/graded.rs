//! Graded and ungraded inspections before November 2025.

use chrono::NaiveDate;

use super::days::{after, day};
use super::historian::Pen;
use super::history::{Concern, Graded, History, Ungraded, Visit};
use super::outcomes::{Theme, rank};

impl Pen<'_> {
    pub(super) fn graded_day(&mut self) -> Option<(NaiveDate, u32)> {
        self.when(&[
            ((day(2019, 9, 9), day(2019, 12, 16)), 500),
            ((day(2020, 1, 7), day(2020, 3, 16)), 450),
            ((day(2021, 5, 4), day(2021, 12, 15)), 800),
            ((day(2022, 1, 7), day(2022, 12, 15)), 2_000),
            ((day(2023, 1, 7), day(2023, 12, 15)), 2_350),
            ((day(2024, 1, 7), day(2024, 12, 15)), 2_450),
            ((day(2025, 1, 7), day(2025, 7, 16)), 1_450),
            ((day(2025, 9, 8), day(2025, 10, 22)), 20),
        ])
    }

    /// The graded inspection before the latest one (or, where there is none
    /// under the education inspection framework, the last before it began).
    pub(super) fn earlier(&mut self, latest: Option<NaiveDate>) -> Option<Graded> {
        if !self.dice.chance(0.94) {
            return None;
        }
        let until = latest.map_or(day(2019, 7, 15), |latest| after(latest, -900));
        let from = after(until, -1_500).max(day(2012, 9, 10));
        let when = self.when(&[((from, until), 1)])?;
        let (start, _) = when;
        let visit = self.visit(0, when, 40, "S5 Inspection");
        if start >= day(2019, 9, 1) {
            return Some(self.education(visit));
        }
        let occasion = self.occasion();
        let eta = self.eta(start, occasion, Theme::Leadership);
        let overall = self.of.model.earlier(eta, &mut self.dice);
        let safeguarding = self.of.model.safeguarding_effective(eta, &mut self.dice);
        let overall = if safeguarding { overall } else { 4 };
        let concern = (overall == 4).then_some(if self.dice.chance(0.65) {
            Concern::SpecialMeasures
        } else {
            Concern::SeriousWeaknesses
        });
        let early_years = self.site.has_early_years(self.school);
        let sixth_form = self.site.has_post_16(self.school);
        Some(Graded {
            visit,
            overall: Some(overall),
            teaching: None,
            behaviour: None,
            personal: None,
            leadership: Some(overall),
            safeguarding,
            early_years: if early_years { overall } else { 9 },
            sixth_form: if sixth_form { overall } else { 9 },
            concern,
        })
    }

    pub(super) fn graded(&mut self, when: (NaiveDate, u32), earlier: Option<&Graded>) -> Graded {
        let kind = self.kind_of(when, earlier);
        let days = 25 + self.dice.below(20);
        let visit = self.visit(1, when, days, kind);
        self.education(visit)
    }

    /// Type of a full inspection, from what came before.
    pub(super) fn kind_of(
        &mut self,
        (start, school): (NaiveDate, u32),
        last: Option<&Graded>,
    ) -> &'static str {
        let first = last.is_none_or(|last| last.visit.school != school);
        let academy = school == self.position && self.school.kind.is_academy();
        match last {
            _ if first && academy => "Academy First Section 5",
            Some(last) if last.overall == Some(3) && self.dice.chance(0.85) => {
                "Requires Improvement S5 Reinspection Visit 1"
            }
            Some(last) if last.overall == Some(3) => "Requires Improvement S5 Reinspection Visit 2",
            Some(last)
                if last.overall == Some(1) && start < day(2022, 9, 1) && self.dice.chance(0.3) =>
            {
                "Exempt School Inspection"
            }
            _ => "S5 Inspection",
        }
    }

    /// Outcomes of a graded inspection under the education inspection
    /// framework.
    fn education(&mut self, visit: Visit) -> Graded {
        let occasion = self.occasion();
        let date = visit.start;
        let grade = |pen: &mut Self, theme| {
            let eta = pen.eta(date, occasion, theme);
            pen.of.model.education(theme, eta, &mut pen.dice)
        };
        let teaching = grade(self, Theme::Teaching);
        let behaviour = grade(self, Theme::Behaviour);
        let personal = grade(self, Theme::PersonalDevelopment);
        let leadership = grade(self, Theme::Leadership);
        let provision = |pen: &mut Self, applies: bool, theme| {
            let drawn = grade(pen, theme);
            match applies {
                false => 9,
                true if pen.dice.chance(0.0025) => 0,
                true => drawn,
            }
        };
        let early = self.site.has_early_years(self.school);
        let early_years = provision(self, early, Theme::EarlyYears);
        let sixth = self.site.has_post_16(self.school);
        let sixth_form = provision(self, sixth, Theme::Post16);
        let eta = self.eta(date, occasion, Theme::Safeguarding);
        let safeguarding = self.of.model.safeguarding_effective(eta, &mut self.dice);
        let leadership = if safeguarding { leadership } else { 4 };

        let key = [teaching, behaviour, personal, leadership];
        let inadequate = key.contains(&4);
        let overall = if inadequate {
            4
        } else if teaching == 3 || leadership == 3 || key.iter().filter(|g| **g == 3).count() > 1 {
            3
        } else if teaching == 1 && key.iter().filter(|g| **g == 1).count() >= 3 {
            1
        } else {
            2
        };
        let concern = inadequate.then_some(if leadership == 4 {
            Concern::SpecialMeasures
        } else {
            Concern::SeriousWeaknesses
        });
        Graded {
            visit,
            // No overall outcome from September 2024.
            overall: (date < day(2024, 9, 1)).then_some(overall),
            teaching: Some(teaching),
            behaviour: Some(behaviour),
            personal: Some(personal),
            leadership: Some(leadership),
            safeguarding,
            early_years,
            sixth_form,
            concern,
        }
    }

    pub(super) fn ungraded(&mut self, history: &History) -> Option<Ungraded> {
        let when = self.when(&[
            ((day(2018, 1, 8), day(2018, 12, 12)), 200),
            ((day(2019, 1, 8), day(2019, 12, 12)), 450),
            ((day(2020, 1, 7), day(2020, 3, 16)), 300),
            ((day(2021, 5, 4), day(2021, 12, 15)), 1_050),
            ((day(2022, 1, 7), day(2022, 12, 15)), 1_700),
            ((day(2023, 1, 7), day(2023, 12, 15)), 2_100),
            ((day(2024, 1, 7), day(2024, 12, 15)), 2_050),
            ((day(2025, 1, 7), day(2025, 7, 16)), 1_000),
            ((day(2025, 9, 8), day(2025, 10, 22)), 60),
        ])?;
        let (start, _) = when;
        let known = [history.graded.as_ref(), history.earlier.as_ref()];
        let near = |graded: &Graded| (graded.visit.start - start).num_days().abs() < 150;
        if known.iter().flatten().any(|graded| near(graded)) {
            return None;
        }
        // Only schools without a weak outcome are inspected this way.
        let last = known.into_iter().flatten().find(|g| g.visit.start < start);
        if last.is_some_and(Graded::is_weak) {
            return None;
        }
        let occasion = self.occasion();
        let eta = self.eta(start, occasion, Theme::Teaching);
        let [recent, good, outstanding] = self.of.cuts;
        let outcome = if start >= day(2024, 9, 1) {
            match rank(eta, &recent, &mut self.dice) {
                0 => "Improved significantly",
                1 => "Standards maintained",
                _ => "Some aspects not as strong",
            }
        } else {
            let was_outstanding = match last.and_then(|last| last.overall) {
                Some(overall) => overall == 1,
                None => rank(eta, &[self.of.outstanding], &mut self.dice) == 0,
            };
            match (
                was_outstanding,
                rank(
                    eta,
                    if was_outstanding { &outstanding } else { &good },
                    &mut self.dice,
                ),
            ) {
                (true, 0 | 1) => "School remains Outstanding",
                (true, _) => "School remains Outstanding (Concerns) - S5 Next",
                (false, 0) => "School remains Good (Improving) - S5 Next",
                (false, 1) => "School remains Good",
                (false, _) => "School remains Good (Concerns) - S5 Next",
            }
        };
        let days = 25 + self.dice.below(15);
        Some(Ungraded {
            visit: self.visit(2, when, days, "S8 Ungraded"),
            outcome,
        })
    }
}
