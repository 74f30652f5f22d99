//! Access tokens of issuers, beside API keys and on the same routes.

mod issuer;

use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use group_inspection_api::{AppState, Limits, OidcSettings, RateLimits};
use group_inspection_core::inspection::Role;
use group_inspection_store::{Clock, actor::Scope};
use ring::hmac;
use serde_json::{Value, json};
use uuid::Uuid;

use self::issuer::{Issuer, Signer, encoded, message};
use crate::{
    script::Script,
    test_app::{Answer, TestApp},
};

const AUDIENCE: &str = "https://api.group.example";

/// An application that trusts an issuer on this machine.
struct Trust {
    app: TestApp,
    issuer: Issuer,
    signer: Signer,
}

fn limits() -> Limits {
    Limits {
        rates: RateLimits {
            failures: None,
            ..RateLimits::default()
        },
        ..Limits::default()
    }
}

fn trusting(address: &str) -> impl FnOnce(AppState) -> AppState {
    // The client of the issuers takes the process's own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = OidcSettings::new(vec![address.to_owned()], AUDIENCE).unwrap();
    move |state| state.trusting(settings).unwrap()
}

impl Trust {
    async fn new(signer: Signer) -> Self {
        let issuer = Issuer::start(vec![signer.jwk("k1")]);
        Self {
            app: TestApp::changed(limits(), trusting(&issuer.address)).await,
            issuer,
            signer,
        }
    }

    /// Claims of a good token.
    fn claims(&self) -> Value {
        let now = self.app.store.clock.now().timestamp();
        json!({
            "iss": self.issuer.address, "sub": "person-1", "aud": AUDIENCE,
            "iat": now, "exp": now + 300, "scope": "openid register:read",
        })
    }

    fn token(&self, claims: &Value) -> String {
        self.signer.sign(&header("ES256"), claims)
    }

    async fn with(&self, claim: &str, value: Value) -> Answer {
        let mut claims = self.claims();
        claims[claim] = value;
        self.ask(&self.token(&claims)).await
    }

    async fn ask(&self, token: &str) -> Answer {
        self.app.get("/v1/bodies").key(token).send().await
    }

    async fn good(&self) -> u16 {
        self.ask(&self.token(&self.claims())).await.status
    }
}

fn header(algorithm: &str) -> Value {
    json!({ "alg": algorithm, "typ": "at+jwt", "kid": "k1" })
}

#[track_caller]
fn refused(answer: &Answer) {
    answer.problem("unauthenticated");
    assert!(
        answer
            .header("www-authenticate")
            .contains("error=\"invalid_token\""),
        "{answer:?}"
    );
}

#[actix_web::test]
async fn tokens_of_all_allowed_algorithms_are_taken() {
    for (algorithm, signer) in [
        ("ES256", Signer::ec()),
        ("EdDSA", Signer::ed()),
        ("RS256", Signer::rsa()),
        ("PS256", Signer::rsa()),
    ] {
        let trust = Trust::new(signer).await;
        let claims = trust.claims();
        for typ in ["at+jwt", "application/at+jwt", "JWT"] {
            let header = json!({ "alg": algorithm, "typ": typ, "kid": "k1" });
            let answer = trust.ask(&trust.signer.sign(&header, &claims)).await;
            assert_eq!(answer.status, 200, "{algorithm} {typ}: {answer:?}");
        }
        // One key alone needs no name.
        let bare = trust.signer.sign(&json!({ "alg": algorithm }), &claims);
        assert_eq!(trust.ask(&bare).await.status, 200, "{algorithm}");
        assert_eq!(trust.issuer.says().asked, 1);
        let mut changed = bare.clone();
        let last = changed.pop().unwrap();
        changed.push(if last == 'A' { 'Q' } else { 'A' });
        refused(&trust.ask(&changed).await);
    }
}

