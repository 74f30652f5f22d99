//! The register of establishments.

use std::io;

use chrono::NaiveDate;

use super::faiths::Faith;
use super::groups::{self, Group, GroupKind, NONE};
use super::kinds::Kind;
use super::layout::Layout;
use super::phases::Phase;
use super::places::{self, AuthorityId};
use super::rows::Rows;
use super::schools::{self, School, Site, Status, Succession};
use super::{Plan, names};

/// First UK provider reference number of schools; none is issued from 90.
const FIRST_UKPRN: u32 = 90_000_000;

/// Invented dioceses of all authorities.
pub(super) struct Dioceses(Vec<[(String, String); 2]>);

impl Dioceses {
    pub(super) fn all() -> Self {
        Self(
            (0..places::FIRST_OUTSIDE)
                .map(|id| [places::diocese(id, false), places::diocese(id, true)])
                .collect(),
        )
    }

    fn of(&self, authority: AuthorityId, faith: Faith) -> (&str, &str) {
        let church = match faith {
            Faith::ChurchOfEngland => 0,
            Faith::RomanCatholic => 1,
            _ => return ("0000", "Not applicable"),
        };
        self.0
            .get(usize::from(authority))
            .and_then(|both| both.get(church))
            .map_or(("0000", "Not applicable"), |(code, name)| (code, name))
    }
}

