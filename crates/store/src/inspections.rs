//! Inspections: opening one freezes what it is about (DR-05).

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*, sql_query, sql_types::BigInt};
use group_inspection_core::{
    Urn,
    body::readable_name,
    calendar::day_in_england,
    compile::{BodyFacts, LeaverFacts, MemberFacts},
    framework::{self, Frameworks},
    inspection::{Opening, State},
    policy::Policy,
    report::{SourceLine, TeamLine},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Actor, Error, Seek, Tx, audit, bodies, register,
    schema::{inspection, report},
    seek::sought,
    typed::Typed,
};

/// An inspection to be opened.
#[derive(Debug, Clone)]
pub struct NewInspection {
    /// Responsible body.
    pub body_id: Uuid,
    /// Codes of frameworks under which the body agreed to be inspected.
    pub agreed: Vec<String>,
    /// Day whose membership the planning goes by; the body's is frozen when
    /// it is told (DR-05).
    pub membership_as_at: NaiveDate,
    /// Frameworks the installation knows.
    pub frameworks: Frameworks,
    /// Policy in force.
    pub policy: Policy,
}

/// What an inspection is about, as it was when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The body.
    pub body: BodyFacts,
    /// Its members.
    pub members: Vec<MemberFacts>,
    /// Schools that left within the look-back of the policy.
    pub leavers: Vec<LeaverFacts>,
    /// Number of members on earlier days, oldest first.
    pub size_over_time: Vec<(NaiveDate, u32)>,
    /// Register files it was read from.
    pub sources: Vec<SourceLine>,
    /// Policy in force.
    pub policy: Policy,
}

impl Frozen {
    /// The member schools.
    pub fn urns(&self) -> impl Iterator<Item = Urn> {
        self.members.iter().map(|member| member.urn)
    }

    /// Those of them that are open.
    pub fn open_members(&self) -> impl Iterator<Item = &MemberFacts> {
        self.members.iter().filter(|member| member.open)
    }

    /// How many those are.
    #[must_use]
    pub fn open_schools(&self) -> u32 {
        u32::try_from(self.open_members().count()).unwrap_or(u32::MAX)
    }

    /// The member schools with those they followed.
    pub(crate) fn lineage(&self) -> register::Lineage {
        self.members
            .iter()
            .map(|member| (member.urn, member.predecessors.clone()))
            .collect()
    }
}

/// An inspection as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Identifier.
    pub id: Uuid,
    /// Human reference.
    pub reference: String,
    /// Responsible body.
    pub body_id: Uuid,
    /// Report on it.
    pub report_id: Uuid,
    /// Code of its state.
    pub state: String,
    /// Basis, in words.
    pub basis: String,
    /// Day on which membership was frozen.
    pub membership_as_at: NaiveDate,
    /// What was known then.
    pub membership_as_known: DateTime<Utc>,
    /// Team as named in public; empty until it is named.
    pub team: Vec<TeamLine>,
    /// Who writes the report (DR-27).
    pub author: Option<Uuid>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Grows with every change.
    pub revision: i64,
    /// What it is about.
    pub frozen: Frozen,
}

type Row = (
    Uuid,
    String,
    Uuid,
    Uuid,
    String,
    String,
    NaiveDate,
    DateTime<Utc>,
    Typed<Vec<TeamLine>>,
    DateTime<Utc>,
    i64,
    Typed<Frozen>,
    Option<Uuid>,
);

fn read(row: Row) -> Inspection {
    let (
        id,
        reference,
        body_id,
        report_id,
        state,
        basis,
        as_at,
        as_known,
        team,
        opened_at,
        revision,
        frozen,
        author,
    ) = row;
    Inspection {
        id,
        reference,
        body_id,
        report_id,
        state,
        basis,
        membership_as_at: as_at,
        membership_as_known: as_known,
        team: team.0,
        author,
        opened_at,
        revision,
        frozen: frozen.0,
    }
}

