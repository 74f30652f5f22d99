//! Section 0 and annex A.

use super::view::{Shown, View};
use crate::{
    language::prose::line,
    report::{AreaLine, FrontPanel, NO_GRADE_STATEMENT, OutcomeLine, SchoolRecord},
};

pub(super) fn panel(view: &View<'_>) -> FrontPanel {
    let inspection = &view.inputs.inspection;
    let body = &view.inputs.body;
    let mut identifiers = body.identifiers.clone();
    identifiers.sort();
    identifiers.dedup();
    FrontPanel {
        group_name: line(&body.name),
        body_id: body.id,
        body_kind: body.kind,
        identifiers,
        inspection_id: inspection.id,
        reference: inspection.reference.clone(),
        basis: line(&inspection.basis),
        open_schools: view.open_count(),
        membership_as_at: inspection.membership_as_at,
        opened_on: view.opened_on,
        evidence_to: view.records.iter().map(|record| record.effective_to).max(),
        team: team(view),
        statement: NO_GRADE_STATEMENT.to_owned(),
    }
}

/// The team with the lead first, then by name: who is listed when must not
/// depend on the order of the records.
fn team(view: &View<'_>) -> Vec<crate::report::TeamLine> {
    let mut team = view.inputs.inspection.team.clone();
    team.sort_by_cached_key(|person| {
        (
            !person.role.to_lowercase().contains("lead"),
            person.name.clone(),
            person.role.clone(),
            person.employer_type.clone(),
        )
    });
    team
}

pub(super) fn schools(view: &View<'_>) -> Vec<SchoolRecord> {
    view.open
        .iter()
        .map(|member| SchoolRecord {
            urn: member.urn,
            name: line(&member.name),
            phase: member.phase.clone(),
            establishment_type: member.establishment_type.clone(),
            local_authority: member.local_authority.clone(),
            role: member.role,
            joined: member.joined,
            joined_estimated: member.joined_estimated,
            predecessors: member.predecessors.clone(),
            outcomes: view
                .outcomes
                .get(&member.urn)
                .into_iter()
                .flatten()
                .map(|shown| outcome(view, shown))
                .collect(),
        })
        .collect()
}

fn outcome(view: &View<'_>, shown: &Shown<'_>) -> OutcomeLine {
    let outcome = &shown.fact.outcome;
    OutcomeLine {
        evidence: view.record_id(shown.record).to_owned(),
        framework: outcome.framework,
        event: outcome.event,
        started: outcome.started,
        urn_at_time: outcome.urn_at_time,
        inherited: outcome.is_inherited(shown.member.joined),
        concern: outcome.concern.map(|concern| concern.label().to_owned()),
        text_outcome: outcome.text_outcome.clone(),
        areas: outcome
            .areas
            .iter()
            .map(|result| AreaLine {
                area: result.area,
                outcome: result.outcome.label().to_owned(),
            })
            .collect(),
    }
}
