//! `check` and `healthcheck`: whether what the program needs is there.

use std::{error::Error as _, net::IpAddr, sync::Arc, time::Duration};

use group_inspection_core::{audit::Head, digest::NotADigest};
use group_inspection_store::{audit, environment::SystemClock, migrate, register, wake::NoWake};
use group_inspection_telemetry::collector;
use group_inspection_worker::{mail, redis_wake};

use crate::{config::Config, database, failure::Failure, output::say, service};

/// How long one dependency may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A head of the audit log as an earlier check printed it, POSITION:HASH;
    /// the log must still lead through it. May be given more than once.
    #[arg(long, value_parser = audit_head)]
    audit_head: Vec<Head>,
}

fn audit_head(text: &str) -> Result<Head, String> {
    let (position, hash) = text
        .split_once(':')
        .ok_or_else(|| "must be POSITION:HASH".to_owned())?;
    Ok(Head {
        position: position
            .parse()
            .map_err(|_| "the position must be a number".to_owned())?,
        hash: hash
            .parse()
            .map_err(|error: NotADigest| error.to_string())?,
        completed_at: None,
    })
}

/// Prints the settings without secrets, then asks every dependency.
pub(crate) async fn run(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    say("Settings");
    for (name, value) in config.redacted() {
        say(&format!("  {name:<26} {value}"));
    }
    say("");
    say("Dependencies");
    let mut failed = 0_u32;
    let mut tell = |what: &str, found: Result<String, Failure>| match found {
        Ok(text) => say(&format!("  ok      {what}: {text}")),
        Err(failure) => {
            failed += 1;
            say(&format!("  FAILED  {what}: {failure}"));
        }
    };
    match database::open(config, Arc::new(NoWake)).await {
        Ok(database) => {
            let place = if database.is_server {
                "a server"
            } else {
                "embedded"
            };
            tell("database", Ok(place.to_owned()));
            tell("schema", schema(&database).await);
            tell("registers", registers(&database).await);
            tell(
                "audit log",
                audit_log(&database, &arguments.audit_head).await,
            );
        }
        Err(failure) => tell("database", Err(failure)),
    }
    tell("uploads", uploads(config).await);
    tell("scanner", scanner(config).await);
    tell("Redis", redis(config).await);
    tell("mail", smtp(config).await);
    tell("traces", traces(config).await);
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::because("check", format!("{failed} failed")))
    }
}

async fn schema(database: &database::Database) -> Result<String, Failure> {
    if database.store.read(migrate::is_pending).await? {
        Err(Failure::because(
            "the schema",
            "it is not up to date; run `group-inspection migrate`",
        ))
    } else {
        Ok("up to date".to_owned())
    }
}

async fn registers(database: &database::Database) -> Result<String, Failure> {
    let (files, holidays) = database
        .store
        .read(|connection| {
            Ok((
                register::source_files(connection)?,
                register::bank_holidays(connection)?,
            ))
        })
        .await?;
    let newest = files.iter().map(|file| file.as_at).max();
    let last = holidays.iter().map(|holiday| holiday.day).max();
    Ok(match (newest, last) {
        (None, None) => "none imported yet".to_owned(),
        (Some(day), None) => format!("as at {day}; no bank holidays, so no deadlines"),
        (None, Some(last)) => format!("bank holidays up to {last}; nothing else"),
        (Some(day), Some(last)) => format!("as at {day}; bank holidays up to {last}"),
    })
}

async fn audit_log(database: &database::Database, anchors: &[Head]) -> Result<String, Failure> {
    let anchors = anchors.to_vec();
    let checked = database
        .store
        .read(move |connection| audit::check(connection, &anchors))
        .await?
        .map_err(|broken| Failure::because("the audit log", broken))?;
    if checked.unaccounted > 0 {
        return Err(Failure::because(
            "the audit log",
            format!(
                "{} events have no place in the chain: its end was cut off",
                checked.unaccounted
            ),
        ));
    }
    Ok(format!(
        "{} events, {} to be sealed, head {}:{}",
        checked.head.position + checked.unsealed,
        checked.unsealed,
        checked.head.position,
        checked.head.hash
    ))
}

async fn uploads(config: &Config) -> Result<String, Failure> {
    let upload = service::blobs(config)?.upload("check").await?;
    upload.abandon().await?;
    Ok("can be written".to_owned())
}

async fn scanner(config: &Config) -> Result<String, Failure> {
    match service::scanner(config)? {
        None => Ok("none is configured; attachments are checked but not scanned".to_owned()),
        Some(scanner) => scanner
            .version()
            .await
            .map_err(|error| Failure::because("the scanner", error)),
    }
}

async fn redis(config: &Config) -> Result<String, Failure> {
    let Some(client) = config.database.redis() else {
        return Ok("not configured; wake-ups stay within a process".to_owned());
    };
    redis_wake::reach(client, redis_wake::Settings::default())
        .await
        .map(|()| "answers".to_owned())
        .map_err(|error| Failure::because("Redis", because(&error)))
}

/// Why Redis does not answer. What the library says may name the address, and
/// with it a password; what the system says below it does not.
fn because(error: &redis::RedisError) -> String {
    let category = error.category();
    error.source().map_or_else(
        || category.to_owned(),
        |source| format!("{category}: {source}"),
    )
}

async fn smtp(config: &Config) -> Result<String, Failure> {
    if let Some(settings) = &config.mail.notify {
        let clock = Arc::new(SystemClock);
        return mail::govuk_notify::GovUkNotify::new(settings.clone(), clock)
            .map_err(|error| Failure::because("GOV.UK Notify", error))?
            .reach()
            .await
            .map(|()| "GOV.UK Notify answers".to_owned())
            .map_err(|error| Failure::because("GOV.UK Notify", error));
    }
    let Some(url) = &config.mail.smtp_url else {
        return Ok("not configured; mail goes to a folder".to_owned());
    };
    let server = mail::Smtp::new(url, &config.mail.from, PATIENCE)
        .map_err(|error| Failure::because("the mail server", error))?;
    server
        .reach()
        .await
        .map(|()| "answers".to_owned())
        .map_err(|error| Failure::because("the mail server", error))
}

async fn traces(config: &Config) -> Result<String, Failure> {
    let Some(traces) = &config.telling.traces else {
        return Ok("not configured; none are sent".to_owned());
    };
    let endpoint = traces.endpoint.clone();
    tokio::task::spawn_blocking(move || collector::reach(&endpoint, PATIENCE))
        .await
        .map_err(|error| Failure::because("the collector", error))?
        .map(|()| "answers".to_owned())
        .map_err(|error| Failure::because("the collector", error))
}

/// Asks the API of this machine whether it is ready; for containers, which
/// have no other program to ask with.
pub(crate) async fn health(config: &Config) -> Result<(), Failure> {
    let mut address = config.http.bind;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        });
    }
    let url = format!("http://{address}/readyz");
    let answer = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|error| Failure::because("the HTTP client", error))?
        .get(&url)
        .send()
        .await
        .map_err(|error| Failure::because(&url, error))?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(Failure::because(&url, answer.status()))
    }
}
