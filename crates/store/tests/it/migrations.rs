use std::collections::BTreeMap;

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sql_query,
    sql_types::{Bool, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use group_inspection_store::{migrate, testing::TestDatabase};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

#[derive(QueryableByName, PartialEq, Eq, Debug)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Everything in the schema: columns with their types and defaults,
/// constraints, indexes, triggers, functions, sequences, views, types and
/// extensions.
fn picture(connection: &mut PgConnection) -> Vec<String> {
    let lines: Vec<Line> = sql_query(
        "SELECT line FROM ( \
           SELECT format('%s.%s %s %s %s %s %s', c.relname, a.attname, \
                         format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, \
                         a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) AS line \
           FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
           LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') \
             AND a.attnum > 0 AND NOT a.attisdropped \
           UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, \
                                   pg_get_constraintdef(oid)) \
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
           UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
           UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal \
           UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p \
           LEFT JOIN pg_depend e ON e.objid = p.oid AND e.deptype = 'e' \
           WHERE p.pronamespace = 'public'::regnamespace AND e.objid IS NULL \
           UNION ALL SELECT format('sequence %s %s', sequencename, data_type) FROM pg_sequences \
           WHERE schemaname = 'public' \
           UNION ALL SELECT format('view %s %s', viewname, definition) FROM pg_views \
           WHERE schemaname = 'public' \
           UNION ALL SELECT format('type %s', typname) FROM pg_type t \
           WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') \
           UNION ALL SELECT format('extension %s', extname) FROM pg_extension) AS all_lines \
         WHERE line NOT LIKE '%diesel_%' ORDER BY line",
    )
    .load(connection)
    .unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

/// Lines in one picture and not in the other.
fn difference(one: &[String], other: &[String]) -> Vec<String> {
    let only = |these: &[String], those: &[String], sign: &str| {
        these
            .iter()
            .filter(|line| !those.contains(line))
            .map(|line| format!("{sign} {line}"))
            .collect::<Vec<_>>()
    };
    [only(one, other, "-"), only(other, one, "+")].concat()
}

#[test]
fn every_migration_runs_reverts_and_runs_again() {
    let database = TestDatabase::new();
    let mut connection = database.connection();
    let migrated = picture(&mut connection);
    assert!(migrated.len() > 200, "{}", migrated.len());
    migrate::revert_all(&mut connection).unwrap();
    assert!(migrate::is_pending(&mut connection).unwrap());

    let mut migrations: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().unwrap();
    migrations.sort_by_key(|migration| migration.name().version().as_owned());
    let mut steps = vec![picture(&mut connection)];
    for migration in &migrations {
        connection.run_migration(migration).unwrap();
        steps.push(picture(&mut connection));
    }
    let none: Vec<String> = Vec::new();
    assert_eq!(difference(&migrated, steps.last().unwrap()), none);
    for (place, migration) in migrations.iter().enumerate().rev() {
        connection.revert_migration(migration).unwrap();
        let found = picture(&mut connection);
        assert_eq!(
            difference(&steps[place], &found),
            none,
            "{} does not take back what it did",
            migration.name()
        );
        // And again, on what its down left behind.
        connection.run_migration(migration).unwrap();
        let found = picture(&mut connection);
        assert_eq!(
            difference(&steps[place + 1], &found),
            none,
            "{} does something else the second time",
            migration.name()
        );
        connection.revert_migration(migration).unwrap();
    }
    let again = migrate::run(&mut connection).unwrap();
    assert_eq!(again.len(), migrations.len());
    assert_eq!(difference(&migrated, &picture(&mut connection)), none);
    assert_eq!(migrate::run(&mut connection).unwrap(), none);
}

#[derive(QueryableByName, Debug)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    required: bool,
    #[diesel(sql_type = Bool)]
    filled: bool,
}

/// What `schema.rs` says of each column, by table: its type as written.
fn described() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut tables = BTreeMap::new();
    let mut table: Option<(String, BTreeMap<String, String>)> = None;
    for line in include_str!("../../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line
            .strip_suffix(") {")
            .and_then(|line| line.split_once(" ("))
        {
            table = Some((name.to_owned(), BTreeMap::new()));
        } else if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            let columns = &mut table.as_mut().unwrap().1;
            // Two names of one type.
            columns.insert(name.to_owned(), kind.replace("Int4", "Integer"));
        } else if line == "}"
            && let Some((name, columns)) = table.take()
        {
            tables.insert(name, columns);
        }
    }
    tables
}

