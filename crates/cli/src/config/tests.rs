//! Settings by example, and the places that must name them all.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use group_inspection_api::Rate;

use super::{given::PREFIX, *};

fn with(variables: &[(&str, &str)]) -> Result<Config, Failure> {
    Config::from_variables(
        variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

#[test]
fn an_unknown_variable_is_refused() {
    let Err(error) = with(&[("GROUP_INSPECTION_DATABSE_URL", "x")]) else {
        panic!("accepted")
    };
    assert_eq!(
        error.to_string(),
        "GROUP_INSPECTION_DATABSE_URL: there is no such setting"
    );
}

#[test]
fn a_file_may_hold_the_value_but_not_beside_one() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "postgresql://secret\n").unwrap();
    let path = file.path().to_str().unwrap();
    let config = with(&[("GROUP_INSPECTION_DATABASE_URL_FILE", path)]).unwrap();
    assert_eq!(config.database.url.as_deref(), Some("postgresql://secret"));
    assert!(
        with(&[
            ("GROUP_INSPECTION_DATABASE_URL_FILE", path),
            ("GROUP_INSPECTION_DATABASE_URL", "x"),
        ])
        .is_err()
    );
}

#[test]
fn what_is_printed_holds_no_secret() {
    let config = with(&[
        (
            "GROUP_INSPECTION_DATABASE_URL",
            "postgresql://me:hunter2@db/gi?password=hunter2",
        ),
        ("GROUP_INSPECTION_REDIS_URL", "redis://:hunter2@cache:6379"),
        ("GROUP_INSPECTION_SMTP_URL", "user=me password=hunter2"),
    ])
    .unwrap();
    let printed = format!("{:?}", config.redacted());
    assert!(
        !printed.contains("hunter2") && !printed.contains("me@"),
        "{printed}"
    );
    assert!(printed.contains("postgresql://db/gi"), "{printed}");
}

#[test]
fn a_collector_needs_an_address_and_a_share() {
    let endpoint = ("GROUP_INSPECTION_OTLP_ENDPOINT", "http://me:hunter2@c:4318");
    let config = with(&[endpoint]).unwrap();
    assert_eq!(config.telling.traces.as_ref().unwrap().share, 1.0);
    assert!(!format!("{:?}", config.redacted()).contains("hunter2"));
    for wrong in [
        ("GROUP_INSPECTION_OTLP_ENDPOINT", "collector:4318"),
        ("GROUP_INSPECTION_OTLP_SAMPLING", "2"),
        ("GROUP_INSPECTION_OTLP_SAMPLING", "NaN"),
    ] {
        assert!(with(&[wrong]).is_err(), "{wrong:?}");
    }
}

