//! Notifications, by webhook and by mail.

use std::time::Duration;

use chrono::TimeDelta;
use group_inspection_store::{
    Tx,
    notifications::{self, Filter},
    recipients::{self, Tells},
};
use group_inspection_telemetry::trace::TraceParent;
use group_inspection_worker::Settings;
use standardwebhooks::Webhook;

use crate::{
    post::{Group, contact, endpoint, group, only_delivery, pass, post, publish, settings},
    receiver::Receiver,
    support::{actor, in_real_time},
};

#[test]
fn a_webhook_is_signed_as_its_receiver_expects() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["204 No Content"]).await;
        let (_, secret) = endpoint(&bench, body, &receiver.url).await;
        assert!(secret.starts_with("whsec_"), "{secret}");
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.done == 1).await;
        post.worker.stop().await;

        let call = &receiver.received()[0];
        assert_eq!(call.line, "POST /hook HTTP/1.1");
        assert_eq!(call.header("content-type"), "application/json");
        Webhook::new(&secret)
            .unwrap()
            .verify(&call.body, &call.headers)
            .unwrap();
        let body_json: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(body_json["type"], "report.published");
        assert_eq!(body_json["data"]["report_id"], report.to_string());
        assert!(body_json["timestamp"].is_string());

        let (notification, tries) = only_delivery(&bench, body).await;
        assert_eq!(notification.state, "delivered");
        assert_eq!(call.header("webhook-id"), notification.id.to_string());
        assert_eq!(tries.len(), 1);
        assert_eq!(
            (tries[0].outcome.as_str(), tries[0].status),
            ("delivered", Some(204))
        );
    });
}

#[test]
fn a_webhook_says_which_trace_it_belongs_to() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["204 No Content"]).await;
        endpoint(&bench, body, &receiver.url).await;
        let mut post = post(&bench, settings());
        let place = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let traced = actor().traced(TraceParent::parse(place));
        let publish = move |tx: &mut Tx<'_>| publish(tx, body, report);
        bench.store.write(&traced, publish).await.unwrap();
        post.worker.until(|counts| counts.done == 1).await;
        post.worker.stop().await;
        // No collector, so no place of its own: what was brought is handed on.
        assert_eq!(receiver.received()[0].header("traceparent"), place);
    });
}

#[test]
fn every_try_has_the_same_id_and_the_same_bytes() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&[
            "500 Internal Server Error\r\ncontent-length: 4\r\n\r\nbusy",
            "302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            "503 Service Unavailable\r\nretry-after: 7200\r\ncontent-length: 0\r\n\r\n",
            "404 Not Found\r\nretry-after: 999999\r\ncontent-length: 0\r\n\r\n",
            "429 Too Many Requests\r\nretry-after: 99999999\r\ncontent-length: 0\r\n\r\n",
            "200 OK",
        ])
        .await;
        let (id, secret) = endpoint(&bench, body, &receiver.url).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        // Pauses: 5 s, 5 min, then what was asked for where it is longer,
        // unless the status does not say so, and never above a day.
        let pauses = [5, 300, 7200, 7200, 24 * 3600];
        for (retried, pause) in (1..).zip(pauses) {
            post.worker.until(|counts| counts.retried == retried).await;
            assert_eq!(receiver.received().len() as u64, retried);
            let before = post.worker.counts.borrow().polls;
            pass(&bench, TimeDelta::seconds(pause - 1)).await;
            // Each queue is looked at once more.
            post.worker.until(|counts| counts.polls >= before + 3).await;
            assert_eq!(
                receiver.received().len() as u64,
                retried,
                "not before its time"
            );
            pass(&bench, TimeDelta::seconds(1)).await;
        }
        // The other job looked after a day whether it should go by mail instead.
        post.worker.until(|counts| counts.done == 2).await;
        post.worker.stop().await;

        let calls = receiver.received();
        assert_eq!(calls.len(), 6);
        let webhook = Webhook::new(&secret).unwrap();
        for call in &calls {
            assert_eq!(call.header("webhook-id"), calls[0].header("webhook-id"));
            assert_eq!(call.body, calls[0].body);
            let at = call.header("webhook-timestamp").parse().unwrap();
            let signature = webhook
                .sign(call.header("webhook-id"), at, &call.body)
                .unwrap();
            assert_eq!(call.header("webhook-signature"), signature);
        }
        let stamps: Vec<i64> = calls
            .iter()
            .map(|call| call.header("webhook-timestamp").parse().unwrap())
            .collect();
        let between: Vec<i64> = stamps.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(between, pauses);

        let (notification, tries) = only_delivery(&bench, body).await;
        assert_eq!(notification.state, "delivered");
        let statuses: Vec<_> = tries.iter().map(|made| made.status.unwrap()).collect();
        assert_eq!(statuses, [500, 302, 503, 404, 429, 200]);
        let errors: Vec<_> = tries.iter().map(|made| made.error.as_deref()).collect();
        let (status, throttled) = (Some("status"), Some("throttled"));
        assert_eq!(
            errors,
            [status, Some("redirect"), throttled, status, throttled, None]
        );
        assert!(tries.iter().all(|made| made.detail.is_none()));
        assert_eq!(tries[1].at, tries[0].next_at.unwrap());
        let known = bench
            .read(move |connection| recipients::endpoint(connection, &actor(), id))
            .await;
        assert_eq!(
            (known.state.as_str(), known.failing_since),
            ("active", None)
        );
    });
}

