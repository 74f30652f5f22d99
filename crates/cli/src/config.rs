//! Settings, from environment variables `GROUP_INSPECTION_*` only.
//!
//! Each may be given as a file instead: `GROUP_INSPECTION_X_FILE` names a file
//! that holds the value of `GROUP_INSPECTION_X`. Unknown variables are refused,
//! so that a misspelt one is not silently ignored.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use group_inspection_api::{Claims, OidcSettings, Rate, RateLimits, networks};

use group_inspection_worker::mail::govuk_notify as notify;

use crate::failure::Failure;

const PREFIX: &str = "GROUP_INSPECTION_";

/// Variables that mean something, without the prefix.
const KNOWN: [&str; 31] = [
    "DATABASE_URL",
    "DATABASE_CONNECTIONS",
    "DATA_DIR",
    "OBJECTS_URL",
    "SCANNER",
    "REDIS_URL",
    "BIND",
    "OPS_BIND",
    "PUBLIC_URL",
    "RATE_LIMIT",
    "PUBLIC_RATE_LIMIT",
    "AUTH_FAILURE_LIMIT",
    "TRUSTED_PROXIES",
    "OIDC_ISSUERS",
    "OIDC_AUDIENCE",
    "OIDC_CLAIMS",
    "OIDC_CLOCK_SKEW",
    "SMTP_URL",
    "MAIL_FROM",
    "NOTIFY_API_KEY",
    "NOTIFY_TEMPLATE",
    "NOTIFY_REPLY_TO",
    "NOTIFY_ONLY_TO",
    "NOTIFY_RECEIPTS_TOKEN",
    "NOTIFY_URL",
    "WEBHOOKS_ALLOW_LOOPBACK",
    "WEBHOOKS_CA",
    "LOG",
    "OTLP_ENDPOINT",
    "OTLP_SAMPLING",
    "SERVICE_NAME",
];

/// Not a setting of a service: what `bench faults` tells the processes it
/// starts.
const FAULT_STEPS: &str = "FAULT_STEPS";

/// Settings of all roles.
#[derive(Clone)]
pub(crate) struct Config {
    /// PostgreSQL server; `None` for the embedded database.
    pub(crate) database_url: Option<String>,
    /// Connections to the server at the most.
    pub(crate) database_connections: u32,
    /// Folder of the embedded database, of uploads and of mail.
    pub(crate) data_dir: PathBuf,
    /// Object store of uploads and attachments, such as `s3://bucket/folder`;
    /// `None` for a folder below the data folder.
    pub(crate) objects_url: Option<String>,
    /// ClamAV, as `tcp://host:port` or `unix:/path`; `None` for no scanner.
    pub(crate) scanner: Option<String>,
    /// Redis, for wake-ups between processes.
    pub(crate) redis_url: Option<String>,
    /// Address of the API and the public pages.
    pub(crate) bind: SocketAddr,
    /// Address of the ops port; `None` for none. For a private network only.
    pub(crate) ops_bind: Option<SocketAddr>,
    /// Where the public reaches the service, without a slash at the end.
    pub(crate) public_url: String,
    /// How often a client may ask.
    pub(crate) rates: RateLimits,
    /// Issuers of access tokens; `None` for API keys alone.
    pub(crate) oidc: Option<OidcSettings>,
    /// SMTP server; `None` for a maildir below the data folder.
    pub(crate) smtp_url: Option<String>,
    /// Sender of mail.
    pub(crate) mail_from: String,
    /// GOV.UK Notify, which mail goes by if it is there.
    pub(crate) notify: Option<notify::Settings>,
    /// Token that Notify sends its receipts with.
    pub(crate) notify_receipts_token: Option<String>,
    /// Whether webhooks may go to this machine over plain HTTP.
    pub(crate) webhooks_allow_loopback: bool,
    /// Further authorities that endpoints of webhooks may be certified by, in
    /// PEM; usually given as a file.
    pub(crate) webhooks_ca: Option<String>,
    /// Name of the service on pages and in mail.
    pub(crate) service_name: String,
    /// Folder in which `bench faults` arms the steps at which this process is
    /// killed. Leases and retries are then short as well.
    pub(crate) fault_steps: Option<PathBuf>,
    /// What is logged; `None` for what the command usually does.
    pub(crate) log: Option<String>,
    /// Collector of traces; `None` for none.
    pub(crate) traces: Option<Traces>,
}