#[test]
fn an_authority_of_redis_needs_tls_and_is_a_certificate() {
    let (url, authority) = ("GROUP_INSPECTION_REDIS_URL", "GROUP_INSPECTION_REDIS_CA");
    let pem = "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----";
    assert!(
        with(&[(url, "rediss://cache")])
            .unwrap()
            .database
            .redis()
            .is_some()
    );
    for wrong in [
        &[(authority, pem)][..],
        &[(url, "cache:6379")],
        &[(url, "redis://:hunter2@cache"), (authority, pem)],
        &[(url, "rediss://:hunter2@cache"), (authority, pem)],
        &[
            (url, "rediss://:hunter2@cache"),
            (authority, "a certificate"),
        ],
    ] {
        let Err(error) = with(wrong) else {
            panic!("accepted: {wrong:?}")
        };
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

fn repository(path: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn every_setting_is_in_the_readme_and_is_printed_by_check() {
    let readme = repository("README.md");
    let in_readme: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name)
        .filter(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        .collect();
    let config = with(&[]).unwrap();
    let redacted = config.redacted();
    let printed: Vec<&str> = redacted.iter().map(|(name, _)| *name).collect();
    for (place, names) in [("README.md", in_readme), ("check", printed)] {
        for name in known() {
            assert!(names.contains(&name), "{name} is not in {place}");
        }
        assert_eq!(names.len(), known().len(), "{place}: {names:?}");
    }
}

#[test]
fn issuers_need_an_audience_and_https() {
    let both = [
        (
            "GROUP_INSPECTION_OIDC_ISSUERS",
            "https://a.example, https://b.example",
        ),
        ("GROUP_INSPECTION_OIDC_AUDIENCE", "api"),
        ("GROUP_INSPECTION_OIDC_CLAIMS", "role=roles"),
        ("GROUP_INSPECTION_OIDC_CLOCK_SKEW", "5"),
    ];
    let oidc = with(&both).unwrap().oidc.unwrap();
    assert_eq!(oidc.issuers.len(), 2);
    assert_eq!(oidc.claims.role, "roles");
    assert_eq!(oidc.clock_skew, Duration::from_secs(5));
    for wrong in [
        &both[..1],
        &both[1..],
        &[
            ("GROUP_INSPECTION_OIDC_ISSUERS", "http://a.example"),
            both[1],
        ],
        &[both[0], both[1], ("GROUP_INSPECTION_OIDC_CLAIMS", "rank=x")],
        &[
            both[0],
            both[1],
            ("GROUP_INSPECTION_OIDC_CLOCK_SKEW", "601"),
        ],
    ] {
        assert!(with(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn the_reference_file_has_every_setting_with_a_comment_and_a_value_that_is_read() {
    let reference = repository("deploy/group-inspection.env.example");
    let mut given = Vec::new();
    for block in reference.split("\n\n") {
        let settings: Vec<&str> = block
            .lines()
            .filter_map(|line| line.strip_prefix("#GROUP_INSPECTION_"))
            .collect();
        let comments = block.lines().filter(|line| line.starts_with("# ")).count();
        assert!(settings.len() <= 1, "one at a time: {block}");
        assert!(comments > 0, "no comment: {block}");
        for setting in settings {
            let (name, value) = setting.split_once('=').unwrap();
            given.push((name, value));
        }
    }
    let mut names: Vec<&str> = given
        .iter()
        .map(|(name, _)| name.strip_suffix("_FILE").unwrap_or(name))
        .collect();
    names.sort_unstable();
    let mut all = known();
    all.sort_unstable();
    assert_eq!(names, all);
    for (name, value) in given.iter().filter(|(name, _)| !name.ends_with("_FILE")) {
        // Those of issuers mean nothing alone.
        let beside = |other: &str| {
            other == *name || (name.starts_with("OIDC_") && other.starts_with("OIDC_"))
        };
        let together: Vec<(String, &str)> = given
            .iter()
            .filter(|(other, _)| beside(other))
            .map(|(other, value)| (format!("{PREFIX}{other}"), *value))
            .collect();
        let together: Vec<(&str, &str)> = together
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        assert!(with(&together).is_ok(), "{name}={value}");
    }
}

#[test]
fn origins_are_exact() {
    let name = "GROUP_INSPECTION_CORS_ORIGINS";
    assert!(with(&[]).unwrap().http.origins.is_empty());
    let two = with(&[(name, "https://app.example, http://localhost:3000")]).unwrap();
    let expected = "https://app.example,http://localhost:3000".to_owned();
    assert!(two.redacted().contains(&("CORS_ORIGINS", expected)));
    for wrong in ["*", "https://app.example/", "null"] {
        assert!(with(&[(name, wrong)]).is_err(), "{wrong}");
    }
}

#[test]
fn limits_can_be_set_and_turned_off() {
    let config = with(&[
        ("GROUP_INSPECTION_RATE_LIMIT", "100/10"),
        ("GROUP_INSPECTION_AUTH_FAILURE_LIMIT", "off"),
        ("GROUP_INSPECTION_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
    ])
    .unwrap();
    assert_eq!(config.http.rates.callers, Rate::new(100, 10));
    assert_eq!(config.http.rates.failures, None);
    assert_eq!(config.http.rates.trusted_proxies.len(), 2);
    for (name, value) in [
        ("GROUP_INSPECTION_RATE_LIMIT", "none"),
        ("GROUP_INSPECTION_TRUSTED_PROXIES", "localhost"),
    ] {
        let Err(error) = with(&[(name, value)]) else {
            panic!("accepted {name}={value}")
        };
        assert!(error.to_string().starts_with(name), "{error}");
    }
}

#[test]
fn steps_to_be_killed_at_are_for_one_machine_alone() {
    let folder = ("GROUP_INSPECTION_FAULT_STEPS", "steps");
    let loopback = ("GROUP_INSPECTION_WEBHOOKS_ALLOW_LOOPBACK", "true");
    assert!(with(&[folder]).is_err());
    assert!(with(&[folder, loopback, ("GROUP_INSPECTION_BIND", "0.0.0.0:80")]).is_err());
    assert!(with(&[folder, loopback]).unwrap().fault_steps.is_some());
}

#[test]
fn notify_needs_a_template_and_goes_alone() {
    let key = ("GROUP_INSPECTION_NOTIFY_API_KEY", "hunter2");
    let template = (
        "GROUP_INSPECTION_NOTIFY_TEMPLATE",
        "26785a09-ab16-4eb0-8407-a37497a57506",
    );
    assert!(with(&[key]).is_err());
    let smtp = ("GROUP_INSPECTION_SMTP_URL", "smtp://mail");
    assert!(with(&[key, template, smtp]).is_err());
    let only = (
        "GROUP_INSPECTION_NOTIFY_ONLY_TO",
        "@team.example, a@b.example",
    );
    let config = with(&[key, template, only]).unwrap();
    let notify = config.mail.notify.as_ref().unwrap();
    assert_eq!(notify.only_to, ["@team.example", "a@b.example"]);
    assert!(!format!("{:?}{notify:?}", config.redacted()).contains("hunter2"));
}

#[test]
fn the_public_address_follows_the_bound_one() {
    let config = with(&[("GROUP_INSPECTION_BIND", "127.0.0.1:9999")]).unwrap();
    assert_eq!(config.http.public_url, "http://127.0.0.1:9999");
}
