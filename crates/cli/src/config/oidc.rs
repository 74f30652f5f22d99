//! Access tokens beside API keys.

use std::time::Duration;

use group_inspection_api::{Claims, OidcSettings};

use super::given::{Given, Shown, or_none, wrong};
use crate::failure::Failure;

/// Longest skew between clocks that may be set, in seconds.
const LONGEST_SKEW: u64 = 600;

pub(super) const NAMES: &[&str] = &[
    "OIDC_ISSUERS",
    "OIDC_AUDIENCE",
    "OIDC_CLAIMS",
    "OIDC_CLOCK_SKEW",
];

/// Issuers that are trusted, if there are any.
pub(super) fn read(given: &Given) -> Result<Option<OidcSettings>, Failure> {
    if given.text("OIDC_ISSUERS").is_none() {
        // The others mean nothing alone.
        return match given.first("OIDC_") {
            Some(name) => Err(wrong(name, "needs OIDC_ISSUERS beside it")),
            None => Ok(None),
        };
    }
    let audience = given.text("OIDC_AUDIENCE").unwrap_or_default();
    let mut settings = OidcSettings::new(given.list("OIDC_ISSUERS"), audience)
        .map_err(|problem| wrong("OIDC_ISSUERS", problem))?;
    if let Some(claims) = given.text("OIDC_CLAIMS") {
        settings.claims = Claims::parse(claims).map_err(|problem| wrong("OIDC_CLAIMS", problem))?;
    }
    let skew: u64 = given.parsed("OIDC_CLOCK_SKEW", "60")?;
    if skew > LONGEST_SKEW {
        return Err(wrong(
            "OIDC_CLOCK_SKEW",
            format!("must be {LONGEST_SKEW} seconds at the most"),
        ));
    }
    settings.clock_skew = Duration::from_secs(skew);
    Ok(Some(settings))
}

pub(super) fn shown(settings: Option<&OidcSettings>) -> Shown {
    vec![
        (
            "OIDC_ISSUERS",
            or_none(settings.map(|oidc| oidc.issuers.join(","))),
        ),
        (
            "OIDC_AUDIENCE",
            or_none(settings.map(|oidc| &oidc.audience)),
        ),
        ("OIDC_CLAIMS", or_none(settings.map(|oidc| &oidc.claims))),
        (
            "OIDC_CLOCK_SKEW",
            or_none(settings.map(|oidc| oidc.clock_skew.as_secs())),
        ),
    ]
}
