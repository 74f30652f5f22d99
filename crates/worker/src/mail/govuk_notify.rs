//! Mail by GOV.UK Notify.
//!
//! Notify takes no idempotency key. Each mail carries the identifier of its
//! notification as `reference`; whenever an earlier try may have been
//! accepted, Notify is asked for that reference before anything is sent. What
//! Notify accepts is on its way, not there: its receipts say what became of it.

use std::{fmt, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Days, TimeDelta, Utc};
use futures::future::BoxFuture;
use group_inspection_store::Clock;
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};
use url::Url;
use uuid::Uuid;

use super::{Mail, MailChannel, MailFailure, Sent, SetupError};

/// How Notify is used.
#[derive(Clone)]
pub struct Settings {
    /// Where it is.
    pub url: String,
    /// API key as Notify shows it: a name, the service and the secret.
    pub api_key: String,
    /// Template with the personalisations `subject` and `text`.
    pub template: Uuid,
    /// Reply-to address, as Notify knows it.
    pub reply_to: Option<Uuid>,
    /// Addresses and domains that may be written to; all if none are named.
    /// Keeps a service on trial from writing to the world.
    pub only_to: Vec<String>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Requests a minute at the most.
    pub per_minute: u32,
    /// Requests at once at the most.
    pub burst: u32,
    /// Pause after Notify has said that requests come too fast.
    pub pause: Duration,
}

