//! Everything that can be recorded comes out under its name and labels.

use std::{collections::BTreeMap, time::Duration};

use group_inspection_telemetry::{
    measure::{
        database::{self, Ended, Held, Mode},
        delivery,
        http::{self, InFlight},
        job::{self, Ran, Step, Swept},
        report,
        wake::{self, WakeUp, Way},
    },
    names::{self, ALL, Kind},
    recorder,
};

fn record_everything() {
    let took = Duration::from_millis(3);
    let _in_flight = InFlight::begin();
    http::answered(Some("/v1/bodies/{id}"), "GET", 200, took);
    http::answered(None, "BREW", 418, took);
    database::pool(16);
    let (_held, _waiting) = (Held::connection(), Held::waiting());
    database::waited(took);
    database::transaction(Mode::Read, Ended::Committed, took);
    database::again();
    job::claimed("notify", took);
    job::ran("notify", Ran::Done, 2, took);
    job::dead("notify");
    job::ledger_failed(Step::Claim);
    job::swept(
        Swept::Done {
            returned: 1,
            dead: 0,
        },
        1.0,
    );
    delivery::tried("webhook", "refused", Some(503), took);
    report::compiled(took);
    report::rendered(took);
    report::copy("pdf", 20_000);
    wake::wake_up(WakeUp::Sent);
    wake::connected(Way::Hear, true);
}

/// Series by name, each with its labels.
fn series(text: &str) -> BTreeMap<&str, Vec<(&str, f64)>> {
    let mut found: BTreeMap<&str, Vec<(&str, f64)>> = BTreeMap::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        found
            .entry(name)
            .or_default()
            .push((labels.trim_end_matches('}'), value.parse().unwrap()));
    }
    found
}

#[test]
fn what_is_recorded_is_told_as_described() {
    let recorded = recorder::install("1.2.3", "20261128000012".to_owned()).unwrap();
    record_everything();
    recorded.keep_up();
    let text = recorded.text();
    let series = series(&text);
    // Read at the moment of a scrape, from the ledger.
    let elsewhere = [
        names::LEDGER_READABLE,
        names::SCRAPE_SECONDS,
        names::JOBS,
        names::JOBS_OLDEST_DUE_SECONDS,
        names::LEASES_OVERDUE,
        names::AUDIT_UNSEALED,
        names::AUDIT_UNSEALED_OLDEST_SECONDS,
        names::NOTIFICATIONS_WAITING,
    ]
    .map(|metric| metric.name);
    for metric in ALL
        .iter()
        .filter(|metric| !elsewhere.contains(&metric.name))
    {
        let name = metric.name;
        assert!(
            text.contains(&format!("# HELP {name} {}\n", metric.help)),
            "{name}"
        );
        assert!(
            text.contains(&format!("# TYPE {name} {}\n", metric.kind.as_str())),
            "{name}"
        );
        let sample = match metric.kind {
            Kind::Histogram => format!("{name}_count"),
            Kind::Counter | Kind::Gauge => name.to_owned(),
        };
        let found = series
            .get(sample.as_str())
            .unwrap_or_else(|| panic!("no {sample}"));
        for (labels, _) in found {
            let given: Vec<&str> = labels
                .split(',')
                .filter_map(|label| label.split_once('=').map(|(name, _)| name))
                .collect();
            assert_eq!(given, metric.labels, "{name}");
        }
        if metric.kind == Kind::Histogram {
            let buckets = series[format!("{name}_bucket").as_str()].len();
            assert_eq!(buckets, found.len() * (metric.buckets.len() + 1), "{name}");
        }
    }
    // Nothing comes out that is not described.
    for name in series.keys() {
        assert!(names::find(name).is_some(), "{name}");
    }
    // What callers make up does not become a label.
    assert!(!text.contains("BREW"));
    let made_up = "route=\"unmatched\",method=\"other\",status=\"4xx\"";
    assert!(
        series["group_inspection_http_request_seconds_count"].contains(&(made_up, 1.0)),
        "{text}"
    );
    // What has ended is not in progress any more.
    assert!(series["group_inspection_http_requests_in_flight"].contains(&("", 0.0)));
    assert!(series["group_inspection_database_connections_in_use"].contains(&("", 0.0)));
}

/// What one request costs, by itself, with everything that is recorded of it.
#[test]
#[ignore = "a measurement"]
fn measured_cost_of_recording() {
    let recorded = recorder::install("0", String::new()).unwrap();
    let took = Duration::from_millis(3);
    let rounds = 200_000;
    let measure = |what: &str, work: &dyn Fn()| {
        for _ in 0..1_000 {
            work();
        }
        let began = std::time::Instant::now();
        for _ in 0..rounds {
            work();
        }
        let each = began.elapsed() / rounds;
        recorded.keep_up();
        println!("{what}: {each:?}");
    };
    measure("a request", &|| {
        let _in_flight = InFlight::begin();
        http::answered(Some("/v1/inspections/{id}/submissions"), "POST", 200, took);
    });
    measure("a transaction", &|| {
        let _held = Held::connection();
        database::transaction(Mode::Write, Ended::Committed, took);
    });
    let began = std::time::Instant::now();
    let bytes = recorded.text().len();
    println!("a scrape: {:?}, {bytes} bytes", began.elapsed());
}
