//! What a token says of its holder, and who that is here.

use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_core::inspection::Role;
use group_inspection_store::{Actor, actor::Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Refusal, settings::Claims};

/// Characters of a subject at the most (OpenID Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// The claims of a token whose signature is good.
#[derive(Debug, Deserialize)]
pub(super) struct Token {
    iss: String,
    sub: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Token {
    /// Whether the token is of this time.
    pub(super) fn at(&self, now: DateTime<Utc>, skew: TimeDelta) -> Result<(), Refusal> {
        let now = now.timestamp();
        let skew = skew.num_seconds();
        let end = self.exp.ok_or(Refusal::Invalid("it has no end"))?;
        if end.saturating_add(skew) <= now {
            return Err(Refusal::Invalid("it has expired"));
        }
        let begins = |at: Option<i64>| at.is_some_and(|at| at.saturating_sub(skew) > now);
        if begins(self.nbf) || begins(self.iat) {
            return Err(Refusal::Invalid("it is not valid yet"));
        }
        Ok(())
    }

    /// Whether it is a token to call an API with, and for whoever holds it.
    pub(super) fn is_access_token(&self) -> Result<(), Refusal> {
        const OF_IDENTITY: [&str; 3] = ["nonce", "at_hash", "c_hash"];
        if OF_IDENTITY
            .iter()
            .any(|claim| self.rest.contains_key(*claim))
        {
            return Err(Refusal::Invalid("it is an identity token"));
        }
        if self.rest.contains_key("cnf") {
            // The proof that goes with it is not looked at here.
            return Err(Refusal::Invalid("it is bound to a key"));
        }
        Ok(())
    }

    /// Who the holder is here.
    pub(super) fn actor(&self, names: &Claims) -> Result<Actor, Refusal> {
        let subject = self
            .sub
            .as_deref()
            .filter(|subject| {
                (1..=LONGEST_SUBJECT).contains(&subject.chars().count())
                    && !subject.chars().any(char::is_control)
            })
            .ok_or(Refusal::Invalid("it has no subject"))?;
        let body = self.identifier(&names.body)?;
        let person = self.identifier(&names.person)?;
        let role = self.role(&names.role)?;
        // A system or a leader of a body is of one body; without this claim
        // they would be let see all.
        if matches!(role, Some(Role::Integrator | Role::BodyLeader)) && body.is_none() {
            return Err(Refusal::Invalid("its role needs a body"));
        }
        let actor = Actor::token(&self.iss, subject, self.scopes(&names.scope)?, body);
        Ok(match role {
            Some(role) => {
                let own = Uuid::new_v5(&Uuid::NAMESPACE_URL, actor.name().as_bytes());
                actor.acting_as(role, person.unwrap_or(own))
            }
            None => actor,
        })
    }

    /// The role, alone or as the only one of a list.
    fn role(&self, claim: &str) -> Result<Option<Role>, Refusal> {
        let code = match self.rest.get(claim) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(code)) => code,
            Some(Value::Array(codes)) => match codes.as_slice() {
                [] => return Ok(None),
                [Value::String(code)] => code,
                _ => return Err(Refusal::Invalid("it names several roles")),
            },
            Some(_) => return Err(Refusal::Invalid("its role is not known here")),
        };
        Role::from_code(code)
            .filter(|role| *role != Role::System)
            .map(Some)
            .ok_or(Refusal::Invalid("its role is not known here"))
    }

    /// The scopes that are ours, from a list or from one text. Others, such as
    /// `openid`, are for somebody else.
    fn scopes(&self, claim: &str) -> Result<Vec<Scope>, Refusal> {
        let malformed = Refusal::Invalid("its scopes cannot be read");
        let codes: Vec<&str> = match self.rest.get(claim) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) => text.split(' ').collect(),
            Some(Value::Array(codes)) => codes
                .iter()
                .map(|code| code.as_str().ok_or(malformed))
                .collect::<Result<_, _>>()?,
            Some(_) => return Err(malformed),
        };
        Ok(codes.into_iter().filter_map(Scope::from_code).collect())
    }

    /// An identifier; what is there but is none must not widen what is seen.
    fn identifier(&self, claim: &str) -> Result<Option<Uuid>, Refusal> {
        match self.rest.get(claim) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value
                .as_str()
                .and_then(|text| text.parse().ok())
                .map(Some)
                .ok_or(Refusal::Invalid("an identifier in it is malformed")),
        }
    }
}