impl Settings {
    /// Usual settings for a key and a template.
    #[must_use]
    pub fn new(api_key: impl Into<String>, template: Uuid) -> Self {
        Self {
            url: "https://api.notifications.service.gov.uk".to_owned(),
            api_key: api_key.into(),
            template,
            reply_to: None,
            only_to: Vec::new(),
            timeout: Duration::from_secs(20),
            // Below the limit of a key, which all processes share.
            per_minute: 1_500,
            burst: 100,
            pause: Duration::from_secs(60),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("url", &self.url)
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

/// GOV.UK Notify.
pub struct GovUkNotify {
    settings: Settings,
    base: Url,
    service: String,
    key: hmac::Key,
    client: Client,
    clock: Arc<dyn Clock>,
    bucket: Bucket,
}

impl fmt::Debug for GovUkNotify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GovUkNotify")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Characters of a UUID as text.
const UUID: usize = 36;

impl GovUkNotify {
    /// Notify as the settings say. Tokens show the time of `clock`.
    ///
    /// # Errors
    /// If a setting cannot be used.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let broken = |text: &str| SetupError(text.to_owned());
        let base = Url::parse(&settings.url).map_err(|_| broken("Notify's URL is none"))?;
        let is_loopback = matches!(base.host(), Some(url::Host::Ipv4(ip)) if ip.is_loopback());
        if base.scheme() != "https" && !is_loopback {
            return Err(broken("Notify is asked by https only"));
        }
        let (service, secret) = split(&settings.api_key)
            .ok_or_else(|| broken("Notify's API key is not one: NAME-SERVICE-SECRET"))?;
        let roots =
            rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(settings.timeout)
            .user_agent(concat!("group-inspection/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| SetupError(error.to_string()))?;
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            service: service.to_owned(),
            bucket: Bucket::new(settings.per_minute, settings.burst),
            base,
            client,
            clock,
            settings,
        })
    }

    /// Whether Notify takes the key.
    ///
    /// # Errors
    /// Why not, in words that name no secret.
    pub async fn reach(&self) -> Result<(), MailFailure> {
        self.find(Uuid::nil()).await.map(drop)
    }

    /// A token for one request (JWT with HS256); good for half a minute.
    fn token(&self) -> String {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({ "typ": "JWT", "alg": "HS256" }));
        let claims = part(json!({
            "iss": self.service,
            "iat": self.clock.now().timestamp(),
        }));
        let said = format!("{header}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, said.as_bytes()).as_ref());
        format!("{said}.{signature}")
    }

    fn at(&self, path: &str) -> Result<Url, MailFailure> {
        self.base.join(path).map_err(|_| MailFailure::Permanent {
            status: None,
            text: "Notify's URL cannot be used".to_owned(),
        })
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Response, MailFailure> {
        self.bucket.take().await;
        let sent = request.bearer_auth(self.token()).send().await;
        let response = sent.map_err(|error| MailFailure::Temporary {
            status: None,
            text: if error.is_timeout() {
                "Notify did not answer in time".to_owned()
            } else {
                "no connection to Notify".to_owned()
            },
        })?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(self.refusal(response).await)
        }
    }

    /// What an answer other than success means.
    async fn refusal(&self, response: Response) -> MailFailure {
        let status = response.status();
        let refused: Refused = response.json().await.unwrap_or_default();
        let error = refused.errors.into_iter().next().unwrap_or_default().error;
        let code = Some(status.as_u16());
        let now = self.clock.now();
        match status {
            StatusCode::TOO_MANY_REQUESTS if error == "TooManyRequestsError" => {
                tracing::error!("the day's limit of Notify is reached");
                MailFailure::NotBefore {
                    status: code,
                    text: "the day's limit of Notify is reached".to_owned(),
                    at: next_day(now),
                }
            }
            StatusCode::TOO_MANY_REQUESTS => MailFailure::NotBefore {
                status: code,
                text: "Notify asked to go slower".to_owned(),
                at: now + TimeDelta::from_std(self.settings.pause).unwrap_or_default(),
            },
            StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => MailFailure::Permanent {
                status: code,
                text: "Notify refused the message".to_owned(),
            },
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
                // Nothing leaves until somebody has looked.
                tracing::error!(%status, error, "Notify refuses our key, or our clock is wrong");
                MailFailure::Temporary {
                    status: code,
                    text: "Notify refused the key of this service".to_owned(),
                }
            }
            _ => MailFailure::Temporary {
                status: code,
                text: "Notify failed".to_owned(),
            },
        }
    }

    /// What Notify knows of a reference.
    async fn find(&self, reference: Uuid) -> Result<Vec<Known>, MailFailure> {
        let mut url = self.at("/v2/notifications")?;
        url.query_pairs_mut()
            .append_pair("template_type", "email")
            .append_pair("reference", &reference.to_string());
        let answer = self.ask(self.client.get(url)).await?;
        read::<Found>(answer).await.map(|found| found.notifications)
    }

    async fn deliver(&self, mail: &Mail) -> Result<Sent, MailFailure> {
        if !may_write_to(&self.settings.only_to, &mail.to) {
            return Err(MailFailure::Permanent {
                status: None,
                text: "this service writes to addresses of its team only".to_owned(),
            });
        }
        if mail.again {
            let known = self.find(mail.id).await?;
            let accepted = known.into_iter().find(|known| !known.has_failed());
            if let Some(known) = accepted {
                return Ok(Sent::Accepted(known.id));
            }
        }
        let asked = Asked {
            email_address: &mail.to,
            template_id: self.settings.template,
            personalisation: Personalisation {
                subject: &mail.subject,
                text: &mail.text,
            },
            reference: mail.id,
            email_reply_to_id: self.settings.reply_to,
        };
        let url = self.at("/v2/notifications/email")?;
        let answer = self.ask(self.client.post(url).json(&asked)).await?;
        // Accepted, whatever is made of the answer: asking again finds it.
        Ok(Sent::Accepted(read::<Known>(answer).await?.id))
    }
}

impl MailChannel for GovUkNotify {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<Sent, MailFailure>> {
        Box::pin(self.deliver(mail))
    }

