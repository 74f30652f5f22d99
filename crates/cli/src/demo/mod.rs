//! `group-inspection demo`: the main job, end to end, on a fictional England.

mod casework;
mod client;
mod life;
mod people;
pub(crate) mod practice;
mod receiver;
mod stage;
mod story;

use std::time::Duration;

use serde_json::Value;

use self::{
    receiver::Receiver,
    stage::{England, Stage},
};
use crate::{config::Config, failure::Failure, output::say, service};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Stop once the report is published and the webhook has arrived.
    #[arg(long)]
    exit: bool,
    #[command(flatten)]
    england: England,
}

/// Sentence on every page of the demo.
const NOTICE: &str = "This is a demonstration. Every school, group and outcome is fictional.";

/// How long the demo waits for any one step.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the command.
pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let stage = Stage::set(config, &arguments.england, NOTICE).await?;
    let receiver = Receiver::start(stage.until_struck())?;
    let published = match story::tell(&stage, &receiver).await {
        Ok(published) => published,
        Err(failure) => {
            let _ = stage.strike().await;
            return Err(failure);
        }
    };
    stage.step("Done");
    say("");
    say(&format!("  Report   {}", published.html));
    say(&format!("  PDF      {}", published.pdf));
    say(&format!("  JSON     {}", published.json));
    say(&format!("  Text     {}", published.text));
    say(&format!("  Feed     {}", published.feed));
    say(&format!("  API      {}/openapi.json", stage.origin));
    say("");

    if !arguments.exit {
        say(&format!("  API key  {}", stage.key));
        say(&format!(
            "  Operators  http://{} (any name; the key is the password)",
            stage.operators
        ));
        say("");
        say("Serving until you press Ctrl-C. Nothing is kept after that.");
        service::told_to_stop().await;
    }
    stage.strike().await
}

/// A text of an answer.
fn text(value: &Value, pointer: &str) -> Result<String, Failure> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(ToOwned::to_owned)
        .ok_or_else(|| Failure::because("reading an answer", format!("{pointer} is missing")))
}
