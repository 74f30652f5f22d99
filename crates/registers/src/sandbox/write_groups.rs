//! The registers of groups, of their members and of predecessors.

use std::io;

use super::days::day;
use super::dice::{Dice, Purpose};
use super::groups::{self, Group, GroupKind, NONE};
use super::layout::Layout;
use super::places;
use super::rows::Rows;
use super::schools::{self, School, Site, Succession};
use super::{Plan, names};

/// First UK provider reference number of groups.
const FIRST_UKPRN: u32 = 98_000_000;

/// The first eleven columns of a group, which two files share.
fn identity(rows: &mut Rows, index: u32, group: &Group) {
    rows.format(format_args!("{}", groups::uid(index)));
    rows.text(&groups::id(index, group.kind));
    rows.text(&groups::name(group));
    rows.text(&groups::companies_house(index, group.kind));
    rows.coded(group.kind.coded());
    rows.day(group.closed, b'/');
    let company = group.kind.is_company();
    rows.day((!company).then_some(group.opened), b'/');
    rows.day(company.then_some(group.opened), b'/');
    rows.coded(group.status.coded());
}

/// Writes the row of the group at `index`.
pub(super) fn group(rows: &mut Rows, plan: &Plan, index: u32, group: &Group) -> io::Result<()> {
    identity(rows, index, group);
    if group.kind.is_company() {
        let mut dice = Dice::of(plan.seed, Purpose::Group, (1 << 40) | u64::from(index));
        rows.format(format_args!("{} Example Road", dice.between(1, 99)));
        rows.blank(2);
        rows.text(&names::town(group.home, dice.below(3)));
        rows.text("Not recorded");
        rows.text(&places::postcode(group.home, &mut dice));
    } else {
        rows.blank(4);
        rows.text("Not recorded");
        rows.text("");
    }
    rows.text("Not recorded");
    rows.blank(2);
    if group.kind.is_company() && index % 7 != 3 {
        rows.format(format_args!("{}", FIRST_UKPRN + index));
    } else {
        rows.text("");
    }
    rows.end()
}

/// Groups of a school, by number.
pub(super) fn memberships(layout: &Layout, school: &School) -> Vec<u32> {
    let mut own: Vec<u32> = [school.body, school.other_body]
        .into_iter()
        .filter(|index| *index != NONE)
        .collect();
    let trust = layout.groups.get(school.body as usize);
    if let Some(trust) = trust
        && trust.kind.is_company()
        && trust.twin != NONE
        && school.closed.is_none()
    {
        own.push(trust.twin);
    }
    own.sort_unstable();
    own
}

/// Writes the rows of a school's memberships.
pub(super) fn members(
    rows: &mut Rows,
    plan: &Plan,
    layout: &Layout,
    position: u32,
    school: &School,
) -> io::Result<()> {
    let own = memberships(layout, school);
    if own.is_empty() {
        return Ok(());
    }
    let site = Site::of(plan.seed, school);
    let name = site.name(school);
    let facts = school.kind.facts();
    let place = places::authority(school.authority);
    for index in own {
        let Some(group) = layout.groups.get(index as usize) else {
            continue;
        };
        rows.format(format_args!("{}", schools::urn(position)));
        identity(rows, index, group);
        rows.day(Some(joined(position, school, index, group)), b'/');
        rows.text(&name);
        rows.coded((facts.code, facts.name));
        rows.coded(school.phase.coded());
        rows.format(format_args!("{:03}", place.code));
        rows.text(place.name);
        rows.end()?;
    }
    Ok(())
}

/// The day of joining on record. One in twenty is not known, which the
/// register writes as the first day of 1900.
fn joined(position: u32, school: &School, index: u32, group: &Group) -> chrono::NaiveDate {
    let unknown = day(1900, 1, 1);
    if position.wrapping_mul(2_654_435_761) >> 16 & 0xff < 13 {
        return unknown;
    }
    match group.kind {
        // A sponsor's number can be younger than the trust's.
        GroupKind::Sponsor => school.joined.map_or(unknown, |day| day.max(group.opened)),
        _ if index == school.body => school.joined.unwrap_or(unknown),
        _ => group.opened.max(school.opened.unwrap_or(group.opened)),
    }
}

/// A step from one school to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    from: u32,
    to: u32,
    forward: bool,
}

/// All steps, in the order of the file.
pub(super) fn steps(layout: &Layout) -> Vec<Step> {
    let mut all = Vec::new();
    for (position, school) in (0_u32..).zip(&layout.schools) {
        if school.successor != NONE {
            all.push(Step {
                from: position,
                to: school.successor,
                forward: true,
            });
            all.push(Step {
                from: school.successor,
                to: position,
                forward: false,
            });
        }
    }
    all.sort_unstable();
    all
}

/// Writes the row of a step.
pub(super) fn step(rows: &mut Rows, plan: &Plan, layout: &Layout, step: Step) -> io::Result<()> {
    let find = |position: u32| layout.schools.get(position as usize);
    let (Some(from), Some(to)) = (find(step.from), find(step.to)) else {
        return Ok(());
    };
    let (old, new) = if step.forward { (from, to) } else { (to, from) };
    rows.number(Some(schools::urn(step.from)));
    rows.format(format_args!("{}", schools::urn(step.to)));
    rows.text(&Site::of(plan.seed, to).name(to));
    rows.text(match (step.forward, old.succession) {
        (true, Succession::Plain) => "Successor",
        (true, Succession::Merged) => "Successor - merged",
        (true, Succession::Amalgamated) => "Successor - amalgamated",
        (true, Succession::Split) => "Successor - Split School",
        (false, Succession::Plain) => "Predecessor",
        (false, Succession::Merged) => "Predecessor - merged",
        (false, Succession::Amalgamated) => "Predecessor - amalgamated",
        (false, Succession::Split) => "Predecessor - Split School",
    });
    // A quarter of the links have no date.
    let date = if old.site == new.site {
        new.opened
    } else {
        old.closed
    };
    rows.day(date.filter(|_| old.site % 4 != 0), b'-');
    rows.end()
}
