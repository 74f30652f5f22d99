//! Which issuers of tokens are trusted, and what their claims mean here.

use std::{collections::BTreeMap, time::Duration};

use url::{Host, Url};

/// Issuers of access tokens, and how their tokens are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// Issuers, as their tokens name them.
    pub issuers: Vec<String>,
    /// Who tokens must be meant for: this service.
    pub audience: String,
    /// By how much clocks may differ.
    pub clock_skew: Duration,
    /// How old the keys of an issuer may get while it cannot be asked.
    pub keys_max_age: Duration,
    /// Names of claims.
    pub claims: Claims,
}

/// Names of the claims that say what a caller is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The role.
    pub role: String,
    /// The scopes.
    pub scope: String,
    /// The body the caller is limited to.
    pub body: String,
    /// The person.
    pub person: String,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            role: "gi_role".to_owned(),
            scope: "scope".to_owned(),
            body: "gi_body".to_owned(),
            person: "gi_person".to_owned(),
        }
    }
}

impl std::fmt::Display for Claims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            role,
            scope,
            body,
            person,
        } = self;
        write!(f, "role={role},scope={scope},body={body},person={person}")
    }
}

impl Claims {
    /// Names given as `role=…,scope=…,body=…,person=…`; those left out stay as
    /// they are.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut claims = Self::default();
        let mut given = BTreeMap::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (what, name) = part
                .split_once('=')
                .filter(|(_, name)| !name.trim().is_empty())
                .ok_or_else(|| format!("{part} is not of the form role=claim"))?;
            if given.insert(what.trim(), name.trim()).is_some() {
                return Err(format!("{what} is named twice"));
            }
        }
        for (what, name) in given {
            let slot = match what {
                "role" => &mut claims.role,
                "scope" => &mut claims.scope,
                "body" => &mut claims.body,
                "person" => &mut claims.person,
                _ => return Err(format!("{what} is none of role, scope, body and person")),
            };
            name.clone_into(slot);
        }
        Ok(claims)
    }
}

impl OidcSettings {
    /// Usual settings for `issuers` and `audience`.
    ///
    /// # Errors
    /// If an issuer is not an https address (http is for this machine alone), or
    /// the audience is empty.
    pub fn new(issuers: Vec<String>, audience: &str) -> Result<Self, String> {
        if issuers.is_empty() {
            return Err("names no issuer".to_owned());
        }
        if let Some(wrong) = issuers.iter().find(|issuer| !is_trustworthy(issuer)) {
            return Err(format!("{wrong} is not an https address"));
        }
        if audience.trim().is_empty() {
            return Err("an audience is needed".to_owned());
        }
        Ok(Self {
            issuers,
            audience: audience.trim().to_owned(),
            clock_skew: Duration::from_secs(60),
            keys_max_age: Duration::from_secs(24 * 3_600),
            claims: Claims::default(),
        })
    }
}

/// Whether what an address says can be relied on: nobody on the way can change
/// it.
pub(super) fn is_trustworthy(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    plain && (url.scheme() == "https" || (url.scheme() == "http" && here))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_issuer_is_an_https_address() {
        let with = |issuer: &str| OidcSettings::new(vec![issuer.to_owned()], "api");
        for good in [
            "https://login.example/tenant/v2.0",
            "http://127.0.0.1:9000",
            "http://[::1]/x",
        ] {
            assert!(with(good).is_ok(), "{good}");
        }
        for wrong in [
            "http://login.example",
            "login.example",
            "https://user@login.example",
            "https://login.example/?x=1",
            "file:///etc/keys",
        ] {
            assert!(with(wrong).is_err(), "{wrong}");
        }
        assert!(OidcSettings::new(vec!["https://a.example".to_owned()], " ").is_err());
        assert!(OidcSettings::new(Vec::new(), "api").is_err());
    }

    #[test]
    fn claims_can_have_other_names() {
        let claims = Claims::parse("role=roles, scope=scp").unwrap();
        assert_eq!(
            (claims.role.as_str(), claims.scope.as_str()),
            ("roles", "scp")
        );
        assert_eq!(claims.body, "gi_body");
        assert_eq!(Claims::parse(&claims.to_string()), Ok(claims));
        for wrong in ["role", "role=", "rank=x", "role=a,role=b"] {
            assert!(Claims::parse(wrong).is_err(), "{wrong}");
        }
    }
}