/// Opens an inspection of a body; returns its identifier.
///
/// # Errors
/// [`Error::NotFound`] if the body is not known, a refusal if it has too few
/// open schools (DR-01), or if the database fails.
pub fn open(tx: &mut Tx<'_>, new: &NewInspection) -> Result<Uuid, Error> {
    let now = tx.now();
    let body = bodies::get(tx.connection(), new.body_id)?;
    if let Some(merged) = body.merged_into {
        return Err(Error::refused(
            "DR-01",
            format!("the body was merged into {merged}; open the inspection for that one"),
        ));
    }
    let frozen = freeze(
        tx.connection(),
        &body,
        new.membership_as_at,
        &new.policy,
        now,
    )?;
    let open = frozen.open_schools();
    if open < new.policy.minimum_open_schools {
        return Err(Error::refused(
            "DR-01",
            format!(
                "the body has {open} open member schools on {}; an inspection needs {}",
                new.membership_as_at, new.policy.minimum_open_schools
            ),
        ));
    }
    let basis = new.frameworks.basis_for(
        body.kind,
        day_in_england(now),
        &framework::Facts {
            open_member_schools: open,
            agreed: new.agreed.clone(),
        },
    );
    let id = tx.new_id();
    let report_id = tx.new_id();
    let number = next_reference(tx.connection())?;
    let reference = format!("GI-{}-{number:04}", now.year());
    let frozen_json =
        serde_json::to_value(&frozen).map_err(|error| Error::internal("freezing", error))?;
    let opening = Opening {
        inspection: id,
        body: new.body_id,
        body_kind: body.kind,
        basis: basis.clone(),
        at: now,
    };
    let opening =
        serde_json::to_value(&opening).map_err(|error| Error::internal("an opening", error))?;
    let opened_by = tx.actor().name().to_owned();
    diesel::insert_into(inspection::table)
        .values((
            inspection::id.eq(id),
            inspection::reference.eq(&reference),
            inspection::body_id.eq(new.body_id),
            inspection::state.eq(State::Draft.code()),
            inspection::basis.eq(basis.text()),
            inspection::membership_as_at.eq(new.membership_as_at),
            inspection::membership_as_known.eq(now),
            inspection::frozen.eq(frozen_json),
            inspection::team.eq(serde_json::json!([])),
            inspection::opening.eq(opening),
            inspection::opened_at.eq(now),
            inspection::opened_by.eq(opened_by),
        ))
        .execute(tx.connection())?;
    diesel::insert_into(report::table)
        .values((
            report::id.eq(report_id),
            report::inspection_id.eq(id),
            report::body_id.eq(new.body_id),
        ))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: "inspection.opened",
        subject_kind: "inspection",
        subject_id: id.to_string(),
        reason: None,
        data: serde_json::json!({
            "reference": reference,
            "body": new.body_id,
            "membership_as_at": new.membership_as_at,
            "open_schools": open,
            "basis": basis,
            "policy": new.policy.version,
        }),
    })?;
    Ok(id)
}

fn next_reference(connection: &mut PgConnection) -> Result<i64, Error> {
    #[derive(QueryableByName)]
    struct Next {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let next: Next =
        sql_query("SELECT nextval('inspection_reference') AS number").get_result(connection)?;
    Ok(next.number)
}

fn freeze(
    connection: &mut PgConnection,
    body: &bodies::Body,
    day: NaiveDate,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<Frozen, Error> {
    let history = bodies::membership_history(connection, body.id, now)?;
    let present: Vec<&bodies::Member> = history
        .iter()
        .filter(|member| member.from <= day && member.to.is_none_or(|to| to > day))
        .collect();
    let since = day
        .checked_sub_months(Months::new(12 * policy.movement_years))
        .unwrap_or(day);
    let urns: Vec<Urn> = history.iter().map(|member| member.urn).collect();
    let schools = register::schools(connection, &urns, day)?;
    let present_urns: Vec<Urn> = present.iter().map(|member| member.urn).collect();
    let lineage = register::lineage(connection, &present_urns)?;
    let deprivation = register::deprivation(connection, &present_urns)?;
    let unknown = || "Not recorded".to_owned();
    let mut members: Vec<MemberFacts> = Vec::new();
    for member in present {
        let Some(school) = schools.get(&member.urn) else {
            continue;
        };
        // A change of role is not a joining: the first day of an unbroken
        // line of periods is.
        let (joined, joined_estimated) = joined(&history, member);
        let facts = MemberFacts {
            urn: member.urn,
            name: school.name.clone(),
            phase: school.phase.clone().unwrap_or_else(unknown),
            establishment_type: school.type_name.clone().unwrap_or_else(unknown),
            local_authority: school.la_name.clone().unwrap_or_else(unknown),
            role: member.role,
            joined,
            joined_estimated,
            predecessors: lineage.get(&member.urn).cloned().unwrap_or_default(),
            pupils: school.pupils,
            deprivation: deprivation.get(&member.urn).copied(),
            open: school.open,
        };
        // DR-06: a school counts once for a group and day.
        if members.last().is_none_or(|last| last.urn != facts.urn) {
            members.push(facts);
        }
    }
    let mut leavers: Vec<LeaverFacts> = history
        .iter()
        .filter_map(|member| {
            let left = member.to.filter(|to| *to > since && *to <= day)?;
            let stays = members.iter().any(|present| present.urn == member.urn);
            let name = schools.get(&member.urn)?.name.clone();
            (!stays).then_some(LeaverFacts {
                urn: member.urn,
                name,
                left,
                estimated: member.to_estimated,
            })
        })
        .collect();
    leavers.sort_by_key(|leaver| (leaver.urn, leaver.left));
    leavers.dedup_by_key(|leaver| leaver.urn);
    Ok(Frozen {
        body: BodyFacts {
            id: body.id,
            name: readable_name(&body.name),
            kind: body.kind,
            identifiers: body.identifiers.clone(),
        },
        members,
        leavers,
        size_over_time: sizes(&history, since, day),
        sources: register::source_files(connection)?
            .into_iter()
            .map(SourceLine::from)
            .collect(),
        policy: policy.clone(),
    })
}

fn joined(history: &[bodies::Member], of: &bodies::Member) -> (NaiveDate, bool) {
    let (mut first, mut estimated) = (of.from, of.from_estimated);
    // Periods are in order of their first day.
    for earlier in history.iter().rev() {
        if earlier.urn == of.urn && earlier.to == Some(first) {
            (first, estimated) = (earlier.from, earlier.from_estimated);
        }
    }
    (first, estimated)
}

/// Members on each 1 September from `since` on, and on `day`.
fn sizes(history: &[bodies::Member], since: NaiveDate, day: NaiveDate) -> Vec<(NaiveDate, u32)> {
    (since.year()..=day.year())
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 9, 1))
        .filter(|first| *first >= since && *first < day)
        .chain([day])
        .map(|on| {
            let mut urns: Vec<Urn> = history
                .iter()
                .filter(|member| member.from <= on && member.to.is_none_or(|to| to > on))
                .map(|member| member.urn)
                .collect();
            urns.sort_unstable();
            urns.dedup();
            (on, u32::try_from(urns.len()).unwrap_or(u32::MAX))
        })
        .collect()
}

