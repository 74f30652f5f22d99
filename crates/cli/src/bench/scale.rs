//! What an England of any size costs, from writing it to using it.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection,
    sql_query, sql_types::BigInt,
};
use group_inspection_core::{body::BodyKind, calendar::day_in_england, compile, inspection::State};
use group_inspection_registers::{
    Reader,
    sandbox::{self, Plan},
};
use group_inspection_store::{
    Actor, Error, Store,
    bodies::{self, Filter},
    imports, people, public, register, reports,
    wake::NoWake,
};
use url::Url;
use uuid::Uuid;

use super::{peak_memory, rescreen};
use crate::{
    config::Config,
    database,
    failure::Failure,
    local_files::{described, opener},
    output::say,
};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Open state-funded schools; a round for each number.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    schools: Vec<u32>,
    /// Live inspections, each with a team of three.
    #[arg(long, default_value_t = 20)]
    inspections: usize,
    /// Folder for the files; emptied of them afterwards. About 2 kB a school.
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// Searches and pages timed.
const SAMPLES: usize = 100;
/// Bodies that the sample is taken from.
const SAMPLED_FROM: i64 = 10_000;

/// Lines of the table, with what was measured for each size.
#[derive(Default)]
struct Table {
    schools: Vec<u32>,
    lines: Vec<(String, Vec<String>)>,
}

impl Table {
    fn add(&mut self, line: &str, cell: String) {
        say(&format!("  {line}: {cell}"));
        match self.lines.iter_mut().find(|(name, _)| name == line) {
            Some((_, cells)) => cells.push(cell),
            None => self.lines.push((line.to_owned(), vec![cell])),
        }
    }

    /// Seconds, and microseconds for each of the schools.
    fn seconds(&mut self, line: &str, took: Duration, schools: u32) {
        let each = took.as_secs_f64() * 1e6 / f64::from(schools);
        self.add(line, format!("{:.1} s ({each:.0} µs)", took.as_secs_f64()));
    }

    /// Median and the worst of ten.
    fn latency(&mut self, line: &str, mut times: Vec<Duration>) {
        times.sort();
        let at = |share: usize| times.get(times.len() * share / 10).copied();
        let millis = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64() * 1e3;
        self.add(
            line,
            format!("{:.1} ms ({:.1} ms)", millis(at(5)), millis(at(9))),
        );
    }

    fn print(&self) {
        let numbers: Vec<String> = self.schools.iter().map(u32::to_string).collect();
        say(&format!("| open schools | {} |", numbers.join(" | ")));
        say(&format!("|---|{}", "---|".repeat(numbers.len())));
        for (line, cells) in &self.lines {
            say(&format!("| {line} | {} |", cells.join(" | ")));
        }
    }
}

/// Measures every size in a database of its own.
pub(super) async fn run(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let mut table = Table::default();
    for schools in &arguments.schools {
        say(&format!("{schools} open schools"));
        table.schools.push(*schools);
        let folder = match &arguments.folder {
            Some(folder) => tempfile::tempdir_in(folder),
            None => tempfile::tempdir(),
        }
        .map_err(|error| Failure::because("a folder", error))?;
        let own = OwnDatabase::new(config, *schools, folder.path())?;
        size(&own.config, arguments, *schools, folder.path(), &mut table).await?;
    }
    table.print();
    Ok(())
}

/// A database on the configured server, or an embedded one; gone afterwards.
struct OwnDatabase {
    config: Config,
    admin: Option<(String, String)>,
}

impl OwnDatabase {
    fn new(config: &Config, schools: u32, folder: &Path) -> Result<Self, Failure> {
        let mut config = config.in_folder(folder.join("data"));
        let Some(admin) = config.database.url.clone() else {
            return Ok(Self {
                config,
                admin: None,
            });
        };
        let name = format!("group_inspection_scale_{schools}");
        let mut url =
            Url::parse(&admin).map_err(|error| Failure::because("the database", error))?;
        url.set_path(&name);
        config.database.url = Some(url.into());
        let own = Self {
            config,
            admin: Some((admin, name)),
        };
        own.renew(true)
            .map_err(|error| Failure::because("making a database", error))?;
        Ok(own)
    }