/// Where traces go.
#[derive(Clone)]
pub(crate) struct Traces {
    /// Address of the collector, for OTLP over HTTP.
    pub(crate) endpoint: String,
    /// Share of the traces that begin here which are kept.
    pub(crate) share: f64,
}

impl Config {
    /// Reads the environment.
    pub(crate) fn from_environment() -> Result<Self, Failure> {
        Self::from_variables(std::env::vars())
    }

    fn from_variables(variables: impl Iterator<Item = (String, String)>) -> Result<Self, Failure> {
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in variables {
            let Some(short) = name.strip_prefix(PREFIX) else {
                continue;
            };
            // Tests and their servers have variables of their own.
            if short.starts_with("TEST_") || short == "DATA" {
                continue;
            }
            let (short, value) = match short.strip_suffix("_FILE") {
                Some(short) => {
                    let content =
                        std::fs::read_to_string(&value).map_err(|error| Failure::Setting {
                            name: name.clone(),
                            problem: format!("cannot read {value}: {error}"),
                        })?;
                    (short, content.trim_end().to_owned())
                }
                None => (short, value),
            };
            if !KNOWN.contains(&short) && short != FAULT_STEPS {
                return Err(Failure::Setting {
                    name: name.clone(),
                    problem: "there is no such setting".to_owned(),
                });
            }
            if given.insert(short.to_owned(), value).is_some() {
                return Err(Failure::Setting {
                    name,
                    problem: "is given both as a value and as a file".to_owned(),
                });
            }
        }
        let bind: SocketAddr = parsed(&given, "BIND", "127.0.0.1:8080")?;
        let public_url: String = parsed(&given, "PUBLIC_URL", &format!("http://{bind}"))?;
        let webhooks_allow_loopback = parsed(&given, "WEBHOOKS_ALLOW_LOOPBACK", "false")?;
        let fault_steps = given.get(FAULT_STEPS).map(PathBuf::from);
        if fault_steps.is_some() && !(webhooks_allow_loopback && bind.ip().is_loopback()) {
            return Err(Failure::Setting {
                name: format!("{PREFIX}{FAULT_STEPS}"),
                problem: "is for rehearsals of faults on one machine; it is refused unless \
                          webhooks may go to this machine and the API listens to it alone"
                    .to_owned(),
            });
        }
        Ok(Self {
            database_url: given.get("DATABASE_URL").cloned(),
            database_connections: parsed(&given, "DATABASE_CONNECTIONS", "16")?,
            data_dir: parsed(&given, "DATA_DIR", "group-inspection-data")?,
            objects_url: given.get("OBJECTS_URL").cloned(),
            scanner: given.get("SCANNER").cloned(),
            redis_url: given.get("REDIS_URL").cloned(),
            bind,
            ops_bind: given
                .contains_key("OPS_BIND")
                .then(|| parsed(&given, "OPS_BIND", ""))
                .transpose()?,
            public_url: public_url.trim_end_matches('/').to_owned(),
            rates: rates(&given)?,
            oidc: oidc(&given)?,
            smtp_url: given.get("SMTP_URL").cloned(),
            mail_from: parsed(
                &given,
                "MAIL_FROM",
                "Group Inspection <no-reply@group-inspection.invalid>",
            )?,
            notify: notify(&given)?,
            notify_receipts_token: given.get("NOTIFY_RECEIPTS_TOKEN").cloned(),
            webhooks_allow_loopback,
            webhooks_ca: given.get("WEBHOOKS_CA").cloned(),
            service_name: parsed(&given, "SERVICE_NAME", "Group Inspection")?,
            fault_steps,
            log: given.get("LOG").cloned(),
            traces: traces(&given)?,
        })
    }
}

