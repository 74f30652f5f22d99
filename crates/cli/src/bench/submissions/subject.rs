//! What the load is about: a fictional England, a key and inspections.

use std::{path::Path, sync::Arc};

use group_inspection_core::{body::BodyKind, inspection::State, policy::Policy, submission::Caps};
use group_inspection_registers::sandbox::{self, Plan};
use group_inspection_store::{
    Actor, Error, Store,
    actor::Scope,
    bodies::{self, Filter},
    imports, inspections,
    keys::{self, NewKey},
    register, rehearsal,
};
use uuid::Uuid;

use crate::{
    failure::Failure,
    local_files::{described, opener},
};

/// Schools of the fictional England.
const SCHOOLS: u32 = 300;

pub(in crate::bench) struct Subject {
    /// Secret of an API key.
    pub(super) key: String,
    /// Name of its holder, as the store knows it.
    pub(super) client: String,
    /// Two member schools of the group.
    pub(super) schools: Vec<u32>,
    /// Inspections that take submissions.
    pub(super) inspections: Vec<Uuid>,
}

impl Subject {
    pub(super) async fn prepare(
        store: &Store,
        folder: &Path,
        inspections: usize,
    ) -> Result<Self, Failure> {
        let actor = Actor::operator("bench");
        import(store, &actor, &folder.join("england")).await?;
        let (key, secret) = store
            .write(&actor, |tx| {
                keys::create(
                    tx,
                    &NewKey {
                        name: "bench".to_owned(),
                        scopes: vec![Scope::Admin],
                        body: None,
                        role: None,
                        person: None,
                        expires_at: None,
                    },
                )
            })
            .await?;
        let groups = store
            .read(move |connection| {
                let filter = Filter {
                    kind: Some(BodyKind::MultiAcademyTrust),
                    limit: 100,
                    ..Filter::default()
                };
                bodies::list(connection, &filter)
            })
            .await?;
        for group in groups {
            let body_id = group.id;
            let opened = store
                .write(&actor, move |tx| {
                    (0..inspections)
                        .map(|_| rehearsal::open(tx, body_id, without_caps()))
                        .collect::<Result<Vec<_>, Error>>()
                })
                .await;
            let opened = match opened {
                // DR-01: this one has too few open schools.
                Err(Error::Refused(_)) => continue,
                other => other?,
            };
            let Some(first) = opened.first().copied() else {
                continue;
            };
            let cast = store
                .write(&actor, move |tx| rehearsal::cast(tx, first))
                .await?;
            for inspection in &opened {
                rehearsal::advance(store, cast, *inspection, State::EvidenceOpen).await?;
            }
            let reader = actor.clone();
            let inspection = store
                .read(move |connection| inspections::get(connection, &reader, first))
                .await?;
            let schools = inspection
                .frozen
                .open_members()
                .take(2)
                .map(|member| member.urn.get())
                .collect();
            return Ok(Self {
                key: secret,
                client: format!("key:{key}"),
                schools,
                inspections: opened,
            });
        }
        Err(Failure::because(
            "choosing a group",
            "no trust of the fictional England has two open schools",
        ))
    }

    /// The inspection that submission `number` goes to.
    pub(super) fn inspection(&self, number: u64) -> Uuid {
        let position = usize::try_from(number).unwrap_or_default() % self.inspections.len().max(1);
        self.inspections.get(position).copied().unwrap_or_default()
    }
}

pub(in crate::bench) async fn import(
    store: &Store,
    actor: &Actor,
    folder: &Path,
) -> Result<(), Failure> {
    let plan = Plan {
        schools: SCHOOLS,
        ..Plan::default()
    };
    let written = sandbox::generate(&plan, &mut |_| {}, folder)
        .map_err(|error| Failure::because("writing the fictional England", error))?;
    let files = written
        .files
        .iter()
        .filter(|file| file.name.ends_with(".csv") || file.name == "bank-holidays.json")
        .map(|file| described(&folder.join(&file.name), None))
        .collect::<Result<Vec<_>, _>>()?;
    let import = store
        .write(actor, move |tx| imports::record(tx, &files))
        .await?;
    register::run(store, actor, import, false, opener(), Arc::new(|_, _| {})).await?;
    Ok(())
}

/// The load is far more than one inspection takes.
fn without_caps() -> Policy {
    Policy {
        submissions: Caps {
            evidence: 1_000_000,
            ..Caps::default()
        },
        ..rehearsal::policy()
    }
}