macro_rules! columns {
    () => {
        (
            inspection::id,
            inspection::reference,
            inspection::body_id,
            report::id,
            inspection::state,
            inspection::basis,
            inspection::membership_as_at,
            inspection::membership_as_known,
            inspection::team,
            inspection::opened_at,
            inspection::revision,
            inspection::frozen,
            inspection::author_id,
        )
    };
}

/// One inspection, if the actor may know of it.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<Inspection, Error> {
    let row: Row = inspection::table
        .inner_join(report::table.on(report::inspection_id.eq(inspection::id)))
        .filter(inspection::id.eq(id))
        .select(columns!())
        .first(connection)?;
    let inspection = read(row);
    if actor.sees(inspection.body_id) {
        Ok(inspection)
    } else {
        Err(Error::NotFound)
    }
}

/// A page of the inspections the actor may know of, newest first.
///
/// # Errors
/// If the database fails.
pub fn list(
    connection: &mut PgConnection,
    actor: &Actor,
    body: Option<Uuid>,
    seek: &Seek<Uuid>,
    limit: i64,
) -> Result<Vec<Inspection>, Error> {
    let mut query = inspection::table
        .inner_join(report::table.on(report::inspection_id.eq(inspection::id)))
        .select(columns!())
        .limit(limit)
        .into_boxed();
    for limited_to in [body, actor.body()].into_iter().flatten() {
        query = query.filter(inspection::body_id.eq(limited_to));
    }
    query = sought!(query, *seek, descending inspection::id);
    Ok(seek
        .ordered(query.load::<Row>(connection)?)
        .into_iter()
        .map(read)
        .collect())
}

/// Facts about a body as at `day`, as known now.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub(crate) fn frozen_as_at(
    tx: &mut Tx<'_>,
    body: Uuid,
    day: NaiveDate,
    policy: Policy,
) -> Result<Frozen, Error> {
    let now = tx.now();
    let body = bodies::get(tx.connection(), body)?;
    freeze(tx.connection(), &body, day, &policy, now)
}

/// Keeps facts as frozen now in the place of earlier ones (DR-05).
pub(crate) fn freeze_again(
    tx: &mut Tx<'_>,
    id: Uuid,
    day: NaiveDate,
    frozen: &Frozen,
) -> Result<(), Error> {
    let now = tx.now();
    let frozen =
        serde_json::to_value(frozen).map_err(|error| Error::internal("freezing", error))?;
    diesel::update(inspection::table.find(id))
        .set((
            inspection::frozen.eq(frozen),
            inspection::membership_as_at.eq(day),
            inspection::membership_as_known.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Counts a change of an inspection that is no action on it.
pub(crate) fn touch(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    diesel::update(inspection::table.find(id))
        .set(inspection::revision.eq(inspection::revision + 1))
        .execute(tx.connection())?;
    Ok(())
}