impl Config {
    /// Every setting with its value, secrets left out.
    pub(crate) fn redacted(&self) -> Vec<(&'static str, String)> {
        let secret =
            |url: &Option<String>| url.as_deref().map_or("none".to_owned(), without_secret);
        vec![
            (
                "DATABASE_URL",
                self.database_url
                    .as_deref()
                    .map_or("embedded".to_owned(), without_secret),
            ),
            (
                "DATABASE_CONNECTIONS",
                self.database_connections.to_string(),
            ),
            ("DATA_DIR", self.data_dir.display().to_string()),
            (
                "OBJECTS_URL",
                self.objects_url
                    .as_deref()
                    .map_or("a folder".to_owned(), without_secret),
            ),
            (
                "SCANNER",
                self.scanner.clone().unwrap_or_else(|| "none".to_owned()),
            ),
            ("REDIS_URL", secret(&self.redis_url)),
            ("BIND", self.bind.to_string()),
            (
                "OPS_BIND",
                self.ops_bind
                    .map_or("none".to_owned(), |address| address.to_string()),
            ),
            ("PUBLIC_URL", self.public_url.clone()),
            ("RATE_LIMIT", or_off(self.rates.callers)),
            ("PUBLIC_RATE_LIMIT", or_off(self.rates.public)),
            ("AUTH_FAILURE_LIMIT", or_off(self.rates.failures)),
            (
                "TRUSTED_PROXIES",
                match self.rates.trusted_proxies.as_slice() {
                    [] => "none".to_owned(),
                    some => some
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join(","),
                },
            ),
            (
                "OIDC_ISSUERS",
                self.oidc
                    .as_ref()
                    .map_or("none".to_owned(), |oidc| oidc.issuers.join(",")),
            ),
            (
                "OIDC_AUDIENCE",
                self.oidc
                    .as_ref()
                    .map_or("none".to_owned(), |oidc| oidc.audience.clone()),
            ),
            (
                "OIDC_CLAIMS",
                self.oidc
                    .as_ref()
                    .map_or("none".to_owned(), |oidc| oidc.claims.to_string()),
            ),
            (
                "OIDC_CLOCK_SKEW",
                self.oidc.as_ref().map_or("none".to_owned(), |oidc| {
                    oidc.clock_skew.as_secs().to_string()
                }),
            ),
            ("SMTP_URL", secret(&self.smtp_url)),
            ("MAIL_FROM", self.mail_from.clone()),
            (
                "NOTIFY_TEMPLATE",
                self.notify
                    .as_ref()
                    .map_or("none".to_owned(), |notify| notify.template.to_string()),
            ),
            (
                "NOTIFY_REPLY_TO",
                self.notify
                    .as_ref()
                    .and_then(|notify| notify.reply_to)
                    .map_or("none".to_owned(), |id| id.to_string()),
            ),
            (
                "NOTIFY_URL",
                self.notify
                    .as_ref()
                    .map_or("none".to_owned(), |notify| without_secret(&notify.url)),
            ),
            (
                "NOTIFY_API_KEY",
                self.notify
                    .as_ref()
                    .map_or("none", |_| "set, not shown")
                    .to_owned(),
            ),
            (
                "NOTIFY_ONLY_TO",
                match &self.notify {
                    Some(notify) if !notify.only_to.is_empty() => notify.only_to.join(", "),
                    _ => "everybody".to_owned(),
                },
            ),
            (
                "NOTIFY_RECEIPTS_TOKEN",
                self.notify_receipts_token
                    .as_ref()
                    .map_or("none", |_| "set, not shown")
                    .to_owned(),
            ),
            (
                "WEBHOOKS_ALLOW_LOOPBACK",
                self.webhooks_allow_loopback.to_string(),
            ),
            (
                "WEBHOOKS_CA",
                self.webhooks_ca
                    .as_ref()
                    .map_or(
                        "public authorities alone",
                        |_| "public authorities and one more",
                    )
                    .to_owned(),
            ),
            ("SERVICE_NAME", self.service_name.clone()),
            (
                "LOG",
                self.log.clone().unwrap_or_else(|| "our events".to_owned()),
            ),
            (
                "OTLP_ENDPOINT",
                self.traces
                    .as_ref()
                    .map_or("none".to_owned(), |traces| without_secret(&traces.endpoint)),
            ),
            (
                "OTLP_SAMPLING",
                self.traces
                    .as_ref()
                    .map_or("none".to_owned(), |traces| traces.share.to_string()),
            ),
        ]
    }
}

