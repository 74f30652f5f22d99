//! `group-inspection practice`: a service to practise on.
//!
//! The caller plays the group inspected and its systems. Everybody else, and
//! the passing of time, is played: inspectors wait until the group has no more
//! evidence to give, answer its points on the draft, and publish.

use std::{path::PathBuf, time::Duration};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    England, Stage,
    life::Life,
    story::{self, Published},
    text,
};
use crate::{config::Config, failure::Failure, output::say, service};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// File for what a shell needs: where the service is, keys and
    /// identifiers. It holds keys, so it is made for its owner alone.
    #[arg(long, default_value = "practice.env")]
    write: PathBuf,
    #[command(flatten)]
    england: England,
}

/// Sentence on every page.
const NOTICE: &str = "This is for practice. Every school, group and outcome is fictional.";
/// Pause between two looks at what the caller did.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// What an inspector answers to any point on the draft.
const REPLY: &str = "This is practice: a real inspector weighs the point and says why.";
/// What an inspector finds, whatever was sent.
const FOUND: &str = "Staff in the schools visited knew of the work that the group describes.";
/// Items of evidence that finding rests on, at the most.
const RESTS_ON: usize = 2;

/// Runs the command.
pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let stage = Stage::set(config, &arguments.england, NOTICE).await?;
    let played = tokio::select! {
        played = play(&stage, &arguments.write) => played,
        () = service::told_to_stop() => Ok(()),
    };
    let _ = std::fs::remove_file(&arguments.write);
    let struck = stage.strike().await;
    played.and(struck)
}

async fn play(stage: &Stage, file: &std::path::Path) -> Result<(), Failure> {
    stage.import().await?;
    stage.step("Choosing a group and preparing its inspection");
    let (body, name, schools) = story::choose(&stage.client).await?;
    say(&format!("         {name}, {} open schools", schools.len()));
    let life = Life::open(stage, body).await?;
    life.notice().await?;
    let first = life.preparation().await?;
    life.asks_for_minutes().await?;
    let variables = [
        ("GI_URL", stage.origin.clone()),
        ("GI_KEY", life.people.integrator.key().to_owned()),
        ("GI_LEADER_KEY", life.people.leader.key().to_owned()),
        ("GI_BODY", body.to_string()),
        (
            "GI_INSPECTION",
            life.path.rsplit('/').next().unwrap_or_default().to_owned(),
        ),
    ];
    write(file, &variables)?;
    stage.step("Ready: the group may send evidence");
    say("");
    say(&format!("  . {}", file.display()));
    say("");
    say("You are the group. When `declare_evidence_complete` was asked for, inspectors");
    say("go on; when `close_factual_accuracy` was, the report is published. Ctrl-C ends it.");
    let published = inspects(&life, first).await?;
    stage.step("Published");
    say(&format!("         {}", published.html));
    std::future::pending().await
}

/// What everybody but the group does.
async fn inspects(life: &Life<'_>, first: NaiveDate) -> Result<Published, Failure> {
    life.hears("declare_evidence_complete").await?;
    life.reaches(first).await?;
    life.stage.step("Fieldwork, a finding and the feedback");
    life.starts_fieldwork().await?;
    let (theme, evidence) = life.something_to_find().await?;
    life.finds(&theme, FOUND, &evidence).await?;
    life.draft().await?;
    life.assurance().await?;
    life.stage
        .step("The group has the draft and checks its facts");
    life.hears("close_factual_accuracy").await?;
    life.publication().await
}

impl Life<'_> {
    /// Waits until the group takes an action, answering its points meanwhile.
    async fn hears(&self, action: &str) -> Result<(), Failure> {
        loop {
            let events = self
                .people
                .officer
                .list(&format!("{}/events", self.path))
                .await?;
            let taken = events
                .as_array()
                .into_iter()
                .flatten()
                .any(|event| event.pointer("/action/action") == Some(&json!(action)));
            if taken {
                return Ok(());
            }
            if action == "close_factual_accuracy" {
                self.answers_points().await?;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn answers_points(&self) -> Result<(), Failure> {
        let inspector = &self.people.inspector;
        let check = inspector
            .get(&format!("{}/factual-accuracy", self.path))
            .await?;
        let points = check.get("points").and_then(Value::as_array);
        for point in points.into_iter().flatten() {
            if point.get("reply").is_none_or(Value::is_null) {
                let id = text(point, "/point/id")?;
                let answer = json!({ "decision": "rejected", "reason": REPLY });
                let what = format!("factual-accuracy/points/{id}/reply");
                self.post(inspector, &what, &answer).await?;
            }
        }
        Ok(())
    }

    /// A theme that the group sent evidence on, with some of it.
    async fn something_to_find(&self) -> Result<(String, Vec<Value>), Failure> {
        let library = self
            .people
            .inspector
            .list(&format!("{}/evidence", self.path))
            .await?;
        let held: Vec<&Value> = library
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| item.get("current"))
            .collect();
        let theme = held
            .iter()
            .find_map(|item| item.pointer("/themes/0")?.as_str())
            .ok_or_else(|| Failure::because("fieldwork", "the group sent no evidence"))?;
        let evidence = held
            .iter()
            .filter(|item| {
                let themes = item.get("themes").and_then(Value::as_array);
                themes.is_some_and(|themes| themes.contains(&json!(theme)))
            })
            .filter_map(|item| item.get("id").cloned())
            .take(RESTS_ON)
            .collect();
        Ok((theme.to_owned(), evidence))
    }
}

fn write(file: &std::path::Path, variables: &[(&str, String)]) -> Result<(), Failure> {
    use std::io::Write as _;
    let doing = "writing what a shell needs";
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut lines = String::new();
    for (name, value) in variables {
        lines.push_str(&format!("{name}='{value}'\n"));
    }
    // Complete when it is there: whoever waits for it may read it at once.
    let part = file.with_extension("part");
    let mut out = options
        .open(&part)
        .map_err(|error| Failure::because(doing, error))?;
    out.write_all(lines.as_bytes())
        .and_then(|()| out.sync_all())
        .and_then(|()| std::fs::rename(&part, file))
        .map_err(|error| Failure::because(doing, error))
}
