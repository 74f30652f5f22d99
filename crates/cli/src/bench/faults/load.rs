//! The load: senders that never stop, and in each round one inspection that
//! takes evidence, one that is compiled and one that is published.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{sync::watch, time::sleep};
use uuid::Uuid;

use super::client::{Client, Sent};
use crate::failure::Failure;

/// Pause of a sender between two submissions.
const BETWEEN: Duration = Duration::from_millis(60);

/// What was acknowledged, and so must never be lost or doubled.
#[derive(Debug, Clone, Default)]
pub(super) struct Acknowledged {
    /// Submissions with the number of their items.
    pub(super) submissions: Vec<(Uuid, i64)>,
    /// Files with the digest of their bytes.
    pub(super) files: Vec<(Uuid, String)>,
    /// Inspections whose report was compiled.
    pub(super) compiled: Vec<Uuid>,
    /// Inspections whose report was published, with its address.
    pub(super) published: Vec<(Uuid, String)>,
}

/// The load and what came of it.
pub(super) struct Load {
    pub(super) client: Client,
    /// Sends evidence.
    sender: Client,
    /// Takes submissions for ever.
    inbox: Uuid,
    next: AtomicU64,
    acknowledged: Mutex<Acknowledged>,
}

impl Load {
    pub(super) fn new(client: Client, sender: Client, inbox: Uuid) -> Self {
        Self {
            client,
            sender,
            inbox,
            next: AtomicU64::new(0),
            acknowledged: Mutex::default(),
        }
    }

    /// Requests sent, and how many of them were repetitions.
    pub(super) fn requests(&self) -> (u64, u64) {
        let (officer, sender) = (self.client.counts(), self.sender.counts());
        (officer.0 + sender.0, officer.1 + sender.1)
    }

    pub(super) fn acknowledged(&self) -> MutexGuard<'_, Acknowledged> {
        self.acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends to the inbox, one after another, until told to stop.
    pub(super) async fn send(
        self: Arc<Self>,
        stopped: watch::Receiver<bool>,
    ) -> Result<(), Failure> {
        while !*stopped.borrow() {
            self.submit(self.inbox, 1).await?;
            sleep(BETWEEN).await;
        }
        Ok(())
    }

    /// Begins a submission to the inbox, resets the connection, and sends the
    /// same again as a client does that lost the answer.
    pub(super) async fn reset(&self, part: f64, wait: Duration) -> Result<(), Failure> {
        let path = format!("/v1/inspections/{}/submissions", self.inbox);
        let (key, own) = (Uuid::now_v7(), Uuid::now_v7());
        let batch = self.batch(own, 1);
        // A process that is just being killed resets first.
        let _ = self.sender.reset(&path, key, &batch, part, wait).await;
        self.deliver(&path, key, own, batch, 1).await?;
        Ok(())
    }

    /// Gives an inspection its evidence: a batch, and a file on one item.
    pub(super) async fn give_evidence(&self, inspection: Uuid) -> Result<(), Failure> {
        let result = self.submit(inspection, 3).await?;
        let item = result
            .pointer("/items/0/id")
            .and_then(Value::as_str)
            .ok_or_else(|| Failure::because("a submission", &result))?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let bytes = format!("Minutes of meeting {number}\n")
            .repeat(100)
            .into_bytes();
        let digest = hex::encode(Sha256::digest(&bytes));
        let path = format!(
            "/v1/inspections/{inspection}/evidence/{item}/attachments?filename=minutes.txt"
        );
        let key = Some(Uuid::now_v7());
        let answer = self
            .sender
            .ask(Method::POST, &path, key, &Sent::File(bytes))
            .await?;
        let id = answer
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| Failure::because(&path, &answer))?;
        self.acknowledged().files.push((id, digest));
        Ok(())
    }

    /// Has a report compiled, and waits for it.
    pub(super) async fn compile(&self, inspection: Uuid) -> Result<(), Failure> {
        self.job(inspection, "compilations").await?;
        self.acknowledged().compiled.push(inspection);
        Ok(())
    }

    /// Has a report published, and waits for it.
    pub(super) async fn publish(&self, inspection: Uuid) -> Result<(), Failure> {
        let operation = self.job(inspection, "publications").await?;
        let page = operation
            .pointer("/result/links/html")
            .and_then(Value::as_str)
            .and_then(|url| url.find("/reports/").and_then(|at| url.get(at..)))
            .ok_or_else(|| Failure::because("a publication", &operation))?
            .to_owned();
        self.acknowledged().published.push((inspection, page));
        Ok(())
    }

    async fn job(&self, inspection: Uuid, what: &str) -> Result<Value, Failure> {
        let path = format!("/v1/inspections/{inspection}/{what}");
        let key = Some(Uuid::now_v7());
        let sent = Sent::Json(json!({}));
        let begun = self.client.ask(Method::POST, &path, key, &sent).await?;
        self.client.follow(&begun).await
    }

    async fn submit(&self, inspection: Uuid, items: u64) -> Result<Value, Failure> {
        let path = format!("/v1/inspections/{inspection}/submissions");
        let own = Uuid::now_v7();
        let batch = self.batch(own, items);
        self.deliver(&path, Uuid::now_v7(), own, batch, items).await
    }

    async fn deliver(
        &self,
        path: &str,
        key: Uuid,
        own: Uuid,
        batch: Value,
        items: u64,
    ) -> Result<Value, Failure> {
        let answer = self
            .sender
            .ask(Method::POST, path, Some(key), &Sent::Json(batch))
            .await?;
        let accepted = answer.get("accepted").and_then(Value::as_u64);
        if accepted != Some(items) {
            return Err(Failure::because(path, format!("answered {answer}")));
        }
        let items = i64::try_from(items).unwrap_or(i64::MAX);
        self.acknowledged().submissions.push((own, items));
        Ok(answer)
    }

    /// Items that nobody sent before.
    fn batch(&self, own: Uuid, items: u64) -> Value {
        let items: Vec<Value> = (0..items)
            .map(|_| {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                json!({
                    "type": "evidence", "evidence_type": "document",
                    "title": format!("Notes of the reading network, part {number}"),
                    "text": "Reading leads meet each month.", "source": "The group",
                    "schools": [], "themes": ["curriculum_and_teaching"],
                    "bearing": "context", "effective_from": "2026-01-01",
                    "effective_to": "2026-06-30", "normal_business": true, "minutes": 5
                })
            })
            .collect();
        json!({ "submission_id": own, "items": items })
    }
}