fn traces(given: &BTreeMap<String, String>) -> Result<Option<Traces>, Failure> {
    let share: f64 = parsed(given, "OTLP_SAMPLING", "1")?;
    if !(0.0..=1.0).contains(&share) {
        return Err(Failure::Setting {
            name: format!("{PREFIX}OTLP_SAMPLING"),
            problem: "must be a share, from 0 to 1".to_owned(),
        });
    }
    let Some(endpoint) = given.get("OTLP_ENDPOINT") else {
        return Ok(None);
    };
    let is_http = url::Url::parse(endpoint)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_http {
        return Err(Failure::Setting {
            name: format!("{PREFIX}OTLP_ENDPOINT"),
            problem: "must be an address such as http://collector:4318".to_owned(),
        });
    }
    Ok(Some(Traces {
        endpoint: endpoint.clone(),
        share,
    }))
}

/// Longest skew between clocks that may be set, in seconds.
const LONGEST_SKEW: u64 = 600;

fn oidc(given: &BTreeMap<String, String>) -> Result<Option<OidcSettings>, Failure> {
    let wrong = |name: &str, problem: String| Failure::Setting {
        name: format!("{PREFIX}{name}"),
        problem,
    };
    let Some(issuers) = given.get("OIDC_ISSUERS") else {
        // The others mean nothing alone.
        return match given.keys().find(|name| name.starts_with("OIDC_")) {
            Some(name) => Err(wrong(name, "needs OIDC_ISSUERS beside it".to_owned())),
            None => Ok(None),
        };
    };
    let issuers = issuers
        .split(',')
        .map(str::trim)
        .filter(|issuer| !issuer.is_empty())
        .map(str::to_owned)
        .collect();
    let audience = given.get("OIDC_AUDIENCE").map_or("", String::as_str);
    let mut settings =
        OidcSettings::new(issuers, audience).map_err(|problem| wrong("OIDC_ISSUERS", problem))?;
    if let Some(claims) = given.get("OIDC_CLAIMS") {
        settings.claims = Claims::parse(claims).map_err(|problem| wrong("OIDC_CLAIMS", problem))?;
    }
    let skew: u64 = parsed(given, "OIDC_CLOCK_SKEW", "60")?;
    if skew > LONGEST_SKEW {
        return Err(wrong(
            "OIDC_CLOCK_SKEW",
            format!("must be {LONGEST_SKEW} seconds at the most"),
        ));
    }
    settings.clock_skew = Duration::from_secs(skew);
    Ok(Some(settings))
}

fn or_off(rate: Option<Rate>) -> String {
    rate.map_or_else(|| "off".to_owned(), |rate| rate.to_string())
}

fn rates(given: &BTreeMap<String, String>) -> Result<RateLimits, Failure> {
    let default = RateLimits::default();
    let wrong = |name: &str, problem: String| Failure::Setting {
        name: format!("{PREFIX}{name}"),
        problem,
    };
    let rate = |name: &str, default: Option<Rate>| match given.get(name) {
        None => Ok(default),
        Some(text) => Rate::or_off(text).map_err(|error| wrong(name, error.to_string())),
    };
    Ok(RateLimits {
        callers: rate("RATE_LIMIT", default.callers)?,
        public: rate("PUBLIC_RATE_LIMIT", default.public)?,
        failures: rate("AUTH_FAILURE_LIMIT", default.failures)?,
        trusted_proxies: networks(given.get("TRUSTED_PROXIES").map_or("", String::as_str))
            .map_err(|problem| wrong("TRUSTED_PROXIES", problem))?,
    })
}

