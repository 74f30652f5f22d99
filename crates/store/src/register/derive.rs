//! What follows from the registers: bodies, and who is a member of what.
//!
//! Everything is worked out anew from the facts by the rules of
//! `core::membership`, compared with what is on record, and only differences
//! are written. So the order of imports does not matter, and an import that
//! brings nothing new changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    PgConnection,
    prelude::*,
    sql_query,
    sql_types::{self, Text},
};
use group_inspection_core::{
    body::{BodyKind, IdentifierScheme, MemberRole},
    membership::{
        self, Declared, Entry, GroupFacts, Period, SchoolFacts, Sighting, TrustName,
        register_body_id,
    },
};
use uuid::Uuid;

use crate::{
    Error, Tx, bodies,
    schema::{
        body_identifier, establishment_version, group_version, link_version, membership as member,
        responsible_body,
    },
};

/// Schools worked out at a time; bounds memory.
const SCHOOLS_AT_A_TIME: usize = 20_000;
/// Rows written by one statement; PostgreSQL takes 65,535 parameters.
const ROWS_AT_A_TIME: usize = 2_000;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Derived {
    /// Bodies that were new.
    pub bodies_new: usize,
    /// Bodies whose name, kind or dates changed.
    pub bodies_changed: usize,
    /// Periods of membership that were new.
    pub memberships_new: usize,
    /// Periods of membership that no longer hold.
    pub memberships_ended: usize,
}

/// Brings bodies and memberships in line with the registers.
///
/// # Errors
/// If the database fails.
pub fn derive(tx: &mut Tx<'_>) -> Result<Derived, Error> {
    let groups = load_groups(tx.connection())?;
    let mut derived = Derived::default();
    write_bodies(tx, &groups, &mut derived)?;
    let now = tx.now();
    let connection = tx.connection();
    let urns: Vec<i32> = sql_query(
        "SELECT urn FROM establishment_version UNION SELECT urn FROM link_version ORDER BY urn",
    )
    .load::<UrnRow>(connection)?
    .into_iter()
    .map(|row| row.urn)
    .collect();
    let group_facts = group_facts(&groups);
    for chunk in urns.chunks(SCHOOLS_AT_A_TIME) {
        if let (Some(first), Some(last)) = (chunk.first(), chunk.last()) {
            derive_range(connection, now, *first, *last, &group_facts, &mut derived)?;
        }
    }
    Ok(derived)
}

/// The same for a few schools, when only what was declared about them changed.
pub(super) fn derive_schools(tx: &mut Tx<'_>, urns: &BTreeSet<i32>) -> Result<(), Error> {
    let now = tx.now();
    let groups = load_groups(tx.connection())?;
    let facts = group_facts(&groups);
    let mut derived = Derived::default();
    for urn in urns {
        derive_range(tx.connection(), now, *urn, *urn, &facts, &mut derived)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct UrnRow {
    #[diesel(sql_type = sql_types::Integer)]
    urn: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = group_version)]
struct GroupRow {
    uid: String,
    as_at: NaiveDate,
    group_id: Option<String>,
    name: String,
    companies_house: Option<String>,
    type_code: String,
    status: String,
    opened: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    ukprn: Option<String>,
}

struct Group {
    row: GroupRow,
    kind: BodyKind,
    body: Uuid,
    /// Whether the group is the same body as a trust.
    is_twin: bool,
    closed: Option<NaiveDate>,
}

fn load_groups(connection: &mut PgConnection) -> Result<Vec<Group>, Error> {
    let rows: Vec<GroupRow> = group_version::table
        .distinct_on(group_version::uid)
        .order((group_version::uid, group_version::as_at.desc()))
        .select(GroupRow::as_select())
        .load(connection)?;
    let known: Vec<(GroupRow, BodyKind)> = rows
        .into_iter()
        .filter(|row| row.status != "created_in_error")
        .filter_map(|row| BodyKind::from_gias_group_type(&row.type_code).map(|kind| (row, kind)))
        .collect();
    let names: Vec<TrustName<'_>> = known
        .iter()
        .map(|(row, kind)| TrustName {
            uid: &row.uid,
            kind: *kind,
            name: &row.name,
            companies_house: row.companies_house.as_deref(),
            open: row.status == "open",
        })
        .collect();
    let twins = membership::sponsor_twins(&names);
    Ok(known
        .into_iter()
        .map(|(row, kind)| {
            let twin = twins.get(&row.uid);
            Group {
                body: register_body_id(
                    IdentifierScheme::GiasUid,
                    twin.map_or(row.uid.as_str(), String::as_str),
                ),
                is_twin: twin.is_some(),
                kind,
                // Closed without a date: closed when that was first seen.
                closed: row
                    .closed
                    .or_else(|| (row.status == "closed").then_some(row.as_at)),
                row,
            }
        })
        .collect())
}

fn group_facts(groups: &[Group]) -> BTreeMap<&str, GroupFacts> {
    groups
        .iter()
        // A trust runs the schools it is linked to as a trust; what it only
        // sponsors, another body runs.
        .filter(|group| !group.is_twin)
        .map(|group| {
            (
                group.row.uid.as_str(),
                GroupFacts {
                    body: group.body,
                    kind: group.kind,
                    opened: group.row.opened,
                    closed: group.closed,
                },
            )
        })
        .collect()
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = responsible_body)]
#[diesel(treat_none_as_null = true)]
struct BodyRow {
    id: Uuid,
    kind: String,
    name: String,
    opened: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    merged_into: Option<Uuid>,
}