#[actix_web::test]
async fn no_key_is_taken_for_one_of_another_algorithm() {
    let trust = Trust::new(Signer::rsa()).await;
    let claims = trust.claims();
    let n = trust.signer.jwk("k1")["n"].as_str().unwrap().to_owned();
    // The public key as if it were a shared secret, in the forms it has.
    let Signer::Rsa(key) = &trust.signer else {
        panic!("an RSA key")
    };
    for secret in [key.public().as_ref(), n.as_bytes()] {
        let message = message(&header("HS256"), &claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let signature = hmac::sign(&key, message.as_bytes());
        let token = format!("{message}.{}", encoded(signature.as_ref()));
        refused(&trust.ask(&token).await);
    }
    for algorithm in [
        "none", "None", "HS256", "HS512", "ES256", "EdDSA", "RS512", "RS1",
    ] {
        let message = message(&header(algorithm), &claims);
        refused(&trust.ask(&format!("{message}.")).await);
        refused(
            &trust
                .ask(&trust.signer.sign(&header(algorithm), &claims))
                .await,
        );
    }
    // A key that the token brings along itself is nobody's.
    let own = Signer::ec();
    let brought = json!({ "alg": "ES256", "kid": "own", "jwk": own.jwk("own") });
    refused(&trust.ask(&own.sign(&brought, &claims)).await);

    // A key that is for one algorithm is for that one alone.
    let mut jwk = trust.signer.jwk("k2");
    jwk["alg"] = json!("PS256");
    let mut secret = json!({ "kty": "oct", "kid": "k3", "k": encoded(b"secret") });
    secret["alg"] = json!("HS256");
    trust.issuer.says().keys = vec![jwk, secret];
    trust.app.store.clock.advance(TimeDelta::minutes(1));
    let claims = trust.claims();
    let signed = |algorithm: &str| {
        let header = json!({ "alg": algorithm, "kid": "k2" });
        trust.signer.sign(&header, &claims)
    };
    assert_eq!(trust.ask(&signed("PS256")).await.status, 200);
    refused(&trust.ask(&signed("RS256")).await);
    let message = message(&json!({ "alg": "HS256", "kid": "k3" }), &claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
    let signature = encoded(hmac::sign(&key, message.as_bytes()).as_ref());
    refused(&trust.ask(&format!("{message}.{signature}")).await);
}

#[actix_web::test]
async fn a_token_is_for_its_time_give_or_take_the_skew() {
    let trust = Trust::new(Signer::ec()).await;
    let now = trust.app.store.clock.now().timestamp();
    for (claim, good, wrong) in [
        ("exp", now - 59, now - 60),
        ("nbf", now + 60, now + 61),
        ("iat", now + 60, now + 61),
    ] {
        assert_eq!(trust.with(claim, json!(good)).await.status, 200, "{claim}");
        refused(&trust.with(claim, json!(wrong)).await);
    }
    for wrong in [Value::Null, json!("soon"), json!(i64::MIN)] {
        refused(&trust.with("exp", wrong).await);
    }
    let token = trust.token(&trust.claims());
    assert_eq!(trust.ask(&token).await.status, 200);
    trust.app.store.clock.advance(TimeDelta::seconds(360));
    refused(&trust.ask(&token).await);
}

#[actix_web::test]
async fn a_token_is_of_its_issuer_and_for_this_service() {
    let trust = Trust::new(Signer::ec()).await;
    let both = json!(["https://other.example", AUDIENCE]);
    assert_eq!(trust.with("aud", both).await.status, 200);
    for (claim, wrong) in [
        ("aud", json!("https://other.example")),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("iss", json!("https://other.example")),
        ("iss", json!(format!("{}/", trust.issuer.address))),
        ("iss", Value::Null),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!("a\u{0}b")),
        ("sub", json!("a".repeat(256))),
        // Other kinds of token than one to call an API with.
        ("nonce", json!("n")),
        ("at_hash", json!("h")),
        ("cnf", json!({ "jkt": "t" })),
    ] {
        refused(&trust.with(claim, wrong).await);
    }
    let claims = trust.claims();
    for header in [
        json!({ "alg": "ES256", "kid": "k1", "typ": "dpop+jwt" }),
        json!({ "alg": "ES256", "kid": "k1", "typ": "logout+jwt" }),
        json!({ "alg": "ES256", "kid": "k1", "crit": ["exp"] }),
    ] {
        refused(&trust.ask(&trust.signer.sign(&header, &claims)).await);
    }
    refused(&trust.with("filler", json!("x".repeat(9_000))).await);
    for wrong in ["a.b.c", "..", "e30.e30.e30"] {
        refused(&trust.ask(wrong).await);
    }
    assert_eq!(trust.good().await, 200);
}

#[actix_web::test]
async fn claims_say_role_scopes_body_and_person() {
    let trust = Trust::new(Signer::ec()).await;
    assert_eq!(
        trust.with("scope", json!(["register:read"])).await.status,
        200
    );
    for none in [json!("openid"), json!([]), Value::Null] {
        trust.with("scope", none).await.problem("forbidden");
    }
    let admin = trust.app.key(&[Scope::Admin]).await;
    trust.app.body(&admin, "Aspen Schools", &[]).await;
    let body = trust.app.body(&admin, "Beech Schools", &[]).await;
    for (claim, wrong) in [
        ("gi_role", json!("headteacher")),
        ("gi_role", json!("system")),
        ("gi_role", json!(["lead_inspector", "quality_assurer"])),
        ("gi_role", json!({})),
        // Of a body, but of which?
        ("gi_role", json!("integrator")),
        ("gi_role", json!("body_leader")),
        // What cannot be read must not widen what is seen.
        ("gi_body", json!("all")),
        ("gi_body", json!("")),
        ("gi_person", json!(7)),
        ("scope", json!(7)),
    ] {
        refused(&trust.with(claim, wrong).await);
    }
    let limited = trust.with("gi_body", json!(body)).await.value();
    assert_eq!(limited["items"].as_array().unwrap().len(), 1, "{limited}");
    assert_eq!(limited["items"][0]["id"], json!(body));
    assert_eq!(trust.with("gi_role", json!(["operator"])).await.status, 200);
}

#[actix_web::test]
async fn an_issuer_may_change_its_keys_while_we_run() {
    let trust = Trust::new(Signer::ec()).await;
    assert_eq!(trust.good().await, 200);
    let next = Signer::ec();
    trust.issuer.says().keys = vec![trust.signer.jwk("k1"), next.jwk("k2")];
    let new = || {
        let header = json!({ "alg": "ES256", "kid": "k2" });
        next.sign(&header, &trust.claims())
    };
    // Within half a minute the issuer is not asked again, whoever asks.
    refused(&trust.ask(&new()).await);
    assert_eq!(trust.issuer.says().asked, 1);
    trust.app.store.clock.advance(TimeDelta::seconds(30));
    assert_eq!(trust.ask(&new()).await.status, 200);
    assert_eq!(trust.good().await, 200);
    assert_eq!(trust.issuer.says().asked, 2);
    // The old key is withdrawn: it goes on working until keys are fetched.
    trust.issuer.says().keys = vec![next.jwk("k2")];
    assert_eq!(trust.good().await, 200);
    trust.app.store.clock.advance(TimeDelta::minutes(15));
    assert_eq!(trust.ask(&new()).await.status, 200);
    assert_eq!(trust.good().await, 401);
    assert_eq!(trust.issuer.says().asked, 3);
}

#[actix_web::test]
async fn tokens_that_name_no_key_do_not_make_us_ask_and_ask() {
    let trust = Trust::new(Signer::ec()).await;
    for number in 0..100 {
        let header = json!({ "alg": "ES256", "kid": format!("x{number}") });
        refused(
            &trust
                .ask(&trust.signer.sign(&header, &trust.claims()))
                .await,
        );
    }
    assert_eq!(trust.issuer.says().asked, 1);
}

#[actix_web::test]
async fn an_issuer_that_is_down_is_done_without_until_its_keys_are_old() {
    let trust = Trust::new(Signer::ec()).await;
    assert_eq!(trust.good().await, 200);
    trust.issuer.says().down = true;
    trust.app.store.clock.advance(TimeDelta::hours(23));
    assert_eq!(trust.good().await, 200);
    trust.app.store.clock.advance(TimeDelta::hours(1));
    let away = trust.ask(&trust.token(&trust.claims())).await;
    assert_eq!(away.status, 503, "{away:?}");
    assert_eq!(away.header("retry-after"), "30");
    trust.issuer.says().down = false;
    trust.app.store.clock.advance(TimeDelta::seconds(30));
    assert_eq!(trust.good().await, 200);
    trust.issuer.stop().await;
    trust.app.store.clock.advance(TimeDelta::hours(1));
    assert_eq!(trust.good().await, 200);
}

#[actix_web::test]
async fn an_issuer_that_is_not_what_it_says_is_not_believed() {
    let trust = Trust::new(Signer::ec()).await;
    trust.issuer.says().calls_itself = Some("https://other.example".to_owned());
    assert_eq!(trust.good().await, 503);
    trust.issuer.says().calls_itself = None;
    trust.issuer.says().padding = 300_000;
    trust.app.store.clock.advance(TimeDelta::seconds(30));
    assert_eq!(trust.good().await, 503);
    trust.issuer.says().padding = 0;
    trust.issuer.says().keys = vec![json!({ "kty": "quantum" })];
    trust.app.store.clock.advance(TimeDelta::seconds(30));
    assert_eq!(trust.good().await, 503);
    trust.issuer.says().keys = vec![json!({ "kty": "quantum" }), trust.signer.jwk("k1")];
    trust.app.store.clock.advance(TimeDelta::seconds(30));
    assert_eq!(trust.good().await, 200);
}

#[actix_web::test]
async fn without_an_issuer_no_token_is_taken() {
    let app = TestApp::new().await;
    let token = Signer::ec().sign(&header("ES256"), &json!({ "sub": "x" }));
    let answer = app.get("/v1/bodies").key(&token).send().await;
    answer.problem("unauthenticated");
}

#[actix_web::test]
async fn people_and_systems_work_by_token_as_they_do_by_key() {
    let signer = Signer::ec();
    let issuer = Issuer::start(vec![signer.jwk("k1")]);
    let app = TestApp::changed(limits(), trusting(&issuer.address)).await;
    app.stock().await;
    let script = Script::over(app).await;
    script.to_team().await;
    let cast = script.app.cast().await;
    let body = script.get(&script.officer, "").await.id("body_id");
    let token = |role: Role, person: Option<Uuid>, body: Option<Uuid>| {
        let now = script.app.store.clock.now().timestamp();
        signer.sign(
            &header("ES256"),
            &json!({
                "iss": issuer.address, "sub": format!("sub-{}", role.code()), "aud": AUDIENCE,
                "exp": now + 300, "gi_role": role.code(), "gi_person": person, "gi_body": body,
                "scope": "inspections:read inspections:act submissions:write",
            }),
        )
    };
    // DR-15 and DR-16 hold for whoever comes by token.
    let lead = token(Role::LeadInspector, Some(cast.lead), None);
    let early = script.get(&lead, "/submissions").await;
    assert_eq!(early.problem("forbidden")["rule"], "DR-15");
    let declared = script
        .post(&lead, "declarations", json!({ "interests": [] }))
        .await;
    assert_eq!(declared.status, 201, "{declared:?}");
    let decider = token(Role::DecisionMaker, Some(cast.decider), None);
    let decided = script
        .post(
            &decider,
            &format!("conflicts/{}/decision", cast.lead),
            json!({ "ruling": { "ruling": "clear" }, "reasons": "Nothing" }),
        )
        .await;
    assert_eq!(decided.status, 201, "{decided:?}");
    assert_eq!(script.get(&lead, "/submissions").await.status, 200);
    // Another person of the same role is somebody else.
    let other = token(Role::LeadInspector, None, None);
    assert_eq!(script.get(&other, "/submissions").await.status, 403);
    // The body's system sees its own inspection, and another body's does not.
    let own = token(Role::Integrator, None, Some(body));
    assert_eq!(script.get(&own, "").await.status, 200);
    let strange = token(Role::Integrator, None, Some(Uuid::nil()));
    script.get(&strange, "").await.problem("not-found");
    // The log says who it was, by issuer and subject.
    let named = script
        .app
        .store
        .store
        .read(|connection| {
            #[derive(QueryableByName)]
            struct Named {
                #[diesel(sql_type = Text)]
                actor: String,
            }
            let named: Vec<Named> = sql_query(
                "SELECT DISTINCT actor FROM audit_event WHERE actor LIKE 'oidc:%' ORDER BY actor",
            )
            .load(connection)?;
            Ok(named.into_iter().map(|one| one.actor).collect::<Vec<_>>())
        })
        .await
        .unwrap();
    let name = |subject: &str| format!("oidc:{}#sub-{subject}", issuer.address);
    assert_eq!(named, [name("decision_maker"), name("lead_inspector")]);
}