/// GOV.UK Notify, if a key of it is given.
fn notify(given: &BTreeMap<String, String>) -> Result<Option<notify::Settings>, Failure> {
    let Some(key) = given.get("NOTIFY_API_KEY") else {
        return Ok(None);
    };
    if given.contains_key("SMTP_URL") {
        return Err(Failure::Setting {
            name: format!("{PREFIX}NOTIFY_API_KEY"),
            problem: "mail goes by Notify or by an SMTP server, not by both".to_owned(),
        });
    }
    let mut settings = notify::Settings::new(key, parsed(given, "NOTIFY_TEMPLATE", "")?);
    settings.url = parsed(given, "NOTIFY_URL", &settings.url)?;
    if given.contains_key("NOTIFY_REPLY_TO") {
        settings.reply_to = Some(parsed(given, "NOTIFY_REPLY_TO", "")?);
    }
    settings.only_to = given
        .get("NOTIFY_ONLY_TO")
        .map(|list| list.split(',').map(|one| one.trim().to_owned()).collect())
        .unwrap_or_default();
    Ok(Some(settings))
}

/// A URL without user, password and query, which may hold them too. What is
/// no URL (libpq also takes `key=value`) is not shown at all.
fn without_secret(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else {
        return "set, not shown".to_owned();
    };
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.set_query(None);
    parsed.set_fragment(None);
    parsed.to_string()
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    given: &BTreeMap<String, String>,
    name: &str,
    default: &str,
) -> Result<T, Failure> {
    let value = given.get(name).map_or(default, String::as_str);
    value.parse().map_err(|error: T::Err| Failure::Setting {
        name: format!("{PREFIX}{name}"),
        problem: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

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
        assert_eq!(config.database_url.as_deref(), Some("postgresql://secret"));
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
        assert_eq!(config.traces.as_ref().unwrap().share, 1.0);
        assert!(!format!("{:?}", config.redacted()).contains("hunter2"));
        for wrong in [
            ("GROUP_INSPECTION_OTLP_ENDPOINT", "collector:4318"),
            ("GROUP_INSPECTION_OTLP_SAMPLING", "2"),
            ("GROUP_INSPECTION_OTLP_SAMPLING", "NaN"),
        ] {
            assert!(with(&[wrong]).is_err(), "{wrong:?}");
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
            for name in KNOWN {
                assert!(names.contains(&name), "{name} is not in {place}");
            }
            assert_eq!(names.len(), KNOWN.len(), "{place}: {names:?}");
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
        let mut known = KNOWN.to_vec();
        known.sort_unstable();
        assert_eq!(names, known);
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
    fn limits_can_be_set_and_turned_off() {
        let config = with(&[
            ("GROUP_INSPECTION_RATE_LIMIT", "100/10"),
            ("GROUP_INSPECTION_AUTH_FAILURE_LIMIT", "off"),
            ("GROUP_INSPECTION_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ])
        .unwrap();
        assert_eq!(config.rates.callers, Rate::new(100, 10));
        assert_eq!(config.rates.failures, None);
        assert_eq!(config.rates.trusted_proxies.len(), 2);
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
        let notify = config.notify.as_ref().unwrap();
        assert_eq!(notify.only_to, ["@team.example", "a@b.example"]);
        assert!(!format!("{:?}{notify:?}", config.redacted()).contains("hunter2"));
    }

    #[test]
    fn the_public_address_follows_the_bound_one() {
        let config = with(&[("GROUP_INSPECTION_BIND", "127.0.0.1:9999")]).unwrap();
        assert_eq!(config.public_url, "http://127.0.0.1:9999");
    }
}
