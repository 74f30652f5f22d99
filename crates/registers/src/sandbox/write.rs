//! All files, one after the other, each row by row.

use std::io::{self, Write as _};

use chrono::{Datelike, NaiveDate};

use super::days::end_of_month;
use super::groups::{self, NONE, Truth};
use super::historian::Historian;
use super::layout::{self, Layout};
use super::plan::{Plan, Progress, SandboxError, Summary};
use super::rows::{Rows, WrittenFile};
use super::schools::{self, School, Site};
use super::shelf::Shelf;
use super::truth::{self, TruthFile};
use super::write_gias::{self, Dioceses};
use super::write_groups;
use super::write_ofsted::{Ofsted, Subject, day_of_latest_2025};
use super::{headings, holidays};

/// Rows between two reports of progress.
const STEP: u64 = 10_000;

const READ_ME: &str = "\
This folder holds a fictional England.\r\n\
\r\n\
Every school, group, postcode and inspection outcome in it is invented. Only\r\n\
the codes and names of local authorities and the bank holidays are real. The\r\n\
files have the layouts of Get Information About Schools and of Ofsted's\r\n\
management information so that software can be tried out; they say nothing\r\n\
about any real school, trust or person.\r\n\
\r\n\
truth.json holds what was planted: the effect of each group, its weakness if\r\n\
any, and the quality of each school without its group.\r\n";

/// Writes everything.
pub(super) fn all(
    plan: &Plan,
    progress: &mut dyn FnMut(Progress),
    shelf: &mut dyn Shelf,
) -> Result<Summary, SandboxError> {
    let layout = layout::build(plan);
    let truths: Vec<Truth> = (0_u32..)
        .zip(&layout.groups)
        .map(|(index, group)| groups::truth(plan, index, group))
        .collect();
    let mut press = Press {
        plan,
        layout: &layout,
        truths: &truths,
        progress,
        shelf,
        files: Vec::new(),
    };
    press.establishments()?;
    press.groups()?;
    press.group_links()?;
    press.school_links()?;
    let report_cards = press.ofsted()?;
    press.holidays()?;
    press.read_me()?;
    let files = press.files;
    let open = |school: &&School| school.kind.is_state_funded() && school.is_open_on(plan.as_at);
    Ok(Summary {
        establishments: layout.schools.len() as u64,
        open_schools: layout.schools.iter().filter(open).count() as u64,
        groups: layout.groups.len() as u64,
        report_cards,
        planted_weaknesses: truths.iter().filter(|t| t.weakness.is_some()).count() as u64,
        files,
    })
}

struct Press<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
    truths: &'a [Truth],
    progress: &'a mut dyn FnMut(Progress),
    shelf: &'a mut dyn Shelf,
    files: Vec<WrittenFile>,
}

/// Names the file in an error.
fn named<T>(name: &str, result: io::Result<T>) -> Result<T, SandboxError> {
    result.map_err(|source| SandboxError::File {
        name: name.to_owned(),
        source,
    })
}

