//! Edits of blocks of the draft by the writer of the report.

use diesel::PgConnection;
use group_inspection_core::{
    digest::Digest,
    finding::{
        Reason,
        draft::{self, Edit, EditRefusal},
    },
    inspection::{Role, State},
};
use uuid::Uuid;

use super::findings::provisional;
use crate::{
    Error, Tx,
    error::Conflict,
    lifecycle,
    records::{self, Owner, Record},
    reports,
};

impl Record for Edit {
    const KIND: &'static str = "edit";
}

fn refused(refusal: &EditRefusal) -> Error {
    let rule = match refusal {
        EditRefusal::Language(_) => "DR-03",
        EditRefusal::ReasonNeeded | EditRefusal::EmptyReason => "DR-25",
        EditRefusal::UnknownEvidence(_) => "DR-11",
        EditRefusal::UnknownBlock(_)
        | EditRefusal::Conflict { .. }
        | EditRefusal::Empty
        | EditRefusal::TooLong { .. } => "9.1",
    };
    let detail = match refusal {
        EditRefusal::Language(findings) => {
            let found: Vec<String> = findings
                .iter()
                .map(|finding| format!("\"{}\": {}", finding.term, finding.why))
                .collect();
            format!("{refusal}: {}", found.join("; "))
        }
        other => other.to_string(),
    };
    Error::refused(rule, detail)
}

/// An edit as its author sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdit {
    /// Block of the draft.
    pub block: String,
    /// Digest of the text it was made over.
    pub base: Digest,
    /// The text as it is to be.
    pub text: String,
    /// Why; needed for a change of meaning after provisional feedback (DR-25).
    pub reason: Option<Reason>,
}

/// Edits a block of the newest draft; the next compilation takes it in.
///
/// # Errors
/// [`Error::NotFound`] without a draft, [`Error::Forbidden`] for others than
/// the writer of the report, [`Conflict::InspectionState`] unless the report
/// is drafted or to be corrected,
/// a refusal, or if the database fails.
pub fn edit(tx: &mut Tx<'_>, inspection: Uuid, new: NewEdit) -> Result<Edit, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(
        tx.actor(),
        &[Role::Inspector, Role::Practitioner, Role::QualityAssurer],
    )?;
    let now = tx.now();
    crate::people::needs_access(tx.connection(), &loaded, by, now)?;
    if loaded.author != Some(by.id) {
        return Err(Error::forbidden(
            "DR-27",
            "the draft is for the writer of the report to edit",
        ));
    }
    let state = loaded.inspection.state();
    if state != State::Drafting && !state.takes_corrections() {
        return Err(Error::Conflict(Conflict::InspectionState {
            state: state.code().to_owned(),
        }));
    }
    let version = reports::newest_version(tx.connection(), loaded.report_id)?;
    let (mut report, _) = reports::compiled(
        tx.connection(),
        loaded.report_id,
        version.ok_or(Error::NotFound)?,
    )?;
    let held = lifecycle::evidence_held(tx.connection(), inspection)?;
    // Edits that wait for the next compilation have been made already.
    for waiting in list(tx.connection(), inspection)? {
        if let Ok(edited) = draft::apply(&report, &waiting, &held, false) {
            report = edited;
        }
    }
    let edit = Edit {
        id: tx.new_id(),
        block: new.block,
        base: new.base,
        text: new.text,
        author: by.id,
        at: now,
        reason: new.reason,
    };
    let feedback = provisional(tx.connection(), inspection)?.is_some();
    draft::apply(&report, &edit, &held, feedback).map_err(|refusal| refused(&refusal))?;
    let why = edit.reason.as_ref().map(|reason| reason.text.clone());
    let owner = Owner::inspection(inspection).and_person(by.id);
    records::insert(tx, edit.id, owner, &edit, why.as_deref())?;
    Ok(edit)
}

/// Edits of an inspection's draft, oldest first.
///
/// # Errors
/// If the database fails.
pub fn list(connection: &mut PgConnection, inspection: Uuid) -> Result<Vec<Edit>, Error> {
    Ok(
        records::of::<Edit>(connection, Owner::inspection(inspection))?
            .into_iter()
            .map(|held| held.value)
            .collect(),
    )
}
