//! `group-inspection key`: API keys.

use std::sync::Arc;

use chrono::TimeDelta;
use clap::Subcommand;
use group_inspection_core::inspection::Role;
use group_inspection_store::{
    Actor, Seek,
    actor::Scope,
    keys::{self, Key, NewKey, Rotation},
    wake::NoWake,
};
use uuid::Uuid;

use crate::{
    config::Config,
    database::{self, Database},
    failure::Failure,
    output,
};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key. The secret is shown once.
    Create {
        /// What the key is for.
        #[arg(long)]
        name: String,
        /// What its holder may do; several by repeating it.
        #[arg(long = "scope", required = true, value_parser = scope)]
        scopes: Vec<Scope>,
        /// The one responsible body its holder is limited to.
        #[arg(long)]
        body: Option<Uuid>,
        /// In which role its holder acts on inspections.
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// The person who holds it, for roles of people.
        #[arg(long, requires = "role")]
        person: Option<Uuid>,
        /// Days until the key stops working.
        #[arg(long)]
        days: Option<u32>,
    },
    /// Give a key a new secret, shown once. The present one goes on working
    /// for a while.
    Rotate {
        /// Identifier of the key.
        id: Uuid,
        /// Hours that the present secret goes on working; 0 for none.
        #[arg(long, default_value_t = 24)]
        overlap_hours: u32,
        /// End a rotation before this one, if one is still under way.
        #[arg(long)]
        end_previous: bool,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// List the keys, without secrets.
    List,
    /// Revoke a key at once.
    Revoke {
        /// Identifier of the key.
        id: Uuid,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

fn scope(code: &str) -> Result<Scope, String> {
    Scope::from_code(code).ok_or_else(|| {
        let known: Vec<&str> = Scope::ALL.iter().map(|scope| scope.code()).collect();
        format!("a scope is one of {}", known.join(", "))
    })
}

/// Roles of jobs are not for keys.
fn role(code: &str) -> Result<Role, String> {
    let given = || Role::ALL.into_iter().filter(|role| *role != Role::System);
    given().find(|role| role.code() == code).ok_or_else(|| {
        let known: Vec<&str> = given().map(Role::code).collect();
        format!("a role is one of {}", known.join(", "))
    })
}

/// Runs the command.
pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let database = database::open(config, Arc::new(NoWake)).await?;
    database.store.migrate().await?;
    let actor = Actor::operator("key");
    match arguments.command {
        Command::Create {
            name,
            scopes,
            body,
            role,
            person,
            days,
        } => {
            let (id, secret) = database
                .store
                .write(&actor, move |tx| {
                    let expires_at = days.map(|days| tx.now() + TimeDelta::days(i64::from(days)));
                    keys::create(
                        tx,
                        &NewKey {
                            name: name.clone(),
                            scopes: scopes.clone(),
                            body,
                            role,
                            person,
                            expires_at,
                        },
                    )
                })
                .await?;
            output::note(&format!("Key {id}. The secret below is not shown again."));
            output::say(&secret);
        }
        Command::Rotate {
            id,
            overlap_hours,
            end_previous,
            reason,
        } => {
            let rotation = Rotation {
                overlap: TimeDelta::hours(i64::from(overlap_hours)),
                end_previous,
                reason,
            };
            let secret = database
                .store
                .write(&actor, move |tx| keys::rotate(tx, id, &rotation))
                .await?;
            output::note(&format!(
                "The secret before works for {overlap_hours} hours. The one below is not shown again."
            ));
            output::say(&secret);
        }
        Command::List => list(&database, actor).await?,
        Command::Revoke { id, reason } => {
            database
                .store
                .write(&actor, move |tx| keys::revoke(tx, id, &reason))
                .await?;
            output::say(&format!("Key {id} is revoked."));
        }
    }
    Ok(())
}

/// Keys read at a time.
const PAGE: i64 = 100;

async fn list(database: &Database, actor: Actor) -> Result<(), Failure> {
    let now = database.store.environment().clock.now();
    let mut next = Seek::Start;
    loop {
        let actor = actor.clone();
        let page = database
            .store
            .read({
                let next = next.clone();
                move |connection| keys::list(connection, &actor, &next, PAGE)
            })
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        next = Seek::After(last.id);
        for key in &page {
            output::say(&line(key, key.state(now)));
        }
    }
}

fn line(key: &Key, state: &str) -> String {
    let used = key
        .last_used_on
        .map_or("never used".to_owned(), |day| format!("used {day}"));
    let body = key
        .body_id
        .map_or(String::new(), |body| format!(", body {body}"));
    let end = key
        .expires_at
        .map_or(String::new(), |end| format!(", until {end}"));
    format!(
        "{}  {state}, {used}  {} ({}{body}{end}): {}",
        key.id,
        key.name,
        key.role.as_deref().unwrap_or("no role"),
        key.scopes.join(" ")
    )
}
