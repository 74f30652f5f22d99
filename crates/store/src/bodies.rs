//! Responsible bodies, their identifiers and their members.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*, sql_query, sql_types};
use group_inspection_core::{
    Urn,
    body::{BodyKind, IdentifierScheme, MemberRole},
    report::Identifier,
};
use uuid::Uuid;

use crate::{
    Error, Seek, Tx, audit,
    error::Conflict,
    register,
    schema::{body_identifier, membership, responsible_body},
};

/// A responsible body as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Identifier.
    pub id: Uuid,
    /// Kind.
    pub kind: BodyKind,
    /// Name.
    pub name: String,
    /// Whether the register keeps it; otherwise it was created over REST.
    pub from_register: bool,
    /// When it opened, where known.
    pub opened: Option<NaiveDate>,
    /// When it closed.
    pub closed: Option<NaiveDate>,
    /// The body that it turned out to be the same as.
    pub merged_into: Option<Uuid>,
    /// Identifiers, by scheme.
    pub identifiers: Vec<Identifier>,
    /// Grows with every change.
    pub revision: i64,
}

/// A body to be created over REST.
#[derive(Debug, Clone)]
pub struct NewBody {
    /// Kind.
    pub kind: BodyKind,
    /// Name.
    pub name: String,
    /// When it opened.
    pub opened: Option<NaiveDate>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
}

/// A period of membership, as sent for a body created over REST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// School.
    pub urn: Urn,
    /// First day.
    pub from: NaiveDate,
    /// First day on which it is no longer a member.
    pub to: Option<NaiveDate>,
}

/// A period of membership as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Body.
    pub body_id: Uuid,
    /// School.
    pub urn: Urn,
    /// How the school relates to the body.
    pub role: MemberRole,
    /// First day.
    pub from: NaiveDate,
    /// First day on which it is no longer a member.
    pub to: Option<NaiveDate>,
    /// Whether `from` is known only approximately.
    pub from_estimated: bool,
    /// Whether `to` is known only approximately.
    pub to_estimated: bool,
    /// Register file kind, or `api`, that it comes from.
    pub source: String,
    /// Since when this was known.
    pub recorded_from: DateTime<Utc>,
}

/// Which bodies to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<BodyKind>,
    /// Only names like this, best first.
    pub name_like: Option<String>,
    /// Only holders of this identifier, in any scheme or the one given.
    pub identifier: Option<(Option<IdentifierScheme>, String)>,
    /// Which page of them, by name and id.
    pub seek: Seek<(String, Uuid)>,
    /// At the most so many.
    pub limit: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = responsible_body)]
struct BodyRow {
    id: Uuid,
    kind: String,
    name: String,
    origin: String,
    opened: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    merged_into: Option<Uuid>,
    revision: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = membership)]
struct MemberRow {
    body_id: Uuid,
    urn: i32,
    role: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    from_estimated: bool,
    to_estimated: bool,
    source: String,
    recorded_from: DateTime<Utc>,
}

fn corrupt(what: &str) -> Error {
    Error::Internal(format!("a stored {what} is not one this program knows"))
}

/// A URN as stored.
pub(crate) fn urn(stored: i32) -> Result<Urn, Error> {
    u32::try_from(stored)
        .ok()
        .and_then(|number| Urn::try_from(number).ok())
        .ok_or_else(|| corrupt("URN"))
}

/// A URN as the database keeps it.
pub(crate) fn stored(urn: Urn) -> i32 {
    i32::try_from(urn.get()).unwrap_or(i32::MAX)
}

pub(crate) fn role(stored: &str) -> Result<MemberRole, Error> {
    match stored {
        "responsible" => Ok(MemberRole::Responsible),
        "associate" => Ok(MemberRole::Associate),
        _ => Err(corrupt("role")),
    }
}

impl MemberRow {
    fn into_member(self) -> Result<Member, Error> {
        Ok(Member {
            body_id: self.body_id,
            urn: urn(self.urn)?,
            role: role(&self.role)?,
            from: self.valid_from,
            to: self.valid_to,
            from_estimated: self.from_estimated,
            to_estimated: self.to_estimated,
            source: self.source,
            recorded_from: self.recorded_from,
        })
    }
}

