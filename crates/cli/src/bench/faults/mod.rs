//! `bench faults`: the real program against private servers while everything
//! around it breaks.
//!
//! A round has one inspection that takes evidence, one that is compiled and
//! one that is published, senders that never stop, and a small batch of
//! faults drawn from a bag of all kinds. When the faults are over and nothing
//! is left to do, the books must balance: see [`books`].

mod books;
mod cast;
mod client;
mod kinds;
mod load;
mod processes;
mod proxy;
mod receiver;
mod servers;
mod signals;
mod strike;
mod subject;
mod table;

use std::{
    sync::Arc,
    time::{Duration, Instant as Began},
};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use tokio::{sync::watch, time::Instant};

use self::{
    books::Books,
    cast::Cast,
    kinds::Kind,
    load::Load,
    strike::{Drawn, Struck},
    subject::Inspection,
    table::Table,
};
use crate::{failure::Failure, output::say};

/// How long any one thing may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Rounds after which everything is checked anew, not only what is new.
const THOROUGH: u64 = 25;

/// Arguments of the command.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// Faults in all.
    #[arg(long, default_value_t = 50)]
    faults: usize,
    /// Decides which faults, when and how.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Faults in a round.
    #[arg(long, default_value_t = 4)]
    batch: usize,
    /// Only kinds whose names contain this.
    #[arg(long)]
    only: Option<String>,
    /// Keep the logs of the processes and of PostgreSQL in this folder.
    #[arg(long)]
    keep_logs: Option<std::path::PathBuf>,
}

/// Runs the command.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let began = Began::now();
    let (cast, load) = Cast::assemble(folder.path()).await?;
    say(&format!(
        "Everybody is there after {:.1} s: 2 APIs, 2 workers, PostgreSQL with fsync, Redis",
        began.elapsed().as_secs_f64()
    ));
    let mut rehearsal = Rehearsal {
        cast: Arc::new(cast),
        load: Arc::new(load),
        books: Books::default(),
        table: Table::default(),
        stage: Stage::default(),
    };
    let done = rehearsal.faults(&arguments, began).await;
    if let Some(kept) = &arguments.keep_logs {
        let _ = std::fs::create_dir_all(kept);
        let logs = std::fs::read_dir(folder.path().join("logs"));
        for entry in logs.into_iter().flatten().flatten() {
            let _ = std::fs::copy(entry.path(), kept.join(entry.file_name()));
        }
        let log = folder.path().join("postgres/log");
        let _ = std::fs::copy(log, kept.join("postgres"));
    }
    rehearsal.table.print();
    rehearsal.totals(began).await;
    let wrong = match done {
        Ok(wrong) => wrong,
        Err(failure) => {
            say(&format!("VIOLATION {failure}"));
            1
        }
    };
    let survived = rehearsal.table.struck().saturating_sub(wrong);
    say(&format!("{survived} passed, {wrong} failed"));
    if wrong == 0 {
        Ok(())
    } else {
        Err(Failure::because("the faults", "something did not hold"))
    }
}

/// Inspections on their way.
#[derive(Debug, Default)]
struct Stage {
    evidence: Option<Inspection>,
    compile: Option<Inspection>,
    publish: Option<Inspection>,
}

struct Rehearsal {
    cast: Arc<Cast>,
    load: Arc<Load>,
    books: Books,
    table: Table,
    stage: Stage,
}

impl Rehearsal {
    /// All rounds; returns how much did not hold.
    async fn faults(&mut self, arguments: &Arguments, began: Began) -> Result<usize, Failure> {
        let mut dice = ChaCha8Rng::seed_from_u64(arguments.seed);
        let mut bag = Vec::new();
        // Without faults, until there is one inspection for each part.
        for _ in 0..2 {
            self.move_on().await?;
            self.round(Vec::new()).await?;
        }
        let mut wrong = 0;
        let mut rounds = 0_u64;
        let mut drawn = 0;
        while self.table.struck() < arguments.faults {
            let left = arguments.faults - self.table.struck();
            let mut faults = Vec::new();
            while faults.len() < arguments.batch.clamp(1, left) {
                let kind = draw(&mut bag, &mut dice, arguments.only.as_deref())?;
                faults.push(Drawn::draw(kind, &mut dice));
                drawn += 1;
            }
            self.move_on().await?;
            let before = Began::now();
            let found = self.round(faults.clone()).await?;
            rounds += 1;
            let names: Vec<String> = faults.iter().map(|fault| fault.kind.name()).collect();
            say(&format!(
                "[{:6.1} s] round {rounds}, {:.1} s: {}",
                began.elapsed().as_secs_f64(),
                before.elapsed().as_secs_f64(),
                names.join("; ")
            ));
            for violation in &found {
                say(&format!("VIOLATION {violation}"));
            }
            wrong += found.len();
            if rounds.is_multiple_of(THOROUGH) {
                wrong += self.thorough().await;
            }
            if drawn > 4 * arguments.faults + 100 {
                return Err(Failure::because("the faults", "too few of them can strike"));
            }
        }
        wrong += self.thorough().await;
        Ok(wrong)
    }

