//! What the system holds that conflicts of interest are found in: schools,
//! memberships, predecessors, posts and earlier inspections.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::{
    PgConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Integer, Nullable, SmallInt, Text},
};
use group_inspection_core::{
    Urn,
    body::BodyKind,
    conflict::{ConflictPolicy, Membership, National, PastInspection, School, Screen},
    inspection::Action,
    school::{GridPoint, Phase},
    team::{Institution, Person, Post},
};
use uuid::Uuid;

use crate::{
    Error,
    bodies::urn as read_urn,
    inspections::Frozen,
    records::{self, Owner},
    schema::{establishment_link, inspection, inspection_event, membership, responsible_body},
    typed::Typed,
};

/// Schools and bodies around which facts are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    pub(super) schools: BTreeSet<i32>,
    pub(super) bodies: BTreeSet<Uuid>,
}

impl Around {
    pub(super) fn members(&mut self, frozen: &Frozen) {
        self.schools
            .extend(frozen.urns().map(crate::bodies::stored));
    }

    pub(super) fn posts<'a>(&mut self, posts: impl IntoIterator<Item = &'a Post>) {
        for post in posts {
            match &post.at {
                Institution::Body(body) => {
                    self.bodies.insert(*body);
                }
                Institution::School(urn) => {
                    self.schools.insert(crate::bodies::stored(*urn));
                }
                Institution::Inspectorate | Institution::Other(_) => {}
            }
        }
    }
}

/// Link types that make one school the successor of another; having worked at
/// any of them is a connection.
const PREDECESSOR: [&str; 3] = [
    "Predecessor",
    "Predecessor - merged",
    "Predecessor - Split School",
];
const SUCCESSOR: [&str; 3] = [
    "Successor",
    "Successor - merged",
    "Successor - Split School",
];

/// The facts, ready for checks on `today`: what is only planned is no earlier
/// inspection.
pub(super) fn screen(mut facts: National, today: NaiveDate, policy: &ConflictPolicy) -> Screen {
    facts.inspections.retain(|past| past.on <= today);
    Screen::new(facts, today, policy)
}

/// Facts about the whole country, or about what lies around some schools and
/// bodies: their groups, and the groups of their schools.
pub(super) fn national(
    connection: &mut PgConnection,
    around: Option<&Around>,
) -> Result<National, Error> {
    let memberships = memberships(connection, around)?;
    let schools = schools(
        connection,
        around.map(|around| {
            memberships
                .iter()
                .map(|one| crate::bodies::stored(one.school))
                .chain(around.schools.iter().copied())
                .collect()
        }),
    )?;
    let people = records::of::<Person>(connection, Owner::default())?;
    Ok(National {
        predecessors: predecessors(connection)?,
        schools,
        bodies: kinds(connection)?,
        memberships,
        partnerships: super::links(connection)?,
        transfers: super::links(connection)?,
        inspections: past(connection)?,
        posts: people
            .into_iter()
            .map(|held| (held.id, held.value.posts))
            .collect(),
    })
}

type MembershipRow = (Uuid, i32, String, NaiveDate, Option<NaiveDate>);

fn memberships(
    connection: &mut PgConnection,
    around: Option<&Around>,
) -> Result<Vec<Membership>, Error> {
    let known = || {
        membership::table
            .filter(membership::recorded_to.is_null())
            .select((
                membership::body_id,
                membership::urn,
                membership::role,
                membership::valid_from,
                membership::valid_to,
            ))
    };
    let rows: BTreeSet<MembershipRow> = match around {
        None => known().load(connection)?.into_iter().collect(),
        Some(around) => {
            let mut schools = around.schools.clone();
            let mut bodies = around.bodies.clone();
            let mut rows = BTreeSet::new();
            // From the schools to their groups, and on to the groups' schools.
            for _ in 0..2 {
                let found: Vec<MembershipRow> = known()
                    .filter(
                        membership::urn
                            .eq_any(schools.iter().copied().collect::<Vec<_>>())
                            .or(membership::body_id
                                .eq_any(bodies.iter().copied().collect::<Vec<_>>())),
                    )
                    .load(connection)?;
                for row in &found {
                    bodies.insert(row.0);
                    schools.insert(row.1);
                }
                rows.extend(found);
            }
            rows
        }
    };
    rows.into_iter()
        .map(|(body, urn, role, from, to)| {
            Ok(Membership {
                school: read_urn(urn)?,
                body,
                role: crate::bodies::role(&role)?,
                from,
                to,
            })
        })
        .collect()
}