#[test]
fn after_the_last_try_the_notification_has_failed() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["500 Internal Server Error"; 10]).await;
        endpoint(&bench, body, &receiver.url).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        let minutes = [0, 5, 30, 120, 300, 600, 840, 1200, 1440];
        for (retried, minutes) in (1..).zip(minutes) {
            post.worker.until(|counts| counts.retried == retried).await;
            let pause = TimeDelta::minutes(minutes);
            pass(&bench, pause.max(TimeDelta::seconds(5))).await;
        }
        post.worker.until(|counts| counts.dead == 1).await;
        post.worker.stop().await;
        assert_eq!(receiver.received().len(), 10);
        let (notification, tries) = only_delivery(&bench, body).await;
        assert_eq!(notification.state, "failed");
        assert_eq!(tries.len(), 10);
        assert!(tries[..9].iter().all(|made| made.next_at.is_some()));
        assert_eq!(tries[9].next_at, None);
    });
}

#[test]
fn an_endpoint_that_is_gone_is_not_called_again() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["410 Gone"]).await;
        let (id, _) = endpoint(&bench, body, &receiver.url).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.done == 1).await;
        let (notification, _) = only_delivery(&bench, body).await;
        assert_eq!(notification.state, "failed");
        let known = bench
            .read(move |connection| recipients::endpoint(connection, &actor(), id))
            .await;
        assert_eq!(known.state, "disabled");
        assert_eq!(
            known.disabled_reason.as_deref(),
            Some("the endpoint answered 410 Gone")
        );

        // Not by a replay either, until it is enabled again.
        bench
            .write(move |tx| notifications::replay(tx, notification.id, "asked for"))
            .await;
        post.worker.until(|counts| counts.done == 2).await;
        post.worker.stop().await;
        assert_eq!(receiver.received().len(), 1);
        let told = bench
            .write(move |tx| {
                notifications::fan_out(
                    tx,
                    "report.withdrawn",
                    body,
                    report,
                    1,
                    &serde_json::json!({}),
                )
            })
            .await;
        // It is on record, so that it can be sent again.
        assert_eq!(told, 1);
        let failed = "SELECT count(*) FROM notification WHERE state = 'failed'";
        assert_eq!(bench.number(failed).await, 2);
    });
}

#[test]
fn an_endpoint_that_fails_for_days_is_not_called_any_more() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["500 Internal Server Error"; 2]).await;
        let (id, _) = endpoint(&bench, body, &receiver.url).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.retried == 1).await;
        pass(&bench, TimeDelta::days(5)).await;
        post.worker.until(|counts| counts.done == 1).await;
        post.worker.stop().await;
        let known = bench
            .read(move |connection| recipients::endpoint(connection, &actor(), id))
            .await;
        assert_eq!(known.state, "disabled");
        assert_eq!(
            known.disabled_reason.as_deref(),
            Some("the endpoint has failed for too long")
        );
    });
}

#[test]
fn an_address_inside_is_not_called() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&[]).await;
        endpoint(&bench, body, &receiver.url).await;
        let mut post = post(
            &bench,
            Settings {
                webhook: Default::default(),
                ..settings()
            },
        );
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.dead == 1).await;
        post.worker.stop().await;
        assert!(receiver.received().is_empty());
        let (notification, tries) = only_delivery(&bench, body).await;
        assert_eq!((notification.state.as_str(), tries.len()), ("failed", 1));
        assert_eq!(tries[0].outcome, "blocked");
    });
}

#[test]
fn nothing_is_kept_of_an_answer() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let long = format!(
            "400 Bad Request\r\ncontent-length: 10000000\r\n\r\na\0\n{}",
            "x".repeat(10_000_000)
        );
        let receiver = Receiver::answering(&[&long]).await;
        endpoint(&bench, body, &receiver.url).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.retried == 1).await;
        post.worker.stop().await;
        let (_, tries) = only_delivery(&bench, body).await;
        assert_eq!(tries[0].detail, None);
        assert_eq!(tries[0].error.as_deref(), Some("status"));
    });
}

