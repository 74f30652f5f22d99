//! Taking an action: one transaction that reads what the rule needs, decides,
//! and keeps the event with all that follows from it.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    inspection::{
        self as rules, Action, ActionKind, Actor as Acting, Allowed, Clock, Refusal, Role, Setting,
        State,
    },
    notice::{Circle, Occasion, Stage, Telling},
};
use serde_json::json;
use uuid::Uuid;

use super::{Loaded, calendar, effects, facts, load, lock};
use crate::{
    Actor, Error, Tx, audit,
    error::{self, Conflict},
    notifications,
    schema::{inspection, inspection_event},
};

/// What came of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acted {
    /// Its place in the history; `None` while a job is still to carry it out.
    pub position: Option<i32>,
    /// State of the inspection now.
    pub state: State,
    /// The operation to follow, if a job carries it out.
    pub operation: Option<Uuid>,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::WrongState { state, .. } => Self::Conflict(Conflict::InspectionState {
                state: state.code().to_owned(),
            }),
            Refusal::RoleMayNot { .. } | Refusal::NotTheLead => Self::Forbidden(error::Refusal {
                rule: refusal.rule(),
                detail,
            }),
            other => Self::refused(other.rule(), detail),
        }
    }
}

/// In which role the actor acts.
fn acting(actor: &Actor) -> Result<Acting, Error> {
    actor
        .acting()
        .ok_or_else(|| Error::forbidden("11", "this key has no role on inspections"))
}

/// Needs one of the roles; the operator of the machine itself has none.
pub(crate) fn authorise(actor: &Actor, roles: &[Role]) -> Result<Acting, Error> {
    let acting = acting(actor)?;
    if roles.contains(&acting.role) || acting.role == Role::System {
        Ok(acting)
    } else {
        Err(Error::forbidden(
            "11",
            format!("this is not for {} to do", acting.role.label()),
        ))
    }
}

/// Takes an action on an inspection.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Conflict::InspectionState`],
/// a refusal under the rule that stands in the way, or if the database fails.
pub fn act(tx: &mut Tx<'_>, id: Uuid, action: Action) -> Result<Acted, Error> {
    let by = acting(tx.actor())?;
    let mut loaded = lock(tx, id)?;
    let now = tx.now();
    crate::people::needs_access(tx.connection(), &loaded, by, now)?;
    effects::before(tx, &mut loaded, &action)?;
    match &action {
        Action::Publish { .. } | Action::Correct { .. } => {
            decided(tx, &loaded, &action, by)?;
            let operation = effects::publication(tx, &loaded, by, action)?;
            Ok(Acted {
                position: None,
                state: loaded.inspection.state(),
                operation: Some(operation),
            })
        }
        _ => append(tx, &mut loaded, action, by),
    }
}

/// Decides on an action and keeps it, with what follows from it.
pub(crate) fn append(
    tx: &mut Tx<'_>,
    loaded: &mut Loaded,
    action: Action,
    by: Acting,
) -> Result<Acted, Error> {
    let event = decided(tx, loaded, &action, by)?;
    let before = Stage::of(&loaded.inspection);
    loaded
        .inspection
        .apply(event.clone())
        .map_err(|error| Error::internal("an event that was decided", error))?;
    let position = i32::try_from(loaded.inspection.history().len())
        .map_err(|error| Error::internal("a position", error))?;
    let kind = action.kind();
    let content =
        serde_json::to_value(&action).map_err(|error| Error::internal("an action", error))?;
    let actor = tx.actor().name().to_owned();
    diesel::insert_into(inspection_event::table)
        .values((
            inspection_event::inspection_id.eq(loaded.id()),
            inspection_event::position.eq(position),
            inspection_event::at.eq(event.at),
            inspection_event::role.eq(by.role.code()),
            inspection_event::actor_id.eq(by.id),
            inspection_event::actor.eq(actor),
            inspection_event::kind.eq(kind.code()),
            inspection_event::action.eq(&content),
        ))
        .execute(tx.connection())?;
    let state = loaded.inspection.state();
    diesel::update(inspection::table.find(loaded.id()))
        .set((
            inspection::state.eq(state.code()),
            inspection::revision.eq(inspection::revision + 1),
        ))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: "inspection.acted",
        subject_kind: "inspection",
        subject_id: loaded.id().to_string(),
        reason: reason(&action),
        data: json!({
            "action": kind.code(),
            "position": position,
            "role": by.role,
            "by": by.id,
            "state": state.code(),
        }),
    })?;
    let operation = effects::after(tx, loaded, &action, by, position)?;
    match Telling::of(kind, before) {
        Telling::Of(occasions) => {
            for occasion in occasions {
                tell(tx, loaded, *occasion, position, &action)?;
            }
        }
        Telling::Silent(_) => {}
    }
    Ok(Acted {
        position: Some(position),
        state,
        operation,
    })
}

