//! Draws the inspections of a site from the site's own stream: report cards
//! and monitoring here, what came before in [`super::graded`].

use chrono::NaiveDate;
use group_inspection_core::Urn;

use super::Plan;
use super::days::{TermDays, after, day, end_of_month};
use super::dice::{Dice, Purpose};
use super::groups::{NONE, Truth};
use super::history::{Card, FIRST_INSPECTION, History, Monitoring, Visit, category};
use super::layout::Layout;
use super::outcomes::{AREA_SD, Model, OCCASION_SD, SCHOOL_SD, THEMES, Theme, rank};
use super::schools::{School, Site, urn};
use super::walk::{Scene, Twist, body_of};

/// What histories are drawn from.
pub(super) struct Historian<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
    pub(super) model: Model,
    days: TermDays,
    /// Cuts of ungraded outcomes: since September 2024, good, outstanding.
    pub(super) cuts: [[f64; 2]; 3],
    pub(super) outstanding: f64,
    /// Share of schools with a report card by the day of the last file.
    cards: f64,
    last_card: NaiveDate,
}

/// A window of days with its weight.
type Window = ((NaiveDate, NaiveDate), u32);

impl<'a> Historian<'a> {
    pub(super) fn new(plan: &'a Plan, layout: &'a Layout) -> Self {
        let last = end_of_month(plan.as_at);
        // Reports take five to six weeks to appear.
        let last_card = after(last, -42).max(day(2025, 11, 12));
        let full = (day(2026, 6, 19) - day(2025, 11, 10)).num_days();
        let passed = (last_card - day(2025, 11, 10)).num_days();
        let share = |days: i64| f64::from(i32::try_from(days).unwrap_or(0));
        let model = Model::of(plan);
        Self {
            plan,
            layout,
            cuts: [
                model.cuts(0.095, 0.095),
                model.cuts(0.10, 0.175),
                model.cuts(0.0, 0.80),
            ],
            outstanding: model.cuts(0.105, 0.0)[0],
            model,
            days: TermDays::until(last),
            cards: (plan.report_cards * share(passed) / share(full)).min(0.95),
            last_card,
        }
    }

    /// The history of the site of the school at `position`, which is the last
    /// school on it; `truth` is that of the school's group.
    pub(super) fn of(&self, position: u32, school: &School, site: &Site, truth: Truth) -> History {
        self.twisted(position, school, site, truth, None)
    }

    /// As [`Self::of`], with what a study adds.
    pub(super) fn twisted(
        &self,
        position: u32,
        school: &School,
        site: &Site,
        truth: Truth,
        twist: Option<Twist<'_>>,
    ) -> History {
        let mut dice = Dice::of(self.plan.seed, Purpose::Inspections, u64::from(school.site));
        let quality = SCHOOL_SD * dice.normal();
        let mut areas = [0.0; THEMES];
        for area in &mut areas {
            *area = AREA_SD * dice.normal();
        }
        let mut pen = Pen {
            of: self,
            position,
            school,
            site,
            truth,
            quality,
            areas,
            dice,
            twist,
        };
        let mut history = History {
            quality,
            earlier: None,
            graded: None,
            ungraded: None,
            card: None,
            monitoring: None,
        };
        let (has_graded, has_ungraded) = pen.dice.weighted(
            &[
                ((true, true), 400),
                ((true, false), 195),
                ((false, true), 310),
                ((false, false), 95),
            ],
            (false, false),
        );
        let graded = if has_graded { pen.graded_day() } else { None };
        history.earlier = pen.earlier(graded.map(|(start, _)| start));
        history.graded = graded.map(|when| pen.graded(when, history.earlier.as_ref()));
        if has_ungraded {
            history.ungraded = pen.ungraded(&history);
        }
        history.card = pen.card(&history);
        history.monitoring = pen.monitoring(&history);
        history
    }
}

/// Writes one history.
pub(super) struct Pen<'a> {
    pub(super) of: &'a Historian<'a>,
    pub(super) position: u32,
    pub(super) school: &'a School,
    pub(super) site: &'a Site,
    truth: Truth,
    quality: f64,
    areas: [f64; THEMES],
    pub(super) dice: Dice,
    twist: Option<Twist<'a>>,
}

