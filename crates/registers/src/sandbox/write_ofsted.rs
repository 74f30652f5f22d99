//! Ofsted's management information.

use std::io;

use chrono::NaiveDate;

use super::days::day;
use super::faiths::Faith;
use super::groups::{self, Group, GroupKind};
use super::history::{Card, Concern, Graded, History, Monitoring, Ungraded, Visit};
use super::layout::Layout;
use super::outcomes::Theme;
use super::phases::Phase;
use super::places;
use super::rows::Rows;
use super::schools::{self, School, Site};
use super::write_gias::constituency;

/// Address of a school's reports. The host is one that can never exist.
const WEB: &str =
    "http://www.ofsted.example/inspection-reports/find-inspection-report/provider/ELS/";

/// Day of the last file without report cards.
pub(super) fn day_of_latest_2025() -> NaiveDate {
    day(2025, 8, 31)
}

/// Writer of the three files.
pub(super) struct Ofsted<'a> {
    pub(super) layout: &'a Layout,
}

/// A school as the files identify it.
pub(super) struct Subject<'a> {
    pub(super) position: u32,
    pub(super) school: &'a School,
    pub(super) site: &'a Site,
}

impl Ofsted<'_> {
    fn group(&self, index: u32) -> Option<&Group> {
        self.layout.groups.get(index as usize)
    }

    fn identity(&self, rows: &mut Rows, subject: &Subject<'_>, with_groups: bool) {
        let Subject {
            position,
            school,
            site,
        } = subject;
        let urn = schools::urn(*position);
        let facts = school.kind.facts();
        let place = places::authority(school.authority);
        rows.plain(&format!("{WEB}{urn}"));
        rows.number(Some(urn));
        rows.plain(&laestab(school));
        rows.plain(&site.name(school));
        rows.plain(school.phase.ofsted(school.kind.setting()));
        rows.plain_or_null(facts.ofsted);
        rows.day_or_null(school.opened);
        rows.plain(match (school.phase, site.selective) {
            (Phase::Secondary | Phase::AllThrough, true) => "Selective",
            (Phase::Secondary | Phase::AllThrough, false) => "Non-selective",
            _ => "Not applicable",
        });
        rows.plain(match school.phase {
            _ if site.has_sixth_form(school) => "Has a sixth form",
            Phase::Nursery | Phase::NotApplicable => "Not applicable",
            _ => "Does not have a sixth form",
        });
        rows.plain(school.faith.coded().1);
        rows.plain(if school.faith == Faith::None {
            "None"
        } else {
            "Does not apply"
        });
        rows.plain(school.faith.grouping());
        rows.plain(place.region.ofsted_name());
        rows.plain(place.region.name());
        rows.plain(place.name);
        rows.plain(&constituency(school.authority, site));
        rows.plain(&site.postcode);
        if with_groups {
            self.group_columns(rows, school);
        }
        rows.number(Some(site.deprivation_quintile));
        rows.number(Some(site.pupils));
    }

    fn group_columns(&self, rows: &mut Rows, school: &School) {
        let own = self.group(school.body);
        match own.filter(|group| group.kind == GroupKind::MultiAcademy) {
            Some(trust) => {
                rows.number(Some(groups::uid(school.body)));
                rows.plain(&groups::name(trust));
            }
            None => rows.null(2),
        }
        let sponsor = own
            .filter(|group| group.kind.is_company())
            .and_then(|trust| Some((trust.twin, self.group(trust.twin)?)));
        match sponsor {
            Some((index, sponsor)) => {
                rows.number(Some(groups::uid(index)));
                rows.plain(&groups::name(sponsor));
            }
            None => rows.null(2),
        }
    }

    /// Whether the inspection was of this school, and of which.
    fn at_the_time(&self, rows: &mut Rows, subject: &Subject<'_>, visit: &Visit) {
        rows.plain(if visit.school == subject.position {
            "Yes"
        } else {
            "No"
        });
        rows.number(Some(schools::urn(visit.school)));
        match self.layout.schools.get(visit.school as usize) {
            Some(school) => {
                rows.plain(&laestab(school));
                rows.plain(&subject.site.name(school));
                rows.plain_or_null(school.kind.facts().ofsted);
            }
            None => rows.null(3),
        }
    }

    /// A row of the latest inspections as at 31 August 2025.
    pub(super) fn latest_2025(
        &self,
        rows: &mut Rows,
        subject: &Subject<'_>,
        history: &History,
    ) -> io::Result<()> {
        let last = day_of_latest_2025();
        let known = |graded: &&Graded| graded.visit.published <= last;
        let mut graded = [history.graded.as_ref(), history.earlier.as_ref()]
            .into_iter()
            .flatten()
            .filter(known);
        let (latest, previous) = (graded.next(), graded.next());
        let ungraded = history.ungraded.as_ref().filter(|ungraded| {
            ungraded.visit.published <= last
                && latest.is_none_or(|latest| latest.visit.start < ungraded.visit.start)
        });
        self.identity(rows, subject, false);
        match ungraded {
            Some(Ungraded { visit, outcome }) => {
                rows.number(Some(visit.number));
                self.at_the_time(rows, subject, visit);
                rows.number(Some(1));
                rows.day_or_null(Some(visit.start));
                rows.day_or_null(Some(visit.published));
                rows.plain("No");
                rows.plain(outcome);
                rows.number(Some(0));
            }
            None => rows.null(12),
        }
        match latest {
            Some(graded) => {
                rows.number(Some(graded.visit.number));
                rows.plain(graded.visit.kind);
                rows.plain(graded.visit.kind);
                rows.plain("Schools - S5");
                rows.day_or_null(Some(graded.visit.start));
                rows.day_or_null(Some(super::days::after(graded.visit.start, 1)));
                rows.day_or_null(Some(graded.visit.published));
                self.at_the_time(rows, subject, &graded.visit);
                overall(rows, graded);
                concern(rows, graded.concern);
                judgements(rows, graded);
            }
            None => rows.null(21),
        }
        match previous {
            Some(graded) => {
                rows.number(Some(graded.visit.number));
                rows.day_or_null(Some(graded.visit.start));
                rows.day_or_null(Some(super::days::after(graded.visit.start, 1)));
                rows.day_or_null(Some(graded.visit.published));
                self.at_the_time(rows, subject, &graded.visit);
                overall(rows, graded);
                concern(rows, graded.concern);
                judgements(rows, graded);
            }
            None => rows.null(18),
        }
        rows.end()
    }

    /// A row of the latest inspections with report cards.
    pub(super) fn latest_2026(
        &self,
        rows: &mut Rows,
        subject: &Subject<'_>,
        history: &History,
    ) -> io::Result<()> {
        self.identity(rows, subject, true);
        ages(rows, subject.site);
        match &history.card {
            Some(card) => self.latest_card(rows, subject, card),
            None => rows.null(30),
        }
        let graded = history
            .graded
            .as_ref()
            .or(history.earlier.as_ref())
            .filter(|graded| graded.visit.start >= day(2019, 9, 1));
        match graded {
            Some(graded) => {
                rows.number(Some(graded.visit.number));
                rows.plain(graded.visit.kind);
                rows.plain(graded.visit.kind);
                rows.plain("Schools - S5");
                rows.day_or_null(Some(graded.visit.start));
                rows.day_or_null(Some(graded.visit.published));
                self.at_the_time(rows, subject, &graded.visit);
                concern(rows, graded.concern);
                overall(rows, graded);
                judgements(rows, graded);
            }
            None => rows.null(20),
        }
        match &history.ungraded {
            Some(Ungraded { visit, outcome }) => {
                rows.number(Some(visit.number));
                rows.day_or_null(Some(visit.start));
                rows.day_or_null(Some(visit.published));
                self.at_the_time(rows, subject, visit);
                rows.plain(outcome);
            }
            None => rows.null(9),
        }
        // Blank says that an inspection found no concern, NULL that there was
        // none to find one.
        match (&history.card, graded) {
            (Some(card), _) => rows.plain(card.concern.map_or("", Concern::code)),
            (None, Some(graded)) => rows.plain(graded.concern.map_or("", Concern::code)),
            (None, None) => rows.null(1),
        }
        rows.end()
    }

    fn latest_card(&self, rows: &mut Rows, subject: &Subject<'_>, card: &Card) {
        let visit = &card.visit;
        rows.number(Some(visit.number));
        rows.plain(visit.kind);
        rows.plain(visit.kind);
        rows.plain("Schools - S5");
        rows.day_or_null(Some(visit.start));
        rows.day_or_null(Some(visit.published));
        self.at_the_time(rows, subject, visit);
        concern(rows, card.concern);
        rows.plain(met(card));
        rows.day_or_null(Some(visit.start));
        for (theme, grade) in Theme::ALL.into_iter().zip(card.grades).skip(1) {
            match card.raised {
                Some((raised, date)) if raised == theme => {
                    rows.plain(grade_name(Some(2)));
                    rows.day_or_null(Some(date));
                }
                _ => {
                    rows.plain(grade_name(grade));
                    rows.day_or_null(Some(visit.start));
                }
            }
        }
    }

    /// A row of the inspections of the year for a report card.
    pub(super) fn in_year_card(
        &self,
        rows: &mut Rows,
        subject: &Subject<'_>,
        card: &Card,
    ) -> io::Result<()> {
        self.in_year(rows, subject, &card.visit, "Schools - S5");
        rows.null(1);
        concern(rows, card.concern);
        rows.plain(met(card));
        for grade in card.grades.into_iter().skip(1) {
            rows.plain(grade_name(grade));
        }
        rows.end()
    }

    /// A row of the inspections of the year for a monitoring inspection.
    pub(super) fn in_year_monitoring(
        &self,
        rows: &mut Rows,
        subject: &Subject<'_>,
        monitoring: &Monitoring,
    ) -> io::Result<()> {
        self.in_year(rows, subject, &monitoring.visit, "Schools - S8");
        rows.plain(monitoring.outcome);
        rows.null(10);
        rows.end()
    }

    fn in_year(&self, rows: &mut Rows, subject: &Subject<'_>, visit: &Visit, event: &str) {
        self.identity(rows, subject, true);
        ages(rows, subject.site);
        rows.number(Some(visit.number));
        rows.plain(visit.kind);
        rows.plain(visit.kind);
        rows.plain(event);
        rows.day_or_null(Some(visit.start));
        rows.day_or_null(Some(visit.published));
    }
}