fn decided(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    action: &Action,
    by: Acting,
) -> Result<rules::Event, Error> {
    // Another process, with a clock ahead of this one's, may have recorded the
    // last event: what follows it is not earlier.
    let now = tx.now().max(loaded.inspection.last_at());
    let policy = &loaded.frozen.policy;
    let days = calendar::clock_days(tx.connection(), &policy.lifecycle)?;
    let facts = facts::gather(tx.connection(), loaded)?;
    let setting = Setting {
        days: &days,
        policy,
        facts: &facts,
    };
    Ok(rules::decide(
        &loaded.inspection,
        action,
        by,
        now,
        &setting,
    )?)
}

/// The reason an action carries, for the audit log.
fn reason(action: &Action) -> Option<&str> {
    match action {
        Action::Refreeze { reason, .. }
        | Action::Reschedule { reason, .. }
        | Action::Recall { reason }
        | Action::Withdraw { reason }
        | Action::RequestHold { reason, .. }
        | Action::DecideHold { reason, .. }
        | Action::LodgeComplaint { reason, .. } => Some(reason),
        Action::Resume { decision, .. } => Some(decision),
        Action::Correct { note, .. } => Some(note),
        Action::CompileFailed { error } => Some(error),
        Action::Notify { .. }
        | Action::NameTeam { .. }
        | Action::Schedule { .. }
        | Action::OpenEvidence
        | Action::DeclareEvidenceComplete
        | Action::StartFieldwork
        | Action::RecordProvisional { .. }
        | Action::RecordNextDayCall { .. }
        | Action::Compile
        | Action::CompileDone { .. }
        | Action::SendToQa { .. }
        | Action::SignOff { .. }
        | Action::ReturnFromQa { .. }
        | Action::SendForFactualAccuracy { .. }
        | Action::CloseFactualAccuracy
        | Action::Embargo { .. }
        | Action::ReleaseToStatutory { .. }
        | Action::Publish { .. }
        | Action::Respond { .. }
        | Action::StartFollowUp
        | Action::RecordFollowUp { .. }
        | Action::Close => None,
    }
}

/// Tells the recipients of the body. What is published is told with its
/// links, by whoever publishes it.
fn tell(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    occasion: Occasion,
    position: i32,
    action: &Action,
) -> Result<(), Error> {
    if matches!(
        occasion,
        Occasion::Published | Occasion::Corrected | Occasion::ReportWithdrawn
    ) {
        return Ok(());
    }
    let data = json!({
        "inspection_id": loaded.id(),
        "report_id": loaded.report_id,
        "reference": loaded.reference,
        "body_id": loaded.body_id,
        "group_name": loaded.frozen.body.name,
        "basis": loaded.inspection.opening().basis.text(),
    });
    if occasion.circles().contains(&Circle::Body) {
        let mut data = data.clone();
        if let Some(fields) = data.as_object_mut() {
            fields.insert("state".to_owned(), loaded.inspection.state().code().into());
            fields.insert("action".to_owned(), json!(action));
            if occasion == Occasion::DraftDelivered {
                let until = effects::accuracy_until(tx, loaded)?;
                fields.insert("check_until".to_owned(), json!(until));
            }
        }
        notifications::fan_out(
            tx,
            occasion.event(),
            loaded.body_id,
            loaded.report_id,
            position,
            &data,
        )?;
    }
    // What was decided and why is between the inspectorate and the body.
    notifications::tell_offices(tx, occasion, loaded, position, &data)?;
    Ok(())
}

/// What the actor may do now, and why not the rest.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn allowed(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Allowed>, Error> {
    let by = acting(actor)?;
    let loaded = load(connection, actor, id)?;
    let policy = &loaded.frozen.policy;
    let days = calendar::clock_days(connection, &policy.lifecycle)?;
    let facts = facts::gather(connection, &loaded)?;
    let setting = Setting {
        days: &days,
        policy,
        facts: &facts,
    };
    Ok(
        rules::allowed_actions(&loaded.inspection, by, now, &setting)
            .into_iter()
            .filter(|allowed| {
                !matches!(
                    allowed.action,
                    ActionKind::CompileDone | ActionKind::CompileFailed
                )
            })
            .collect(),
    )
}

/// The clocks of an inspection as they stand.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn clocks(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Clock>, Error> {
    let loaded = load(connection, actor, id)?;
    let policy = &loaded.frozen.policy.lifecycle;
    let days = calendar::clock_days(connection, policy)?;
    Ok(rules::clocks(&loaded.inspection, now, &days, policy))
}