type IdentifierRow = (Uuid, String, String);

fn write_bodies(tx: &mut Tx<'_>, groups: &[Group], derived: &mut Derived) -> Result<(), Error> {
    let mut wanted: BTreeMap<Uuid, BodyRow> = BTreeMap::new();
    let mut identifiers: BTreeSet<IdentifierRow> = BTreeSet::new();
    for group in groups {
        let own = register_body_id(IdentifierScheme::GiasUid, &group.row.uid);
        if group.is_twin {
            // A body of its own only if it once was taken for one.
            wanted.insert(own, body_row(own, group, Some(group.body)));
        } else {
            wanted.insert(own, body_row(own, group, None));
        }
        let mut add = |scheme: IdentifierScheme, value: Option<&str>| {
            if let Some(value) = value {
                identifiers.insert((group.body, scheme.code().to_owned(), value.to_owned()));
            }
        };
        add(IdentifierScheme::GiasUid, Some(&group.row.uid));
        add(IdentifierScheme::GiasGroupId, group.row.group_id.as_deref());
        add(IdentifierScheme::Ukprn, group.row.ukprn.as_deref());
        if !group.is_twin {
            add(
                IdentifierScheme::CompaniesHouse,
                group.row.companies_house.as_deref(),
            );
        }
    }
    for (kind, scheme, code, name) in column_bodies(tx.connection())? {
        let id = register_body_id(scheme, &code);
        identifiers.insert((id, scheme.code().to_owned(), code));
        wanted.insert(
            id,
            BodyRow {
                id,
                kind: kind.code().to_owned(),
                name,
                opened: None,
                closed: None,
                merged_into: None,
            },
        );
    }
    let held: BTreeMap<Uuid, BodyRow> = responsible_body::table
        .filter(responsible_body::origin.eq("register"))
        .select(BodyRow::as_select())
        .load(tx.connection())?
        .into_iter()
        .map(|row: BodyRow| (row.id, row))
        .collect();
    let now = tx.now();
    let mut fresh: Vec<&BodyRow> = wanted
        .values()
        .filter(|row| !held.contains_key(&row.id) && row.merged_into.is_none())
        .collect();
    // A merged body refers to the one it was merged into.
    fresh.sort_by_key(|row| row.merged_into.is_some());
    derived.bodies_new = fresh.len();
    for chunk in fresh.chunks(ROWS_AT_A_TIME) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|row| {
                (
                    *row,
                    responsible_body::origin.eq("register"),
                    responsible_body::created_at.eq(now),
                    responsible_body::changed_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(responsible_body::table)
            .values(rows)
            .execute(tx.connection())?;
    }
    for row in wanted.values() {
        if held.get(&row.id).is_some_and(|held| held != row) {
            derived.bodies_changed += 1;
            diesel::update(responsible_body::table.find(row.id))
                .set((
                    row,
                    responsible_body::revision.eq(responsible_body::revision + 1),
                    responsible_body::changed_at.eq(now),
                ))
                .execute(tx.connection())?;
        }
    }
    write_identifiers(tx.connection(), &identifiers)
}

fn body_row(id: Uuid, group: &Group, merged_into: Option<Uuid>) -> BodyRow {
    BodyRow {
        id,
        kind: group.kind.code().to_owned(),
        name: group.row.name.clone(),
        opened: group.row.opened,
        closed: group.closed,
        merged_into,
    }
}

type ColumnBody = (BodyKind, IdentifierScheme, String, String);

/// Local authorities that maintain schools, and dioceses.
fn column_bodies(connection: &mut PgConnection) -> Result<Vec<ColumnBody>, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        code: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        type_code: String,
    }
    // The newest entry's name counts.
    let authorities: Vec<Row> = sql_query(
        "SELECT DISTINCT ON (la_code, coalesce(type_code, '')) la_code AS code, \
                coalesce(la_name, la_code) AS name, coalesce(type_code, '') AS type_code \
         FROM establishment_version WHERE la_code IS NOT NULL \
         ORDER BY la_code, coalesce(type_code, ''), as_at DESC, urn DESC",
    )
    .load(connection)?;
    let dioceses: Vec<Row> = sql_query(
        "SELECT DISTINCT ON (diocese_code) diocese_code AS code, \
                coalesce(diocese_name, diocese_code) AS name, '' AS type_code \
         FROM establishment_version WHERE diocese_code IS NOT NULL \
         ORDER BY diocese_code, as_at DESC, urn DESC",
    )
    .load(connection)?;
    let maintaining = authorities
        .into_iter()
        .filter(|row| membership::is_maintained(&row.type_code))
        .map(|row| {
            (
                BodyKind::LocalAuthority,
                IdentifierScheme::LaCode,
                row.code,
                row.name,
            )
        });
    Ok(maintaining
        .chain(dioceses.into_iter().map(|row| {
            (
                BodyKind::Diocese,
                IdentifierScheme::DioceseCode,
                row.code,
                row.name,
            )
        }))
        .collect())
}

