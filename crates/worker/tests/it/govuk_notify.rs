//! Mail by GOV.UK Notify, against a stand-in that gives the answers of its
//! documentation: <https://docs.notifications.service.gov.uk/rest-api.html>.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use group_inspection_store::{
    Clock,
    jobs::{self, Kind},
    notifications::{self, Attempt, Notification},
    recipients::Tells,
};
use group_inspection_worker::mail::govuk_notify::{GovUkNotify, Settings};
use ring::hmac;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    post::{Group, Post, contact, group, only_delivery, pass, post_by, publish, settings},
    receiver::{HANGS, Received, Receiver},
    support::{Bench, actor, in_real_time},
};

const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";
const TEMPLATE: Uuid = Uuid::from_u128(5);
const THERE: &str = "740e5834-3a29-46b4-9a6f-16142fde533a";

fn answer(status: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!("{status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn accepted() -> String {
    let body = json!({
        "id": THERE,
        "reference": "STRING",
        "content": { "subject": "SUBJECT", "body": "MESSAGE", "from_email": "s@notify.example" },
        "uri": format!("https://api.notifications.service.gov.uk/v2/notifications/{THERE}"),
        "template": { "id": TEMPLATE, "version": 1, "uri": "https://api.example/v2/template" }
    });
    answer("201 Created", &body)
}

fn known(status: &str) -> Value {
    json!({
        "id": THERE,
        "reference": "STRING",
        "email_address": "sender@something.com",
        "type": "email",
        "status": status,
        "template": { "version": 1, "id": TEMPLATE, "uri": "/v2/template/1" },
        "body": "STRING",
        "subject": "STRING",
        "created_at": "2026-09-15T14:57:15.000Z",
        "sent_at": null,
        "completed_at": null
    })
}

fn found(known: &[Value]) -> String {
    let body = json!({ "notifications": known, "links": { "current": "/v2/notifications" } });
    answer("200 OK", &body)
}

fn refused(status: &str, error: &str, message: &str) -> String {
    let code: u16 = status.split(' ').next().unwrap().parse().unwrap();
    let body = json!({ "status_code": code, "errors": [{ "error": error, "message": message }] });
    answer(status, &body)
}

/// One contact to be told by Notify, which gives these answers.
async fn told(bench: &Bench, answers: &[String]) -> (Receiver, Post, Uuid) {
    let Group { body, report } = group(bench).await;
    contact(bench, body, "clerk@example.org", Tells::Everything).await;
    let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
    let there = Receiver::answering(&answers).await;
    let notify = Settings {
        url: there.url.replace("/hook", ""),
        timeout: Duration::from_millis(200),
        ..Settings::new(format!("test-{SERVICE}-{SECRET}"), TEMPLATE)
    };
    let clock = Arc::clone(&bench.clock) as Arc<dyn Clock>;
    let channel = GovUkNotify::new(notify, clock).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let post = post_by(bench, settings(), Arc::new(channel), folder);
    bench.write(move |tx| publish(tx, body, report)).await;
    (there, post, body)
}

async fn only(bench: &Bench, body: Uuid) -> (Notification, Vec<Attempt>) {
    only_delivery(bench, body).await
}

fn has_good_token(call: &Received, bench: &Bench) -> bool {
    let token = call
        .header("authorization")
        .strip_prefix("Bearer ")
        .unwrap();
    let (said, signature) = token.rsplit_once('.').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let parts: Vec<Value> = said
        .split('.')
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(parts[0], json!({ "typ": "JWT", "alg": "HS256" }));
    assert_eq!(
        parts[1],
        json!({ "iss": SERVICE, "iat": bench.now().timestamp() })
    );
    hmac::verify(&key, said.as_bytes(), &signature).is_ok()
}

#[test]
fn a_mail_is_handed_over_and_its_receipt_says_that_it_arrived() {
    in_real_time(async |bench| {
        let (there, mut post, body) =
            told(&bench, &[accepted(), answer("200 OK", &known("delivered"))]).await;
        post.worker.until(|counts| counts.done == 1).await;
        let (told, tries) = only(&bench, body).await;
        assert_eq!(told.state, "accepted");
        assert_eq!(told.provider_id.as_deref(), Some(THERE));
        assert_eq!(tries[0].outcome, "accepted");
        let call = there.received()[0].clone();
        assert_eq!(call.line, "POST /v2/notifications/email HTTP/1.1");
        assert!(has_good_token(&call, &bench));
        let asked: Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(asked["email_address"], "clerk@example.org");
        assert_eq!(asked["template_id"], TEMPLATE.to_string());
        assert_eq!(asked["reference"], told.id.to_string());
        let said = &asked["personalisation"];
        assert_eq!(said["subject"], "The report on Elm Schools is published");
        assert!(said["text"].as_str().unwrap().contains("no grade"));

        // No receipt has come by itself, so it is asked for.
        pass(&bench, TimeDelta::minutes(11)).await;
        bench
            .write(|tx| tx.enqueue(&jobs::Receipts {}.job("now", None)?))
            .await;
        post.worker.until(|counts| counts.done == 2).await;
        post.worker.stop().await;
        let call = there.received()[1].clone();
        assert_eq!(call.line, format!("GET /v2/notifications/{THERE} HTTP/1.1"));
        assert!(has_good_token(&call, &bench));
        let (told, _) = only(&bench, body).await;
        assert_eq!(
            (told.state.as_str(), told.receipt.as_deref()),
            ("delivered", Some("delivered"))
        );
    });
}

#[test]
fn what_was_accepted_without_an_answer_is_not_sent_twice() {
    in_real_time(async |bench| {
        // Accepted, but the answer is lost; asked for, it is there.
        let (there, mut post, body) =
            told(&bench, &[HANGS.to_owned(), found(&[known("sending")])]).await;
        post.worker.until(|counts| counts.retried == 1).await;
        pass(&bench, TimeDelta::seconds(5)).await;
        post.worker.until(|counts| counts.done == 1).await;
        post.worker.stop().await;
        let (told, tries) = only(&bench, body).await;
        assert_eq!(told.state, "accepted");
        let outcomes: Vec<_> = tries.iter().map(|made| made.outcome.as_str()).collect();
        assert_eq!(outcomes, ["unreachable", "accepted"]);
        let lines: Vec<_> = there
            .received()
            .iter()
            .map(|call| call.line.clone())
            .collect();
        assert_eq!(
            lines,
            [
                "POST /v2/notifications/email HTTP/1.1".to_owned(),
                format!(
                    "GET /v2/notifications?template_type=email&reference={} HTTP/1.1",
                    told.id
                ),
            ]
        );
    });
}

#[test]
fn what_is_not_known_there_or_has_failed_is_sent_again() {
    in_real_time(async |bench| {
        let failed = refused(
            "500 Internal Server Error",
            "Exception",
            "Internal server error",
        );
        let (there, mut post, body) = told(
            &bench,
            &[
                failed.clone(),
                found(&[]),
                failed,
                found(&[known("temporary-failure")]),
                accepted(),
            ],
        )
        .await;
        post.worker.until(|counts| counts.retried == 1).await;
        pass(&bench, TimeDelta::seconds(5)).await;
        post.worker.until(|counts| counts.retried == 2).await;
        pass(&bench, TimeDelta::minutes(5)).await;
        post.worker.until(|counts| counts.done == 1).await;
        post.worker.stop().await;
        assert_eq!(there.received().len(), 5);
        assert_eq!(only(&bench, body).await.0.state, "accepted");
    });
}

#[test]
fn limits_are_waited_for_and_cost_no_try() {
    in_real_time(async |bench| {
        let rate = refused(
            "429 Too Many Requests",
            "RateLimitError",
            "Exceeded rate limit for key type TEAM of 3000 requests per 60 seconds",
        );
        let day = refused(
            "429 Too Many Requests",
            "TooManyRequestsError",
            "Exceeded send limits (250,000) for today",
        );
        let (_there, mut post, body) =
            told(&bench, &[rate, found(&[]), day, found(&[]), accepted()]).await;
        post.worker.until(|counts| counts.snoozed == 1).await;
        let (_, tries) = only(&bench, body).await;
        let began = bench.now();
        assert_eq!(tries[0].next_at, Some(began + TimeDelta::seconds(60)));
        pass(&bench, TimeDelta::seconds(60)).await;
        post.worker.until(|counts| counts.snoozed == 2).await;
        let (_, tries) = only(&bench, body).await;
        let midnight = tries[1].next_at.unwrap();
        assert_eq!(midnight.format("%H:%M:%S").to_string(), "00:00:00");
        pass(&bench, midnight - bench.now()).await;
        post.worker.until(|counts| counts.done == 1).await;
        let counts = post.worker.stop().await;
        assert_eq!((counts.retried, counts.dead), (0, 0));
        assert_eq!(only(&bench, body).await.0.state, "accepted");
    });
}

#[test]
fn what_notify_refuses_is_given_up_and_a_key_it_refuses_is_not() {
    in_real_time(async |bench| {
        let clock = refused(
            "403 Forbidden",
            "AuthError",
            "Error: Your system clock must be accurate to within 30 seconds",
        );
        let address = refused(
            "400 Bad Request",
            "ValidationError",
            "email_address Not a valid email address",
        );
        let (_there, mut post, body) = told(&bench, &[clock, found(&[]), address]).await;
        post.worker.until(|counts| counts.retried == 1).await;
        pass(&bench, TimeDelta::seconds(5)).await;
        post.worker.until(|counts| counts.dead == 1).await;
        post.worker.stop().await;
        let (told, tries) = only(&bench, body).await;
        assert_eq!(told.state, "failed");
        let statuses: Vec<_> = tries.iter().map(|made| made.status).collect();
        assert_eq!(statuses, [Some(403), Some(400)]);
    });
}

#[test]
fn receipts_are_noted_once_and_for_the_message_they_are_of() {
    in_real_time(async |bench| {
        let (_there, mut post, body) = told(&bench, &[accepted()]).await;
        post.worker.until(|counts| counts.done == 1).await;
        post.worker.stop().await;
        let id = only(&bench, body).await.0.id;
        let note = async |provider: &'static str, status: &'static str| {
            bench
                .write(move |tx| notifications::note_receipt(tx, id, provider, status))
                .await;
            let told = only(&bench, body).await.0;
            (told.state, told.receipt)
        };
        let state =
            |state: &str, receipt: Option<&str>| (state.to_owned(), receipt.map(str::to_owned));
        assert_eq!(note(THERE, "sending").await, state("accepted", None));
        assert_eq!(note(THERE, "odd").await, state("accepted", None));
        let other = "00000000-0000-0000-0000-000000000001";
        assert_eq!(note(other, "delivered").await, state("accepted", None));
        let failed = state("failed", Some("permanent-failure"));
        assert_eq!(note(THERE, "permanent-failure").await, failed);
        assert_eq!(note(THERE, "permanent-failure").await, failed);
        let unknown = bench
            .write(|tx| notifications::note_receipt(tx, Uuid::nil(), THERE, "delivered"))
            .await;
        assert!(!unknown);
        let listed = bench
            .read(move |connection| {
                let filter = notifications::Filter {
                    state: Some("failed".to_owned()),
                    limit: 10,
                    ..notifications::Filter::default()
                };
                notifications::deliveries(connection, &actor(), body, &filter)
            })
            .await;
        assert_eq!(listed.len(), 1);
    });
}
