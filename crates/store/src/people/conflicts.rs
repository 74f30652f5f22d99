//! Declarations of interest, what is decided on them, and what is said of both
//! in public (DR-14 to DR-16, DR-20).

use diesel::PgConnection;
use group_inspection_core::{
    calendar::day_in_england,
    conflict::{
        self, Assessment, Decider, Deciding, Decision, DecisionError, Declaration, Handled,
        Interest, Ruling,
    },
    inspection::Role,
};
use uuid::Uuid;

use super::{
    access::{OnRecord, latest, on_record},
    get,
    screening::{assess, screen},
};
use crate::{
    Error, Tx,
    lifecycle::{self, Loaded},
    records::{self, Owner, Record},
};

impl Record for Declaration {
    const KIND: &'static str = "declaration";
}

impl Record for Assessment {
    const KIND: &'static str = "conflict_assessment";
}

impl Record for Decision {
    const KIND: &'static str = "conflict_decision";
}

/// Makes a declaration for an inspection, in the person's own name, and runs
/// the rules over it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for roles that declare nothing,
/// or if the database fails.
pub fn declare(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    interests: Vec<Interest>,
) -> Result<OnRecord, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(
        tx.actor(),
        &[
            Role::LeadInspector,
            Role::Inspector,
            Role::Practitioner,
            Role::QualityAssurer,
        ],
    )?;
    let now = tx.now();
    let declaration = Declaration {
        id: tx.new_id(),
        person: by.id,
        inspection,
        made_on: day_in_england(now),
        confirmed_at: Some(now),
        interests,
    };
    let owner = Owner::inspection(inspection).and_person(by.id);
    records::insert(tx, declaration.id, owner, &declaration, None)?;
    let person = get(tx.connection(), by.id)?.value;
    let screen = screen(
        tx.connection(),
        &loaded,
        std::slice::from_ref(&person),
        day_in_england(now),
    )?;
    assess(tx, &loaded, &screen, &person)?;
    Ok(OnRecord {
        person: by.id,
        declaration: Some(declaration),
        assessment: latest(tx.connection(), inspection, by.id)?,
        decision: latest(tx.connection(), inspection, by.id)?,
    })
}

/// Decides on what the rules found about a person (DR-16).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-14, DR-16 or
/// DR-20, or if the database fails.
pub fn decide(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    person: Uuid,
    ruling: Ruling,
    reasons: &str,
) -> Result<Decision, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::DecisionMaker])?;
    let declaration: Declaration =
        latest(tx.connection(), inspection, person)?.ok_or(Error::NotFound)?;
    let assessment: Assessment =
        latest(tx.connection(), inspection, person)?.ok_or(Error::NotFound)?;
    let decider = Decider {
        person: by.id,
        offices: get(tx.connection(), by.id)?.value.offices,
    };
    let deciding = Deciding {
        ruling,
        reasons,
        by: &decider,
        lead: loaded
            .inspection
            .team()
            .map_or(Uuid::nil(), |team| team.lead),
        on: day_in_england(tx.now()),
    };
    let policy = &loaded.frozen.policy.conflict;
    let decision =
        conflict::decide(&assessment, &declaration, deciding, policy).map_err(|error| {
            let rule = match error {
                DecisionError::Barred(_) => "DR-14",
                DecisionError::Expired(_) => "DR-20",
                DecisionError::NoMitigations | DecisionError::EmptyMitigation(_) => "DR-18",
                DecisionError::DeciderIsDeclarant
                | DecisionError::DeciderIsLead
                | DecisionError::NotADecisionMaker
                | DecisionError::OtherDeclaration
                | DecisionError::NoReasons => "DR-16",
            };
            Error::refused(rule, error.to_string())
        })?;
    let id = tx.new_id();
    let owner = Owner::inspection(inspection).and_person(person);
    records::insert(tx, id, owner, &decision, None)?;
    Ok(decision)
}

/// What the report says of the team's interests; `None` before a team is
/// named.
///
/// # Errors
/// If the database fails.
pub fn public_statement(
    connection: &mut PgConnection,
    loaded: &Loaded,
) -> Result<Option<String>, Error> {
    if loaded.inspection.team().is_none() {
        return Ok(None);
    }
    let records = on_record(connection, loaded)?;
    let handled: Vec<Handled<'_>> = records
        .iter()
        .filter(|record| loaded.on_team(record.person))
        .filter_map(|record| {
            Some(Handled {
                assessment: record.assessment.as_ref()?,
                decision: record.decision.as_ref()?,
            })
        })
        .collect();
    Ok(Some(conflict::public_statement(&handled)))
}
