//! How long it takes to run the rules on conflicts anew over everybody who is
//! assigned, as after a national import (DR-17).

use std::{path::PathBuf, sync::Arc, time::Instant};

use group_inspection_core::{body::BodyKind, inspection::State};
use group_inspection_store::{
    Actor, Error, Store,
    bodies::{self, Filter},
    imports, people, register, rehearsal,
    wake::NoWake,
};
use uuid::Uuid;

use super::spread;
use crate::{
    config::Config,
    database,
    failure::Failure,
    local_files::{described, opener},
    output::say,
};

/// Rounds measured.
const ROUNDS: u32 = 5;

/// Imports the files into an empty database, plans `wanted` inspections with a
/// team each, and runs the rules anew over all of them.
pub(super) async fn run(config: &Config, paths: &[PathBuf], wanted: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let config = config.in_folder(folder.path());
    let database = database::open(&config, Arc::new(NoWake)).await?;
    let store = &database.store;
    store.migrate().await?;
    let actor = Actor::operator("bench");
    let files = paths
        .iter()
        .map(|path| described(path, None))
        .collect::<Result<Vec<_>, _>>()?;
    let began = Instant::now();
    let import = store
        .write(&actor, move |tx| imports::record(tx, &files))
        .await?;
    register::run(store, &actor, import, false, opener(), Arc::new(|_, _| {})).await?;
    let imported = began.elapsed();
    say(&format!(
        "the import itself: {:.2} s",
        imported.as_secs_f64()
    ));
    let planned = plan(store, &actor, wanted, State::Scheduled).await?.len();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let (looked, changed) = store.write(&actor, people::rerun_all).await?;
        times.push(began.elapsed());
        if times.len() == 1 {
            say(&format!(
                "{planned} live inspections, {looked} people assigned, {changed} results differ"
            ));
        }
    }
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    spread("rules run anew over all of them", times);
    say(&format!(
        "rules / import: {:.3}",
        median.as_secs_f64() / imported.as_secs_f64()
    ));
    Ok(())
}

/// Inspections of the groups first in the list that may be inspected, taken on
/// to `state`; each with a team that has declared and been decided on.
pub(super) async fn plan(
    store: &Store,
    actor: &Actor,
    wanted: usize,
    state: State,
) -> Result<Vec<Uuid>, Failure> {
    let groups = store
        .read(|connection| {
            bodies::list(
                connection,
                &Filter {
                    kind: Some(BodyKind::MultiAcademyTrust),
                    limit: 10_000,
                    ..Filter::default()
                },
            )
        })
        .await?;
    let mut planned = Vec::new();
    for group in groups {
        if planned.len() == wanted {
            break;
        }
        let body = group.id;
        let opened = store
            .write(actor, move |tx| {
                rehearsal::open(tx, body, rehearsal::policy())
            })
            .await;
        let id = match opened {
            Ok(id) => id,
            // Too small, or nobody may inspect it.
            Err(Error::Refused(_)) => continue,
            Err(other) => return Err(other.into()),
        };
        let cast = store
            .write(actor, move |tx| rehearsal::cast(tx, id))
            .await?;
        rehearsal::advance(store, cast, id, state).await?;
        planned.push(id);
    }
    Ok(planned)
}
