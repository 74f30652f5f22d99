//! Endpoints with filters and keys of their own, mail that stands in for calls,
//! and sending again.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use group_inspection_store::{
    notifications::{self, Filter, Notification, Range},
    operations,
    recipients::{self, Signature, Tells, Wanted},
    testing::start_of_tests,
};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::json;
use standardwebhooks::Webhook;
use uuid::Uuid;

use crate::{
    post::{Group, contact, endpoint, group, pass, post, publish, settings},
    receiver::{Received, Receiver},
    support::{Bench, actor, in_real_time},
};

async fn log(bench: &Bench, body: Uuid) -> Vec<Notification> {
    bench
        .read(move |connection| {
            let filter = Filter {
                limit: 100,
                ..Filter::default()
            };
            let mut log = notifications::deliveries(connection, &actor(), body, &filter)?;
            log.reverse();
            Ok(log)
        })
        .await
}

fn mails(post: &crate::post::Post) -> Vec<String> {
    let mut mails: Vec<String> = std::fs::read_dir(post.mail.path().join("new"))
        .unwrap()
        .map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap())
        // Long lines are folded.
        .map(|mail| mail.replace("=\r\n", ""))
        .collect();
    mails.sort();
    mails
}

fn signatures(call: &Received) -> Vec<(String, Vec<u8>)> {
    call.header("webhook-signature")
        .split(' ')
        .map(|one| {
            let (kind, signature) = one.split_once(',').unwrap();
            (kind.to_owned(), STANDARD.decode(signature).unwrap())
        })
        .collect()
}

fn verifies(call: &Received, public_key: &str, signature: &[u8]) -> bool {
    let key = STANDARD
        .decode(public_key.strip_prefix("whpk_").unwrap())
        .unwrap();
    let said = [
        format!(
            "{}.{}.",
            call.header("webhook-id"),
            call.header("webhook-timestamp")
        )
        .as_bytes(),
        &call.body,
    ]
    .concat();
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&said, signature)
        .is_ok()
}

#[test]
fn an_endpoint_is_told_of_the_events_it_asked_for() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["200 OK"; 2]).await;
        let wanted = Wanted {
            events: Some(vec!["report.withdrawn".to_owned()]),
            ..Wanted::all_at(&receiver.url)
        };
        let hook = bench
            .write(move |tx| recipients::create_endpoint(tx, body, &wanted, Signature::Shared))
            .await
            .0;
        let told = bench.write(move |tx| publish(tx, body, report)).await;
        assert_eq!(told, 0);
        let told = bench
            .write(move |tx| {
                notifications::fan_out(tx, "report.withdrawn", body, report, 1, &json!({}))
            })
            .await;
        assert_eq!(told, 1);
        // A test comes whatever was asked for.
        bench.write(move |tx| notifications::test(tx, hook)).await;
        let mut post = post(&bench, settings());
        post.worker.until(|counts| counts.done == 2).await;
        post.worker.stop().await;
        let mut events: Vec<_> = receiver
            .received()
            .iter()
            .map(|call| serde_json::from_slice::<serde_json::Value>(&call.body).unwrap())
            .map(|body| body["type"].as_str().unwrap().to_owned())
            .collect();
        events.sort();
        assert_eq!(events, ["endpoint.test", "report.withdrawn"]);
    });
}

