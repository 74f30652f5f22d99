//! What the load is about: one group of a fictional England, and one
//! inspection after another on it.

use std::{path::Path, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_core::{
    body::BodyKind,
    inspection::{Role, State},
};
use group_inspection_store::{
    Actor, Clock, Environment, Error, Settings, Store,
    actor::Scope,
    bodies::{self, Filter},
    environment::SystemClock,
    keys::{self, NewKey},
    lifecycle,
    recipients::{self, Signature, Tells, Wanted},
    rehearsal::{self, Cast},
    wake::NoWake,
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{PATIENCE, receiver::Receiver};
use crate::{bench::submissions::subject::import, failure::Failure, output::note};

/// A clock that is so far behind: fieldwork begins on a working day, and this
/// may run on any.
struct Lagging(TimeDelta);

impl Clock for Lagging {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() - self.0
    }

    fn is_one_of_several(&self) -> bool {
        true
    }
}

/// When the register was imported: before any working day that is looked for.
const IMPORTED: TimeDelta = TimeDelta::days(60);

/// A store at some time past.
async fn past(url: &str, behind: TimeDelta) -> Result<Store, Error> {
    let environment = Environment {
        clock: Arc::new(Lagging(behind)),
        ..Environment::system()
    };
    let settings = Settings {
        connections: 2,
        ..Settings::server(url)
    };
    Store::connect(settings, environment, Arc::new(NoWake)).await
}

/// How long ago the last working day was.
async fn last_working_day(store: &Store) -> Result<TimeDelta, Failure> {
    let policy = rehearsal::policy().lifecycle;
    let days = store
        .read(move |connection| lifecycle::clock_days(connection, &policy))
        .await?;
    let today = Utc::now().date_naive();
    (0..IMPORTED.num_days())
        .map(TimeDelta::days)
        .find(|ago| days.counts(today - *ago).unwrap_or(false))
        .ok_or_else(|| Failure::because("planning", "there is no working day"))
}

/// A group that is inspected again and again.
#[derive(Clone)]
pub(super) struct Subject {
    store: Store,
    /// The same on the last working day, for what takes place on one.
    working_day: Store,
    actor: Actor,
    body: Uuid,
    /// Secret of a key of an operations officer.
    pub(super) officer: String,
    /// Secret of a key of a system that sends evidence.
    pub(super) sender: String,
}

/// An inspection, and those who take part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inspection {
    pub(super) id: Uuid,
    cast: Cast,
}

/// Recipients of what is published: one endpoint, one contact.
pub(super) const RECIPIENTS: i64 = 2;

impl Subject {
    pub(super) async fn prepare(
        store: &Store,
        url: &str,
        folder: &Path,
        receiver: &Receiver,
    ) -> Result<Self, Failure> {
        let actor = Actor::operator("faults");
        let then = past(url, IMPORTED).await?;
        import(&then, &actor, &folder.join("england")).await?;
        let working_day = past(url, last_working_day(store).await?).await?;
        let officer = key(store, &actor, Role::OperationsOfficer).await?;
        let sender = key(store, &actor, Role::Integrator).await?;
        let filter = Filter {
            kind: Some(BodyKind::MultiAcademyTrust),
            limit: 100,
            ..Filter::default()
        };
        let groups = store
            .read(move |connection| bodies::list(connection, &filter))
            .await?;
        for group in groups {
            let subject = Self {
                store: store.clone(),
                working_day: working_day.clone(),
                actor: actor.clone(),
                body: group.id,
                officer: officer.clone(),
                sender: sender.clone(),
            };
            match subject.open().await {
                // DR-01: this one has too few open schools.
                Err(Error::Refused(_)) => continue,
                other => other?,
            };
            let (body, url) = (group.id, receiver.url.clone());
            let (_, shown) = store
                .write(&actor, move |tx| {
                    let all = Tells::Everything;
                    recipients::create_contact(tx, body, "clerk@group.example", "Clerk", all)?;
                    let wanted = Wanted::all_at(&url);
                    recipients::create_endpoint(tx, body, &wanted, Signature::Shared)
                })
                .await?;
            receiver.trust(shown.secret.as_deref().unwrap_or_default());
            return Ok(subject);
        }
        Err(Failure::because(
            "choosing a group",
            "no trust of the fictional England has two open schools",
        ))
    }

    /// Waits until both stores reach the database again. Their connections
    /// were broken with all others.
    pub(super) async fn wait_for_database(&self) -> Result<(), Failure> {
        let end = Instant::now() + PATIENCE;
        for store in [&self.store, &self.working_day] {
            while let Err(error) = store.read(|_| Ok(())).await {
                note(&format!("a store of the rehearsal itself: {error}"));
                if Instant::now() > end {
                    return Err(error.into());
                }
                sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }

    /// A new inspection that takes submissions, as many as come in a long run.
    pub(super) async fn open(&self) -> Result<Inspection, Error> {
        let mut policy = rehearsal::policy();
        policy.submissions.evidence = u32::MAX;
        let body = self.body;
        let (id, cast) = self
            .working_day
            .write(&self.actor, move |tx| {
                let id = rehearsal::open(tx, body, policy.clone())?;
                Ok((id, rehearsal::cast(tx, id)?))
            })
            .await?;
        rehearsal::advance(&self.working_day, cast, id, State::EvidenceOpen).await?;
        Ok(Inspection { id, cast })
    }

    /// Takes one with evidence to where it can be compiled.
    pub(super) async fn to_compile(&self, inspection: Inspection) -> Result<(), Error> {
        let Inspection { id, cast } = inspection;
        rehearsal::advance(&self.working_day, cast, id, State::Provisional).await
    }

    /// Takes a compiled one to where it can be published.
    pub(super) async fn to_publish(&self, inspection: Inspection) -> Result<(), Error> {
        let Inspection { id, cast } = inspection;
        rehearsal::advance(&self.store, cast, id, State::Embargoed).await
    }
}

/// A key with every scope, for a role.
async fn key(store: &Store, actor: &Actor, role: Role) -> Result<String, Error> {
    let new = NewKey {
        name: "faults".to_owned(),
        scopes: vec![Scope::Admin],
        body: None,
        role: Some(role),
        person: None,
        expires_at: None,
    };
    let made = store.write(actor, move |tx| keys::create(tx, &new));
    Ok(made.await?.1)
}
