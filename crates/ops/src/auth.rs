//! Who operates: a key with the scope `admin`, by HTTP Basic authentication.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, header},
    web::Data,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use group_inspection_store::{Actor, Error, actor::Scope, keys};

use crate::{OpsState, refusal::Refusal};

/// The holder of a key with the scope `admin`.
#[derive(Debug, Clone)]
pub(crate) struct Operator(Actor);

impl Operator {
    /// Who it is, for the store.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.0
    }
}

impl FromRequest for Operator {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let actor = authenticate(&request).await?;
            if request.method() != Method::GET && !is_own_form(&request) {
                return Err(Refusal::Foreign);
            }
            Ok(Self(actor))
        })
    }
}

async fn authenticate(request: &HttpRequest) -> Result<Actor, Refusal> {
    let state = request
        .app_data::<Data<OpsState>>()
        .ok_or(Refusal::Internal)?;
    let secret = password(request).ok_or(Refusal::Unauthenticated)?;
    let now = state.store.environment().clock.now();
    let holder = state
        .store
        .read(move |connection| keys::authenticate(connection, &secret, now))
        .await
        .map_err(|error| match error {
            Error::NotFound => Refusal::Unauthenticated,
            other => other.into(),
        })?;
    let actor = holder.actor;
    if actor.may(Scope::Admin) && actor.body().is_none() {
        Ok(actor)
    } else {
        Err(Refusal::Unauthenticated)
    }
}

fn password(request: &HttpRequest) -> Option<String> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (_, password) = decoded.split_once(':')?;
    Some(password.to_owned())
}

/// Whether a form comes from a page of this port. Browsers send the password
/// along with forms of other sites too, and say where a form comes from.
fn is_own_form(request: &HttpRequest) -> bool {
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let same_site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let same_host = text("origin").is_none_or(|origin| {
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some() && host == text("host")
    });
    same_site && same_host
}
