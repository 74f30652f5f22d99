//! What must hold after every fault, checked against the database, the data
//! folder and the receiver.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Text, Uuid as SqlUuid},
};
use group_inspection_core::audit::{self as chain, Head};
use group_inspection_store::{Error, Seek, audit};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{
    PATIENCE,
    cast::Cast,
    load::{Acknowledged, Load},
    subject::RECIPIENTS,
};

/// Pause between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Links of the audit log read at a time.
const LINKS: i64 = 1_000;
/// Copies of a published report.
const COPIES: i64 = 4;

#[derive(QueryableByName, Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName, Debug)]
struct Told {
    #[diesel(sql_type = Text)]
    told: String,
}

#[derive(QueryableByName, Debug)]
struct Sending {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    channel: String,
}

#[derive(QueryableByName, Debug)]
struct Kept {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    blob: String,
    #[diesel(sql_type = Text)]
    state: String,
}

/// What is left to do: empty once everything is quiet.
const UNDONE: &str = "\
    SELECT format('job %s %s, attempt %s, due %s, lease %s, %s', kind, state, attempts, run_at, \
                  lease_until, coalesce(last_error_code, 'no failure')) AS told \
    FROM job WHERE state = 'running' \
       OR (state = 'ready' AND coalesce(dedupe_key, '') NOT IN ('hourly', 'daily', 'now and then')) \
    UNION ALL SELECT format('operation %s %s', kind, state) FROM operation \
    WHERE state IN ('waiting', 'running') \
    UNION ALL SELECT format('notification %s waits', event) FROM notification \
    WHERE state = 'waiting' \
    UNION ALL SELECT 'an audit event is not sealed' FROM audit_unsealed LIMIT 20";

/// The books: what was found before, against which the next look is checked.
#[derive(Debug, Default)]
pub(super) struct Books {
    head: Option<Head>,
    anchors: Vec<Head>,
    submissions: usize,
    files: usize,
}