impl Press<'_> {
    /// Writes one file: `each` gets the rows and every item in turn.
    fn gias<T>(
        &mut self,
        stem: &str,
        columns: &[&str],
        items: impl ExactSizeIterator<Item = T>,
        mut each: impl FnMut(&mut Rows, T) -> io::Result<()>,
    ) -> Result<(), SandboxError> {
        let name = format!("{stem}{}.csv", self.plan.as_at.format("%Y%m%d"));
        let total = items.len() as u64;
        let out = named(&name, self.shelf.file(&name))?;
        let mut rows = named(&name, Rows::gias(out, &name, columns))?;
        for (done, item) in (0_u64..).zip(items) {
            named(&name, each(&mut rows, item))?;
            self.report(&name, done, total);
        }
        self.finish(&name, rows, total)
    }

    fn report(&mut self, name: &str, done: u64, total: u64) {
        if done.is_multiple_of(STEP) {
            (self.progress)(Progress {
                file: name.to_owned(),
                done,
                total,
            });
        }
    }

    fn finish(&mut self, name: &str, rows: Rows, total: u64) -> Result<(), SandboxError> {
        let written = named(name, rows.finish())?;
        (self.progress)(Progress {
            file: name.to_owned(),
            done: total,
            total,
        });
        self.files.push(written);
        Ok(())
    }

    fn establishments(&mut self) -> Result<(), SandboxError> {
        let (plan, layout) = (self.plan, self.layout);
        let dioceses = Dioceses::all();
        self.gias(
            "edubasealldata",
            &headings::ESTABLISHMENTS,
            layout.schools.iter().enumerate(),
            |rows, (position, school)| {
                let position = u32::try_from(position).unwrap_or(NONE);
                write_gias::establishment(rows, plan, layout, &dioceses, position, school)
            },
        )
    }

    fn groups(&mut self) -> Result<(), SandboxError> {
        let (plan, layout) = (self.plan, self.layout);
        self.gias(
            "allgroupsdata",
            &headings::GROUPS,
            layout.groups.iter().enumerate(),
            |rows, (index, group)| {
                let index = u32::try_from(index).unwrap_or(NONE);
                write_groups::group(rows, plan, index, group)
            },
        )
    }

    fn group_links(&mut self) -> Result<(), SandboxError> {
        let (plan, layout) = (self.plan, self.layout);
        self.gias(
            "alllinksdata",
            &headings::GROUP_LINKS,
            layout.schools.iter().enumerate(),
            |rows, (position, school)| {
                let position = u32::try_from(position).unwrap_or(NONE);
                write_groups::members(rows, plan, layout, position, school)
            },
        )
    }

    fn school_links(&mut self) -> Result<(), SandboxError> {
        let (plan, layout) = (self.plan, self.layout);
        self.gias(
            "links_edubasealldata",
            &headings::SCHOOL_LINKS,
            write_groups::steps(layout).into_iter(),
            |rows, step| write_groups::step(rows, plan, layout, step),
        )
    }

    /// The three files of Ofsted and the truth, in one pass; gives the number
    /// of report cards.
    fn ofsted(&mut self) -> Result<u64, SandboxError> {
        let (plan, layout) = (self.plan, self.layout);
        let last = end_of_month(plan.as_at);
        let stem = "Management_information_-_state-funded_schools_-_";
        let old_name = format!(
            "{stem}latest_inspections_as_at_{}.csv",
            spelt(day_of_latest_2025())
        );
        let new_name = format!("{stem}latest_inspections_as_at_{}.csv", spelt(last));
        let year_name = format!(
            "{stem}in-year_inspections_10_Nov_2025_to_{}.csv",
            spelt(last)
        );
        let titles = [
            format!(
                "Management information - state-funded schools - latest inspections as at {}",
                spelt(last).replace('_', " ")
            ),
            "Fictional data: no real school, trust or person is described.".to_owned(),
        ];
        let titles = titles.each_ref().map(String::as_str);

        let mut open = |name: &str| named(name, self.shelf.file(name));
        let (old, new, year, truth) = (
            open(&old_name)?,
            open(&new_name)?,
            open(&year_name)?,
            open(truth::NAME)?,
        );
        let mut old = named(
            &old_name,
            Rows::ofsted(old, &old_name, &[], &headings::LATEST_2025),
        )?;
        let mut new = named(
            &new_name,
            Rows::ofsted(new, &new_name, &titles, &headings::LATEST_2026),
        )?;
        let mut year = named(
            &year_name,
            Rows::ofsted(year, &year_name, &[], &headings::IN_YEAR_2026),
        )?;
        let mut truth = named(truth::NAME, TruthFile::begin(truth, plan))?;
        for (index, (group, planted)) in (0_u32..).zip(layout.groups.iter().zip(self.truths)) {
            if group.members > 0 {
                named(truth::NAME, truth.group(index, group, *planted))?;
            }
        }
        named(truth::NAME, truth.schools())?;

        let historian = Historian::new(plan, layout);
        let writer = Ofsted { layout };
        let mut report_cards = 0;
        let total = layout.schools.len() as u64;
        for (position, school) in (0_u32..).zip(&layout.schools) {
            self.report(&new_name, u64::from(position), total);
            let in_old = school.is_open_on(day_of_latest_2025());
            let in_new = school.is_open_on(plan.as_at);
            if !school.kind.is_state_funded() || !(in_old || in_new) {
                continue;
            }
            // A school that has since become an academy shares its history.
            let (last_position, last_school) = last_on_site(layout, position, school);
            let site = Site::of(plan.seed, school);
            let planted = self
                .truths
                .get(last_school.body as usize)
                .copied()
                .unwrap_or(Truth::NONE);
            let history = historian.of(last_position, last_school, &site, planted);
            let subject = Subject {
                position,
                school,
                site: &site,
            };
            if in_old {
                named(&old_name, writer.latest_2025(&mut old, &subject, &history))?;
            }
            if !in_new {
                continue;
            }
            named(&new_name, writer.latest_2026(&mut new, &subject, &history))?;
            named(
                truth::NAME,
                truth.school(schools::urn(position), history.quality),
            )?;
            if let Some(card) = &history.card {
                report_cards += 1;
                let inspected = inspected(layout, &subject, card.visit.school);
                named(&year_name, writer.in_year_card(&mut year, &inspected, card))?;
            }
            if let Some(monitoring) = &history.monitoring {
                let inspected = inspected(layout, &subject, monitoring.visit.school);
                named(
                    &year_name,
                    writer.in_year_monitoring(&mut year, &inspected, monitoring),
                )?;
            }
        }
        let (olds, news, years) = (old.count(), new.count(), year.count());
        self.finish(&old_name, old, olds)?;
        self.finish(&new_name, new, news)?;
        self.finish(&year_name, year, years)?;
        self.files.push(named(truth::NAME, truth.finish())?);
        Ok(report_cards)
    }

    fn holidays(&mut self) -> Result<(), SandboxError> {
        let name = "bank-holidays.json";
        let mut text = Vec::new();
        let rows = named(name, holidays::write(&mut text))?;
        self.whole(name, &text, rows)
    }

    fn read_me(&mut self) -> Result<(), SandboxError> {
        self.whole("README.txt", READ_ME.as_bytes(), 0)
    }

    fn whole(&mut self, name: &str, text: &[u8], rows: u64) -> Result<(), SandboxError> {
        let mut out = named(name, self.shelf.file(name))?;
        named(name, out.write_all(text).and_then(|()| out.flush()))?;
        self.files.push(WrittenFile {
            name: name.to_owned(),
            rows,
            bytes: text.len() as u64,
        });
        Ok(())
    }
}

/// The last school on the site of `school`.
fn last_on_site<'a>(layout: &'a Layout, position: u32, school: &'a School) -> (u32, &'a School) {
    match layout.schools.get(school.successor as usize) {
        Some(next) if next.site == school.site => (school.successor, next),
        _ => (position, school),
    }
}

/// The school that was inspected, which may be the one before on the site.
fn inspected<'a>(layout: &'a Layout, subject: &Subject<'a>, position: u32) -> Subject<'a> {
    Subject {
        position,
        school: layout
            .schools
            .get(position as usize)
            .unwrap_or(subject.school),
        site: subject.site,
    }
}

/// `31_Jul_2026`, as the names of the files have it.
fn spelt(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or("Jan");
    format!("{:02}_{month}_{}", date.day(), date.year())
}