    async fn thorough(&mut self) -> usize {
        let found = self.books.check(&self.cast, &self.load, true).await;
        for violation in &found {
            say(&format!("VIOLATION {violation}"));
        }
        found.len()
    }

    /// One inspection more for each part. Nothing breaks meanwhile.
    async fn move_on(&mut self) -> Result<(), Failure> {
        let subject = &self.cast.subject;
        let during = |doing: &'static str| move |error| Failure::because(doing, error);
        subject.wait_for_database().await?;
        if let Some(compiled) = self.stage.compile {
            let moved = subject.to_publish(compiled).await;
            moved.map_err(during("moving an inspection on to its publication"))?;
        }
        if let Some(evidenced) = self.stage.evidence {
            let moved = subject.to_compile(evidenced).await;
            moved.map_err(during("moving an inspection on to its compilation"))?;
        }
        self.stage = Stage {
            publish: self.stage.compile,
            compile: self.stage.evidence,
            evidence: Some(
                subject
                    .open()
                    .await
                    .map_err(during("opening an inspection"))?,
            ),
        };
        Ok(())
    }

    /// One round; returns what did not hold.
    async fn round(&mut self, faults: Vec<Drawn>) -> Result<Vec<String>, Failure> {
        let (stop, stopped) = watch::channel(false);
        let senders: Vec<_> = (0..3)
            .map(|_| tokio::spawn(Arc::clone(&self.load).send(stopped.clone())))
            .collect();
        let (load, stage) = (Arc::clone(&self.load), &self.stage);
        let (evidence, compile, publish) = (stage.evidence, stage.compile, stage.publish);
        let acting = tokio::spawn(async move {
            let given = async {
                match evidence {
                    Some(inspection) => load.give_evidence(inspection.id).await,
                    None => Ok(()),
                }
            };
            let compiled = async {
                match compile {
                    Some(inspection) => load.compile(inspection.id).await,
                    None => Ok(()),
                }
            };
            let published = async {
                match publish {
                    Some(inspection) => load.publish(inspection.id).await,
                    None => Ok(()),
                }
            };
            tokio::try_join!(given, compiled, published).map(drop)
        });
        let striking: Vec<_> = faults
            .iter()
            .map(|fault| {
                let strike = fault.strike(Arc::clone(&self.cast), Arc::clone(&self.load));
                (fault.kind, tokio::spawn(strike))
            })
            .collect();
        let mut struck = Vec::new();
        for (kind, strike) in striking {
            match joined(strike.await)? {
                Struck::At(at) => struck.push((kind, at)),
                Struck::NotReached => self.table.not_reached(kind),
                Struck::Impossible(why) => self.table.impossible(kind, why),
            }
        }
        stop.send_replace(true);
        joined(acting.await)?;
        for sender in senders {
            joined(sender.await)?;
        }
        self.books
            .quiet(&self.cast)
            .await
            .map_err(|undone| Failure::because("a round", undone))?;
        let quiet = Instant::now();
        let wrong = self.books.check(&self.cast, &self.load, false).await;
        for (kind, at) in struck {
            self.table
                .recovered(kind, quiet.saturating_duration_since(at), wrong.len());
        }
        Ok(wrong)
    }

    async fn totals(&self, began: Began) {
        let (requests, repeated) = self.load.requests();
        let known = self.load.acknowledged().clone();
        let arrived = self.cast.receiver.arrived();
        let ids: std::collections::BTreeSet<_> = arrived.iter().map(|one| &one.id).collect();
        say(&format!(
            "{} faults in {:.0} s. {requests} requests, {repeated} of them repetitions; {} \
             submissions and {} files acknowledged; {} reports compiled, {} published; {} webhooks \
             arrived, {} of them once more under the same id; processes started {} times.",
            self.table.struck(),
            began.elapsed().as_secs_f64(),
            known.submissions.len(),
            known.files.len(),
            known.compiled.len(),
            known.published.len(),
            arrived.len(),
            arrived.len() - ids.len(),
            self.cast.processes.starts(),
        ));
    }
}

/// The next kind from a bag that is filled with all of them when it is empty.
fn draw(bag: &mut Vec<Kind>, dice: &mut ChaCha8Rng, only: Option<&str>) -> Result<Kind, Failure> {
    if bag.is_empty() {
        bag.extend(
            Kind::all()
                .into_iter()
                .filter(|kind| only.is_none_or(|part| kind.name().contains(part))),
        );
    }
    let length = u32::try_from(bag.len()).unwrap_or(u32::MAX).max(1);
    let place = usize::try_from(dice.next_u32() % length).unwrap_or_default();
    if place < bag.len() {
        Ok(bag.swap_remove(place))
    } else {
        Err(Failure::because("drawing a fault", "there is no such kind"))
    }
}

fn joined<T>(result: Result<Result<T, Failure>, tokio::task::JoinError>) -> Result<T, Failure> {
    result.map_err(|error| Failure::because("a task of the rehearsal", error))?
}