fn with_identifiers(connection: &mut PgConnection, rows: Vec<BodyRow>) -> Result<Vec<Body>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut identifiers: Vec<(Uuid, String, String)> = body_identifier::table
        .filter(body_identifier::body_id.eq_any(ids))
        .select((
            body_identifier::body_id,
            body_identifier::scheme,
            body_identifier::value,
        ))
        .load(connection)?;
    identifiers.sort();
    let mut of_body: BTreeMap<Uuid, Vec<(String, String)>> = BTreeMap::new();
    for (body, scheme, value) in identifiers {
        of_body.entry(body).or_default().push((scheme, value));
    }
    rows.into_iter()
        .map(|row| {
            Ok(Body {
                kind: BodyKind::from_code(&row.kind).ok_or_else(|| corrupt("kind of body"))?,
                identifiers: of_body
                    .remove(&row.id)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(scheme, value)| {
                        Ok(Identifier {
                            scheme: IdentifierScheme::from_code(&scheme)
                                .ok_or_else(|| corrupt("identifier scheme"))?,
                            value,
                        })
                    })
                    .collect::<Result<_, Error>>()?,
                id: row.id,
                name: row.name,
                from_register: row.origin == "register",
                opened: row.opened,
                closed: row.closed,
                merged_into: row.merged_into,
                revision: row.revision,
            })
        })
        .collect()
}

/// One body.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, id: Uuid) -> Result<Body, Error> {
    let row = responsible_body::table
        .find(id)
        .select(BodyRow::as_select())
        .first(connection)?;
    with_identifiers(connection, vec![row])?
        .pop()
        .ok_or(Error::NotFound)
}

/// The pattern of LIKE for what contains a text, whatever characters it has.
pub(crate) fn containing(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

/// Bodies that fit the filter, in the order of names; bodies that turned out
/// to be the same as another are left out.
///
/// # Errors
/// If the database fails.
pub fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Body>, Error> {
    let mut query = responsible_body::table
        .filter(responsible_body::merged_into.is_null())
        .select(BodyRow::as_select())
        .limit(filter.limit)
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(responsible_body::kind.eq(kind.code()));
    }
    if let Some(text) = &filter.name_like {
        // Each word must occur; the trigram index serves this.
        for word in text.split_whitespace() {
            query = query.filter(responsible_body::name.ilike(containing(word)));
        }
    }
    if let Some((scheme, value)) = &filter.identifier {
        let mut holders = body_identifier::table
            .filter(body_identifier::value.eq(value))
            .select(body_identifier::body_id)
            .into_boxed();
        if let Some(scheme) = scheme {
            holders = holders.filter(body_identifier::scheme.eq(scheme.code()));
        }
        query = query.filter(responsible_body::id.eq_any(holders));
    }
    query = match &filter.seek {
        Seek::Start => query,
        Seek::After((name, id)) => query.filter(
            responsible_body::name.gt(name).or(responsible_body::name
                .eq(name)
                .and(responsible_body::id.gt(id))),
        ),
        Seek::Before((name, id)) => query.filter(
            responsible_body::name.lt(name).or(responsible_body::name
                .eq(name)
                .and(responsible_body::id.lt(id))),
        ),
    };
    query = if filter.seek.is_back() {
        query.order((responsible_body::name.desc(), responsible_body::id.desc()))
    } else {
        query.order((responsible_body::name, responsible_body::id))
    };
    let rows = filter.seek.ordered(query.load(connection)?);
    with_identifiers(connection, rows)
}

