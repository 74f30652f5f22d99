//! The one program of the service, in several roles.

mod backup;
mod bench;
mod check;
mod config;
mod conformance;
mod database;
mod demo;
mod failure;
mod import;
mod keys;
mod local_files;
mod observe;
mod output;
mod sandbox;
mod service;

use clap::{Parser, Subcommand};

use crate::{config::Config, failure::Failure, service::Roles};

// Reports are made of millions of small values; see docs/PERFORMANCE.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Ungraded inspections of bodies that run several schools.
#[derive(Debug, Parser)]
#[command(name = "group-inspection", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the main job end to end on a fictional England and show the report.
    Demo(demo::Arguments),
    /// Serve a fictional England to practise on: you are the group inspected,
    /// everybody else is played.
    Practice(demo::practice::Arguments),
    /// Serve the API and the public pages.
    Serve,
    /// Carry out jobs.
    Work,
    /// Serve and carry out jobs in one process.
    All,
    /// Bring the database schema up to date.
    Migrate,
    /// Import register files.
    Import(import::Arguments),
    /// Write a fictional England in the layouts of the real registers.
    Sandbox(sandbox::Arguments),
    /// Make, rotate, list or revoke API keys.
    Key(keys::Arguments),
    /// Print the settings without secrets and ask every dependency.
    Check(check::Arguments),
    /// Ask the API of this machine whether it is ready.
    Healthcheck,
    /// Hold the contract with senders against a service.
    Conformance(conformance::Arguments),
    /// Copy the database and the files it refers to into a folder.
    Backup(backup::BackupArguments),
    /// Put a backup back into an empty place.
    Restore(backup::RestoreArguments),
    /// Measure.
    Bench(bench::Arguments),
    /// Write the API description (OpenAPI 3.1).
    Openapi {
        /// Write a collection of requests for editors (.http) instead.
        #[arg(long)]
        http: bool,
    },
    /// Write the reference of problems (docs/errors.md).
    Errors,
}

/// What the long-running roles log: our own events, and warnings of others.
const SERVICE_LOG: &str = "warn,group_inspection=info,group_inspection_api=info,\
     group_inspection_store=info,group_inspection_worker=info,group_inspection_ops=info";

fn main() -> std::process::ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.to_string());
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    // One provider of cryptography for every client.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Command::Sandbox(arguments) = &arguments.command {
        return sandbox::run(arguments);
    }
    if let Command::Openapi { http } = arguments.command {
        if http {
            output::say(group_inspection_api::openapi::http().trim_end());
            return Ok(());
        }
        let description = serde_json::to_string_pretty(group_inspection_api::openapi::document())
            .map_err(|error| Failure::because("the API description", error))?;
        output::say(&description);
        return Ok(());
    }
    if let Command::Errors = arguments.command {
        output::say(group_inspection_api::problem::markdown().trim_end());
        return Ok(());
    }
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::because("starting", error))
    };
    if let Command::Conformance(arguments) = arguments.command {
        return runtime()?.block_on(conformance::run(arguments));
    }
    let config = Config::from_environment()?;
    let usual = match arguments.command {
        Command::Serve | Command::Work | Command::All => SERVICE_LOG,
        _ => "warn",
    };
    let sending = observe::start(&config, usual)?;
    let runtime = runtime()?;
    let result = runtime.block_on(async move {
        match arguments.command {
            Command::Backup(arguments) => backup::back_up(&config, arguments).await,
            Command::Restore(arguments) => backup::restore(&config, arguments).await,
            Command::Bench(arguments) => bench::run(&config, arguments).await,
            Command::Demo(arguments) => demo::run(&config, arguments).await,
            Command::Practice(arguments) => demo::practice::run(&config, arguments).await,
            Command::Serve => service::run(&config, Roles::Serve).await,
            Command::Work => service::run(&config, Roles::Work).await,
            Command::All => service::run(&config, Roles::All).await,
            Command::Check(arguments) => check::run(&config, &arguments).await,
            Command::Healthcheck => check::health(&config).await,
            Command::Migrate => database::migrate(&config).await,
            Command::Import(arguments) => import::run(&config, arguments).await,
            Command::Key(arguments) => keys::run(&config, arguments).await,
            Command::Sandbox(_)
            | Command::Openapi { .. }
            | Command::Errors
            | Command::Conformance(_) => Ok(()),
        }
    });
    // What still runs on the runtime has no spans worth waiting for.
    drop(runtime);
    if let Some(sending) = sending {
        sending.stop();
    }
    result
}
