//! Metrics and lines of the log.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{running::get, text};

/// Name, labels and value.
type Series<'a> = (&'a str, Vec<(&'a str, &'a str)>, f64);

fn series(page: &str) -> Vec<Series<'_>> {
    page.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
            let labels = labels
                .trim_end_matches('}')
                .split("\",")
                .filter_map(|label| label.split_once("=\""))
                .map(|(name, value)| (name, value.trim_end_matches('"')))
                .collect();
            (name, labels, value.parse().unwrap())
        })
        .collect()
}

fn sum(page: &str, name: &str, wanted: &[(&str, &str)]) -> f64 {
    series(page)
        .iter()
        .filter(|(found, labels, _)| {
            *found == name && wanted.iter().all(|label| labels.contains(label))
        })
        .map(|(_, _, value)| value)
        .sum()
}

pub(crate) fn everything_was_measured(page: &str) {
    let route = ("route", "/v1/inspections/{id}/submissions");
    for (name, labels) in [
        (
            "group_inspection_http_request_seconds_count",
            vec![route, ("method", "POST"), ("status", "2xx")],
        ),
        ("group_inspection_database_connections_max", vec![]),
        (
            "group_inspection_database_transaction_seconds_count",
            vec![("mode", "read"), ("outcome", "committed")],
        ),
        (
            "group_inspection_database_transaction_seconds_count",
            vec![("mode", "write"), ("outcome", "committed")],
        ),
        (
            "group_inspection_database_transaction_seconds_count",
            vec![("mode", "migrate")],
        ),
        // One connection for everybody.
        ("group_inspection_database_waits_total", vec![]),
        ("group_inspection_database_wait_seconds_count", vec![]),
        (
            "group_inspection_job_pick_up_seconds_count",
            vec![("queue", "imports")],
        ),
        (
            "group_inspection_job_pick_up_seconds_count",
            vec![("queue", "notify")],
        ),
        (
            "group_inspection_job_run_seconds_count",
            vec![("kind", "import"), ("outcome", "done")],
        ),
        (
            "group_inspection_job_run_seconds_count",
            vec![("kind", "publish"), ("outcome", "done")],
        ),
        (
            "group_inspection_job_attempts_count",
            vec![("kind", "compile"), ("outcome", "done")],
        ),
        (
            "group_inspection_delivery_seconds_count",
            vec![
                ("channel", "webhook"),
                ("outcome", "delivered"),
                ("answer", "2xx"),
            ],
        ),
        (
            "group_inspection_delivery_seconds_count",
            vec![
                ("channel", "email"),
                ("outcome", "delivered"),
                ("answer", "none"),
            ],
        ),
        ("group_inspection_compile_seconds_count", vec![]),
        ("group_inspection_render_seconds_count", vec![]),
        (
            "group_inspection_report_bytes_count",
            vec![("format", "pdf")],
        ),
        (
            "group_inspection_sweep_last_success_timestamp_seconds",
            vec![],
        ),
        ("group_inspection_ledger_readable", vec![]),
        (
            "group_inspection_build_info",
            vec![("version", env!("CARGO_PKG_VERSION"))],
        ),
        ("process_resident_memory_bytes", vec![]),
        ("process_cpu_seconds_total", vec![]),
    ] {
        assert!(sum(page, name, &labels) > 0.0, "{name} {labels:?}\n{page}");
    }
    if cfg!(target_os = "linux") {
        assert!(sum(page, "process_open_fds", &[]) > 0.0, "{page}");
    }
    for (name, labels, _) in series(page) {
        for (label, value) in labels {
            assert!(value.len() <= 80, "{name} {label} {value}");
            // Neither identifiers nor references; sizes of buckets are numbers.
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            let may_be_number = ["le", "version", "schema"].contains(&label);
            assert!(may_be_number || digits <= 2, "{name} {label} {value}");
        }
    }
}