/// Creates a body over REST; returns its identifier.
///
/// # Errors
/// [`Conflict::IdentifierTaken`] if another body holds an identifier, a
/// refusal if the register keeps bodies of the kind, or if the database fails.
pub fn create(tx: &mut Tx<'_>, new: &NewBody) -> Result<Uuid, Error> {
    if !matches!(
        new.kind,
        BodyKind::IndependentGroup | BodyKind::NonMaintainedSpecialGroup
    ) {
        return Err(Error::refused(
            "DR-01",
            format!(
                "a body of the kind {} comes from the register, not over REST",
                new.kind.code()
            ),
        ));
    }
    for identifier in &new.identifiers {
        let holder = body_identifier::table
            .filter(body_identifier::scheme.eq(identifier.scheme.code()))
            .filter(body_identifier::value.eq(&identifier.value))
            .select(body_identifier::body_id)
            .first::<Uuid>(tx.connection())
            .optional()?;
        if holder.is_some() {
            return Err(Error::Conflict(Conflict::IdentifierTaken {
                scheme: identifier.scheme.code().to_owned(),
                value: identifier.value.clone(),
            }));
        }
    }
    let id = tx.new_id();
    let now = tx.now();
    diesel::insert_into(responsible_body::table)
        .values((
            responsible_body::id.eq(id),
            responsible_body::kind.eq(new.kind.code()),
            responsible_body::name.eq(&new.name),
            responsible_body::origin.eq("api"),
            responsible_body::opened.eq(new.opened),
            responsible_body::revision.eq(1),
            responsible_body::created_at.eq(now),
            responsible_body::changed_at.eq(now),
        ))
        .execute(tx.connection())?;
    for identifier in &new.identifiers {
        diesel::insert_into(body_identifier::table)
            .values((
                body_identifier::body_id.eq(id),
                body_identifier::scheme.eq(identifier.scheme.code()),
                body_identifier::value.eq(&identifier.value),
            ))
            .execute(tx.connection())?;
    }
    tx.audit(&audit::Event {
        action: "body.created",
        subject_kind: "body",
        subject_id: id.to_string(),
        reason: None,
        data: serde_json::json!({ "kind": new.kind.code(), "name": new.name }),
    })?;
    Ok(id)
}

/// Replaces the members of a body created over REST, as known from now on;
/// what was known before stays on record. Returns the new revision.
///
/// # Errors
/// [`Conflict::RegisterBody`] for a body the register keeps,
/// [`Conflict::StaleRevision`] if `revision` is not the present one,
/// [`Conflict::TwoResponsibleBodies`] if another body is responsible for a
/// school in the same period (DR-06), a refusal for schools the register does
/// not have, or if the database fails.
pub fn set_members(
    tx: &mut Tx<'_>,
    body: Uuid,
    revision: i64,
    members: &[NewMember],
) -> Result<i64, Error> {
    let (origin, current) = responsible_body::table
        .find(body)
        .select((responsible_body::origin, responsible_body::revision))
        .for_update()
        .first::<(String, i64)>(tx.connection())?;
    if origin != "api" {
        return Err(Error::Conflict(Conflict::RegisterBody));
    }
    if current != revision {
        return Err(Error::Conflict(Conflict::StaleRevision { current }));
    }
    for member in members {
        if member.to.is_some_and(|to| to <= member.from) {
            return Err(Error::refused(
                "DR-05",
                format!(
                    "school {}: the membership ends before it begins",
                    member.urn
                ),
            ));
        }
    }
    register::require_schools(tx.connection(), members.iter().map(|member| member.urn))?;
    register::replace_api_members(tx, body, members)?;
    let now = tx.now();
    diesel::update(responsible_body::table.find(body))
        .set((
            responsible_body::revision.eq(current + 1),
            responsible_body::changed_at.eq(now),
        ))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: "body.members_replaced",
        subject_kind: "body",
        subject_id: body.to_string(),
        reason: None,
        data: serde_json::json!({ "members": members.len(), "revision": current + 1 }),
    })?;
    Ok(current + 1)
}

/// Members of a body on the day `as_at`, as was known at `as_known`.
///
/// # Errors
/// If the database fails.
pub fn members(
    connection: &mut PgConnection,
    body: Uuid,
    as_at: NaiveDate,
    as_known: DateTime<Utc>,
) -> Result<Vec<Member>, Error> {
    membership::table
        .filter(membership::body_id.eq(body))
        .filter(membership::valid_from.le(as_at))
        .filter(
            membership::valid_to
                .is_null()
                .or(membership::valid_to.gt(as_at)),
        )
        .filter(membership::recorded_from.le(as_known))
        .filter(
            membership::recorded_to
                .is_null()
                .or(membership::recorded_to.gt(as_known)),
        )
        .order((membership::urn, membership::valid_from))
        .select(MemberRow::as_select())
        .load(connection)?
        .into_iter()
        .map(MemberRow::into_member)
        .collect()
}

/// Every membership a body has had, as was known at `as_known`.
///
/// # Errors
/// If the database fails.
pub fn membership_history(
    connection: &mut PgConnection,
    body: Uuid,
    as_known: DateTime<Utc>,
) -> Result<Vec<Member>, Error> {
    known(as_known)
        .filter(membership::body_id.eq(body))
        .order((membership::urn, membership::valid_from))
        .select(MemberRow::as_select())
        .load(connection)?
        .into_iter()
        .map(MemberRow::into_member)
        .collect()
}

