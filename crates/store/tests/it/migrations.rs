use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use group_inspection_store::{migrate, testing::TestDatabase};

#[derive(QueryableByName, PartialEq, Eq, Debug)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Columns, constraints and indexes of everything in the schema.
fn picture(connection: &mut PgConnection) -> Vec<Line> {
    sql_query(
        "SELECT line FROM ( \
           SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, \
                         coalesce(column_default, '')) AS line \
           FROM information_schema.columns WHERE table_schema = 'public' \
           UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) \
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
           UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
           UNION ALL SELECT format('%s %s', tgrelid::regclass, tgname) FROM pg_trigger \
           WHERE NOT tgisinternal) AS all_lines \
         WHERE line NOT LIKE '%diesel_schema_migrations%' ORDER BY line",
    )
    .load(connection)
    .unwrap()
}

#[test]
fn every_migration_runs_reverts_and_runs_again() {
    let database = TestDatabase::new();
    let mut connection = database.connection();
    let before = picture(&mut connection);
    assert!(before.len() > 200, "{}", before.len());
    migrate::revert_all(&mut connection).unwrap();
    assert_eq!(picture(&mut connection), []);
    assert!(migrate::is_pending(&mut connection).unwrap());
    assert_eq!(migrate::run(&mut connection).unwrap().len(), 9);
    assert_eq!(picture(&mut connection), before);
    assert_eq!(migrate::run(&mut connection).unwrap(), Vec::<String>::new());
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