/// What callers make up adds no series.
pub(crate) fn labels_do_not_grow(origin: &str, operators: &str, key: &str) {
    let routes = || -> BTreeSet<String> {
        let (_, page) = get(&format!("{operators}/metrics"), &[]);
        series(&page)
            .iter()
            .filter(|(name, ..)| *name == "group_inspection_http_request_seconds_count")
            .flat_map(|(_, labels, _)| labels)
            .filter(|(label, _)| *label == "route")
            .map(|(_, route)| (*route).to_owned())
            .collect()
    };
    let before = routes();
    let bearer = format!("Bearer {key}");
    for made_up in 0..25 {
        let id = format!("00000000-0000-7000-8000-0000000000{made_up:02}");
        for path in [
            format!("/made-up/{id}"),
            format!("/v1/bodies/{id}"),
            format!("/reports/{id}?x={made_up}"),
        ] {
            let (status, _) = get(&format!("{origin}{path}"), &[("authorization", &bearer)]);
            assert_eq!(status, 404, "{path}");
        }
    }
    let new: Vec<String> = routes().difference(&before).cloned().collect();
    let may_be_new = ["unmatched", "/v1/bodies/{id}", "/reports/{id}"];
    assert!(
        new.iter().all(|route| may_be_new.contains(&route.as_str())),
        "{new:?}"
    );
}

/// Names, addresses and texts of an inspection: as the API gives them to an
/// administrator, and as the demo sends them in every role.
pub(crate) fn private(origin: &str, key: &str) -> BTreeSet<String> {
    let bearer = format!("Bearer {key}");
    let ask = |path: &str| -> Value {
        let (status, body) = get(&format!("{origin}{path}"), &[("authorization", &bearer)]);
        assert_eq!(status, 200, "{path} {body}");
        serde_json::from_str(&body).unwrap()
    };
    let mut found = BTreeSet::new();
    gather(&ask("/v1/people"), &["name"], &mut found);
    assert!(!found.is_empty(), "people have names");
    let inspections = ask("/v1/inspections");
    for inspection in inspections["items"].as_array().unwrap() {
        let (id, body) = (text(inspection, "/id"), text(inspection, "/body_id"));
        let evidence = ask(&format!("/v1/inspections/{id}/evidence"));
        gather(&evidence, &["text", "title"], &mut found);
        let contacts = ask(&format!("/v1/bodies/{body}/contacts"));
        gather(&contacts, &["address"], &mut found);
        let endpoints = ask(&format!("/v1/bodies/{body}/webhook-endpoints"));
        gather(&endpoints, &["url"], &mut found);
    }
    let sources = [
        include_str!("../../src/demo/casework.rs"),
        include_str!("../../src/demo/life.rs"),
        include_str!("../../src/demo/story.rs"),
    ];
    found.extend(sources.into_iter().flat_map(sentences));
    for expected in [
        "chair@group.example",
        "Reading leads meet each month and plan the next unit together.",
        "Too many pupils were absent too often in several schools.",
    ] {
        assert!(
            found.contains(expected),
            "{expected} is not among {found:?}"
        );
    }
    found
}

/// Sentences that a source holds as literals.
fn sentences(source: &str) -> impl Iterator<Item = String> {
    source
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|literal| literal.split(' ').count() >= 5)
        .filter(|literal| !literal.contains(['{', '\\', '\n']))
        .map(ToOwned::to_owned)
}

fn gather(value: &Value, names: &[&str], found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if names.contains(&name.as_str()) && text.len() > 5 => {
                        found.insert(text.to_owned());
                    }
                    _ => gather(value, names, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, names, found)),
        _ => {}
    }
}

/// Every line is JSON; those of requests and jobs say which.
pub(crate) fn lines_say_where_they_belong(log: &str) {
    let mut of_requests = 0;
    let mut of_jobs = 0;
    for line in log.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        for span in line["spans"].as_array().into_iter().flatten() {
            match span["name"].as_str().unwrap() {
                "request" => {
                    of_requests += 1;
                    assert!(!text(span, "/request_id").is_empty());
                    assert_eq!(text(span, "/trace_id").len(), 32, "{line}");
                }
                "job" => {
                    of_jobs += 1;
                    assert_eq!(text(span, "/id").len(), 36);
                    assert!(!text(span, "/kind").is_empty());
                    assert!(span["attempt"].is_number());
                }
                _ => {}
            }
        }
    }
    assert!(of_requests > 100, "{of_requests}");
    assert!(of_jobs > 10, "{of_jobs}");
}

pub(crate) fn nothing_private(log: &str, private: &BTreeSet<String>, key: &str) {
    let told = |secret: &str| {
        log.lines()
            .find(|line| line.contains(secret))
            .map(|line| line.chars().take(600).collect::<String>())
    };
    // Keys, secrets of webhooks, their signatures, and the header.
    for secret in [key, "gik_", "whsec_", "v1,", "Bearer ", "authorization"] {
        assert_eq!(told(secret), None, "{secret}");
    }
    for text in private {
        // As it is, and as JSON within a line of JSON has it.
        assert_eq!(told(text), None, "{text}");
    }
}