#[test]
fn while_keys_change_calls_are_signed_with_both() {
    in_real_time(async |bench| {
        let Group { body, .. } = group(&bench).await;
        let receiver = Receiver::answering(&["200 OK"; 3]).await;
        let (hook, old) = endpoint(&bench, body, &receiver.url).await;
        let mut post = post(&bench, settings());
        let overlap = TimeDelta::hours(24);
        let (known, shown) = bench
            .write(move |tx| recipients::rotate(tx, hook, Some(Signature::Ed25519), overlap))
            .await;
        assert_eq!(known.previous_until, Some(bench.now() + overlap));
        assert_eq!((shown.secret, known.revision), (None, 2));
        let public = shown.public_key.unwrap();
        assert_eq!(known.public_key.as_deref(), Some(public.as_str()));

        bench.write(move |tx| notifications::test(tx, hook)).await;
        post.worker.until(|counts| counts.done == 1).await;
        let call = receiver.received()[0].clone();
        let signed = signatures(&call);
        let kinds: Vec<_> = signed.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["v1a", "v1"]);
        assert!(verifies(&call, &public, &signed[0].1));
        Webhook::new(&old)
            .unwrap()
            .verify(&call.body, &call.headers)
            .unwrap();

        pass(&bench, overlap).await;
        bench.write(move |tx| notifications::test(tx, hook)).await;
        post.worker.until(|counts| counts.done == 2).await;
        let call = receiver.received()[1].clone();
        let signed = signatures(&call);
        assert_eq!(signed.len(), 1, "the old key is of no use any more");
        assert!(verifies(&call, &public, &signed[0].1));
        assert!(!verifies(&receiver.received()[0], &public, &signed[0].1));
        let forgotten = bench.write(recipients::forget_previous_keys).await;
        assert_eq!(forgotten, 1);

        // And back.
        let (_, shown) = bench
            .write(move |tx| recipients::rotate(tx, hook, Some(Signature::Shared), overlap))
            .await;
        bench.write(move |tx| notifications::test(tx, hook)).await;
        post.worker.until(|counts| counts.done == 3).await;
        post.worker.stop().await;
        let call = receiver.received()[2].clone();
        let kinds: Vec<_> = signatures(&call)
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(kinds, ["v1", "v1a"]);
        let expected = Webhook::new(&shown.secret.unwrap())
            .unwrap()
            .sign(
                call.header("webhook-id"),
                call.header("webhook-timestamp").parse().unwrap(),
                &call.body,
            )
            .unwrap();
        assert!(call.header("webhook-signature").starts_with(&expected));
    });
}

#[test]
fn what_an_endpoint_does_not_accept_goes_by_mail_once() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["500 Internal Server Error"; 14]).await;
        endpoint(&bench, body, &receiver.url).await;
        // Two that fail make no two mails.
        endpoint(&bench, body, &receiver.url).await;
        contact(&bench, body, "all@example.org", Tells::Everything).await;
        contact(&bench, body, "duty@example.org", Tells::WhatFailed).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        // Three recipients: the contact on duty is told of failures only.
        post.worker
            .until(|counts| (counts.done, counts.retried) == (1, 2))
            .await;
        assert_eq!(mails(&post).len(), 1);
        let mut retried = 2;
        for minutes in [0, 5, 30, 120, 300, 600] {
            pass(
                &bench,
                TimeDelta::minutes(minutes).max(TimeDelta::seconds(5)),
            )
            .await;
            retried += 2;
            post.worker.until(|counts| counts.retried == retried).await;
        }
        assert_eq!(mails(&post).len(), 1, "not before a day has passed");
        // The next try is due 14 hours on; before that a day has passed since
        // the first one failed.
        pass(
            &bench,
            TimeDelta::hours(24) - TimeDelta::minutes(1055) - TimeDelta::seconds(5),
        )
        .await;
        post.worker.until(|counts| counts.done == 4).await;
        assert_eq!(mails(&post).len(), 2);
        let log = log(&bench, body).await;
        post.worker.stop().await;
        let stands_in: Vec<_> = log.iter().filter(|told| told.escalates.is_some()).collect();
        assert_eq!(stands_in.len(), 1);
        let call = log
            .iter()
            .find(|told| Some(told.id) == stands_in[0].escalates)
            .unwrap();
        assert_eq!(
            (call.channel.as_str(), &call.payload),
            ("webhook", &stands_in[0].payload)
        );
        assert_eq!(stands_in[0].sent_id(), call.id);
    });
}

