use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use chrono::{NaiveDate, TimeDelta};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use group_inspection_core::{
    Urn,
    body::{BodyKind, IdentifierScheme},
    membership::register_body_id,
    report::Identifier,
};
use group_inspection_store::{
    Clock, Error, Seek,
    bodies::{self, NewBody, NewMember},
    error::Conflict,
    imports, register,
    testing::{TestDatabase, TestStore},
};
use uuid::Uuid;

use crate::{
    inspections::england,
    support::{actor, import_paths, import_text},
};

const LINKS: &str = "\"URN\",\"Group UID\",\"Group ID\",\"Group Name\",\"Companies House Number\",\"Group Type (code)\",\"Group Type\",\"Closed Date\",\"Open date\",\"Incorporated on (open date)\",\"Group Status (code)\",\"Group Status\",\"Joined date\",\"EstablishmentName\",\"TypeOfEstablishment (code)\",\"TypeOfEstablishment (name)\",\"PhaseOfEducation (code)\",\"PhaseOfEducation (name)\",\"LA (code)\",\"LA (name)\"";

fn link(urn: u32, uid: u32, joined: &str) -> String {
    format!(
        "\r\n\"{urn}\",\"{uid}\",\"TR{uid}\",\"Trust {uid}\",\"\",\"06\",\"Multi-academy trust\",\"\",\"\",\"01/09/2015\",\"OPEN\",\"Open\",\"{joined}\",\"School {urn}\",\"28\",\"Academy converter\",\"2\",\"Primary\",\"203\",\"Greenwich\""
    )
}

fn links(rows: &[(u32, u32, &str)]) -> &'static str {
    let mut text = LINKS.to_owned();
    for (urn, uid, joined) in rows {
        text.push_str(&link(*urn, *uid, joined));
    }
    text.leak()
}

const GROUPS: &str = "\"Group UID\",\"Group ID\",\"Group Name\",\"Companies House Number\",\"Group Type (code)\",\"Group Type\",\"Closed Date\",\"Open date\",\"Incorporated on (open date)\",\"Group Status (code)\",\"Group Status\",\"Group Street\",\"Group Locality\",\"Group Address 3\",\"Group Town\",\"Group County\",\"Group Postcode\",\"Head of Group Title\",\"Head of Group First Name\",\"Head of Group Last Name\",\"UKPRN\"\r\n\"50001\",\"TR50001\",\"Larch Trust\",\"99000001\",\"06\",\"Multi-academy trust\",\"\",\"\",\"01/09/2015\",\"OPEN\",\"Open\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"10000001\"\r\n\"50002\",\"TR50002\",\"Rowan Trust\",\"99000002\",\"06\",\"Multi-academy trust\",\"\",\"\",\"01/09/2015\",\"OPEN\",\"Open\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n\"50003\",\"SP50003\",\"LARCH TRUST\",\"\",\"05\",\"School sponsor\",\"\",\"01/09/2016\",\"\",\"OPEN\",\"Open\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn body(uid: u32) -> Uuid {
    register_body_id(IdentifierScheme::GiasUid, &uid.to_string())
}

