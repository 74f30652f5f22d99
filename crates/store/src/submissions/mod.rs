//! Submissions: batches of evidence, weaknesses and actions.
//!
//! The same content is stored once and counted as reuse (DR-21).

mod receiving;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{self, Array, Jsonb, Nullable, Text, Timestamptz},
};
use group_inspection_core::{
    inspection::Role,
    submission::{Batch, Link},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use receiving::FrozenCache;
pub use receiving::{Receiving, receiving};

use crate::{
    Actor, Error, Seek, Tx, audit,
    error::Conflict,
    inspections,
    prepared::prepared,
    schema::{api_key, submission, submitted_item},
};

/// Kind of a submitted item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// An item of evidence.
    Evidence,
    /// A weakness known.
    Weakness,
    /// An action on a weakness.
    Action,
}

impl ItemKind {
    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Weakness => "weakness",
            Self::Action => "action",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Evidence, Self::Weakness, Self::Action]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// An item that passed every check.
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// Kind.
    pub kind: ItemKind,
    /// Identifier by which other items of the batch refer to it. It becomes
    /// the item's own, unless the same content is stored already.
    pub id: Uuid,
    /// Reference given by the sender.
    pub reference: Option<String>,
    /// SHA-256 of what it says, in hexadecimal (DR-21).
    pub sha256: String,
    /// Content as a JSON object, without identifier. References to other
    /// items are identifiers in the members `weakness` (one), `evidence` and
    /// `impact_basis` (arrays).
    pub content: Value,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredItem {
    /// Its identifier.
    pub id: Uuid,
    /// Whether the same content was stored before.
    pub reused: bool,
}

/// An item as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownItem {
    /// Identifier.
    pub id: Uuid,
    /// Kind.
    pub kind: ItemKind,
    /// Reference given by the sender.
    pub reference: Option<String>,
    /// SHA-256 of what it says, in hexadecimal.
    pub sha256: String,
    /// Content.
    pub content: Value,
    /// How many times the same content was sent again.
    pub reused: u32,
    /// When it was received first.
    pub received_at: DateTime<Utc>,
    /// Whether a later item of the same kind has its reference.
    pub superseded: bool,
}

/// A submission as read.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = submission)]
pub struct Submission {
    /// Identifier, the client's own if it gave one.
    pub id: Uuid,
    /// SHA-256 of what was sent, in hexadecimal.
    pub sha256: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// From whom.
    pub received_by: String,
    /// What was answered.
    pub result: Value,
}

/// An earlier submission under the client's own identifier: its answer if the
/// content was the same.
///
/// # Errors
/// [`Conflict::IdentifierReused`] if the content differs or the identifier
/// belongs to another inspection, or if the database fails.
pub fn find(
    connection: &mut PgConnection,
    inspection: Uuid,
    id: Uuid,
    sha256: &str,
) -> Result<Option<Submission>, Error> {
    let held = submission::table
        .find(id)
        .select((submission::inspection_id, Submission::as_select()))
        .first::<(Uuid, Submission)>(connection)
        .optional()?;
    match held {
        None => Ok(None),
        Some((of, submission)) if of == inspection && submission.sha256 == sha256 => {
            Ok(Some(submission))
        }
        Some(_) => Err(Error::Conflict(Conflict::IdentifierReused)),
    }
}

/// Stores the items of a submission that passed every check. `answer` turns
/// what became of them, in their order, into the answer to be kept.
///
/// Senders at the same time do not wait for each other, so what they send
/// within one moment can pass a cap by as much.
///
/// # Errors
/// [`Error::Refused`] if the inspection would hold more than its policy allows,
/// or if the database fails.
pub fn record(
    tx: &mut Tx<'_>,
    to: &Receiving,
    id: Uuid,
    sha256: &str,
    items: &[NewItem],
    answer: impl FnOnce(&[StoredItem]) -> Result<Value, Error>,
) -> Result<Submission, Error> {
    let now = tx.now();
    let received_by = tx.actor().name().to_owned();
    let inspection = to.id;
    let mut actual: BTreeMap<Uuid, StoredItem> = BTreeMap::new();
    // What others refer to comes first.
    for kind in [ItemKind::Evidence, ItemKind::Weakness, ItemKind::Action] {
        let of_kind: Vec<&NewItem> = items.iter().filter(|item| item.kind == kind).collect();
        store_kind(tx, inspection, id, kind, &of_kind, &mut actual)?;
        let new = of_kind
            .iter()
            .filter(|item| actual.get(&item.id).is_some_and(|stored| !stored.reused))
            .count();
        to.takes(kind, new)?;
    }
    let stored: Vec<StoredItem> = items
        .iter()
        .filter_map(|item| actual.get(&item.id).cloned())
        .collect();
    let result = answer(&stored)?;
    diesel::insert_into(submission::table)
        .values((
            submission::id.eq(id),
            submission::inspection_id.eq(inspection),
            submission::sha256.eq(sha256),
            submission::received_at.eq(now),
            submission::received_by.eq(&received_by),
            submission::result.eq(&result),
        ))
        .execute(tx.connection())?;
    let reused = stored.iter().filter(|item| item.reused).count();
    tx.audit(&audit::Event {
        action: "submission.received",
        subject_kind: "inspection",
        subject_id: inspection.to_string(),
        reason: None,
        data: serde_json::json!({
            "submission": id,
            "sha256": sha256,
            "stored": stored.len() - reused,
            "reused": reused,
        }),
    })?;
    Ok(Submission {
        id,
        sha256: sha256.to_owned(),
        received_at: now,
        received_by,
        result,
    })
}

