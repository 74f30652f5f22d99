//! The files under `deploy/observability` and the runbook.

use std::{collections::BTreeSet, fs, path::Path};

use group_inspection_telemetry::names::{self, ALL};
use serde_json::Value;

use crate::query;

/// What others measure: the proxy, and Prometheus itself.
const OTHERS: [&str; 2] = ["haproxy_backend_active_servers", "up"];
/// Labels that any series can have.
const COMMON: [&str; 4] = ["job", "instance", "le", "proxy"];

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

fn check(place: &str, text: &str) -> BTreeSet<String> {
    let named = query::names(text);
    assert!(
        !named.metrics.is_empty(),
        "{place} asks for nothing: {text}"
    );
    let mut labels: BTreeSet<&str> = COMMON.into_iter().collect();
    for name in &named.metrics {
        if OTHERS.contains(&name.as_str()) {
            continue;
        }
        let metric = names::find(name).unwrap_or_else(|| panic!("{place}: there is no {name}"));
        labels.extend(metric.labels);
    }
    for label in &named.labels {
        assert!(labels.contains(label.as_str()), "{place}: no label {label}");
    }
    named.metrics
}

fn alerts() -> Vec<serde_yaml::Value> {
    let rules: serde_yaml::Value =
        serde_yaml::from_str(&read("deploy/observability/alerts.yml")).unwrap();
    let groups = rules["groups"].as_sequence().unwrap();
    groups
        .iter()
        .flat_map(|group| group["rules"].as_sequence().unwrap().clone())
        .collect()
}

#[test]
fn every_alert_asks_for_metrics_there_are() {
    for alert in alerts() {
        let name = alert["alert"].as_str().unwrap();
        check(name, alert["expr"].as_str().unwrap());
        assert!(
            ["page", "ticket"].contains(&alert["labels"]["severity"].as_str().unwrap()),
            "{name}"
        );
    }
}

#[test]
fn every_alert_has_its_entry_in_the_runbook_and_every_entry_its_alert() {
    let manual = read("docs/OPERATIONS.md");
    let (_, runbook) = manual.split_once("\n## Runbook\n").unwrap();
    let runbook = runbook.split_once("\n## ").map_or(runbook, |(it, _)| it);
    let entries: BTreeSet<&str> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    let alerts = alerts();
    let named: BTreeSet<&str> = alerts
        .iter()
        .map(|alert| alert["alert"].as_str().unwrap())
        .collect();
    assert_eq!(entries, named);
    for alert in &alerts {
        let name = alert["alert"].as_str().unwrap();
        assert_eq!(
            alert["annotations"]["runbook_url"].as_str().unwrap(),
            format!("docs/OPERATIONS.md#{}", name.to_lowercase())
        );
    }
}

#[test]
fn every_panel_asks_for_metrics_there_are_and_every_metric_is_shown() {
    let dashboard: Value =
        serde_json::from_str(&read("deploy/observability/group-inspection.json")).unwrap();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        for target in panel["targets"].as_array().into_iter().flatten() {
            shown.extend(check(title, target["expr"].as_str().unwrap()));
        }
    }
    let shown: BTreeSet<&str> = shown
        .iter()
        .filter_map(|name| names::find(name))
        .map(|metric| metric.name)
        .collect();
    let missing: Vec<&str> = ALL
        .iter()
        .map(|metric| metric.name)
        .filter(|name| name.starts_with("group_inspection_") && !shown.contains(name))
        .collect();
    // Shown as the age of the oldest; how long a scrape takes is for alerts of
    // Prometheus itself.
    assert_eq!(
        missing,
        [
            "group_inspection_audit_unsealed",
            "group_inspection_scrape_seconds"
        ]
    );
}

#[test]
fn names_follow_the_conventions_of_prometheus() {
    let mut seen = BTreeSet::new();
    for metric in ALL {
        let name = metric.name;
        assert!(seen.insert(name), "{name} twice");
        assert_eq!(
            name.ends_with("_total"),
            metric.kind == names::Kind::Counter,
            "{name}"
        );
        assert_eq!(
            metric.buckets.is_empty(),
            metric.kind != names::Kind::Histogram,
            "{name}"
        );
        assert!(metric.buckets.is_sorted(), "{name}");
        assert!(metric.help.ends_with('.'), "{name}");
        for forbidden in ["id", "path", "name", "body", "endpoint", "request", "url"] {
            assert!(!metric.labels.contains(&forbidden), "{name}");
        }
    }
}