#[test]
fn an_endpoint_that_does_not_answer_is_tried_again() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", silent.local_addr().unwrap());
        endpoint(&bench, body, &url).await;
        let mut settings = settings();
        settings.webhook.timeout = Duration::from_millis(50);
        let mut post = post(&bench, settings);
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.retried == 1).await;
        drop(silent);
        pass(&bench, TimeDelta::seconds(5)).await;
        post.worker.until(|counts| counts.retried == 2).await;
        post.worker.stop().await;
        let (_, tries) = only_delivery(&bench, body).await;
        let told: Vec<_> = tries
            .iter()
            .map(|made| {
                (
                    made.error.as_deref().unwrap(),
                    made.detail.as_deref().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("timeout", "the endpoint did not answer in time"),
                ("connect", "no connection to the endpoint"),
            ]
        );
    });
}

#[test]
fn each_recipient_is_told_once_and_by_its_channel() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["200 OK"; 2]).await;
        endpoint(&bench, body, &receiver.url).await;
        endpoint(&bench, body, &receiver.url).await;
        let contact = |tx: &mut Tx<'_>, body, address: &str| {
            recipients::create_contact(tx, body, address, "Clerk", Tells::Everything)
        };
        let (one, same) = bench
            .write(move |tx| {
                let one = contact(tx, body, "clerk@example.org")?;
                Ok((one, contact(tx, body, "Clerk@Example.org")?))
            })
            .await;
        assert_eq!(one, same, "an address is kept once");
        let mut post = post(&bench, settings());
        let told = bench.write(move |tx| publish(tx, body, report)).await;
        let again = bench.write(move |tx| publish(tx, body, report)).await;
        assert_eq!((told, again), (3, 0));
        post.worker.until(|counts| counts.done == 3).await;
        post.worker.stop().await;
        assert_eq!(receiver.received().len(), 2);
        let ids: Vec<_> = receiver
            .received()
            .iter()
            .map(|call| call.header("webhook-id").to_owned())
            .collect();
        assert_ne!(ids[0], ids[1]);
        let mails: Vec<_> = std::fs::read_dir(post.mail.path().join("new"))
            .unwrap()
            .collect();
        assert_eq!(mails.len(), 1);
        let mail = std::fs::read_to_string(mails[0].as_ref().unwrap().path()).unwrap();
        assert!(mail.contains("To: clerk@example.org"), "{mail}");
        assert!(
            mail.contains("Subject: The report on Elm Schools is published"),
            "{mail}"
        );
        assert!(
            mail.contains("This report gives no grade to the group."),
            "{mail}"
        );
    });
}

#[test]
fn a_replay_sends_the_same_again_and_mail_is_not_doubled() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["200 OK"; 2]).await;
        endpoint(&bench, body, &receiver.url).await;
        contact(&bench, body, "clerk@example.org", Tells::Everything).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.done == 2).await;
        bench
            .write(move |tx| {
                let filter = Filter {
                    limit: 10,
                    ..Filter::default()
                };
                for told in notifications::deliveries(tx.connection(), &actor(), body, &filter)? {
                    notifications::replay(tx, told.id, "asked for")?;
                }
                Ok(())
            })
            .await;
        post.worker.until(|counts| counts.done == 4).await;
        post.worker.stop().await;
        let calls = receiver.received();
        assert_eq!(calls.len(), 2);
        assert_eq!(calls[0].body, calls[1].body);
        assert_eq!(calls[0].header("webhook-id"), calls[1].header("webhook-id"));
        assert_eq!(
            std::fs::read_dir(post.mail.path().join("new"))
                .unwrap()
                .count(),
            1
        );
        let tries = bench.number("SELECT count(*) FROM delivery_attempt").await;
        assert_eq!(tries, 4);
    });
}

#[test]
fn a_recipient_that_was_removed_is_not_told() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&[]).await;
        let (hook, _) = endpoint(&bench, body, &receiver.url).await;
        let contact = contact(&bench, body, "clerk@example.org", Tells::Everything).await;
        bench.write(move |tx| publish(tx, body, report)).await;
        bench
            .write(move |tx| {
                recipients::delete_endpoint(tx, hook)?;
                recipients::delete_contact(tx, contact)
            })
            .await;
        let mut post = post(&bench, settings());
        post.worker.until(|counts| counts.done == 2).await;
        post.worker.stop().await;
        assert!(receiver.received().is_empty());
        assert_eq!(
            std::fs::read_dir(post.mail.path().join("new"))
                .unwrap()
                .count(),
            0
        );
        let failed = "SELECT count(*) FROM notification WHERE state = 'failed'";
        assert_eq!(bench.number(failed).await, 2);
    });
}