/// Authority code and establishment number in one.
fn laestab(school: &School) -> String {
    format!(
        "{:03}{:04}",
        places::authority(school.authority).code,
        school.number
    )
}

fn ages(rows: &mut Rows, site: &Site) {
    rows.number(Some(site.ages.0));
    rows.number(Some(site.ages.1));
}

fn overall(rows: &mut Rows, graded: &Graded) {
    match graded.overall {
        Some(grade) => rows.number(Some(u32::from(grade))),
        None => rows.plain("Not judged"),
    }
}

fn concern(rows: &mut Rows, concern: Option<Concern>) {
    rows.plain_or_null(concern.map(Concern::code));
}

/// Quality of education to sixth form, the same in all blocks.
fn judgements(rows: &mut Rows, graded: &Graded) {
    for grade in [
        graded.teaching,
        graded.behaviour,
        graded.personal,
        graded.leadership,
    ] {
        rows.number_or_null(grade.map(u32::from));
    }
    rows.plain(if graded.safeguarding { "Yes" } else { "No" });
    rows.number(Some(u32::from(graded.early_years)));
    rows.number(Some(u32::from(graded.sixth_form)));
}

const fn met(card: &Card) -> &'static str {
    if card.safeguarding_met {
        "Met"
    } else {
        "Not met"
    }
}

const fn grade_name(grade: Option<u8>) -> &'static str {
    match grade {
        Some(0) => "Exceptional",
        Some(1) => "Strong standard",
        Some(2) => "Expected standard",
        Some(3) => "Needs attention",
        Some(_) => "Urgent improvement",
        None => "Not applicable",
    }
}