    fn renew(&self, make: bool) -> Result<(), diesel::result::ConnectionError> {
        let Some((admin, name)) = &self.admin else {
            return Ok(());
        };
        let mut connection = PgConnection::establish(admin)?;
        let mut run = |statement: String| {
            connection
                .batch_execute(&statement)
                .map_err(diesel::result::ConnectionError::CouldntSetupConfiguration)
        };
        run(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        if make {
            run(format!("CREATE DATABASE {name}"))?;
        }
        Ok(())
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        if let Err(error) = self.renew(false) {
            say(&format!("the database stays: {error}"));
        }
    }
}

async fn size(
    config: &Config,
    arguments: &Arguments,
    schools: u32,
    folder: &Path,
    table: &mut Table,
) -> Result<(), Failure> {
    let files = write(schools, folder, table)?;
    parse(&files, schools, table)?;
    let database = database::open(config, Arc::new(NoWake)).await?;
    let store = &database.store;
    store.migrate().await?;
    forget_peak();
    for line in ["import into an empty database", "again, nothing changed"] {
        import(store, &files, line, schools, table).await?;
    }
    let actor = Actor::operator("bench");
    let began = Instant::now();
    store
        .write(&actor, |tx| {
            tx.connection()
                .batch_execute("SET LOCAL statement_timeout = 0")?;
            register::derive(tx)
        })
        .await?;
    table.seconds("memberships derived anew", began.elapsed(), schools);
    table.add("memory, importing and deriving", peak_memory());
    let bytes = store.read(database_bytes).await?;
    table.add("database", format!("{} MB", bytes / 1_000_000));
    read(store, table).await?;
    inspect(store, &actor, arguments.inspections, table).await
}

/// Writes the files and returns those that are registers.
fn write(schools: u32, folder: &Path, table: &mut Table) -> Result<Vec<PathBuf>, Failure> {
    forget_peak();
    let plan = Plan {
        schools,
        ..Plan::default()
    };
    let began = Instant::now();
    let summary = sandbox::generate(&plan, &mut |_| {}, folder)
        .map_err(|error| Failure::because("writing the sandbox", error))?;
    table.add("establishments", summary.establishments.to_string());
    table.add("groups", summary.groups.to_string());
    table.seconds("files written", began.elapsed(), schools);
    table.add("memory, writing", peak_memory());
    Ok(summary
        .files
        .iter()
        .map(|file| folder.join(&file.name))
        .filter(|path| {
            let holidays = path.ends_with("bank-holidays.json");
            holidays || path.extension().is_some_and(|ending| ending == "csv")
        })
        .collect())
}

fn parse(files: &[PathBuf], schools: u32, table: &mut Table) -> Result<(), Failure> {
    forget_peak();
    let began = Instant::now();
    let mut rows = 0_u64;
    for path in files {
        let file = File::open(path).map_err(|error| Failure::because("a file", error))?;
        let name = path.file_name().and_then(|name| name.to_str());
        let reader =
            Reader::open(file, name).map_err(|error| Failure::because("a register", error))?;
        for row in reader {
            row.map_err(|rejection| Failure::because("a row", format!("{rejection:?}")))?;
            rows += 1;
        }
    }
    table.seconds("files parsed", began.elapsed(), schools);
    table.add("rows", rows.to_string());
    table.add("memory, parsing", peak_memory());
    Ok(())
}

async fn import(
    store: &Store,
    files: &[PathBuf],
    line: &str,
    schools: u32,
    table: &mut Table,
) -> Result<(), Failure> {
    let actor = Actor::operator("bench");
    let began = Instant::now();
    let files = files
        .iter()
        .map(|path| described(path, None))
        .collect::<Result<Vec<_>, _>>()?;
    let import = store
        .write(&actor, move |tx| imports::record(tx, &files))
        .await?;
    let (done, _) =
        register::run(store, &actor, import, false, opener(), Arc::new(|_, _| {})).await?;
    if let Some(refused) = done.files.iter().find(|file| file.state != "done") {
        return Err(Failure::because(&refused.file_name, "it was not taken"));
    }
    table.seconds(line, began.elapsed(), schools);
    Ok(())
}

fn database_bytes(connection: &mut PgConnection) -> Result<i64, Error> {
    #[derive(QueryableByName)]
    struct Size {
        #[diesel(sql_type = BigInt)]
        bytes: i64,
    }
    let size: Size =
        sql_query("SELECT pg_database_size(current_database()) AS bytes").get_result(connection)?;
    Ok(size.bytes)
}

/// Searches, and groups as their page has them.
async fn read(store: &Store, table: &mut Table) -> Result<(), Failure> {
    let filter = Filter {
        kind: Some(BodyKind::MultiAcademyTrust),
        limit: SAMPLED_FROM,
        ..Filter::default()
    };
    let groups = store
        .read(move |connection| bodies::list(connection, &filter))
        .await?;
    let step = (groups.len() / SAMPLES).max(1);
    let (mut pages, mut names, mut schools, mut places) = (vec![], vec![], vec![], vec![]);
    let mut largest = (0, Duration::ZERO);
    for group in groups.iter().step_by(step).take(SAMPLES) {
        let id = group.id;
        let began = Instant::now();
        let page = store
            .read(move |connection| {
                let now = chrono::Utc::now();
                public::group(connection, id, day_in_england(now), now)
            })
            .await?;
        pages.push(began.elapsed());
        largest = largest.max((page.schools.len(), began.elapsed()));
        names.push(search(store, &group.name).await?);
        if let Some((_, school)) = page.schools.first() {
            schools.push(search(store, &school.name).await?);
            if let Some(town) = &school.town {
                places.push(search(store, town).await?);
            }
        }
    }
    table.latency("page of a group", pages);
    table.add(
        "largest group among them",
        format!(
            "{} schools, {:.1} ms",
            largest.0,
            largest.1.as_secs_f64() * 1e3
        ),
    );
    table.latency("search for the name of a group", names);
    table.latency("search for the name of a school", schools);
    table.latency("search for a town", places);
    Ok(())
}

async fn search(store: &Store, text: &str) -> Result<Duration, Failure> {
    let text = text.to_owned();
    let began = Instant::now();
    store
        .read(move |connection| {
            public::search(connection, &text, day_in_england(chrono::Utc::now()), 20)
        })
        .await?;
    Ok(began.elapsed())
}

/// Compilations, and the rules on conflicts run anew.
async fn inspect(
    store: &Store,
    actor: &Actor,
    wanted: usize,
    table: &mut Table,
) -> Result<(), Failure> {
    let planned: Vec<Uuid> = rescreen::plan(store, actor, wanted, State::EvidenceOpen).await?;
    let mut compiled = Vec::new();
    for id in &planned {
        let id = *id;
        let began = Instant::now();
        let inputs = store
            .read(move |connection| reports::inputs(connection, id))
            .await?;
        let report = compile::compile(&inputs);
        compiled.push(began.elapsed());
        if report.schools.is_empty() {
            return Err(Failure::because("a report", "it has no schools"));
        }
    }
    table.latency("a report compiled", compiled);
    let began = Instant::now();
    let (looked, _) = store.write(actor, people::rerun_all).await?;
    table.add(
        &format!("rules on conflicts over {} inspections", planned.len()),
        format!("{:.1} s, {looked} people", began.elapsed().as_secs_f64()),
    );
    Ok(())
}

/// Has the peak of this process's memory measured from now on (Linux).
fn forget_peak() {
    // Elsewhere the peak is of the whole run, which says no less than the truth.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
