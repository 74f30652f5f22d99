//! Who may know of the recipients of a body.

use chrono::TimeDelta;
use group_inspection_core::body::BodyKind;
use group_inspection_store::{
    Actor, Error, Tx,
    actor::Scope,
    audit, bodies, notifications,
    recipients::{self, Signature, Tells, Wanted},
    testing::start_of_tests,
};
use uuid::Uuid;

const ALL: Tells = Tells::Everything;

fn site() -> Wanted {
    Wanted::all_at("https://example.org/")
}

use crate::{
    post::{Group, group, publish},
    support::{Bench, actor, in_real_time},
};

async fn stranger(bench: &Bench) -> Actor {
    let other = bench
        .write(|tx| {
            bodies::create(
                tx,
                &bodies::NewBody {
                    kind: BodyKind::IndependentGroup,
                    name: "Oak Schools".to_owned(),
                    opened: None,
                    identifiers: Vec::new(),
                },
            )
        })
        .await;
    Actor::key(Uuid::from_u128(9), [Scope::WebhooksManage], Some(other))
}

#[test]
fn another_body_s_recipients_do_not_exist() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        let stranger = stranger(&bench).await;
        let (hook, contact) = bench
            .write(move |tx| {
                let (hook, _) = recipients::create_endpoint(tx, body, &site(), Signature::Shared)?;
                let contact =
                    recipients::create_contact(tx, body, "clerk@example.org", "Clerk", ALL)?;
                publish(tx, body, report)?;
                Ok((hook, contact))
            })
            .await;
        let told = bench
            .read(move |connection| {
                let filter = notifications::Filter {
                    limit: 10,
                    ..Default::default()
                };
                notifications::deliveries(connection, &actor(), body, &filter)
            })
            .await[0]
            .id;

        type Change = fn(&mut Tx<'_>, Uuid) -> Result<(), Error>;
        let changes: [(Uuid, Change); 11] = [
            (body, |tx, id| {
                recipients::create_endpoint(tx, id, &site(), Signature::Shared).map(drop)
            }),
            (body, |tx, id| {
                recipients::create_contact(tx, id, "a@example.org", "Head", ALL).map(drop)
            }),
            (hook, |tx, id| {
                recipients::disable_endpoint(tx, id, "mine").map(drop)
            }),
            (hook, |tx, id| {
                recipients::change_endpoint(tx, id, 1, &site()).map(drop)
            }),
            (hook, |tx, id| {
                recipients::rotate(tx, id, None, TimeDelta::hours(1)).map(drop)
            }),
            (hook, |tx, id| notifications::test(tx, id).map(drop)),
            (hook, |tx, id| {
                let range = notifications::Range {
                    since: tx.now(),
                    until: tx.now() + TimeDelta::hours(1),
                    events: None,
                };
                notifications::begin_range(tx, id, &range, 10, "mine").map(drop)
            }),
            (hook, recipients::enable_endpoint),
            (hook, recipients::delete_endpoint),
            (contact, recipients::delete_contact),
            (told, |tx, id| notifications::replay(tx, id, "mine")),
        ];
        for (id, change) in changes {
            let done = bench.store.write(&stranger, move |tx| change(tx, id)).await;
            assert!(matches!(done, Err(Error::NotFound)), "{done:?}");
        }
        bench
            .read(move |connection| {
                let filter = notifications::Filter {
                    limit: 10,
                    ..Default::default()
                };
                let hidden = [
                    recipients::endpoints(connection, &stranger, body).map(drop),
                    recipients::endpoint(connection, &stranger, hook).map(drop),
                    recipients::contacts(connection, &stranger, body).map(drop),
                    notifications::deliveries(connection, &stranger, body, &filter).map(drop),
                    notifications::delivery(connection, &stranger, told).map(drop),
                ];
                for read in hidden {
                    assert!(matches!(read, Err(Error::NotFound)), "{read:?}");
                }
                assert_eq!(recipients::endpoints(connection, &actor(), body)?.len(), 1);
                assert_eq!(recipients::contacts(connection, &actor(), body)?.len(), 1);
                Ok(())
            })
            .await;
    });
}

#[test]
fn every_change_of_an_endpoint_is_on_record_and_its_secret_is_not() {
    in_real_time(async |bench| {
        let Group { body, .. } = group(&bench).await;
        let (hook, secret) = bench
            .write(move |tx| {
                let made = recipients::create_endpoint(tx, body, &site(), Signature::Shared)?;
                recipients::disable_endpoint(tx, made.0, "moving house")?;
                recipients::disable_endpoint(tx, made.0, "again")?;
                recipients::enable_endpoint(tx, made.0)?;
                recipients::delete_endpoint(tx, made.0)?;
                Ok(made)
            })
            .await;
        bench
            .read(move |connection| {
                let log = audit::of_subject(connection, "webhook", &hook.to_string())?;
                let actions: Vec<_> = log.iter().map(|entry| entry.action.as_str()).collect();
                assert_eq!(
                    actions,
                    [
                        "webhook.created",
                        "webhook.disabled",
                        "webhook.enabled",
                        "webhook.deleted"
                    ]
                );
                assert_eq!(log[1].reason.as_deref(), Some("moving house"));
                assert!(!format!("{log:?}").contains(secret.secret.as_deref().unwrap()));
                let now = start_of_tests();
                let target = recipients::target(connection, hook, now)?;
                assert_eq!(
                    (target.keys.len(), target.takes("report.published")),
                    (0, false)
                );
                Ok(())
            })
            .await;
    });
}

#[test]
fn what_cannot_be_an_address_is_refused() {
    in_real_time(async |bench| {
        let Group { body, .. } = group(&bench).await;
        for url in [
            "",
            "example.org",
            "ftp://example.org/",
            "https://a b/",
            "https://a\n/",
        ] {
            let made = bench
                .store
                .write(&actor(), move |tx| {
                    let wanted = Wanted::all_at(url);
                    recipients::create_endpoint(tx, body, &wanted, Signature::Shared)
                })
                .await;
            assert!(matches!(made, Err(Error::Refused(_))), "{url}");
        }
        for (address, role) in [("clerk", "Clerk"), ("clerk@example.org", "")] {
            let made = bench
                .store
                .write(&actor(), move |tx| {
                    recipients::create_contact(tx, body, address, role, ALL)
                })
                .await;
            assert!(matches!(made, Err(Error::Refused(_))), "{address}");
        }
    });
}