/// Columns of the items of one kind that are stored together.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    sha256: Vec<String>,
    references: Vec<Option<String>>,
    contents: Vec<Value>,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Text)]
    sha256: String,
    #[diesel(sql_type = sql_types::Uuid)]
    id: Uuid,
}

/// Content that is held already is counted once more (DR-21).
const STORE_ITEMS: &str = "INSERT INTO submitted_item \
     (id, inspection_id, submission_id, kind, sha256, reference, content, received_at) \
   SELECT sent.id, {}, {}, {}, sent.sha256, sent.reference, sent.content, {} \
   FROM unnest({}, {}, {}, {}) AS sent (id, sha256, reference, content) \
   ON CONFLICT (inspection_id, kind, sha256) \
   DO UPDATE SET reused = submitted_item.reused + 1 \
   RETURNING sha256, id";

fn store_kind(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    submission: Uuid,
    kind: ItemKind,
    items: &[&NewItem],
    actual: &mut BTreeMap<Uuid, StoredItem>,
) -> Result<(), Error> {
    let now = tx.now();
    let mut rows = Columns::default();
    let mut seen = BTreeSet::new();
    let mut same: Vec<(Uuid, String, bool)> = Vec::new();
    for item in items {
        // The same content twice in one batch is reuse as well.
        let again = !seen.insert(&item.sha256);
        same.push((item.id, item.sha256.clone(), again));
        if !again {
            rows.ids.push(item.id);
            rows.sha256.push(item.sha256.clone());
            rows.references.push(item.reference.clone());
            rows.contents
                .push(refer_to_actual(item.content.clone(), actual));
        }
    }
    if rows.ids.is_empty() {
        return Ok(());
    }
    let stored: BTreeMap<String, Uuid> = prepared(STORE_ITEMS)
        .bind::<sql_types::Uuid, _>(inspection)
        .bind::<sql_types::Uuid, _>(submission)
        .bind::<Text, _>(kind.code())
        .bind::<Timestamptz, _>(now)
        .bind::<Array<sql_types::Uuid>, _>(rows.ids)
        .bind::<Array<Text>, _>(rows.sha256)
        .bind::<Array<Nullable<Text>>, _>(rows.references)
        .bind::<Array<Jsonb>, _>(rows.contents)
        .get_results::<Held>(tx.connection())?
        .into_iter()
        .map(|held| (held.sha256, held.id))
        .collect();
    for (proposed, sha256, again) in same {
        if let Some(id) = stored.get(&sha256) {
            let reused = again || *id != proposed;
            actual.insert(proposed, StoredItem { id: *id, reused });
        }
    }
    Ok(())
}

/// Replaces the identifiers proposed for items of the batch by those they
/// have in fact.
fn refer_to_actual(mut content: Value, actual: &BTreeMap<Uuid, StoredItem>) -> Value {
    let replace = |value: &mut Value| {
        let proposed = value.as_str().and_then(|id| id.parse::<Uuid>().ok());
        if let Some(stored) = proposed.and_then(|id| actual.get(&id)) {
            *value = Value::String(stored.id.to_string());
        }
    };
    if let Some(weakness) = content.get_mut("weakness") {
        replace(weakness);
    }
    for list in ["evidence", "impact_basis"] {
        if let Some(Value::Array(ids)) = content.get_mut(list) {
            ids.iter_mut().for_each(replace);
        }
    }
    content
}

type ItemRow = (
    Uuid,
    String,
    Option<String>,
    String,
    Value,
    i32,
    DateTime<Utc>,
);

const ITEM: (
    submitted_item::id,
    submitted_item::kind,
    submitted_item::reference,
    submitted_item::sha256,
    submitted_item::content,
    submitted_item::reused,
    submitted_item::received_at,
) = (
    submitted_item::id,
    submitted_item::kind,
    submitted_item::reference,
    submitted_item::sha256,
    submitted_item::content,
    submitted_item::reused,
    submitted_item::received_at,
);

fn known(row: ItemRow) -> Result<KnownItem, Error> {
    let (id, kind, reference, sha256, content, reused, received_at) = row;
    Ok(KnownItem {
        id,
        kind: ItemKind::from_code(&kind)
            .ok_or_else(|| Error::Internal("a stored item of no known kind".to_owned()))?,
        reference,
        sha256,
        content,
        reused: u32::try_from(reused).unwrap_or_default(),
        received_at,
        superseded: false,
    })
}