impl Books {
    /// Waits until nothing is left to do; what is, if it takes too long.
    pub(super) async fn quiet(&self, cast: &Cast) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let undone = cast.store.read(|connection| told(connection, UNDONE)).await;
            match undone {
                Ok(undone) if undone.is_empty() => return Ok(()),
                other if Instant::now() > end => {
                    return Err(format!("it does not become quiet: {other:?}"));
                }
                _ => sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Everything that does not hold. `all` looks at everything anew, not only
    /// at what is new.
    pub(super) async fn check(&mut self, cast: &Cast, load: &Load, all: bool) -> Vec<String> {
        if all {
            (self.submissions, self.files) = (0, 0);
        }
        let acknowledged = load.acknowledged().clone();
        let mut wrong = Vec::new();
        for found in [
            self.counts(cast, &acknowledged).await,
            self.submissions(cast, &acknowledged).await,
            self.files(cast, &acknowledged).await,
            notifications(cast).await,
            self.audit(cast, all).await,
        ] {
            match found {
                Ok(found) => wrong.extend(found),
                Err(error) => wrong.push(format!("the books cannot be checked: {error}")),
            }
        }
        if all {
            for (_, page) in &acknowledged.published {
                for copy in ["", "/report.pdf", "/report.json", "/report.txt"] {
                    let path = format!("{page}{copy}");
                    if let Err(failure) = load.client.get(&path).await {
                        wrong.push(format!("a published report is not there: {failure}"));
                    }
                }
            }
            for line in cast.processes.said("panicked") {
                wrong.push(format!("a process panicked: {line}"));
            }
        }
        wrong
    }

    /// Rows that must be there exactly as often as was acknowledged.
    async fn counts(&self, cast: &Cast, known: &Acknowledged) -> Result<Vec<String>, Error> {
        let amount = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let items = known.submissions.iter().map(|(_, items)| items).sum();
        let submissions = amount(known.submissions.len());
        let files = amount(known.files.len());
        let (compiled, published) = (amount(known.compiled.len()), amount(known.published.len()));
        let expected = [
            ("submissions", "submission", submissions),
            ("items of evidence", "submitted_item", items),
            (
                "items counted as sent again",
                "submitted_item WHERE reused > 0",
                0,
            ),
            (
                "submissions in the audit log",
                "audit_event WHERE action = 'submission.received'",
                submissions,
            ),
            ("files", "record WHERE kind = 'attachment'", files),
            ("compiled versions", "report_version", compiled),
            (
                "published versions",
                "report_version WHERE state = 'published'",
                published,
            ),
            (
                "publications in the audit log",
                "audit_event WHERE action = 'report.published'",
                published,
            ),
            ("copies of reports", "rendition", COPIES * published),
            (
                "compilations that succeeded",
                "operation WHERE kind = 'compilation' AND state = 'succeeded'",
                compiled,
            ),
            (
                "publications that succeeded",
                "operation WHERE kind = 'publication' AND state = 'succeeded'",
                published,
            ),
            (
                "operations that failed",
                "operation WHERE state = 'failed'",
                0,
            ),
            (
                "notifications of publications",
                "notification WHERE event = 'report.published'",
                RECIPIENTS * published,
            ),
            (
                "notifications that were not delivered",
                "notification WHERE state <> 'delivered'",
                0,
            ),
            (
                "notifications delivered by more or less than one try",
                "notification n WHERE (SELECT count(*) FROM delivery_attempt d \
                 WHERE d.notification_id = n.id AND d.outcome = 'delivered') <> 1",
                0,
            ),
            (
                "endpoints disabled",
                "webhook_endpoint WHERE state <> 'active'",
                0,
            ),
        ];
        let mut wrong = Vec::new();
        for (what, rows, wanted) in expected {
            let query = format!("SELECT count(*) AS count FROM {rows}");
            let found: Count = cast
                .store
                .read(move |connection| Ok(sql_query(&query).get_result(connection)?))
                .await?;
            if found.count != wanted {
                wrong.push(format!("{what}: {} instead of {wanted}", found.count));
            }
        }
        let dead = cast
            .store
            .read(|connection| {
                told(
                    connection,
                    "SELECT format('a job is dead: %s %s %s', kind, last_error_code, last_error) \
                     AS told FROM job WHERE state IN ('dead', 'cancelled')",
                )
            })
            .await?;
        wrong.extend(dead);
        Ok(wrong)
    }

    /// Submissions that were acknowledged, by their own identifiers.
    async fn submissions(
        &mut self,
        cast: &Cast,
        known: &Acknowledged,
    ) -> Result<Vec<String>, Error> {
        let new: Vec<Uuid> = known
            .submissions
            .iter()
            .skip(self.submissions)
            .map(|(id, _)| *id)
            .collect();
        let asked = new.clone();
        let lost = cast
            .store
            .read(move |connection| {
                Ok(sql_query(
                    "SELECT format('submission %s was acknowledged and is lost', asked.id) AS told \
                     FROM unnest($1) AS asked (id) \
                     WHERE NOT EXISTS (SELECT FROM submission s WHERE s.id = asked.id)",
                )
                .bind::<Array<SqlUuid>, _>(asked.clone())
                .load::<Told>(connection)?)
            })
            .await?;
        self.submissions += new.len();
        Ok(lost.into_iter().map(|line| line.told).collect())
    }

    /// Files that were acknowledged: found clean, and their bytes are there.
    async fn files(&mut self, cast: &Cast, known: &Acknowledged) -> Result<Vec<String>, Error> {
        let new: BTreeMap<Uuid, String> = known.files.iter().skip(self.files).cloned().collect();
        let asked: Vec<Uuid> = new.keys().copied().collect();
        let kept: Vec<Kept> = cast
            .store
            .read(move |connection| {
                Ok(sql_query(
                    "SELECT id, content ->> 'blob' AS blob, \
                            content #>> '{attachment,state}' AS state \
                     FROM record WHERE kind = 'attachment' AND id = ANY($1)",
                )
                .bind::<Array<SqlUuid>, _>(asked.clone())
                .load(connection)?)
            })
            .await?;
        let mut wrong = Vec::new();
        let mut missing: BTreeSet<Uuid> = new.keys().copied().collect();
        for file in kept {
            missing.remove(&file.id);
            if !file.state.contains("clean") {
                wrong.push(format!("file {} is {}", file.id, file.state));
            }
            let bytes = tokio::fs::read(cast.disk.folder.join("uploads").join(&file.blob)).await;
            let digest = bytes.map(|bytes| hex::encode(Sha256::digest(bytes)));
            match digest {
                Ok(digest) if new.get(&file.id) == Some(&digest) => {}
                Ok(_) => wrong.push(format!("file {} has other bytes", file.id)),
                Err(error) => wrong.push(format!("file {} has no bytes: {error}", file.id)),
            }
        }
        for id in missing {
            wrong.push(format!("file {id} was acknowledged and is lost"));
        }
        self.files += new.len();
        Ok(wrong)
    }

    /// The audit chain goes on from where it was.
    async fn audit(&mut self, cast: &Cast, all: bool) -> Result<Vec<String>, Error> {
        let start = self.head.filter(|_| !all).unwrap_or(Head::EMPTY);
        let anchors = self.anchors.clone();
        let found = cast
            .store
            .read(move |connection| {
                if all {
                    return Ok(audit::check(connection, &anchors)?.map(|checked| checked.head));
                }
                let mut head = start;
                loop {
                    let some = audit::list(connection, &Seek::After(head.position), LINKS)?;
                    match chain::verify_from(&head, some.iter().map(|sealed| &sealed.link), &[]) {
                        Ok(verified) => head = verified,
                        Err(broken) => return Ok(Err(broken)),
                    }
                    if (some.len() as u64) < LINKS.unsigned_abs() {
                        return Ok(Ok(head));
                    }
                }
            })
            .await?;
        let head = match found {
            Ok(head) => head,
            Err(broken) => return Ok(vec![broken.to_string()]),
        };
        self.head = Some(head);
        self.anchors.push(head);
        let events: Count =
            cast.store
                .read(|connection| {
                    Ok(sql_query("SELECT count(*) AS count FROM audit_event")
                        .get_result(connection)?)
                })
                .await?;
        let sealed = i64::try_from(head.position).unwrap_or(i64::MAX);
        Ok(if events.count == sealed {
            Vec::new()
        } else {
            vec![format!(
                "{} audit events, {sealed} of them in the chain",
                events.count
            )]
        })
    }
}

/// What was sent: nothing lost, nothing under two identifiers.
async fn notifications(cast: &Cast) -> Result<Vec<String>, Error> {
    let sent: Vec<Sending> = cast
        .store
        .read(|connection| {
            Ok(
                sql_query("SELECT id, channel FROM notification WHERE state = 'delivered'")
                    .load(connection)?,
            )
        })
        .await?;
    let mut wrong = Vec::new();
    let mut bodies: BTreeMap<String, [u8; 32]> = BTreeMap::new();
    let mut ids: BTreeMap<[u8; 32], String> = BTreeMap::new();
    for arrived in cast.receiver.arrived() {
        if !arrived.verified {
            wrong.push(format!("webhook {} has no good signature", arrived.id));
        }
        let first = bodies.entry(arrived.id.clone()).or_insert(arrived.body);
        if *first != arrived.body {
            wrong.push(format!("webhook {} came with two bodies", arrived.id));
        }
        // Each event of each version is told in a body of its own.
        let first = ids.entry(arrived.body).or_insert(arrived.id.clone());
        if *first != arrived.id {
            wrong.push(format!("{first} and {} say the same", arrived.id));
        }
    }
    let mail = cast.disk.folder.join("mail/new");
    for Sending { id, channel } in sent {
        let there = match channel.as_str() {
            "webhook" => bodies.remove(&id.to_string()).is_some(),
            _ => mail.join(format!("{id}.group-inspection")).exists(),
        };
        if !there {
            wrong.push(format!("{channel} {id} is noted as delivered and is lost"));
        }
    }
    for id in bodies.keys() {
        wrong.push(format!("webhook {id} is not in the database as delivered"));
    }
    Ok(wrong)
}

fn told(connection: &mut PgConnection, query: &str) -> Result<Vec<String>, Error> {
    let told: Vec<Told> = sql_query(query).load(connection)?;
    Ok(told.into_iter().map(|line| line.told).collect())
}
