//! The kinds of job there are, and what each needs to know.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use group_inspection_core::inspection;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Error,
    ledger::{Job, NewJob},
    lifecycle,
};

/// Queue of register imports.
pub const IMPORTS: &str = "imports";
/// Queue of compilations and publications.
pub const REPORTS: &str = "reports";
/// Queue of notifications to endpoints that answer, as far as is known.
pub const NOTIFY: &str = "notify";
/// Queue of notifications that were not accepted at once, or are for endpoints
/// that fail: they take no slot from the others.
pub const NOTIFY_AGAIN: &str = "notify_again";
/// Queue of mail.
pub const MAIL: &str = "mail";

/// All queues a worker serves.
pub const QUEUES: [&str; 5] = [IMPORTS, REPORTS, NOTIFY, NOTIFY_AGAIN, MAIL];

/// Queue in which a job waits that is to be tried again.
#[must_use]
pub fn queue_of_retries<'a>(kind: &str, queue: &'a str) -> &'a str {
    if kind == Notify::KIND && queue == NOTIFY {
        NOTIFY_AGAIN
    } else {
        queue
    }
}

/// A kind of job: its name, layout version, queue and payload.
pub trait Kind: Serialize + DeserializeOwned {
    /// Name of the kind.
    const KIND: &'static str;
    /// Version of the payload's layout.
    const VERSION: i16 = 1;
    /// Queue it waits in.
    const QUEUE: &'static str;
    /// Claims at the most.
    const MAX_ATTEMPTS: i16;

    /// The job to be written. `dedupe` makes a second equal job disappear
    /// while the first waits or runs.
    ///
    /// # Errors
    /// If the payload cannot be written as JSON.
    fn job(&self, dedupe: impl Into<String>, operation: Option<Uuid>) -> Result<NewJob, Error> {
        Ok(NewJob {
            queue: Self::QUEUE,
            kind: Self::KIND,
            kind_version: Self::VERSION,
            payload: serde_json::to_value(self)
                .map_err(|error| Error::internal("writing a job", error))?,
            dedupe_key: Some(dedupe.into()),
            max_attempts: Self::MAX_ATTEMPTS,
            run_at: None,
            operation_id: operation,
        })
    }

    /// The payload of a job of this kind, of this version or an older one;
    /// `None` for any other.
    fn from_job(job: &Job) -> Option<Self> {
        if job.kind != Self::KIND {
            return None;
        }
        match job.kind_version.cmp(&Self::VERSION) {
            Ordering::Equal => serde_json::from_value(job.payload.clone()).ok(),
            Ordering::Less => Self::from_older(job.kind_version, job.payload.clone()),
            Ordering::Greater => None,
        }
    }

    /// What a payload of an older version means today. Jobs written before an
    /// upgrade are carried out after it.
    fn from_older(version: i16, payload: Value) -> Option<Self> {
        let _ = (version, payload);
        None
    }
}

/// The newest version of the payload of a kind that this program knows.
#[must_use]
pub fn newest_version(kind: &str) -> Option<i16> {
    const ALL: [(&str, i16); 8] = [
        version_of::<Import>(),
        version_of::<Compile>(),
        version_of::<Publish>(),
        version_of::<Rescreen>(),
        version_of::<Overdue>(),
        version_of::<Scan>(),
        version_of::<Retention>(),
        version_of::<Notify>(),
    ];
    let found = ALL.iter().find(|(name, _)| *name == kind);
    found.map(|(_, version)| *version)
}

const fn version_of<K: Kind>() -> (&'static str, i16) {
    (K::KIND, K::VERSION)
}

/// Read the files of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The import.
    pub import_id: Uuid,
}

impl Kind for Import {
    const KIND: &'static str = "import";
    const QUEUE: &'static str = IMPORTS;
    const MAX_ATTEMPTS: i16 = 5;
}

/// Compile the next version of an inspection's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compile {
    /// The inspection.
    pub inspection_id: Uuid,
}

impl Kind for Compile {
    const KIND: &'static str = "compile";
    const QUEUE: &'static str = REPORTS;
    const MAX_ATTEMPTS: i16 = 8;
}

/// Render and publish one version of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// The report.
    pub report_id: Uuid,
    /// Its version.
    pub version: i32,
    /// Who asked for it.
    pub by: inspection::Actor,
    /// What was asked for: to publish or to correct.
    pub action: inspection::Action,
}

impl Kind for Publish {
    const KIND: &'static str = "publish";
    const VERSION: i16 = 2;
    const QUEUE: &'static str = REPORTS;
    const MAX_ATTEMPTS: i16 = 8;

    /// The first version did not say who asked, and only published.
    fn from_older(_: i16, payload: Value) -> Option<Self> {
        #[derive(Deserialize)]
        struct First {
            report_id: Uuid,
            version: i32,
        }
        let First { report_id, version } = serde_json::from_value(payload).ok()?;
        Some(Self {
            report_id,
            version,
            by: lifecycle::SYSTEM,
            action: inspection::Action::Publish {
                report_version: version.try_into().ok()?,
            },
        })
    }
}

/// Run the rules on conflicts anew over everybody who is assigned (DR-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescreen {}

impl Kind for Rescreen {
    const KIND: &'static str = "rescreen";
    const QUEUE: &'static str = IMPORTS;
    const MAX_ATTEMPTS: i16 = 8;
}

/// Look for deadlines of inspections that have passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {}

impl Kind for Overdue {
    const KIND: &'static str = "overdue";
    const QUEUE: &'static str = NOTIFY;
    const MAX_ATTEMPTS: i16 = 3;
}

/// Check a file attached to evidence, and have it scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// The attachment.
    pub attachment_id: Uuid,
}

impl Kind for Scan {
    const KIND: &'static str = "scan";
    const QUEUE: &'static str = IMPORTS;
    const MAX_ATTEMPTS: i16 = 10;
}

/// Delete what has been kept for its time (DR-40).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {}

impl Kind for Retention {
    const KIND: &'static str = "retention";
    const QUEUE: &'static str = IMPORTS;
    const MAX_ATTEMPTS: i16 = 3;
}

/// Send one notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// The notification; its id goes out with every try.
    pub notification_id: Uuid,
}

impl Kind for Notify {
    const KIND: &'static str = "notify";
    const QUEUE: &'static str = NOTIFY;
    /// One more than the retry schedule has steps.
    const MAX_ATTEMPTS: i16 = 10;
}

/// Send one notification by mail if its endpoint still fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalate {
    /// The notification.
    pub notification_id: Uuid,
}

impl Kind for Escalate {
    const KIND: &'static str = "escalate";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i16 = 5;
}

/// Send again what an endpoint was to be told in a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// The operation; marks what has been sent again.
    pub operation_id: Uuid,
    /// The endpoint.
    pub endpoint_id: Uuid,
    /// From this time on.
    pub since: DateTime<Utc>,
    /// Before this time.
    pub until: DateTime<Utc>,
    /// Only these events.
    pub events: Option<Vec<String>>,
}

impl Kind for Replay {
    const KIND: &'static str = "replay";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i16 = 5;
}

/// Ask the mail service what became of what it accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipts {}

impl Kind for Receipts {
    const KIND: &'static str = "receipts";
    const QUEUE: &'static str = MAIL;
    const MAX_ATTEMPTS: i16 = 3;
}
