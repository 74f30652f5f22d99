//! Access tokens of trusted issuers (OAuth 2.0, RFC 9068), beside API keys and
//! on the same routes.

mod claims;
mod keys;
mod ring_provider;
mod settings;

use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_store::Actor;
use jsonwebtoken::{Validation, decode, decode_header, errors::ErrorKind};

pub use settings::{Claims, OidcSettings};

use claims::Token;
use keys::Keys;
use ring_provider::ALLOWED;

/// Characters of a token at the most.
const LONGEST: usize = 8 * 1024;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not valid; why is for the log.
    Invalid(&'static str),
    /// The issuer's keys cannot be had at the moment.
    NoKeys,
}

/// The trusted issuers.
#[derive(Debug)]
pub(crate) struct Issuers {
    settings: OidcSettings,
    keys: Vec<Keys>,
}

/// Whether a credential is meant as a token: three parts of base64url.
pub(crate) fn is_token_like(credential: &str) -> bool {
    credential.split('.').count() == 3
        && credential
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

impl Issuers {
    pub(crate) fn new(settings: OidcSettings) -> Result<Self, reqwest::Error> {
        ring_provider::install();
        let keys = settings
            .issuers
            .iter()
            .map(|issuer| Keys::new(issuer.clone(), settings.keys_max_age))
            .collect::<Result<_, _>>()?;
        Ok(Self { settings, keys })
    }

    /// Who holds the token.
    pub(crate) async fn authenticate(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Actor, Refusal> {
        if token.len() > LONGEST {
            return Err(Refusal::Invalid("it is too long"));
        }
        let header =
            decode_header(token).map_err(|_| Refusal::Invalid("its header cannot be read"))?;
        if !ALLOWED.contains(&header.alg) {
            return Err(Refusal::Invalid("its algorithm is not allowed"));
        }
        if header.crit.is_some() {
            return Err(Refusal::Invalid("it needs what is not understood here"));
        }
        let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        let kind = kind.strip_prefix("application/").unwrap_or(&kind);
        if !matches!(kind, "jwt" | "at+jwt") {
            return Err(Refusal::Invalid("it is of another type"));
        }
        let issuer = self.issuer(token)?;
        let key = issuer.find(header.kid.as_deref(), header.alg, now).await?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[issuer.issuer()]);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By the clock of the service, below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let token = decode::<Token>(token, &key, &validation)
            .map_err(|error| Refusal::Invalid(reason(error.kind())))?
            .claims;
        let skew = TimeDelta::from_std(self.settings.clock_skew).unwrap_or_default();
        token.at(now, skew)?;
        token.is_access_token()?;
        token.actor(&self.settings.claims)
    }

    /// The issuer that the token names, not yet checked to be its.
    fn issuer(&self, token: &str) -> Result<&Keys, Refusal> {
        #[derive(serde::Deserialize)]
        struct Named {
            iss: String,
        }
        let named: Named = jsonwebtoken::dangerous::insecure_decode_claims(token)
            .map_err(|_| Refusal::Invalid("its claims cannot be read"))?;
        self.keys
            .iter()
            .find(|keys| keys.issuer() == named.iss)
            .ok_or(Refusal::Invalid("its issuer is not trusted"))
    }
}

const fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "its signature is wrong",
        ErrorKind::InvalidAudience => "it is meant for somebody else",
        ErrorKind::InvalidIssuer => "its issuer is another",
        ErrorKind::MissingRequiredClaim(_) => "a claim is missing",
        _ => "it cannot be read",
    }
}
