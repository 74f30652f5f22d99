//! The SQL of one submission, as the store really sends it, for `pgbench`.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::Subject;
use crate::failure::Failure;

/// Records the statements of every connection while it is switched on.
#[derive(Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Option<Vec<String>>>>);

static RECORDER: Mutex<Option<Recorder>> = Mutex::new(None);

impl Recorder {
    /// Has all connections made from now on recorded.
    pub(super) fn install() -> Result<Self, Failure> {
        let recorder = Self::default();
        *RECORDER.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorder.clone());
        set_default_instrumentation(|| {
            let recorder = RECORDER
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            recorder.map(|recorder| Box::new(recorder) as Box<dyn Instrumentation>)
        })
        .map_err(|error| Failure::because("recording statements", error))?;
        Ok(recorder)
    }

    pub(super) fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    pub(super) fn stop(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .unwrap_or_default()
    }
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event
            && let Some(statements) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)
        {
            let text = query.to_string();
            // What follows are the values, as a debugging aid.
            let sql = text.split(" -- binds:").next().unwrap_or(&text);
            statements.push(sql.trim().to_owned());
        }
    }
}

/// What a bind stands for in the script: the same for every transaction, or
/// made of the transaction's random number.
struct Values {
    client: String,
    inspection: String,
    path: String,
    unique: String,
    id: String,
    sha256: String,
    content: String,
    answer: String,
    now: &'static str,
}

impl Values {
    fn of(subject: &Subject, content: &str, answer: &str) -> Self {
        let ids: Vec<String> = subject
            .inspections
            .iter()
            .map(|id| format!("'{id}'"))
            .collect();
        let inspection = format!("(ARRAY[{}]::uuid[])[:inspection::int]", ids.join(","));
        Self {
            client: quoted(&subject.client),
            path: format!("'/v1/inspections/' || {inspection} || '/submissions'"),
            inspection,
            unique: ":number::text".to_owned(),
            // As many characters as the real thing, distinct for each number.
            id: "lpad(to_hex(:number::bigint), 32, '0')::uuid".to_owned(),
            sha256: "lpad(to_hex(:number::bigint), 64, '0')".to_owned(),
            content: format!("({} || :number::text || '\"}}')::jsonb", quoted(content)),
            answer: quoted(answer),
            now: "now()",
        }
    }

    /// Binds of each statement, in order.
    fn binds(&self) -> Vec<(&'static str, Vec<String>)> {
        let now = self.now.to_owned();
        let text = |value: &str| quoted(value);
        vec![
            ("BEGIN", vec![]),
            (
                "SELECT pg_try_advisory_xact_lock",
                vec![self.sha256.clone()],
            ),
            (
                "SELECT \"idempotency\"",
                vec![
                    self.client.clone(),
                    text("POST"),
                    self.path.clone(),
                    self.unique.clone(),
                    "1".to_owned(),
                ],
            ),
            (
                "SELECT body_id, state, revision",
                // As for a sender who has sent to this inspection before.
                vec![
                    "revision".to_owned(),
                    "xmin::text".to_owned(),
                    self.inspection.clone(),
                ],
            ),
            (
                "INSERT INTO submitted_item",
                vec![
                    self.inspection.clone(),
                    self.id.clone(),
                    text("evidence"),
                    now.clone(),
                    format!("ARRAY[{}]", self.id),
                    format!("ARRAY[{}]", self.sha256),
                    "ARRAY[NULL]::text[]".to_owned(),
                    format!("ARRAY[{}]", self.content),
                ],
            ),
            (
                "INSERT INTO \"submission\"",
                vec![
                    self.id.clone(),
                    self.inspection.clone(),
                    self.sha256.clone(),
                    now.clone(),
                    self.client.clone(),
                    format!("{}::jsonb", self.answer),
                ],
            ),
            (
                "WITH written AS ( INSERT INTO audit_event",
                vec![
                    now.clone(),
                    self.client.clone(),
                    text("submission.received"),
                    text("inspection"),
                    format!("{}::text", self.inspection),
                    "NULL".to_owned(),
                    self.unique.clone(),
                    format!(
                        "jsonb_build_object('submission', {}, 'sha256', {}, 'stored', 1, 'reused', 0)",
                        self.id, self.sha256
                    ),
                ],
            ),
            (
                "INSERT INTO \"idempotency\"",
                vec![
                    self.client.clone(),
                    text("POST"),
                    self.path.clone(),
                    self.unique.clone(),
                    format!("decode({}, 'hex')", self.sha256),
                    "201".to_owned(),
                    text("[]"),
                    format!("convert_to({}, 'UTF8')", self.answer),
                    now.clone(),
                    format!("{now} + interval '2 days'"),
                ],
            ),
            ("COMMIT", vec![]),
        ]
    }
}

/// A script whose statements are the recorded ones. `content` is an item as
/// stored up to where it differs from others; `answer` is what was answered.
pub(super) fn pgbench(
    statements: &[String],
    subject: &Subject,
    content: &str,
    answer: &str,
) -> Result<String, Failure> {
    let values = Values::of(subject, content, answer);
    let binds = values.binds();
    if binds.len() != statements.len() {
        return Err(unlike(&statements.join("; ")));
    }
    let mut script = format!(
        "\\set number random(1, 9223372036854775807)\n\\set inspection random(1, {})\n",
        subject.inspections.len()
    );
    for (statement, (begins, values)) in statements.iter().zip(binds) {
        if !statement.starts_with(begins) {
            return Err(unlike(statement));
        }
        let mut sql = statement.clone();
        // From the last on, so that $1 is not taken for the start of $10.
        for (index, value) in values.iter().enumerate().rev() {
            let place = format!("${}", index + 1);
            if !sql.contains(&place) {
                return Err(unlike(statement));
            }
            sql = sql.replace(&place, value);
        }
        script.push_str(&sql);
        script.push_str(";\n");
    }
    Ok(script)
}

fn unlike(statement: &str) -> Failure {
    Failure::because(
        "the script for pgbench",
        format!("the store now sends something else: {statement}"),
    )
}

/// A string constant. pgbench takes `:name` for a variable even inside one.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('\'', "''")
        .replace(':', "\\x3a");
    format!("E'{escaped}'")
}
