//! Between items as the rules know them and items as the store keeps them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use group_inspection_core::{
    evidence::EvidenceItem,
    submission::{Accepted, Checked, Content, Facts, Target},
    weakness::{Derived, Weakness},
};
use group_inspection_store::{
    Error, Tx,
    inspections::Frozen,
    submissions::{ItemKind, KnownItem, NewItem},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

/// What items are checked against.
pub(super) fn facts(
    frozen: &Frozen,
    known: &[KnownItem],
    derived: Vec<Derived>,
    today: NaiveDate,
) -> Result<Facts, Error> {
    let of_kind = |kind: ItemKind| known.iter().filter(move |item| item.kind == kind);
    Ok(Facts {
        today,
        members: frozen.urns().collect(),
        names: std::iter::once(&frozen.body.name)
            .chain(frozen.members.iter().map(|member| &member.name))
            .cloned()
            .collect(),
        evidence: of_kind(ItemKind::Evidence)
            .map(|item| {
                read::<EvidenceItem>(
                    item,
                    json!({
                        "sha256": item.sha256,
                        "received_at": item.received_at,
                        "reused": item.reused,
                    }),
                )
            })
            .collect::<Result<_, _>>()?,
        weaknesses: of_kind(ItemKind::Weakness)
            .map(|item| Ok((read::<Weakness>(item, json!({}))?, item.sha256.clone())))
            .chain(derived.into_iter().map(|derived| {
                // Its identifier follows from what it says.
                let id = derived.weakness.id.to_string();
                Ok((derived.weakness, id))
            }))
            .collect::<Result<_, Error>>()?,
        references: known
            .iter()
            .filter_map(|item| Some((item.reference.clone()?, item.id)))
            .collect(),
    })
}

fn read<T: DeserializeOwned>(item: &KnownItem, more: Value) -> Result<T, Error> {
    let mut content = item.content.clone();
    if let (Value::Object(content), Value::Object(more)) = (&mut content, more) {
        content.insert("id".to_owned(), json!(item.id));
        content.extend(more);
    }
    serde_json::from_value(content).map_err(|error| Error::internal("a stored item", error))
}

/// Items as proposed to the store, in the order of the batch.
pub(super) fn proposed(tx: &Tx<'_>, checked: &[Checked]) -> Result<Vec<NewItem>, Error> {
    let ids: BTreeMap<usize, Uuid> = checked
        .iter()
        .enumerate()
        .filter(|(_, item)| matches!(item, Checked::Accepted(_)))
        .map(|(position, _)| (position, tx.new_id()))
        .collect();
    checked
        .iter()
        .enumerate()
        .filter_map(|(position, item)| match item {
            Checked::Accepted(accepted) => Some((*ids.get(&position)?, accepted.as_ref())),
            Checked::Rejected(_) => None,
        })
        .map(|(id, accepted)| new_item(id, accepted, &ids))
        .collect()
}

fn new_item(id: Uuid, accepted: &Accepted, ids: &BTreeMap<usize, Uuid>) -> Result<NewItem, Error> {
    let resolve = |target: &Target| match target {
        Target::Held(id) => Ok(*id),
        Target::Item(position) => ids
            .get(position)
            .copied()
            .ok_or_else(|| Error::Internal("a link to no item".to_owned())),
    };
    let evidence = accepted
        .evidence
        .iter()
        .map(resolve)
        .collect::<Result<Vec<_>, _>>()?;
    let (kind, content) = match accepted.content.clone() {
        Content::Evidence(item) => {
            let item = item.into_item(id, String::new(), chrono::DateTime::UNIX_EPOCH);
            (ItemKind::Evidence, without_identity(&item)?)
        }
        Content::Weakness(item) => {
            let item = item.into_weakness(id, evidence);
            (ItemKind::Weakness, without_identity(&item)?)
        }
        Content::Action(item) => {
            let weakness = accepted
                .weakness
                .as_ref()
                .map(resolve)
                .ok_or_else(|| Error::Internal("an action on no weakness".to_owned()))??;
            let item = item.into_action(id, weakness, evidence);
            (ItemKind::Action, without_identity(&item)?)
        }
    };
    Ok(NewItem {
        kind,
        id,
        reference: accepted.reference.clone(),
        sha256: accepted.sha256.clone(),
        content,
    })
}

/// Content alone: what the store adds by itself is left out.
fn without_identity(item: &impl Serialize) -> Result<Value, Error> {
    let mut content =
        serde_json::to_value(item).map_err(|error| Error::internal("an item", error))?;
    if let Value::Object(fields) = &mut content {
        for field in ["id", "sha256", "received_at", "reused"] {
            fields.remove(field);
        }
    }
    Ok(content)
}