#[test]
fn an_endpoint_that_is_disabled_is_told_of_and_its_events_go_by_mail() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["410 Gone", "200 OK", "200 OK"]).await;
        let (hook, _) = endpoint(&bench, body, &receiver.url).await;
        contact(&bench, body, "duty@example.org", Tells::WhatFailed).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        // The call, the notice, and the event by mail.
        post.worker.until(|counts| counts.done == 3).await;
        let first = log(&bench, body).await;
        let call = first[0].id;
        let sent = mails(&post);
        assert_eq!(sent.len(), 2);
        assert!(
            sent.iter().any(
                |mail| mail.contains("webhook endpoint is not called any more")
                    && mail.contains("the endpoint answered 410 Gone")
                    && mail.contains(&receiver.url)
            ),
            "{sent:?}"
        );
        assert!(
            sent.iter().any(
                |mail| mail.contains("The report on Elm Schools is published")
                    && mail.contains(&call.to_string())
            ),
            "{sent:?}"
        );

        // What happens from now on is noted, and goes by mail.
        bench
            .write(move |tx| {
                notifications::fan_out(tx, "report.withdrawn", body, report, 1, &json!({}))
            })
            .await;
        post.worker.until(|counts| counts.done == 4).await;
        assert_eq!(mails(&post).len(), 3);
        assert_eq!(receiver.received().len(), 1);

        // Back again, the endpoint gets all that it has missed.
        let since = first[0].created_at;
        let range = Range {
            since,
            until: since + TimeDelta::days(1),
            events: None,
        };
        let asked = range.clone();
        let refused = bench
            .store
            .write(&actor(), move |tx| {
                notifications::begin_range(tx, hook, &asked, 10, "missed")
            })
            .await;
        assert!(refused.is_err(), "not while it is disabled");
        bench
            .write(move |tx| recipients::enable_endpoint(tx, hook))
            .await;
        let asked = range.clone();
        let refused = bench
            .store
            .write(&actor(), move |tx| {
                notifications::begin_range(tx, hook, &asked, 1, "missed")
            })
            .await;
        assert!(refused.is_err(), "not more than at once");
        let operation = bench
            .write(move |tx| notifications::begin_range(tx, hook, &range, 10, "missed"))
            .await;
        post.worker.until(|counts| counts.done == 7).await;
        post.worker.stop().await;
        let ids: Vec<Uuid> = receiver.received()[1..]
            .iter()
            .map(|call| call.header("webhook-id").parse().unwrap())
            .collect();
        let log = log(&bench, body).await;
        let calls: Vec<_> = log
            .iter()
            .filter(|told| told.channel == "webhook")
            .collect();
        assert_eq!(calls.len(), 2);
        for told in calls {
            assert_eq!(told.state, "delivered");
            assert!(ids.contains(&told.id), "{ids:?}");
        }
        let operation = bench
            .read(move |connection| operations::get(connection, &actor(), operation))
            .await;
        assert_eq!(operation.state, "succeeded");
        assert_eq!(operation.result, Some(json!({ "replayed": 2 })));
    });
}

#[test]
fn a_range_that_is_sent_twice_by_one_operation_is_sent_once() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let (hook, _) = endpoint(&bench, body, "https://hooks.example/").await;
        bench
            .write(move |tx| {
                for version in 1..=5 {
                    notifications::fan_out(
                        tx,
                        "report.published",
                        body,
                        report,
                        version,
                        &json!({}),
                    )?;
                }
                Ok(())
            })
            .await;
        bench
            .sql("UPDATE notification SET state = 'delivered', finished_at = now()")
            .await;
        bench.sql("DELETE FROM job").await;
        let range = Range {
            since: bench.now() - TimeDelta::days(1),
            until: bench.now() + TimeDelta::days(1),
            events: Some(vec!["report.published".to_owned()]),
        };
        let operation = Uuid::from_u128(77);
        let mut found = Vec::new();
        for _ in 0..4 {
            let range = range.clone();
            found.push(
                bench
                    .write(move |tx| notifications::replay_some(tx, operation, hook, &range, 2))
                    .await,
            );
        }
        let told: Vec<_> = found
            .iter()
            .map(|made| (made.so_far, made.is_all))
            .collect();
        assert_eq!(told, [(2, false), (4, false), (5, true), (5, true)]);
        assert_eq!(bench.number("SELECT count(*) FROM job").await, 5);
    });
}