/// Every membership a school has had, as was known at `as_known`.
///
/// # Errors
/// If the database fails.
pub fn memberships_of_school(
    connection: &mut PgConnection,
    school: Urn,
    as_known: DateTime<Utc>,
) -> Result<Vec<Member>, Error> {
    known(as_known)
        .filter(membership::urn.eq(stored(school)))
        .order((membership::valid_from, membership::body_id))
        .select(MemberRow::as_select())
        .load(connection)?
        .into_iter()
        .map(MemberRow::into_member)
        .collect()
}

#[diesel::dsl::auto_type(no_type_alias)]
fn known(as_known: DateTime<Utc>) -> _ {
    membership::table
        .filter(membership::recorded_from.le(as_known))
        .filter(
            membership::recorded_to
                .is_null()
                .or(membership::recorded_to.gt(as_known)),
        )
}

/// Bodies of one kind by how many open schools they have.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct KindSummary {
    /// Code of the kind.
    #[diesel(sql_type = sql_types::Text)]
    pub kind: String,
    /// Bodies that are open.
    #[diesel(sql_type = sql_types::BigInt)]
    pub open: i64,
    /// Open bodies with an open school.
    #[diesel(sql_type = sql_types::BigInt)]
    pub with_school: i64,
    /// Open bodies with two or more.
    #[diesel(sql_type = sql_types::BigInt)]
    pub with_2: i64,
    /// Open bodies with five or more.
    #[diesel(sql_type = sql_types::BigInt)]
    pub with_5: i64,
    /// Open bodies with ten or more.
    #[diesel(sql_type = sql_types::BigInt)]
    pub with_10: i64,
    /// Open bodies with twenty or more.
    #[diesel(sql_type = sql_types::BigInt)]
    pub with_20: i64,
    /// Open schools of the largest.
    #[diesel(sql_type = sql_types::BigInt)]
    pub largest: i64,
}

/// Bodies and their sizes on the day `as_at`, as was known at `as_known`.
/// A school is counted with every body it is a member of, in any role.
///
/// # Errors
/// If the database fails.
pub fn summary(
    connection: &mut PgConnection,
    as_at: NaiveDate,
    as_known: DateTime<Utc>,
) -> Result<Vec<KindSummary>, Error> {
    const SUMMARY: &str = "\
        WITH open_school AS ( \
            SELECT DISTINCT ON (urn) urn, status, open_date, close_date \
            FROM establishment_version WHERE as_at <= greatest($1, (SELECT min(as_at) FROM establishment_version)) \
            ORDER BY urn, as_at DESC), \
        size AS ( \
            SELECT m.body_id, count(DISTINCT m.urn) AS schools \
            FROM membership m JOIN open_school s ON s.urn = m.urn \
            WHERE m.valid_from <= $1 AND (m.valid_to IS NULL OR m.valid_to > $1) \
              AND m.recorded_from <= $2 AND (m.recorded_to IS NULL OR m.recorded_to > $2) \
              AND (s.open_date IS NULL OR s.open_date <= $1) \
              AND (s.close_date IS NULL OR s.close_date > $1) \
              AND (s.status IN (1, 3) OR s.close_date > $1) \
            GROUP BY m.body_id) \
        SELECT b.kind, count(*) AS open, count(size.schools) AS with_school, \
               count(*) FILTER (WHERE size.schools >= 2) AS with_2, \
               count(*) FILTER (WHERE size.schools >= 5) AS with_5, \
               count(*) FILTER (WHERE size.schools >= 10) AS with_10, \
               count(*) FILTER (WHERE size.schools >= 20) AS with_20, \
               coalesce(max(size.schools), 0) AS largest \
        FROM responsible_body b LEFT JOIN size ON size.body_id = b.id \
        WHERE b.merged_into IS NULL AND (b.opened IS NULL OR b.opened <= $1) \
          AND (b.closed IS NULL OR b.closed > $1) \
        GROUP BY b.kind ORDER BY b.kind";
    Ok(sql_query(SUMMARY)
        .bind::<sql_types::Date, _>(as_at)
        .bind::<sql_types::Timestamptz, _>(as_known)
        .load(connection)?)
}
