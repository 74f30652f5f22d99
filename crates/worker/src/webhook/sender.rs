//! One try at one endpoint.

use std::{fmt, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_telemetry::trace::{self, TraceParent};
use reqwest::{Client, Response, StatusCode, header, redirect};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use standardwebhooks::Webhook;
use uuid::Uuid;

use super::{
    Settings,
    route::{self, NoRoute, Resolve, Route, SystemResolver},
};

/// The sender could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("webhooks cannot be sent: {0}")]
pub struct SetupError(String);

/// A request to an endpoint.
pub struct Request {
    /// Address of the endpoint.
    pub url: String,
    /// Secret to sign with.
    pub secret: String,
    /// Identifier, the same for every try.
    pub id: Uuid,
    /// When this try is made.
    pub at: DateTime<Utc>,
    /// What is sent.
    pub body: Vec<u8>,
    /// Place of the try in its trace, if it has one.
    pub traced: Option<TraceParent>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("url", &self.url)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A success status.
    Accepted {
        /// The status.
        status: u16,
    },
    /// 410: the endpoint wants no more.
    Gone,
    /// Any other status.
    Refused {
        /// The status.
        status: u16,
        /// When the endpoint asks to be called again.
        not_before: Option<DateTime<Utc>>,
        /// Beginning of the answer.
        detail: String,
    },
    /// No answer.
    Unreachable {
        /// What went wrong.
        detail: String,
    },
    /// The address may not be called.
    Blocked {
        /// Why.
        detail: String,
    },
}

/// Sends webhooks.
#[derive(Clone)]
pub struct Sender {
    settings: Settings,
    tls: ClientConfig,
    resolver: Arc<dyn Resolve>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Sender {
    /// A sender that trusts the public certificate authorities, and those of
    /// the settings.
    ///
    /// # Errors
    /// If an authority of the settings cannot be read.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if let Some(pem) = &settings.authorities {
            let mut read = 0_u32;
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|error| SetupError(error.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|error| SetupError(error.to_string()))?;
                read += 1;
            }
            if read == 0 {
                return Err(SetupError("no certificate authority was given".to_owned()));
            }
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| SetupError(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            settings,
            tls,
            resolver: Arc::new(SystemResolver),
        })
    }

    /// The same with another resolver.
    #[must_use]
    pub fn with_resolver(mut self, resolver: impl Resolve) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    /// How it sends.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Makes one try.
    pub async fn send(&self, request: &Request) -> Answer {
        let found = tokio::time::timeout(
            self.settings.timeout,
            route::find(
                &request.url,
                self.settings.allow_loopback,
                self.resolver.as_ref(),
            ),
        );
        let route = match found.await {
            Ok(Ok(route)) => route,
            Ok(Err(NoRoute::Blocked(why))) => {
                return Answer::Blocked {
                    detail: why.to_owned(),
                };
            }
            Ok(Err(NoRoute::Unresolved(why))) => return unreachable(why),
            Err(_) => return unreachable("the name of the endpoint was not found in time"),
        };
        let Some(signature) = sign(request) else {
            return Answer::Blocked {
                detail: "the secret of the endpoint cannot be used".to_owned(),
            };
        };
        let sent = match self.client(&route) {
            Ok(client) => {
                let mut call = client
                    .post(route.url)
                    .header(header::CONTENT_TYPE, "application/json")
                    .header("webhook-id", request.id.to_string())
                    .header("webhook-timestamp", request.at.timestamp().to_string())
                    .header("webhook-signature", signature)
                    .body(request.body.clone());
                if let Some(traced) = &request.traced {
                    call = call.header(trace::HEADER, traced.as_str());
                }
                call.send().await
            }
            Err(error) => Err(error),
        };
        match sent {
            Ok(response) => self.answer(response, request.at).await,
            Err(error) => unreachable(reason(&error)),
        }
    }

    /// A client for one request: it knows the checked addresses only, follows
    /// nothing and keeps nothing.
    fn client(&self, route: &Route) -> Result<Client, reqwest::Error> {
        let mut client = Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .timeout(self.settings.timeout)
            .user_agent(&self.settings.user_agent);
        if let Some(name) = &route.name {
            client = client.resolve_to_addrs(name, &route.addresses);
        }
        client.build()
    }

    async fn answer(&self, response: Response, now: DateTime<Utc>) -> Answer {
        let status = response.status();
        if status.is_success() {
            return Answer::Accepted {
                status: status.as_u16(),
            };
        }
        if status == StatusCode::GONE {
            return Answer::Gone;
        }
        let asked = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, now));
        let throttled = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        );
        let longest = TimeDelta::from_std(self.settings.longest_pause).unwrap_or(TimeDelta::MAX);
        Answer::Refused {
            status: status.as_u16(),
            not_before: asked.filter(|_| throttled).map(|at| at.min(now + longest)),
            detail: self.beginning(response).await,
        }
    }

    /// The beginning of an answer, as one line that any log can hold.
    async fn beginning(&self, mut response: Response) -> String {
        let limit = self.settings.answer_limit;
        let mut read = Vec::new();
        while read.len() < limit
            && let Ok(Some(chunk)) = response.chunk().await
        {
            read.extend(chunk.into_iter().take(limit - read.len()));
        }
        String::from_utf8_lossy(&read)
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect::<String>()
            .trim()
            .to_owned()
    }
}

fn sign(request: &Request) -> Option<String> {
    // A deleted endpoint has no secret; an empty key would sign all the same.
    let secret = Some(&request.secret).filter(|secret| !secret.is_empty())?;
    Webhook::new(secret)
        .ok()?
        .sign(
            &request.id.to_string(),
            request.at.timestamp(),
            &request.body,
        )
        .ok()
}

fn unreachable(detail: &str) -> Answer {
    Answer::Unreachable {
        detail: detail.to_owned(),
    }
}

/// In our own words: the library's name addresses and URLs.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "the endpoint did not answer in time"
    } else if error.is_connect() {
        "no connection to the endpoint"
    } else {
        "the connection to the endpoint broke"
    }
}

/// Reads a `Retry-After`: seconds or a date.
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        let seconds = value.parse().unwrap_or(i64::MAX);
        return TimeDelta::try_seconds(seconds)
            .and_then(|pause| now.checked_add_signed(pause))
            .or(Some(DateTime::<Utc>::MAX_UTC));
    }
    DateTime::parse_from_rfc2822(value)
        .ok()
        .map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_or_a_date() {
        let now: DateTime<Utc> = "2026-09-15T09:00:00Z".parse().unwrap();
        let read = |value| retry_after(value, now).map(|at| at.to_rfc3339());
        assert_eq!(read("120").as_deref(), Some("2026-09-15T09:02:00+00:00"));
        assert_eq!(
            read("Tue, 15 Sep 2026 10:00:00 GMT").as_deref(),
            Some("2026-09-15T10:00:00+00:00")
        );
        assert_eq!(
            retry_after("99999999999999999999", now),
            Some(DateTime::<Utc>::MAX_UTC)
        );
        for odd in ["", "soon", "-5", "1.5"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_authority_that_cannot_be_read_is_refused() {
        for pem in [
            "",
            "no certificate",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            let settings = Settings {
                authorities: Some(pem.to_owned()),
                ..Settings::default()
            };
            assert!(Sender::new(settings).is_err(), "{pem:?}");
        }
        assert!(Sender::new(Settings::default()).is_ok());
    }
}
