//! `group-inspection key`: API keys.

use std::sync::Arc;

use clap::Subcommand;
use group_inspection_core::inspection::Role;
use group_inspection_store::{
    Actor,
    actor::Scope,
    keys::{self, NewKey},
    wake::NoWake,
};
use uuid::Uuid;

use crate::{config::Config, database, failure::Failure, output};

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
                    let expires_at =
                        days.map(|days| tx.now() + chrono::TimeDelta::days(i64::from(days)));
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
