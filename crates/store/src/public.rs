//! What anyone may look up: groups, by their own names and identifiers and by
//! those of their schools.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    PgConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date, Text},
};
use group_inspection_core::{Urn, body::BodyKind, report::AccountabilityRow};
use uuid::Uuid;

use crate::{
    Error, accountability,
    bodies::{self, Body, Filter, Member},
    register::{self, School},
    reports::{self, Published},
};

/// A group that was found, with what it was found by.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The group.
    pub body: Body,
    /// A school of it, or a place, if it was not found by its own name.
    pub by: Option<String>,
}

/// Letters of a search at the most; more are not read.
const LETTERS: usize = 100;

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    body_id: Uuid,
    #[diesel(sql_type = Text)]
    label: String,
}

/// Words that tell what kind of school or group it is, and not which: nearly
/// every name has some of them.
const OF_A_KIND: &str = "\
    academies academy aided all and c catholic ce church cofe college community \
    controlled diocesan diocese e education educational england federation first for \
    foundation grammar high infant infants junior learning middle multi nursery of \
    partnership primary pupil rc referral roman school schools secondary special the \
    through trust unit voluntary";

/// The words of a text that tell one name from another; `None` if it has none.
fn telling(text: &str) -> Option<String> {
    let is_of_a_kind = |word: &str| {
        let word = word
            .trim_matches(|letter: char| !letter.is_alphanumeric())
            .to_lowercase();
        word.is_empty() || OF_A_KIND.split(' ').any(|one| one == word)
    };
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !is_of_a_kind(word))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Groups whose name resembles the text, that hold it as an identifier, or
/// that have a school of such a name, number or place on `today`; best first,
/// each once. Resembling forgives a few wrong letters. Words that nearly every
/// name has count for the order alone; a text of nothing else is looked for as
/// it is.
///
/// # Errors
/// If the database fails.
pub fn search(
    connection: &mut PgConnection,
    text: &str,
    today: NaiveDate,
    most: usize,
) -> Result<Vec<Found>, Error> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let text: String = text.trim().chars().take(LETTERS).collect();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut hits: Vec<(Uuid, Option<String>)> = Vec::new();
    let by_identifier = Filter {
        identifier: Some((None, text.clone())),
        limit,
        ..Filter::default()
    };
    let held = bodies::list(connection, &by_identifier)?;
    hits.extend(held.into_iter().map(|body| (body.id, None)));
    if let Ok(urn) = text.parse::<Urn>() {
        hits.extend(of_school(connection, urn, today)?);
    }
    let (resembles, nearest, wanted) = match telling(&text) {
        Some(words) => ("$4 <% name", "$1 <<-> label", words),
        None => (
            "name ILIKE $4",
            "position(lower($1) IN lower(label))",
            bodies::containing(&text),
        ),
    };
    for (query, with_label) in [(BY_NAME, false), (BY_SCHOOL, true), (BY_PLACE, true)] {
        let groups: BTreeSet<Uuid> = hits.iter().map(|(id, _)| *id).collect();
        if groups.len() >= most {
            break;
        }
        let query = query
            .replace("{resembles}", resembles)
            .replace("{nearest}", nearest);
        let found: Vec<Hit> = sql_query(query)
            .bind::<Text, _>(&text)
            .bind::<Date, _>(today)
            .bind::<BigInt, _>(limit)
            .bind::<Text, _>(&wanted)
            .load(connection)?;
        let labelled = found
            .into_iter()
            .map(|hit| (hit.body_id, with_label.then_some(hit.label)));
        hits.extend(labelled);
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (id, by) in hits {
        if found.len() < most && seen.insert(id) {
            let body = bodies::get(connection, id)?;
            found.push(Found { body, by });
        }
    }
    Ok(found)
}

/// `%` is the operator of pg_trgm: similar enough by trigrams of letters.
/// `<<->` and `<%` find the text as words within a longer name.
const BY_NAME: &str = "\
    SELECT body_id, label FROM ( \
      SELECT id AS body_id, name AS label FROM responsible_body \
      WHERE merged_into IS NULL AND closed IS NULL AND {resembles}) b \
    WHERE $2 IS NOT NULL ORDER BY {nearest}, label, body_id LIMIT $3";

const BY_SCHOOL: &str = "\
    SELECT m.body_id, label FROM ( \
      SELECT DISTINCT ON (urn) urn, name AS label, as_at FROM establishment_version \
      WHERE {resembles} ORDER BY urn, as_at DESC) e \
    JOIN membership m ON m.urn = e.urn AND m.recorded_to IS NULL AND m.role = 'responsible' \
      AND m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2) \
    JOIN responsible_body b ON b.id = m.body_id AND b.merged_into IS NULL \
    ORDER BY {nearest}, label, m.body_id LIMIT $3";

const BY_PLACE: &str = "\
    SELECT m.body_id, min(coalesce(e.town, e.la_name)) AS label FROM ( \
      SELECT DISTINCT ON (urn) urn, town, la_name FROM establishment_version \
      WHERE (lower(la_name) = lower($1) OR lower(town) = lower($1)) AND $4 IS NOT NULL \
      ORDER BY urn, as_at DESC) e \
    JOIN membership m ON m.urn = e.urn AND m.recorded_to IS NULL AND m.role = 'responsible' \
      AND m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2) \
    JOIN responsible_body b ON b.id = m.body_id AND b.merged_into IS NULL \
    GROUP BY m.body_id, b.name ORDER BY count(*) DESC, b.name, m.body_id LIMIT $3";

/// Groups of the school with this number.
fn of_school(
    connection: &mut PgConnection,
    urn: Urn,
    today: NaiveDate,
) -> Result<Vec<(Uuid, Option<String>)>, Error> {
    let name = match register::school(connection, urn, today) {
        Ok(school) => school.name,
        Err(Error::NotFound) => return Ok(Vec::new()),
        Err(other) => return Err(other),
    };
    let now = group_inspection_core::calendar::end_of_day(today);
    Ok(bodies::memberships_of_school(connection, urn, now)?
        .into_iter()
        .filter(|member| member.from <= today && member.to.is_none_or(|to| to > today))
        .map(|member| (member.body_id, Some(name.clone())))
        .collect())
}

/// What the public sees of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The group.
    pub body: Body,
    /// Its schools on the day, with their names; in the order of names.
    pub schools: Vec<(Member, School)>,
    /// What already holds bodies of its kind to account on the day.
    pub accountability: Vec<AccountabilityRow>,
    /// Published versions of reports on it, newest first.
    pub reports: Vec<Published>,
}

/// A group as it stood on a day, as far as is known now.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn group(
    connection: &mut PgConnection,
    id: Uuid,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Group, Error> {
    let body = bodies::get(connection, id)?;
    let members = bodies::members(connection, id, on, now)?;
    let urns: Vec<Urn> = members.iter().map(|member| member.urn).collect();
    let known = register::schools(connection, &urns, on)?;
    let mut schools: Vec<(Member, School)> = members
        .into_iter()
        // Without those that the register of the day does not know.
        .filter_map(|member| {
            let school = known.get(&member.urn)?.clone();
            Some((member, school))
        })
        .collect();
    schools.sort_by(|(_, a), (_, b)| (&a.name, a.urn).cmp(&(&b.name, b.urn)));
    let kind: BodyKind = body.kind;
    let (register, _) = accountability::register(connection)?;
    Ok(Group {
        schools,
        accountability: register.rows(kind, on),
        reports: reports::of_body(connection, id)?,
        body,
    })
}