impl Pen<'_> {
    /// Draws a day of inspection on which the site had a school that could be
    /// inspected, and which school that was.
    pub(super) fn when(&mut self, windows: &[Window]) -> Option<(NaiveDate, u32)> {
        let closed = self.school.closed.unwrap_or(NaiveDate::MAX);
        for _ in 0..4 {
            let (first, last) = self
                .dice
                .weighted(windows, (NaiveDate::MIN, NaiveDate::MIN));
            let Some(start) = self.of.days.draw(first, last, &mut self.dice) else {
                continue;
            };
            if start < closed
                && let Some(school) = self.school_on(start)
            {
                return Some((start, school));
            }
        }
        None
    }

    /// The school that stood here on `date`, if it could be inspected: not in
    /// the first months after it opened.
    fn school_on(&self, date: NaiveDate) -> Option<u32> {
        let Some(opened) = self.school.opened else {
            return Some(self.position);
        };
        let before = self.of.layout.schools.get(self.school.predecessor as usize);
        let rest = if before.is_some() { 200 } else { 330 };
        if after(opened, rest) <= date {
            return Some(self.position);
        }
        let before = before.filter(|_| date < opened)?;
        let known = before.opened.unwrap_or(NaiveDate::MIN);
        (known <= date).then_some(self.school.predecessor)
    }

    pub(super) fn visit(
        &self,
        slot: u32,
        (start, school): (NaiveDate, u32),
        days: u32,
        kind: &'static str,
    ) -> Visit {
        Visit {
            number: FIRST_INSPECTION + self.school.site * 5 + slot,
            start,
            published: after(start, i64::from(days)),
            school,
            kind,
        }
    }

    /// What the group adds on `date`, by theme.
    fn group(&self, date: NaiveDate, theme: Theme) -> f64 {
        if !self.has_joined(date) {
            return 0.0;
        }
        let planted = if self.truth.weakness == Some(theme) {
            self.of.plan.planted_size
        } else {
            0.0
        };
        self.truth.effect - planted
    }

    pub(super) fn eta(&self, date: NaiveDate, occasion: f64, theme: Theme) -> f64 {
        let area = self.areas.get(theme as usize).copied().unwrap_or(0.0);
        self.quality + area + occasion + self.group(date, theme) + self.twist(date, theme)
    }

    fn twist(&self, started: NaiveDate, theme: Theme) -> f64 {
        let (Some(twist), Ok(urn)) = (self.twist, Urn::try_from(urn(self.position))) else {
            return 0.0;
        };
        twist(&Scene {
            urn,
            place: u32::from(self.school.authority),
            body: body_of(self.school),
            joined: self.has_joined(started),
            deprivation: u8::try_from(self.site.deprivation_quintile).unwrap_or(3),
            phase: self.school.phase.coded().1,
            started,
            theme: theme.told(),
        })
    }

    fn has_joined(&self, date: NaiveDate) -> bool {
        self.school.body != NONE && self.school.joined.is_some_and(|from| from <= date)
    }

    pub(super) fn occasion(&mut self) -> f64 {
        OCCASION_SD * self.dice.normal()
    }

    fn card(&mut self, history: &History) -> Option<Card> {
        if !self.dice.chance(self.of.cards) {
            return None;
        }
        let last = self.of.last_card;
        // Volunteers first, few before Christmas; no weight after the last day.
        let window = |first: NaiveDate, until: NaiveDate, weight| {
            let weight = if first <= last { weight } else { 0 };
            ((first, until.min(last)), weight)
        };
        let when = self.when(&[
            window(day(2025, 11, 10), day(2025, 11, 26), 3),
            window(day(2025, 12, 1), day(2025, 12, 16), 5),
            window(day(2026, 1, 7), last, 92),
        ])?;
        let (start, _) = when;
        let last_graded = history.graded.as_ref().or(history.earlier.as_ref());
        let kind = match self.kind_of(when, last_graded) {
            "Exempt School Inspection" => "S5 Inspection",
            kind => kind,
        };
        let days = 28 + self.dice.below(13);
        let visit = self.visit(3, when, days, kind);
        let occasion = self.occasion();
        let mut grades = [None; THEMES];
        for (theme, grade) in Theme::ALL.into_iter().zip(&mut grades) {
            let applies = match theme {
                Theme::Safeguarding => false,
                Theme::EarlyYears => self.site.has_early_years(self.school),
                Theme::Post16 => self.site.has_post_16(self.school),
                _ => true,
            };
            if applies {
                let eta = self.eta(start, occasion, theme);
                *grade = Some(self.of.model.card(theme, eta, &mut self.dice));
            }
        }
        let eta = self.eta(start, occasion, Theme::Safeguarding);
        let safeguarding_met = self.of.model.safeguarding_met(eta, &mut self.dice);
        let raised = self.raised(start, &grades);
        Some(Card {
            visit,
            safeguarding_met,
            concern: category(&grades, safeguarding_met),
            grades,
            raised,
        })
    }

    /// Monitoring raises a grade of one card in twenty that needs it.
    fn raised(
        &mut self,
        start: NaiveDate,
        grades: &[Option<u8>; THEMES],
    ) -> Option<(Theme, NaiveDate)> {
        let (theme, _) = Theme::ALL
            .into_iter()
            .zip(grades)
            .find(|(_, grade)| **grade == Some(3))?;
        if !self.dice.chance(0.05) {
            return None;
        }
        let until = end_of_month(self.of.plan.as_at);
        let date = self.of.days.draw(after(start, 75), until, &mut self.dice)?;
        Some((theme, date))
    }

    /// Schools with a weak outcome from before are monitored meanwhile.
    fn monitoring(&mut self, history: &History) -> Option<Monitoring> {
        let graded = history.graded.as_ref()?;
        if history.card.is_some() || !graded.is_weak() || !self.dice.chance(0.06) {
            return None;
        }
        let when = self.when(&[((day(2025, 11, 10), self.of.last_card), 1)])?;
        let occasion = self.occasion();
        let eta = self.eta(when.0, occasion, Theme::Leadership);
        let outcome = if rank(eta, &[-1.4], &mut self.dice) == 0 {
            "Taking effective action"
        } else {
            "Not taking effective action"
        };
        Some(Monitoring {
            visit: self.visit(4, when, 30, "Requires Improvement Monitoring Visit 1"),
            outcome,
        })
    }
}