fn write_identifiers(
    connection: &mut PgConnection,
    wanted: &BTreeSet<IdentifierRow>,
) -> Result<(), Error> {
    let held: BTreeSet<IdentifierRow> = body_identifier::table
        .inner_join(responsible_body::table.on(responsible_body::id.eq(body_identifier::body_id)))
        .filter(responsible_body::origin.eq("register"))
        .select((
            body_identifier::body_id,
            body_identifier::scheme,
            body_identifier::value,
        ))
        .load(connection)?
        .into_iter()
        .collect();
    for (body, scheme, value) in held.difference(wanted) {
        diesel::delete(body_identifier::table.find((body, scheme, value))).execute(connection)?;
    }
    let fresh: Vec<_> = wanted
        .difference(&held)
        .map(|(body, scheme, value)| {
            (
                body_identifier::body_id.eq(body),
                body_identifier::scheme.eq(scheme),
                body_identifier::value.eq(value),
            )
        })
        .collect();
    for chunk in fresh.chunks(ROWS_AT_A_TIME) {
        // An identifier that two groups claim stays with the first.
        diesel::insert_into(body_identifier::table)
            .values(chunk.to_vec())
            .on_conflict_do_nothing()
            .execute(connection)?;
    }
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = member)]
struct Held {
    id: i64,
    body_id: Uuid,
    urn: i32,
    role: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    from_estimated: bool,
    to_estimated: bool,
    source: String,
}

