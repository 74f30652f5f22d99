//! What the service tells of itself: metrics, traces and logs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod collector;
mod running;
mod spans;
mod telling;

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    collector::Collector,
    running::{Running, get, program},
};

/// A whole inspection, from its opening to a correction and a withdrawal,
/// while everything is watched.
#[test]
fn a_whole_inspection_is_measured_and_traced_and_nothing_private_is_logged() {
    let collector = Collector::start();
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Running::start(
        program(folder.path())
            .arg("demo")
            .env("GROUP_INSPECTION_BIND", "127.0.0.1:0")
            .env("GROUP_INSPECTION_LOG", "debug")
            .env("GROUP_INSPECTION_OTLP_ENDPOINT", collector.endpoint()),
    );
    let told = demo.until("Serving until");
    let origin = told
        .iter()
        .find_map(|line| line.trim().strip_prefix("API "))
        .unwrap()
        .trim()
        .trim_end_matches("/openapi.json")
        .to_owned();
    let key = told
        .iter()
        .find_map(|line| line.trim().strip_prefix("API key "))
        .unwrap()
        .trim()
        .to_owned();
    let operators = told
        .iter()
        .find_map(|line| line.trim().strip_prefix("Operators "))
        .and_then(|line| line.split_whitespace().next())
        .unwrap()
        .to_owned();

    telling::everything_was_measured(&get(&format!("{operators}/metrics"), &[]).1);
    telling::labels_do_not_grow(&origin, &operators, &key);
    let private = telling::private(&origin, &key);

    let brought = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let (status, _) = get(&format!("{origin}/livez"), &[("traceparent", brought)]);
    assert_eq!(status, 200);

    let log = demo.stop();
    spans::a_publication_is_one_trace(&collector.spans());
    spans::what_was_brought_is_followed(&collector.spans(), brought);
    telling::lines_say_where_they_belong(&log);
    telling::nothing_private(&log, &private, &key);
}

/// A collector that takes connections and says nothing.
#[test]
fn a_dead_collector_holds_nothing_up() {
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bind = running::free_address();
    let service = Running::start(
        program(folder.path())
            .arg("all")
            .env("GROUP_INSPECTION_BIND", &bind)
            .env("GROUP_INSPECTION_LOG", "error")
            .env(
                "GROUP_INSPECTION_OTLP_ENDPOINT",
                format!("http://{}", hole.local_addr().unwrap()),
            ),
    );
    service.until_said("Serving on");
    // More spans than the queue holds.
    let began = Instant::now();
    for _ in 0..3_000 {
        assert_eq!(get(&format!("http://{bind}/livez"), &[]).0, 200);
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?}");
    let began = Instant::now();
    service.stop();
    let took = began.elapsed();
    // Three seconds for the last spans; the rest is the service's own.
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// Nothing that the settings name answers.
#[test]
fn secrets_of_settings_are_not_told_when_nothing_answers() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "canary-4d3f";
    for (name, value) in [
        (
            "DATABASE_URL",
            format!("postgresql://me:{secret}@127.0.0.1:1/db"),
        ),
        ("REDIS_URL", format!("redis://:{secret}@127.0.0.1:1")),
        ("SMTP_URL", format!("smtp://me:{secret}@127.0.0.1:1")),
        ("OTLP_ENDPOINT", format!("http://me:{secret}@127.0.0.1:1")),
    ] {
        let output = program(folder.path())
            .arg("check")
            .env("GROUP_INSPECTION_LOG", "trace")
            .env(format!("GROUP_INSPECTION_{name}"), value)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{name}");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert!(told.contains("FAILED"), "{name}: {told}");
        assert!(!told.contains(secret), "{name}: {told}");
    }
}

/// The value of a member of a JSON object, as text.
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no {pointer} in {value}"))
}
