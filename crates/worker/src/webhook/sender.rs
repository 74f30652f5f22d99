//! One try at one endpoint.

use std::{
    collections::HashMap,
    error::Error as _,
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_telemetry::trace::{self, TraceParent};
use reqwest::{Client, Response, StatusCode, header, redirect};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use uuid::Uuid;

use super::{
    Settings,
    route::{self, NoRoute, Resolve, Route, SystemResolver},
    signature::sign,
};

/// The sender could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("webhooks cannot be sent: {0}")]
pub struct SetupError(String);

/// A request to an endpoint.
pub struct Request {
    /// Address of the endpoint.
    pub url: String,
    /// Keys to sign with, each of them.
    pub keys: Vec<String>,
    /// Identifier, the same for every try.
    pub id: Uuid,
    /// When this try is made.
    pub at: DateTime<Utc>,
    /// What is sent.
    pub body: Bytes,
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

/// What came of a try. Nothing of an answer is kept but its status.
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
        /// Class: `redirect`, `throttled` or `status`.
        error: &'static str,
        /// When the endpoint asks to be called again.
        not_before: Option<DateTime<Utc>>,
    },
    /// No answer.
    Unreachable {
        /// Class: `dns`, `connect`, `tls`, `timeout` or `broken`.
        error: &'static str,
        /// What went wrong.
        detail: &'static str,
    },
    /// It may not be called: its address or its key is at fault.
    Blocked {
        /// Class: `address` or `key`.
        error: &'static str,
        /// Why.
        detail: &'static str,
    },
}

/// Clients by the route they are pinned to.
type Clients = Arc<Mutex<HashMap<(Option<String>, Vec<SocketAddr>), Client>>>;

/// Sends webhooks.
#[derive(Clone)]
pub struct Sender {
    settings: Settings,
    tls: ClientConfig,
    resolver: Arc<dyn Resolve>,
    clients: Clients,
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
            clients: Clients::default(),
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
            Ok(Err(NoRoute::Blocked(detail))) => {
                return Answer::Blocked {
                    error: "address",
                    detail,
                };
            }
            Ok(Err(NoRoute::Unresolved(detail))) => return unreachable("dns", detail),
            Err(_) => {
                return unreachable("dns", "the name of the endpoint was not found in time");
            }
        };
        let id = request.id.to_string();
        let stamp = request.at.timestamp();
        let Some(signature) = sign(&request.keys, &id, stamp, &request.body) else {
            return Answer::Blocked {
                error: "key",
                detail: "the key of the endpoint cannot be used",
            };
        };
        let sent = match self.client(&route) {
            Ok(client) => {
                let mut call = client
                    .post(route.url)
                    .header(header::CONTENT_TYPE, "application/json")
                    .header("webhook-id", id)
                    .header("webhook-timestamp", stamp.to_string())
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
            Err(error) => no_answer(&error),
        }
    }

    /// A client that knows the addresses checked just now and no others. It
    /// keeps connections, but only for the route they were made for: once a
    /// name leads elsewhere, its connections are of no use to anybody.
    fn client(&self, route: &Route) -> Result<Client, reqwest::Error> {
        let key = (route.name.clone(), route.addresses.clone());
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let mut client = Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .retry(reqwest::retry::never())
            .pool_idle_timeout(self.settings.keep_connection)
            .timeout(self.settings.timeout)
            .user_agent(&self.settings.user_agent);
        if let Some(name) = &route.name {
            client = client.resolve_to_addrs(name, &route.addresses);
        }
        let client = client.build()?;
        if clients.len() >= self.settings.routes {
            // Too many to keep: they are made anew as they are needed.
            clients.clear();
        }
        clients.insert(key, client.clone());
        Ok(client)
    }

    async fn answer(&self, response: Response, now: DateTime<Utc>) -> Answer {
        let status = response.status();
        let asked = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, now));
        self.throw_away(response).await;
        if status.is_success() {
            return Answer::Accepted {
                status: status.as_u16(),
            };
        }
        if status == StatusCode::GONE {
            return Answer::Gone;
        }
        let throttled = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        );
        let error = if status.is_redirection() {
            "redirect"
        } else if throttled {
            "throttled"
        } else {
            "status"
        };
        let longest = TimeDelta::from_std(self.settings.longest_pause).unwrap_or(TimeDelta::MAX);
        Answer::Refused {
            status: status.as_u16(),
            error,
            not_before: asked.filter(|_| throttled).map(|at| at.min(now + longest)),
        }
    }

    /// Reads a short answer to its end, so that its connection can be used
    /// again; hangs up on a long one.
    async fn throw_away(&self, mut response: Response) {
        let mut left = self.settings.answer_limit;
        while let Ok(Some(chunk)) = response.chunk().await {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    }
}

const fn unreachable(error: &'static str, detail: &'static str) -> Answer {
    Answer::Unreachable { error, detail }
}

/// In our own words: the library's name addresses and URLs.
fn no_answer(error: &reqwest::Error) -> Answer {
    if error.is_timeout() {
        unreachable("timeout", "the endpoint did not answer in time")
    } else if is_about_tls(error) {
        unreachable("tls", "no secure connection to the endpoint")
    } else if error.is_connect() {
        unreachable("connect", "no connection to the endpoint")
    } else {
        unreachable("broken", "the connection to the endpoint broke")
    }
}

fn is_about_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if error.is::<rustls::Error>() || inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        cause = error.source();
    }
    false
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