/// The groups of one school, as the columns of the register show them.
struct Groups<'a> {
    responsible: Option<(u32, &'a Group)>,
    sponsor: Option<&'a Group>,
    federation: Option<(u32, &'a Group)>,
    foundation: Option<(u32, &'a Group)>,
}

impl<'a> Groups<'a> {
    fn of(layout: &'a Layout, school: &School) -> Self {
        let group = |index: u32| {
            layout
                .groups
                .get(index as usize)
                .map(|group| (index, group))
        };
        let own = [group(school.body), group(school.other_body)];
        let of_kind = |kind: GroupKind| own.iter().flatten().find(|(_, g)| g.kind == kind).copied();
        let responsible =
            of_kind(GroupKind::MultiAcademy).or_else(|| of_kind(GroupKind::SingleAcademy));
        Self {
            responsible,
            sponsor: responsible
                .and_then(|(_, trust)| group(trust.twin))
                .map(|(_, sponsor)| sponsor),
            federation: of_kind(GroupKind::Federation),
            foundation: of_kind(GroupKind::FoundationTrust),
        }
    }
}

/// Writes the row of the establishment at `position`.
pub(super) fn establishment(
    rows: &mut Rows,
    plan: &Plan,
    layout: &Layout,
    dioceses: &Dioceses,
    position: u32,
    school: &School,
) -> io::Result<()> {
    let site = Site::of(plan.seed, school);
    let facts = school.kind.facts();
    let place = places::authority(school.authority);
    let urn = schools::urn(position);
    let open = school.status != Status::Closed;
    let counted = open && school.status != Status::ProposedToOpen && school.kind != Kind::Welsh;

    rows.number(Some(urn));
    rows.format(format_args!("{:03}", place.code));
    rows.text(place.name);
    rows.format(format_args!("{}", school.number));
    rows.text(&site.name(school));
    rows.coded((facts.code, facts.name));
    rows.coded(facts.group);
    rows.coded(school.status.coded());
    rows.coded(if school.kind.was_converted() {
        ("10", "Academy Converter")
    } else {
        ("00", "Not applicable")
    });
    rows.day(school.opened, b'-');
    rows.coded(reason_closed(layout, school));
    rows.day(school.closed, b'-');
    rows.coded(school.phase.coded());
    let ages = (school.kind != Kind::Welsh).then_some(site.ages);
    rows.number(ages.map(|(low, _)| low));
    rows.number(ages.map(|(_, high)| high));
    rows.coded(("1", "No boarders"));
    rows.text(nursery(school, &site));
    rows.coded(sixth_form(school, &site));
    rows.coded(site.gender);
    rows.coded(school.faith.coded());
    rows.text(if school.faith == Faith::None {
        "None"
    } else {
        "Does not apply"
    });
    rows.coded(dioceses.of(school.authority, school.faith));
    rows.coded(match (school.phase, site.selective) {
        (Phase::Secondary | Phase::AllThrough, true) => ("2", "Selective"),
        (Phase::Secondary | Phase::AllThrough, false) => ("4", "Non-selective"),
        _ => ("0", "Not applicable"),
    });
    rows.number(counted.then_some(site.capacity));
    rows.coded(("2", "No Special Classes"));
    pupils(rows, plan.as_at, &site, counted);
    trust_and_federation(rows, layout, school);
    rows.number(open.then_some(FIRST_UKPRN + urn));
    rows.text("");
    rows.text("Not applicable");
    rows.day(Some(last_change(plan.as_at, position)), b'-');
    contact(rows, &site, urn, open);
    provision(rows);
    location(rows, place.region, school, &site);
    rows.format(format_args!(
        "{}",
        if counted {
            site.free_meals.to_string()
        } else {
            String::new()
        }
    ));
    rows.text("");
    rows.end()
}

fn reason_closed(layout: &Layout, school: &School) -> (&'static str, &'static str) {
    if school.status != Status::Closed {
        return ("00", "Not applicable");
    }
    match layout.schools.get(school.successor as usize) {
        Some(next) if next.predecessor != NONE && next.site == school.site => {
            if next.kind.is_sponsor_led() {
                ("12", "For Academy")
            } else {
                ("10", "Academy Converter")
            }
        }
        Some(_) if school.succession != Succession::Plain => ("03", "Amalgamated/Merged"),
        Some(_) => ("01", "Replaced"),
        None => ("02", "Closure"),
    }
}

fn nursery(school: &School, site: &Site) -> &'static str {
    match school.phase {
        Phase::Primary | Phase::AllThrough | Phase::Nursery if site.nursery => {
            "Has Nursery Classes"
        }
        Phase::Primary | Phase::AllThrough => "No Nursery Classes",
        _ => "Not applicable",
    }
}

/// Code and name of the official sixth form column.
fn sixth_form(school: &School, site: &Site) -> (&'static str, &'static str) {
    if site.has_sixth_form(school) {
        ("1", "Has a sixth form")
    } else if matches!(
        school.phase,
        Phase::Primary
            | Phase::MiddleDeemedPrimary
            | Phase::Secondary
            | Phase::MiddleDeemedSecondary
            | Phase::AllThrough
    ) {
        ("2", "Does not have a sixth form")
    } else {
        ("0", "Not applicable")
    }
}

fn pupils(rows: &mut Rows, as_at: NaiveDate, site: &Site, counted: bool) {
    if !counted {
        rows.blank(5);
        return;
    }
    // The latest census of January that is published.
    let census = chrono::Datelike::year(&super::days::after(as_at, -150));
    rows.format(format_args!("15-01-{census}"));
    rows.format(format_args!("{}", site.pupils));
    rows.format(format_args!("{}", site.boys));
    rows.format(format_args!("{}", site.pupils - site.boys));
    let tenths = site.free_meals * 1_000 / site.pupils.max(1);
    rows.format(format_args!("{}.{}0", tenths / 10, tenths % 10));
}

fn trust_and_federation(rows: &mut Rows, layout: &Layout, school: &School) {
    let own = Groups::of(layout, school);
    let coded = |rows: &mut Rows, group: Option<(u32, &Group)>| match group {
        Some((index, group)) => {
            rows.format(format_args!("{}", groups::uid(index)));
            rows.text(&groups::name(group));
        }
        None => rows.blank(2),
    };
    let foundation = matches!(school.kind, Kind::Foundation | Kind::FoundationSpecial);
    rows.coded(match own.responsible {
        Some((_, trust)) if trust.kind == GroupKind::MultiAcademy => {
            ("3", "Supported by a multi-academy trust")
        }
        Some(_) => ("5", "Supported by a single-academy trust"),
        None if own.foundation.is_some() => ("1", "Supported by a trust"),
        None if foundation && school.status != Status::Closed => ("2", "Not supported by a trust"),
        None => ("0", "Not applicable"),
    });
    coded(rows, own.responsible.or(own.foundation));
    rows.text(match own.sponsor {
        Some(_) => "Linked to a sponsor",
        None if school.kind.is_academy() => "-",
        None => "Not applicable",
    });
    rows.text(&own.sponsor.map(groups::name).unwrap_or_default());
    rows.text(match own.federation {
        Some(_) => "Supported by a federation",
        None if school.kind.is_maintained() => "Not under a federation",
        None => "Not applicable",
    });
    coded(rows, own.federation);
}

/// A day in the year before the plan's.
fn last_change(as_at: NaiveDate, position: u32) -> NaiveDate {
    super::days::after(as_at, -i64::from(position.wrapping_mul(37) % 330))
}

fn contact(rows: &mut Rows, site: &Site, urn: u32, open: bool) {
    rows.format(format_args!("{} Example Road", site.street));
    rows.blank(2);
    rows.text(&site.town);
    rows.text("");
    rows.text(&site.postcode);
    if open {
        rows.format(format_args!("www.school-{urn}.example"));
        // Numbers kept for drama by the regulator.
        rows.format(format_args!("01632960{:03}", urn % 1_000));
    } else {
        rows.blank(2);
    }
    // People are never invented: title, first name, last name.
    rows.text("Not recorded");
    rows.blank(2);
    rows.text("Headteacher");
}

fn provision(rows: &mut Rows) {
    rows.text("Not applicable");
    rows.blank(3);
    rows.text("Not applicable");
    rows.text("");
    rows.same("Not applicable", 3);
    rows.text("");
    rows.same("Not applicable", 3);
    rows.blank(13);
    rows.text("Not applicable");
    rows.blank(4);
}

fn location(rows: &mut Rows, region: places::Region, school: &School, site: &Site) {
    rows.coded((region.code(), region.name()));
    rows.blank(5);
    rows.text(&constituency(school.authority, site));
    rows.blank(3);
    let point = places::in_england(school.authority).then_some(site.point);
    rows.number(point.map(|(east, _)| east));
    rows.number(point.map(|(_, north)| north));
    rows.blank(7);
    rows.text("999");
    rows.blank(5);
    rows.coded(("0", "Not applicable"));
    rows.coded(("0", "Not applicable"));
    rows.blank(4);
}

/// Invented constituency: two halves of each authority.
pub(super) fn constituency(authority: AuthorityId, site: &Site) -> String {
    let half = u64::from(site.street % 2);
    format!(
        "{} and District",
        names::place(u64::from(authority) * 2 + half + 1_100)
    )
}