/// Members of a body on a day, as known now.
async fn members(store: &TestStore, uid: u32, on: &str) -> Vec<u32> {
    let (on, now) = (day(on), store.clock.now());
    store
        .store
        .read(move |connection| {
            Ok(bodies::members(connection, body(uid), on, now)?
                .into_iter()
                .map(|member| member.urn.get())
                .collect())
        })
        .await
        .unwrap()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Everything that is believed now, without when it became known.
async fn beliefs(store: &TestStore) -> Vec<String> {
    store
        .store
        .read(|connection| {
            let lines: Vec<Line> = sql_query(
                "SELECT line FROM ( \
                   SELECT format('member %s %s %s %s %s %s %s %s', body_id, urn, role, valid_from, \
                          valid_to, from_estimated, to_estimated, source) AS line \
                   FROM membership WHERE recorded_to IS NULL \
                   UNION ALL SELECT format('body %s %s %s %s %s %s', id, kind, name, opened, closed, \
                          merged_into) FROM responsible_body WHERE merged_into IS NULL \
                   UNION ALL SELECT format('identifier %s %s %s', body_id, scheme, value) \
                   FROM body_identifier \
                   UNION ALL SELECT format('outcome %s %s %s %s %s %s', urn, inspection_number, \
                          event, layout, as_at, content) FROM published_outcome \
                   UNION ALL SELECT format('line %s %s %s %s', urn, link_urn, link_type, established) \
                   FROM establishment_link) AS lines ORDER BY line",
            )
            .load(connection)?;
            Ok(lines.into_iter().map(|line| line.line).collect())
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let (first, _) = import_paths(&store, england()).await;
    assert!(
        first.files.iter().all(|file| file.state == "done"),
        "{first:?}"
    );
    for file in &first.files {
        assert_eq!(file.rows_rejected, 0, "{file:?}");
        assert!(file.rows_read > 0);
        if file.layout.as_deref().unwrap().starts_with("gias") {
            let facts = file.facts_inserted + file.facts_changed + file.facts_unchanged;
            assert_eq!(facts, file.rows_read, "{file:?}");
        }
    }
    let before = beliefs(&store).await;
    let (second, derived) = import_paths(&store, england()).await;
    for file in &second.files {
        assert_eq!(
            (file.facts_inserted, file.facts_changed, file.facts_ended),
            (0, 0, 0),
            "{file:?}"
        );
    }
    assert_eq!(
        derived,
        group_inspection_store::register::Derived::default()
    );
    assert_eq!(beliefs(&store).await, before);
}

#[tokio::test]
async fn the_order_of_files_does_not_matter() {
    let mut forwards: Vec<PathBuf> = england().to_vec();
    let mut seen: Vec<Vec<String>> = Vec::new();
    for turn in 0..3 {
        let database = TestDatabase::new();
        let store = database.store().await;
        for path in &forwards {
            import_paths(&store, std::slice::from_ref(path)).await;
        }
        seen.push(beliefs(&store).await);
        if turn == 0 {
            forwards.reverse();
        } else {
            forwards.rotate_left(3);
        }
    }
    assert!(seen[0].len() > 300);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn days_may_arrive_in_any_order() {
    let july = (
        "alllinksdata20260715.csv",
        links(&[
            (900_101, 50_001, "01/09/2020"),
            (900_102, 50_001, "01/09/2020"),
        ]),
    );
    let august = (
        "alllinksdata20260815.csv",
        links(&[
            (900_101, 50_001, "01/09/2020"),
            (900_102, 50_002, "01/08/2026"),
        ]),
    );
    let september = (
        "alllinksdata20260915.csv",
        links(&[
            (900_102, 50_002, "01/08/2026"),
            (900_103, 50_002, "01/09/2026"),
        ]),
    );
    let orders = [
        [july, august, september],
        [september, august, july],
        [august, september, july],
        [september, july, august],
    ];
    let mut seen = Vec::new();
    for order in orders {
        let database = TestDatabase::new();
        let store = database.store().await;
        import_text(&store, "allgroupsdata20260715.csv", GROUPS).await;
        for (name, text) in order {
            let (import, _) = import_text(&store, name, text).await;
            assert_eq!(import.state, "done", "{import:?}");
        }
        assert_eq!(
            members(&store, 50_001, "2026-07-20").await,
            [900_101, 900_102]
        );
        assert_eq!(members(&store, 50_001, "2026-08-20").await, [900_101]);
        assert_eq!(
            members(&store, 50_001, "2026-09-20").await,
            Vec::<u32>::new()
        );
        assert_eq!(
            members(&store, 50_002, "2026-09-20").await,
            [900_102, 900_103]
        );
        seen.push(beliefs(&store).await);
    }
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
}

#[tokio::test]
async fn as_known_answers_what_was_believed_then() {
    let database = TestDatabase::new();
    let store = database.store().await;
    import_text(&store, "allgroupsdata20260715.csv", GROUPS).await;
    import_text(
        &store,
        "alllinksdata20260715.csv",
        links(&[(900_101, 50_001, "01/09/2020")]),
    )
    .await;
    let earlier = store.clock.now();
    store.clock.advance(TimeDelta::days(1));
    import_text(
        &store,
        "alllinksdata20260815.csv",
        links(&[(900_101, 50_001, "01/09/2021")]),
    )
    .await;
    let later = store.clock.now();
    let from = |as_known| {
        let store = store.clone();
        async move {
            store
                .store
                .read(move |connection| {
                    Ok(
                        bodies::members(connection, body(50_001), day("2026-08-20"), as_known)?[0]
                            .from,
                    )
                })
                .await
                .unwrap()
        }
    };
    assert_eq!(from(earlier).await, day("2020-09-01"));
    assert_eq!(from(later).await, day("2021-09-01"));
}

#[tokio::test]
async fn a_trust_and_its_sponsor_twin_are_one_body() {
    let database = TestDatabase::new();
    let store = database.store().await;
    import_text(&store, "allgroupsdata20260715.csv", GROUPS).await;
    let found = store
        .store
        .read(|connection| bodies::get(connection, body(50_001)))
        .await
        .unwrap();
    let uids: Vec<&str> = found
        .identifiers
        .iter()
        .filter(|identifier| identifier.scheme == IdentifierScheme::GiasUid)
        .map(|identifier| identifier.value.as_str())
        .collect();
    assert_eq!(uids, ["50001", "50003"]);
}

#[tokio::test]
async fn dr_06_a_school_has_one_responsible_body_on_a_day() {
    let database = TestDatabase::new();
    let store = database.store().await;
    import_paths(&store, england()).await;
    let doubled: Vec<Line> = store
        .store
        .read(|connection| {
            Ok(sql_query(
                "SELECT format('%s %s %s', a.urn, a.valid_from, b.valid_from) AS line \
                 FROM membership a JOIN membership b ON a.urn = b.urn AND a.id < b.id \
                 WHERE a.role = 'responsible' AND b.role = 'responsible' \
                   AND a.recorded_to IS NULL AND b.recorded_to IS NULL \
                   AND daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)",
            )
            .load(connection)?)
        })
        .await
        .unwrap();
    assert!(doubled.is_empty());
    // Over REST too: a school that a trust is responsible for.
    let (taken, free): (i32, i32) = store
        .store
        .read(|connection| {
            use diesel::prelude::*;
            use group_inspection_store::schema::{establishment_version, membership};
            let taken = membership::table
                .filter(membership::role.eq("responsible"))
                .filter(membership::recorded_to.is_null())
                .filter(membership::valid_to.is_null())
                .select(membership::urn)
                .first(connection)?;
            let free = establishment_version::table
                .filter(establishment_version::type_group.eq("Independent schools"))
                .filter(establishment_version::status.eq(1))
                .select(establishment_version::urn)
                .first(connection)?;
            Ok((taken, free))
        })
        .await
        .unwrap();
    let number = |urn: i32| Urn::try_from(u32::try_from(urn).unwrap()).unwrap();
    let created = store
        .store
        .write(&actor(), |tx| {
            bodies::create(
                tx,
                &NewBody {
                    kind: BodyKind::IndependentGroup,
                    name: "Aspen Schools".to_owned(),
                    opened: None,
                    identifiers: vec![Identifier {
                        scheme: IdentifierScheme::External,
                        value: "aspen".to_owned(),
                    }],
                },
            )
        })
        .await
        .unwrap();
    let set = |urn: i32, revision: i64| {
        let store = store.clone();
        async move {
            store
                .store
                .write(&actor(), move |tx| {
                    bodies::set_members(
                        tx,
                        created,
                        revision,
                        &[NewMember {
                            urn: number(urn),
                            from: day("2024-09-01"),
                            to: None,
                        }],
                    )
                })
                .await
        }
    };
    assert_eq!(set(free, 1).await.unwrap(), 2);
    assert!(matches!(
        set(free, 1).await.unwrap_err(),
        Error::Conflict(Conflict::StaleRevision { current: 2 })
    ));
    // The declared period prevails: what the register says yields to it.
    assert_eq!(set(taken, 2).await.unwrap(), 3);
    let again = store
        .store
        .write(&actor(), |tx| {
            bodies::create(
                tx,
                &NewBody {
                    kind: BodyKind::IndependentGroup,
                    name: "Aspen again".to_owned(),
                    opened: None,
                    identifiers: vec![Identifier {
                        scheme: IdentifierScheme::External,
                        value: "aspen".to_owned(),
                    }],
                },
            )
        })
        .await
        .unwrap_err();
    assert!(matches!(
        again,
        Error::Conflict(Conflict::IdentifierTaken { .. })
    ));
}

#[tokio::test]
async fn a_file_cut_short_is_refused_and_changes_nothing() {
    let database = TestDatabase::new();
    let store = database.store().await;
    import_text(&store, "allgroupsdata20260715.csv", GROUPS).await;
    let all: Vec<(u32, u32, &str)> = (0..200)
        .map(|n| (900_100 + n, 50_001, "01/09/2020"))
        .collect();
    import_text(&store, "alllinksdata20260715.csv", links(&all)).await;
    let before = beliefs(&store).await;
    let (import, _) = import_text(&store, "alllinksdata20260815.csv", links(&all[..100])).await;
    assert_eq!(import.state, "failed");
    let refusal = import.files[0].refusal.clone().unwrap();
    assert_eq!(refusal["code"], "file_ends_too_much");
    assert_eq!(beliefs(&store).await, before);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_by_line_and_the_rest_goes_in() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let text = links(&[
        (900_101, 50_001, "01/09/2020"),
        (900_102, 50_001, "31/02/2020"),
        (1, 50_001, "01/09/2020"),
    ]);
    let (import, _) = import_text(&store, "alllinksdata20260715.csv", text).await;
    let file = &import.files[0];
    assert_eq!(
        (file.rows_read, file.rows_rejected, file.facts_inserted),
        (3, 2, 1)
    );
    let id = file.id;
    let rejections = store
        .store
        .read(move |connection| imports::rejections(connection, id, &Seek::Start, 10))
        .await
        .unwrap();
    let found: Vec<(i64, Option<&str>, &str)> = rejections
        .iter()
        .map(|r| (r.line, r.column_name.as_deref(), r.value.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (3, Some("Joined date"), "31/02/2020"),
            (4, Some("URN"), "1")
        ]
    );
}

#[tokio::test]
async fn a_file_that_is_no_register_is_refused_whole() {
    let database = TestDatabase::new();
    let store = database.store().await;
    for (text, code) in [
        ("name,age\nA,1\n", "file_not_recognised"),
        (
            "<!doctype html><title>Not found</title>",
            "file_not_recognised",
        ),
        ("", "file_not_recognised"),
    ] {
        let (import, _) = import_text(&store, "alllinksdata20260715.csv", text).await;
        assert_eq!(import.state, "failed");
        assert_eq!(import.files[0].refusal.clone().unwrap()["code"], code);
    }
    let (import, _) = import_text(&store, "undated.csv", links(&[])).await;
    assert_eq!(
        import.files[0].refusal.clone().unwrap()["code"],
        "file_without_date"
    );
}

#[tokio::test]
async fn the_summary_counts_bodies_by_open_schools() {
    let database = TestDatabase::new();
    let store = database.store().await;
    import_paths(&store, england()).await;
    let now = store.clock.now();
    let rows = store
        .store
        .read(move |connection| bodies::summary(connection, day("2026-07-15"), now))
        .await
        .unwrap();
    let by_kind: BTreeMap<&str, _> = rows.iter().map(|row| (row.kind.as_str(), row)).collect();
    let trusts = by_kind["multi_academy_trust"];
    assert!(trusts.with_school >= trusts.with_2 && trusts.with_2 >= trusts.with_5);
    assert!(trusts.with_2 > 0 && trusts.largest >= 2);
    let single = by_kind["single_academy_trust"];
    assert_eq!((single.with_2, single.largest), (0, 1));
}

/// Imports whatever registers lie in the folder named, twice, and prints
/// totals: for looking at real files, which are not kept here.
#[tokio::test]
#[ignore = "needs a folder with register files"]
async fn a_folder_of_registers() {
    let folder = PathBuf::from(std::env::var("GROUP_INSPECTION_DATA").unwrap());
    let database = TestDatabase::new();
    let store = database.store().await;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for round in ["first", "second"] {
        let start = Instant::now();
        let (import, derived) = import_paths(&store, &paths).await;
        eprintln!("{round}: {:?} {derived:?}", start.elapsed());
        for file in &import.files {
            eprintln!(
                "  {} {:?} {} rows {} rejected {} | +{} ~{} ={} -{} {:?} {}",
                file.file_name,
                file.layout,
                file.state,
                file.rows_read,
                file.rows_rejected,
                file.facts_inserted,
                file.facts_changed,
                file.facts_unchanged,
                file.facts_ended,
                file.refusal,
                file.notes,
            );
        }
    }
    let rows = store
        .store
        .read(|connection| {
            bodies::summary(
                connection,
                "2026-07-15".parse().unwrap(),
                "2026-12-31T00:00:00Z".parse().unwrap(),
            )
        })
        .await
        .unwrap();
    for row in rows {
        eprintln!("{row:?}");
    }
}

/// Key patterns are told from chance by how common outcomes are in England.
#[tokio::test]
async fn the_national_reference_follows_the_files_and_not_their_order() {
    let counted = async |files: Vec<std::path::PathBuf>| {
        let database = TestDatabase::new();
        let store = database.store().await;
        assert_eq!(
            store.store.read(register::reference).await.unwrap(),
            None,
            "nothing is known of England yet"
        );
        import_paths(&store, &files).await;
        let first = store.store.read(register::reference).await.unwrap();
        import_paths(&store, &files).await;
        assert_eq!(store.store.read(register::reference).await.unwrap(), first);
        first.unwrap()
    };
    let files = england().to_vec();
    let reference = counted(files.clone()).await;
    assert!(reference.schools() > 60, "{}", reference.schools());
    assert!(!reference.sources().is_empty());
    assert!(reference.from() < reference.as_at());
    let backwards = counted(files.into_iter().rev().collect()).await;
    assert_eq!(backwards, reference);
}