/// Items of an inspection, in the order of receipt.
///
/// # Errors
/// If the database fails.
pub fn items(connection: &mut PgConnection, inspection: Uuid) -> Result<Vec<KnownItem>, Error> {
    let mut items: Vec<KnownItem> = submitted_item::table
        .filter(submitted_item::inspection_id.eq(inspection))
        .order(submitted_item::id)
        .select(ITEM)
        .load::<ItemRow>(connection)?
        .into_iter()
        .map(known)
        .collect::<Result<_, _>>()?;
    let mut seen = BTreeSet::new();
    for item in items.iter_mut().rev() {
        if let Some(reference) = &item.reference {
            item.superseded = !seen.insert((item.kind, reference.clone()));
        }
    }
    Ok(items)
}

/// Who of those who inspect wrote items of evidence: whoever sent them first
/// under a key of their own in a role of the team.
///
/// # Errors
/// If the database fails.
pub(crate) fn authors(
    connection: &mut PgConnection,
    items: &BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, Uuid>, Error> {
    let senders: Vec<(Uuid, String)> = submitted_item::table
        .inner_join(submission::table.on(submission::id.eq(submitted_item::submission_id)))
        .filter(submitted_item::id.eq_any(items))
        .select((submitted_item::id, submission::received_by))
        .load(connection)?;
    let keys: BTreeMap<Uuid, Uuid> = senders
        .into_iter()
        .filter_map(|(item, sender)| Some((item, sender.strip_prefix("key:")?.parse().ok()?)))
        .collect();
    let team = [Role::LeadInspector, Role::Inspector, Role::Practitioner].map(Role::code);
    let people: BTreeMap<Uuid, Uuid> = api_key::table
        .filter(api_key::id.eq_any(keys.values()))
        .filter(api_key::role.eq_any(team))
        .filter(api_key::person_id.is_not_null())
        .select((api_key::id, api_key::person_id.assume_not_null()))
        .load::<(Uuid, Uuid)>(connection)?
        .into_iter()
        .collect();
    Ok(keys
        .into_iter()
        .filter_map(|(item, key)| Some((item, *people.get(&key)?)))
        .collect())
}

/// Minutes that senders say it took to supply the evidence of an inspection.
///
/// # Errors
/// If the database fails.
pub fn minutes(connection: &mut PgConnection, inspection: Uuid) -> Result<u32, Error> {
    let items = items(connection, inspection)?;
    Ok(items
        .iter()
        .filter(|item| item.kind == ItemKind::Evidence)
        .filter_map(|item| u32::try_from(item.content.get("minutes")?.as_u64()?).ok())
        .fold(0, u32::saturating_add))
}

/// What is held of the things that a batch links to, in the order of receipt.
///
/// # Errors
/// If the database fails.
pub fn linked(
    connection: &mut PgConnection,
    inspection: Uuid,
    batch: &Batch,
) -> Result<Vec<KnownItem>, Error> {
    let (mut ids, mut references) = (Vec::new(), Vec::new());
    for link in batch.links() {
        match link {
            Link::Id(id) => ids.push(*id),
            Link::Reference(name) => references.push(name.as_str()),
        }
    }
    references.extend(batch.names());
    if ids.is_empty() && references.is_empty() {
        return Ok(Vec::new());
    }
    submitted_item::table
        .filter(submitted_item::inspection_id.eq(inspection))
        .filter(
            submitted_item::id.eq_any(ids).or(submitted_item::reference
                .eq_any(references)
                .assume_not_null()),
        )
        .order(submitted_item::id)
        .select(ITEM)
        .load::<ItemRow>(connection)?
        .into_iter()
        .map(known)
        .collect()
}

/// A page of the submissions to an inspection, newest first.
///
/// # Errors
/// If the database fails.
pub fn list(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
    seek: &Seek<Uuid>,
    limit: i64,
) -> Result<Vec<Submission>, Error> {
    inspections::get(connection, actor, inspection)?;
    let mut query = submission::table
        .filter(submission::inspection_id.eq(inspection))
        .limit(limit)
        .select(Submission::as_select())
        .into_boxed();
    if let Some(&beside) = seek.beside() {
        let at: DateTime<Utc> = submission::table
            .find(beside)
            .select(submission::received_at)
            .first(connection)?;
        query = if seek.is_back() {
            query.filter(
                submission::received_at.gt(at).or(submission::received_at
                    .eq(at)
                    .and(submission::id.gt(beside))),
            )
        } else {
            query.filter(
                submission::received_at.lt(at).or(submission::received_at
                    .eq(at)
                    .and(submission::id.lt(beside))),
            )
        };
    }
    query = if seek.is_back() {
        query.order((submission::received_at, submission::id))
    } else {
        query.order((submission::received_at.desc(), submission::id.desc()))
    };
    Ok(seek.ordered(query.load(connection)?))
}
