//! The one program of the service, in several roles.

mod config;
mod database;
mod failure;
mod import;
mod keys;
mod output;
mod sandbox;

use clap::{Parser, Subcommand};

use crate::{config::Config, failure::Failure};

/// Ungraded inspections of bodies that run several schools.
#[derive(Debug, Parser)]
#[command(name = "group-inspection", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the database schema up to date.
    Migrate,
    /// Import register files.
    Import(import::Arguments),
    /// Write a fictional England in the layouts of the real registers.
    Sandbox(sandbox::Arguments),
    /// Make or revoke an API key.
    Key(keys::Arguments),
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    output::start_log();
    let outcome = run(arguments);
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.to_string());
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Command::Sandbox(arguments) = &arguments.command {
        return sandbox::run(arguments);
    }
    let config = Config::from_environment()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because("starting", error))?;
    runtime.block_on(async move {
        match arguments.command {
            Command::Migrate => database::migrate(&config).await,
            Command::Import(arguments) => import::run(&config, arguments).await,
            Command::Key(arguments) => keys::run(&config, arguments).await,
            Command::Sandbox(_) => Ok(()),
        }
    })
}