type EntryRow = (
    i32,
    NaiveDate,
    i16,
    Option<NaiveDate>,
    Option<NaiveDate>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// GIAS status code of a closed school.
const CLOSED: i16 = 2;

fn load_facts(
    connection: &mut PgConnection,
    first: i32,
    last: i32,
) -> Result<BTreeMap<i32, SchoolFacts>, Error> {
    let mut facts: BTreeMap<i32, SchoolFacts> = BTreeMap::new();
    fn school(facts: &mut BTreeMap<i32, SchoolFacts>, urn: i32) -> Result<&mut SchoolFacts, Error> {
        let number = bodies::urn(urn)?;
        Ok(facts.entry(urn).or_insert_with(|| SchoolFacts {
            urn: number,
            entries: Vec::new(),
            links: Vec::new(),
            declared: Vec::new(),
        }))
    }
    let entries: Vec<EntryRow> = establishment_version::table
        .filter(establishment_version::urn.between(first, last))
        .select((
            establishment_version::urn,
            establishment_version::as_at,
            establishment_version::status,
            establishment_version::open_date,
            establishment_version::close_date,
            establishment_version::la_code,
            establishment_version::type_code,
            establishment_version::diocese_code,
        ))
        .load(connection)?;
    for (urn, as_at, status, opened, closed, la_code, type_code, diocese_code) in entries {
        // Closed without a date: closed when that was first seen.
        let closed = closed.or_else(|| (status == CLOSED).then_some(as_at));
        school(&mut facts, urn)?.entries.push(Entry {
            as_at,
            opened,
            closed,
            la_code,
            type_code,
            diocese_code,
        });
    }
    let links: Vec<(i32, String, NaiveDate, bool, Option<NaiveDate>)> = link_version::table
        .filter(link_version::urn.between(first, last))
        .select((
            link_version::urn,
            link_version::uid,
            link_version::as_at,
            link_version::gone,
            link_version::joined,
        ))
        .load(connection)?;
    for (urn, uid, as_at, gone, joined) in links {
        school(&mut facts, urn)?.links.push(Sighting {
            uid,
            as_at,
            present: !gone,
            joined,
        });
    }
    Ok(facts)
}

fn derive_range(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    first: i32,
    last: i32,
    groups: &BTreeMap<&str, GroupFacts>,
    derived: &mut Derived,
) -> Result<(), Error> {
    let mut facts = load_facts(connection, first, last)?;
    let held: Vec<Held> = member::table
        .filter(member::urn.between(first, last))
        .filter(member::recorded_to.is_null())
        .select(Held::as_select())
        .load(connection)?;
    let mut on_record: BTreeMap<(i32, Period), i64> = BTreeMap::new();
    for row in held {
        if row.source == "api" {
            if let Some(school) = facts.get_mut(&row.urn) {
                school.declared.push(Declared {
                    from: row.valid_from,
                    to: row.valid_to,
                });
            }
            continue;
        }
        let source = if row.source == membership::Source::GroupLink.code() {
            membership::Source::GroupLink
        } else {
            membership::Source::Establishment
        };
        let period = Period {
            body: row.body_id,
            role: bodies::role(&row.role)?,
            from: row.valid_from,
            from_estimated: row.from_estimated,
            to: row.valid_to,
            to_estimated: row.to_estimated,
            source,
        };
        on_record.insert((row.urn, period), row.id);
    }
    let mut fresh: Vec<(i32, Period)> = Vec::new();
    for (urn, school) in &facts {
        for period in membership::periods(school, |uid| groups.get(uid).cloned()) {
            if on_record.remove(&(*urn, period.clone())).is_none() {
                fresh.push((*urn, period));
            }
        }
    }
    let ended: Vec<i64> = on_record.into_values().collect();
    derived.memberships_ended += ended.len();
    derived.memberships_new += fresh.len();
    for chunk in ended.chunks(ROWS_AT_A_TIME) {
        diesel::update(member::table.filter(member::id.eq_any(chunk)))
            .set(member::recorded_to.eq(now))
            .execute(connection)?;
    }
    for chunk in fresh.chunks(ROWS_AT_A_TIME) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(urn, period)| {
                new_row(
                    *urn,
                    period.body,
                    period.role,
                    (period.from, period.from_estimated),
                    (period.to, period.to_estimated),
                    period.source.code(),
                    now,
                )
            })
            .collect();
        diesel::insert_into(member::table)
            .values(rows)
            .execute(connection)?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = member)]
pub(super) struct NewRow {
    body_id: Uuid,
    urn: i32,
    role: &'static str,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    from_estimated: bool,
    to_estimated: bool,
    source: &'static str,
    recorded_from: DateTime<Utc>,
}

pub(super) fn new_row(
    urn: i32,
    body_id: Uuid,
    role: MemberRole,
    (valid_from, from_estimated): (NaiveDate, bool),
    (valid_to, to_estimated): (Option<NaiveDate>, bool),
    source: &'static str,
    recorded_from: DateTime<Utc>,
) -> NewRow {
    NewRow {
        body_id,
        urn,
        role: role.code(),
        valid_from,
        valid_to,
        from_estimated,
        to_estimated,
        source,
        recorded_from,
    }
}
