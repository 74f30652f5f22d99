//! `group-inspection import`: register files from disk.

use std::{path::PathBuf, sync::Arc};

use chrono::NaiveDate;
use group_inspection_store::{
    Actor,
    imports::{self, Import},
    register::{self, Derived, Watch},
    wake::NoWake,
};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::{
    config::Config,
    database,
    failure::Failure,
    local_files::{self, described},
    output,
};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Register files, in any order.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The day the files describe, if their names do not say.
    #[arg(long)]
    as_at: Option<NaiveDate>,
    /// Accept a complete file that ends more than a quarter of the known links.
    #[arg(long)]
    accept_removals: bool,
    /// Write the outcome as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let database = database::open(config, Arc::new(NoWake)).await?;
    database.store.migrate().await?;
    let bars = Bars::new(&arguments.files);
    let mut files = Vec::new();
    for path in &arguments.files {
        files.push(described(path, arguments.as_at)?);
    }
    let actor = Actor::operator("import");
    let import = database
        .store
        .write(&actor, move |tx| imports::record(tx, &files))
        .await?;
    let (import, derived) = register::run(
        &database.store,
        &actor,
        import,
        arguments.accept_removals,
        local_files::opener(),
        bars.watch(),
    )
    .await?;
    bars.finish();
    if arguments.json {
        output::say(&outcome(&import, &derived).to_string());
    } else {
        report(&import, &derived);
    }
    if import.files.iter().any(|file| file.state == "refused") {
        return Err(Failure::because("importing", "a file was refused"));
    }
    Ok(())
}

fn outcome(import: &Import, derived: &Derived) -> Value {
    json!({
        "id": import.id,
        "state": import.state,
        "files": import.files.iter().map(|file| json!({
            "file_name": file.file_name,
            "layout": file.layout,
            "as_at": file.as_at,
            "sha256": file.sha256,
            "bytes": file.bytes,
            "state": file.state,
            "rows_read": file.rows_read,
            "rows_rejected": file.rows_rejected,
            "facts_inserted": file.facts_inserted,
            "facts_changed": file.facts_changed,
            "facts_unchanged": file.facts_unchanged,
            "facts_ended": file.facts_ended,
            "notes": file.notes,
            "refusal": file.refusal,
        })).collect::<Vec<_>>(),
        "derived": derived,
    })
}

fn report(import: &Import, derived: &Derived) {
    for file in &import.files {
        if let Some(refusal) = &file.refusal {
            let why = refusal.get("detail").and_then(Value::as_str).unwrap_or("");
            output::say(&format!("{}: refused. {why}", file.file_name));
            continue;
        }
        output::say(&format!(
            "{}: {} rows, {} rejected; {} facts new, {} changed, {} unchanged, {} ended",
            file.file_name,
            file.rows_read,
            file.rows_rejected,
            file.facts_inserted,
            file.facts_changed,
            file.facts_unchanged,
            file.facts_ended,
        ));
    }
    output::say(&format!(
        "Bodies: {} new, {} changed. Memberships: {} new, {} ended.",
        derived.bodies_new,
        derived.bodies_changed,
        derived.memberships_new,
        derived.memberships_ended,
    ));
    output::say(&format!("Import {}.", import.id));
}

/// One progress bar for each file; hidden where nobody watches.
struct Bars {
    bars: Arc<Vec<ProgressBar>>,
}

impl Bars {
    fn new(files: &[PathBuf]) -> Self {
        let together = MultiProgress::new();
        let style = ProgressStyle::with_template("{spinner} {wide_msg} {human_pos} rows")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bars = files
            .iter()
            .map(|path| {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let bar = ProgressBar::no_length().with_style(style.clone());
                let bar = together.add(bar);
                bar.set_message(name.to_string_lossy().into_owned());
                bar
            })
            .collect();
        Self {
            bars: Arc::new(bars),
        }
    }

    fn watch(&self) -> Watch {
        let bars = Arc::clone(&self.bars);
        Arc::new(move |position, progress| {
            if let Some(bar) = bars.get(position) {
                bar.set_position(progress.rows);
            }
        })
    }

    fn finish(&self) {
        for bar in self.bars.iter() {
            bar.finish_and_clear();
        }
    }
}