#[derive(QueryableByName)]
struct SchoolRow {
    #[diesel(sql_type = Integer)]
    urn: i32,
    #[diesel(sql_type = Nullable<Text>)]
    la_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    region: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    phase: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    easting: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    northing: Option<i32>,
    #[diesel(sql_type = SmallInt)]
    status: i16,
}

/// Codes of the register for open, and open but proposed to close.
const OPEN: [i16; 2] = [1, 3];

fn schools(
    connection: &mut PgConnection,
    only: Option<BTreeSet<i32>>,
) -> Result<Vec<School>, Error> {
    let all = only.is_none();
    let only: Vec<i32> = only.into_iter().flatten().collect();
    sql_query(
        "SELECT DISTINCT ON (urn) urn, la_code, region, phase, easting, northing, status \
         FROM establishment_version WHERE $1 OR urn = ANY($2) ORDER BY urn, as_at DESC",
    )
    .bind::<Bool, _>(all)
    .bind::<Array<Integer>, _>(only)
    .load::<SchoolRow>(connection)?
    .into_iter()
    .map(|row| {
        Ok(School {
            urn: read_urn(row.urn)?,
            la: row.la_code,
            region: row.region,
            phase: row.phase.as_deref().and_then(phase),
            at: row
                .easting
                .zip(row.northing)
                .map(|(easting, northing)| GridPoint { easting, northing }),
            open: OPEN.contains(&row.status),
        })
    })
    .collect()
}

/// The phase of a label of the register.
fn phase(label: &str) -> Option<Phase> {
    Phase::ALL
        .into_iter()
        .find(|phase| phase.label().eq_ignore_ascii_case(label))
}

/// All of them: lines are followed over several generations.
fn predecessors(connection: &mut PgConnection) -> Result<Vec<(Urn, Urn)>, Error> {
    let back: Vec<(i32, i32)> = establishment_link::table
        .filter(establishment_link::link_type.eq_any(PREDECESSOR))
        .select((establishment_link::urn, establishment_link::link_urn))
        .load(connection)?;
    let forward: Vec<(i32, i32)> = establishment_link::table
        .filter(establishment_link::link_type.eq_any(SUCCESSOR))
        .select((establishment_link::link_urn, establishment_link::urn))
        .load(connection)?;
    let mut pairs = BTreeSet::new();
    for (child, parent) in back.into_iter().chain(forward) {
        pairs.insert((read_urn(child)?, read_urn(parent)?));
    }
    Ok(pairs.into_iter().collect())
}

fn kinds(connection: &mut PgConnection) -> Result<BTreeMap<Uuid, BodyKind>, Error> {
    responsible_body::table
        .select((responsible_body::id, responsible_body::kind))
        .load::<(Uuid, String)>(connection)?
        .into_iter()
        .map(|(id, kind)| {
            BodyKind::from_code(&kind)
                .map(|kind| (id, kind))
                .ok_or_else(|| Error::internal("a stored kind", &kind))
        })
        .collect()
}

/// Who took part in which inspection: the team as last named, on the last day
/// of fieldwork as last planned.
fn past(connection: &mut PgConnection) -> Result<Vec<PastInspection>, Error> {
    type Row = (Uuid, Uuid, Typed<Action>);
    let rows: Vec<Row> = inspection_event::table
        .inner_join(inspection::table.on(inspection::id.eq(inspection_event::inspection_id)))
        .filter(inspection_event::kind.eq_any(["name_team", "schedule", "reschedule"]))
        .filter(inspection::state.ne_all(["draft", "notified", "withdrawn"]))
        .order((inspection_event::inspection_id, inspection_event::position))
        .select((
            inspection_event::inspection_id,
            inspection::body_id,
            inspection_event::action,
        ))
        .load(connection)?;
    #[derive(Default)]
    struct Part {
        body: Uuid,
        lead: Uuid,
        members: BTreeSet<Uuid>,
        on: Option<NaiveDate>,
    }
    let mut parts: BTreeMap<Uuid, Part> = BTreeMap::new();
    for (id, body, Typed(action)) in rows {
        let part = parts.entry(id).or_default();
        part.body = body;
        match action {
            Action::NameTeam { lead, members } => (part.lead, part.members) = (lead, members),
            Action::Schedule { fieldwork } | Action::Reschedule { fieldwork, .. } => {
                part.on = Some(fieldwork.last);
            }
            _ => {}
        }
    }
    Ok(parts
        .into_iter()
        .filter_map(|(id, part)| part.on.map(|on| (id, part, on)))
        .flat_map(|(id, part, on)| {
            let (body, lead) = (part.body, part.lead);
            part.members.into_iter().map(move |person| PastInspection {
                inspection: id,
                of: Institution::Body(body),
                person,
                lead: person == lead,
                on,
                feeds: None,
            })
        })
        .collect())
}