/// The type by which diesel reads a column.
fn diesel_type(column: &Column) -> String {
    let simple = |kind: &str| match kind {
        "uuid" => "Uuid",
        "text" => "Text",
        "timestamp with time zone" => "Timestamptz",
        "date" => "Date",
        "bigint" => "BigInt",
        "integer" => "Integer",
        "smallint" => "SmallInt",
        "double precision" => "Double",
        "boolean" => "Bool",
        "jsonb" => "Jsonb",
        "bytea" => "Binary",
        "daterange" => "Daterange",
        "tstzrange" => "Tstzrange",
        other => panic!("say how diesel reads {other}"),
    };
    let kind = match column.kind.strip_suffix("[]") {
        Some(element) => format!("Array<{}>", simple(element)),
        None => simple(&column.kind).to_owned(),
    };
    if column.required {
        kind
    } else {
        format!("Nullable<{kind}>")
    }
}

#[test]
fn what_diesel_believes_of_the_schema_is_true() {
    let database = TestDatabase::new();
    let columns: Vec<Column> = sql_query(
        "SELECT c.relname::text AS table, a.attname::text AS name, \
                format_type(a.atttypid, a.atttypmod) AS kind, a.attnotnull AS required, \
                (a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '') AS filled \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' \
           AND a.attnum > 0 AND NOT a.attisdropped",
    )
    .load(&mut database.connection())
    .unwrap();
    let mut described = described();
    assert!(described.len() > 20, "{}", described.len());
    let mut wrong = Vec::new();
    for column in &columns {
        let Some(table) = described.get_mut(&column.table) else {
            // Read and written by plain SQL alone.
            continue;
        };
        match table.remove(&column.name) {
            Some(believed) if believed == diesel_type(column) => {}
            Some(believed) => wrong.push(format!(
                "{}.{} is {} and not {believed}",
                column.table,
                column.name,
                diesel_type(column)
            )),
            // It can be left out of an insert.
            None if column.filled || !column.required => {}
            None => wrong.push(format!("{}.{} is not described", column.table, column.name)),
        }
    }
    for (table, columns) in described {
        for name in columns.keys() {
            wrong.push(format!("{table}.{name} is not there"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Migrations from before the rule: nothing had been released.
const BEFORE_THE_RULE: &str = "2026-11-24-000009";

/// Statements with which the version before this one cannot live, unless the
/// migration says that it is a contract step.
fn contracts(sql: &str) -> Vec<String> {
    if sql.lines().any(|line| line.starts_with("-- contract: ")) {
        return Vec::new();
    }
    let code: String = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(" ")
        .to_uppercase();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for statement in code.split(';').map(words) {
        for never in [
            "DROP TABLE",
            "DROP COLUMN",
            " RENAME ",
            "SET NOT NULL",
            "DROP DEFAULT",
            "DROP TYPE",
            "DROP FUNCTION",
            "DROP VIEW",
            "TRUNCATE ",
        ] {
            if statement.contains(never) {
                found.push(format!("{never}: {statement}"));
            }
        }
        let is_alter = statement.starts_with("ALTER TABLE");
        if is_alter && statement.contains("ALTER COLUMN") && statement.contains(" TYPE ") {
            found.push(format!("another type: {statement}"));
        }
        // Each clause of a statement that adds several columns.
        for clause in statement.split("ADD COLUMN").skip(1) {
            let clause = clause.split(", ADD ").next().unwrap_or(clause);
            if clause.contains("NOT NULL")
                && !clause.contains("DEFAULT")
                && !clause.contains("GENERATED")
            {
                found.push(format!("NOT NULL without a default: {statement}"));
            }
        }
        if is_alter
            && statement.contains("ADD CONSTRAINT")
            && !statement.contains("NOT VALID")
            && !statement.contains("DROP CONSTRAINT")
        {
            found.push(format!(
                "a constraint that old writers may break: {statement}"
            ));
        }
    }
    found
}

#[test]
fn a_migration_leaves_the_version_before_it_alive() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !path.is_dir() {
            continue;
        }
        seen += 1;
        if name.as_str() > BEFORE_THE_RULE && !name.starts_with(BEFORE_THE_RULE) {
            let sql = std::fs::read_to_string(path.join("up.sql")).unwrap();
            wrong.extend(
                contracts(&sql)
                    .into_iter()
                    .map(|found| format!("{name}: {found}")),
            );
        }
    }
    assert!(seen >= 9, "{seen}");
    assert_eq!(wrong, Vec::<String>::new(), "see migrations/README.md");
}

#[test]
fn contract_steps_are_recognised() {
    for bad in [
        "ALTER TABLE job DROP COLUMN priority;",
        "alter table job\n  rename column a to b;",
        "DROP TABLE job;",
        "ALTER TABLE job ALTER COLUMN run_at TYPE date;",
        "ALTER TABLE job ALTER COLUMN run_at SET NOT NULL;",
        "ALTER TABLE job ADD COLUMN a text, ADD COLUMN b text NOT NULL;",
        "ALTER TABLE job ADD CONSTRAINT a CHECK (b > 0);",
    ] {
        assert_eq!(contracts(bad).len(), 1, "{bad}: {:?}", contracts(bad));
        let marked = format!("-- contract: nothing reads it since 0.2\n{bad}");
        assert_eq!(contracts(&marked), Vec::<String>::new());
    }
    for good in [
        "CREATE TABLE a (b text NOT NULL);",
        "ALTER TABLE job ADD COLUMN a text NOT NULL DEFAULT '';",
        "ALTER TABLE job ADD COLUMN a text; -- once DROP COLUMN",
        "ALTER TABLE job ADD CONSTRAINT a CHECK (b > 0) NOT VALID;",
        "CREATE INDEX a ON job (kind);",
    ] {
        assert_eq!(contracts(good), Vec::<String>::new(), "{good}");
    }
}

#[tokio::test]
async fn a_newer_migration_than_known_is_noticed_only_by_whoever_must_run_it() {
    let database = TestDatabase::new();
    let mut connection = database.connection();
    connection
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')")
        .unwrap();
    // The old program starts, serves and works beside the new one.
    assert_eq!(migrate::run(&mut connection).unwrap(), Vec::<String>::new());
    assert!(!migrate::is_pending(&mut connection).unwrap());
    connection
        .batch_execute("DELETE FROM __diesel_schema_migrations WHERE version = '99991231000000'")
        .unwrap();
}

#[tokio::test]
async fn the_audit_log_and_published_copies_cannot_be_changed() {
    let database = TestDatabase::new();
    let store = database.store().await;
    store
        .store
        .write(&crate::support::actor(), |tx| {
            tx.audit(&group_inspection_store::audit::Event {
                action: "test.done",
                subject_kind: "test",
                subject_id: "1".to_owned(),
                reason: Some("because"),
                data: serde_json::json!({}),
            })
        })
        .await
        .unwrap();
    for statement in [
        "UPDATE audit_event SET actor = 'nobody'",
        "DELETE FROM audit_event",
    ] {
        let error = store
            .store
            .write(&crate::support::actor(), move |tx| {
                Ok(sql_query(statement).execute(tx.connection())?)
            })
            .await
            .unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}