#[test]
fn old_deliveries_go_with_their_tries_and_waiting_ones_stay() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["410 Gone"]).await;
        endpoint(&bench, body, &receiver.url).await;
        contact(&bench, body, "duty@example.org", Tells::WhatFailed).await;
        let mut post = post(&bench, settings());
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.done == 3).await;
        post.worker.stop().await;
        contact(&bench, body, "all@example.org", Tells::Everything).await;
        bench
            .write(move |tx| {
                notifications::fan_out(tx, "report.withdrawn", body, report, 1, &json!({}))
            })
            .await;
        let prune = async |before: TimeDelta| {
            let before = bench.now() + before;
            bench
                .write(move |tx| notifications::prune(tx.connection(), before, 100))
                .await
        };
        assert_eq!(prune(TimeDelta::zero()).await, 0);
        let mut gone = 0;
        loop {
            match prune(TimeDelta::seconds(1)).await {
                0 => break,
                some => gone += some,
            }
        }
        // The call, its stand-in and the notice are gone. The mail to the new
        // contact waits, and so does what stands in for the call that was not
        // made, which stays with it.
        let left = log(&bench, body).await;
        let states: Vec<_> = left
            .iter()
            .map(|told| (told.channel.as_str(), told.state.as_str()))
            .collect();
        assert_eq!(gone, 3);
        assert_eq!(
            states,
            [
                ("email", "waiting"),
                ("webhook", "failed"),
                ("email", "waiting")
            ]
        );
        let orphans = "SELECT count(*) FROM delivery_attempt";
        assert_eq!(bench.number(orphans).await, 0);
    });
}

#[test]
fn calls_that_arrive_together_are_recorded_as_if_each_were_alone() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let mut ids = Vec::new();
        for url in [
            "https://a.example/",
            "https://b.example/",
            "https://c.example/",
        ] {
            ids.push(endpoint(&bench, body, url).await.0);
        }
        bench.write(move |tx| publish(tx, body, report)).await;
        let told = log(&bench, body).await;
        assert_eq!(told.len(), 3);
        let tried = |at: chrono::DateTime<chrono::Utc>, then| notifications::Try {
            at,
            outcome: notifications::Outcome::Refused,
            status: Some(500),
            error: Some("status"),
            detail: None,
            took: TimeDelta::milliseconds(3),
            then,
            escalate_at: None,
        };
        let at = start_of_tests();
        let notifications: Vec<Uuid> = told.iter().map(|one| one.id).collect();
        let [first, second, third] = notifications[..] else {
            panic!("three are told");
        };
        // The first was tried in vain before, the third has been delivered.
        let arrived = move |id| notifications::Arrived {
            id,
            at: at + TimeDelta::seconds(9),
            status: Some(202),
            took: TimeDelta::milliseconds(5),
        };
        bench
            .write(move |tx| {
                let again = notifications::Then::TryAgain(at + TimeDelta::hours(1));
                notifications::record_try(tx, first, &tried(at, again))?;
                notifications::record_arrivals(tx, &[arrived(third)])
            })
            .await;
        for _ in 0..2 {
            bench
                .write(move |tx| {
                    let all = [third, first, second].map(arrived);
                    notifications::record_arrivals(tx, &all)
                })
                .await;
        }
        bench
            .read(move |connection| {
                for (id, tries) in [(first, 2), (second, 1), (third, 1)] {
                    let (one, attempts) = notifications::delivery(connection, &actor(), id)?;
                    assert_eq!(one.state, "delivered");
                    assert!(one.finished_at.is_some());
                    assert_eq!(attempts.len(), tries, "{attempts:?}");
                    let last = attempts.last().unwrap();
                    assert_eq!(
                        (last.outcome.as_str(), last.status, last.took_ms),
                        ("delivered", Some(202), 5)
                    );
                }
                for id in &ids {
                    let known = recipients::endpoint(connection, &actor(), *id)?;
                    assert_eq!(known.failing_since, None, "it answers again");
                }
                Ok(())
            })
            .await;
    });
}
