//! A body with a report, and a worker that tells of it.

use std::sync::Arc;

use chrono::TimeDelta;
use diesel::{RunQueryDsl, sql_query, sql_types};
use group_inspection_core::body::BodyKind;
use group_inspection_render::SiteFacts;
use group_inspection_store::{
    Error, Tx,
    bodies::{self, NewBody},
    jobs::{self, Kind},
    notifications::{self, Attempt, Filter, Notification},
    recipients::{self, Signature, Tells, Wanted},
    wake::Wake,
};
use group_inspection_worker::{
    Handlers, Settings,
    handlers::{Escalate, Notify, Receipts, Replay},
    mail::{MailChannel, Maildir},
    settings::Queue,
    webhook::Sender,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{Bench, DAY, RunningWorker, actor};

/// A body with a report to be told of.
pub struct Group {
    pub body: Uuid,
    pub report: Uuid,
}

pub async fn group(bench: &Bench) -> Group {
    bench
        .write(|tx| {
            let body = bodies::create(
                tx,
                &NewBody {
                    kind: BodyKind::IndependentGroup,
                    name: "Elm Schools".to_owned(),
                    opened: None,
                    identifiers: Vec::new(),
                },
            )?;
            let (inspection, report) = (tx.new_id(), tx.new_id());
            for insert in [
                "INSERT INTO inspection (id, reference, body_id, state, basis, membership_as_at, \
                 membership_as_known, frozen, team, opened_at, opened_by, opening) VALUES ($1, 'GI-' || $1::text, $3, \
                 'published', 'planned', '2026-01-01', now(), '{}', '[]', now(), 'test', '{}') \
                 RETURNING $2",
                "INSERT INTO report (id, inspection_id, body_id) VALUES ($2, $1, $3) RETURNING $2",
                "INSERT INTO report_version (report_id, version, state, inputs_sha256, content, \
                 compiled_at, published_at) VALUES ($2, 1, 'published', '', '{}', now(), now()) \
                 RETURNING $1, $3",
            ] {
                sql_query(insert)
                    .bind::<sql_types::Uuid, _>(inspection)
                    .bind::<sql_types::Uuid, _>(report)
                    .bind::<sql_types::Uuid, _>(body)
                    .execute(tx.connection())?;
            }
            Ok(Group { body, report })
        })
        .await
}

pub fn publish(tx: &mut Tx<'_>, body: Uuid, report: Uuid) -> Result<usize, Error> {
    let data = serde_json::json!({
        "report_id": report,
        "version": 1,
        "group_name": "Elm Schools",
        "reference": "GI-1",
        "links": { "page": "https://reports.example.org/1", "pdf": "https://reports.example.org/1.pdf" },
        "size": 12.50,
    });
    notifications::fan_out(tx, "report.published", body, report, 1, &data)
}

pub fn settings() -> Settings {
    let mut settings = Settings {
        queues: [jobs::NOTIFY, jobs::NOTIFY_AGAIN, jobs::MAIL]
            .map(|name| Queue {
                name: name.to_owned(),
                concurrency: 2,
            })
            .to_vec(),
        // The clock stands still; the test says when to look.
        poll_interval: DAY,
        sweep_every: DAY,
        receipts_every: 1_000 * DAY,
        ..Settings::default()
    };
    settings.webhook.allow_loopback = true;
    settings
}

pub fn site() -> SiteFacts {
    SiteFacts {
        service_name: "Group inspection reports".to_owned(),
        origin: "https://reports.example.org".to_owned(),
        base_path: String::new(),
        notice: None,
        footer: Vec::new(),
    }
}

pub struct Post {
    pub worker: RunningWorker,
    pub mail: TempDir,
}

pub fn post(bench: &Bench, settings: Settings) -> Post {
    let mail = tempfile::tempdir().unwrap();
    let channel = Maildir::open(mail.path(), "reports@example.org").unwrap();
    post_by(bench, settings, Arc::new(channel), mail)
}

pub fn post_by(
    bench: &Bench,
    settings: Settings,
    channel: Arc<dyn MailChannel>,
    mail: TempDir,
) -> Post {
    let sender = Sender::new(settings.webhook.clone()).unwrap();
    let receipts = Receipts::new(Arc::clone(&channel), settings.receipts_after);
    let handlers = Handlers::new()
        .with(jobs::Notify::KIND, Notify::new(sender, channel, site()))
        .with(jobs::Receipts::KIND, receipts)
        .with(jobs::Escalate::KIND, Escalate)
        .with(jobs::Replay::KIND, Replay);
    Post {
        worker: bench.worker(settings, handlers),
        mail,
    }
}

pub async fn endpoint(bench: &Bench, body: Uuid, url: &str) -> (Uuid, String) {
    let wanted = Wanted::all_at(url);
    let (id, shown) = bench
        .write(move |tx| recipients::create_endpoint(tx, body, &wanted, Signature::Shared))
        .await;
    (id, shown.secret.unwrap())
}

/// A contact that is told what `tells` says.
pub async fn contact(bench: &Bench, body: Uuid, address: &'static str, tells: Tells) -> Uuid {
    bench
        .write(move |tx| recipients::create_contact(tx, body, address, "Clerk", tells))
        .await
}

pub async fn only_delivery(bench: &Bench, body: Uuid) -> (Notification, Vec<Attempt>) {
    bench
        .read(move |connection| {
            let filter = Filter {
                limit: 10,
                ..Filter::default()
            };
            let all = notifications::deliveries(connection, &actor(), body, &filter)?;
            assert_eq!(all.len(), 1);
            notifications::delivery(connection, &actor(), all[0].id)
        })
        .await
}

pub async fn pass(bench: &Bench, by: TimeDelta) {
    bench.clock.advance(by);
    for queue in [jobs::NOTIFY, jobs::NOTIFY_AGAIN, jobs::MAIL] {
        bench.wake.wake(queue);
    }
}