    fn receipt<'a>(
        &'a self,
        provider_id: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, MailFailure>> {
        Box::pin(async move {
            let Ok(id) = provider_id.parse::<Uuid>() else {
                return Ok(None);
            };
            let url = self.at(&format!("/v2/notifications/{id}"))?;
            let answer = self.ask(self.client.get(url)).await?;
            read::<Known>(answer).await.map(|known| Some(known.status))
        })
    }
}

async fn read<T: for<'de> Deserialize<'de>>(answer: Response) -> Result<T, MailFailure> {
    answer.json().await.map_err(|_| MailFailure::Temporary {
        status: None,
        text: "Notify's answer cannot be read".to_owned(),
    })
}

/// Service and secret of an API key; both are UUIDs at its end.
fn split(api_key: &str) -> Option<(&str, &str)> {
    let key = api_key.trim();
    let secret_at = key.len().checked_sub(UUID)?;
    let secret = key.get(secret_at..)?;
    let rest = key.get(..secret_at)?.strip_suffix('-')?;
    let service = rest.get(rest.len().checked_sub(UUID)?..)?;
    let is_uuid = |text: &str| Uuid::try_parse(text).is_ok();
    (is_uuid(service) && is_uuid(secret)).then_some((service, secret))
}

/// Notify counts by UTC days.
fn next_day(now: DateTime<Utc>) -> DateTime<Utc> {
    let next = now.date_naive() + Days::new(1);
    next.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn may_write_to(only: &[String], address: &str) -> bool {
    let address = address.to_lowercase();
    let named = |one: &String| {
        let one = one.to_lowercase();
        if one.starts_with('@') {
            address.ends_with(&one)
        } else {
            address == one
        }
    };
    only.is_empty() || only.iter().any(named)
}

#[derive(Serialize)]
struct Asked<'a> {
    email_address: &'a str,
    template_id: Uuid,
    personalisation: Personalisation<'a>,
    reference: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_reply_to_id: Option<Uuid>,
}

#[derive(Serialize)]
struct Personalisation<'a> {
    subject: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct Found {
    notifications: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    id: String,
    /// Not in the answer to what was just accepted.
    #[serde(default)]
    status: String,
}

impl Known {
    fn has_failed(&self) -> bool {
        self.status.ends_with("-failure")
    }
}

#[derive(Default, Deserialize)]
struct Refused {
    #[serde(default)]
    errors: Vec<Wrong>,
}

#[derive(Default, Deserialize)]
struct Wrong {
    #[serde(default)]
    error: String,
}

/// Requests that may still be made: refilled by and by.
struct Bucket {
    every: Duration,
    burst: u32,
    left: Mutex<(u32, Instant)>,
}

impl Bucket {
    fn new(per_minute: u32, burst: u32) -> Self {
        Self {
            every: Duration::from_secs(60) / per_minute.max(1),
            burst: burst.max(1),
            left: Mutex::new((burst.max(1), Instant::now())),
        }
    }

    /// Waits until a request may be made. Who asks first goes first.
    async fn take(&self) {
        let mut held = self.left.lock().await;
        loop {
            let (left, since) = *held;
            let passed = since.elapsed();
            let more =
                u32::try_from(passed.as_nanos() / self.every.as_nanos().max(1)).unwrap_or(u32::MAX);
            let filled = left.saturating_add(more).min(self.burst);
            let since = if filled == self.burst {
                Instant::now()
            } else {
                since + self.every.saturating_mul(more)
            };
            if let Some(rest) = filled.checked_sub(1) {
                *held = (rest, since);
                return;
            }
            *held = (0, since);
            sleep(self.every.saturating_sub(since.elapsed())).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_its_service_and_its_secret() {
        let (service, secret) = (
            "26785a09-ab16-4eb0-8407-a37497a57506",
            "3d844edf-8d35-48ac-975b-e847b4f122b0",
        );
        let key = format!("my-test-key-{service}-{secret}");
        assert_eq!(split(&key), Some((service, secret)));
        for wrong in [
            "",
            "key",
            secret,
            &format!("key-{secret}"),
            &format!("{key}x"),
        ] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_team_s_service_writes_to_its_team_only() {
        let only = ["@team.example".to_owned(), "one@other.example".to_owned()];
        for (address, may) in [
            ("a@team.example", true),
            ("A@Team.Example", true),
            ("one@other.example", true),
            ("two@other.example", false),
            ("a@notteam.example", false),
            ("a@team.example.org", false),
        ] {
            assert_eq!(may_write_to(&only, address), may, "{address}");
        }
        assert!(may_write_to(&[], "anyone@example.org"));
    }

    #[test]
    fn the_day_of_a_limit_ends_at_midnight() {
        let at = "2026-09-15T23:59:59Z".parse().unwrap();
        assert_eq!(next_day(at).to_rfc3339(), "2026-09-16T00:00:00+00:00");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_spread_once_the_burst_is_spent() {
        let bucket = Bucket::new(60, 3);
        let began = Instant::now();
        let mut after = Vec::new();
        for _ in 0..6 {
            bucket.take().await;
            after.push(began.elapsed().as_secs());
        }
        assert_eq!(after, [0, 0, 0, 1, 2, 3]);
        tokio::time::advance(Duration::from_secs(600)).await;
        for _ in 0..3 {
            bucket.take().await;
        }
        assert_eq!(began.elapsed().as_secs(), 603);
    }
}
