//! Surveys after publication, and their results (domain.md 7, 9.4).

use chrono::NaiveDate;
use diesel::PgConnection;
use group_inspection_core::{
    calendar::day_in_england,
    inspection::{Action, Role},
    survey::{self, Respondent, Response, Results, Wave},
};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, lifecycle,
    lifecycle::Loaded,
    records::{self, Owner, Record},
};

impl Record for Response {
    const KIND: &'static str = "survey_response";
}

/// Day of first publication, if the report was published.
pub(crate) fn published_on(loaded: &Loaded) -> Option<NaiveDate> {
    loaded
        .inspection
        .history()
        .iter()
        .find(|event| matches!(event.action, Action::Publish { .. }))
        .map(|event| day_in_england(event.at))
}

/// Takes a response that a system of the inspectorate collected.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal, or if the database
/// fails.
pub fn respond(tx: &mut Tx<'_>, inspection: Uuid, response: &Response) -> Result<(), Error> {
    let actor = tx.actor();
    let loaded = lifecycle::load(tx.connection(), actor, inspection)?;
    lifecycle::authorise(tx.actor(), &[Role::OperationsOfficer])?;
    let refused = |text: String| Error::refused("7", text);
    let published = published_on(&loaded)
        .ok_or_else(|| refused("a survey follows the publication of a report".to_owned()))?;
    let opens = survey::opens_on(response.wave, published, &loaded.frozen.policy.lifecycle);
    response
        .check(opens, day_in_england(tx.now()))
        .map_err(|refusal| refused(refusal.to_string()))?;
    records::insert(
        tx,
        response.id,
        Owner::inspection(inspection),
        response,
        None,
    )
}

pub(super) fn responses(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Vec<Response>, Error> {
    Ok(
        records::of::<Response>(connection, Owner::inspection(inspection))?
            .into_iter()
            .map(|held| held.value)
            .collect(),
    )
}

/// The results of both surveys by kind of respondent, so that they show
/// nobody (DR-34).
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn results(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
) -> Result<Vec<(Wave, Respondent, Results)>, Error> {
    let loaded = lifecycle::load(connection, actor, inspection)?;
    let responses = responses(connection, inspection)?;
    let mut all = Vec::new();
    for wave in [Wave::First, Wave::Second] {
        for of in [Respondent::Leader, Respondent::Parent, Respondent::Staff] {
            let thresholds = &loaded.frozen.policy.disclosure;
            let results = survey::results(&responses, wave, of, thresholds)
                .map_err(|error| Error::internal("results of a survey", error))?;
            all.push((wave, of, results));
        }
    }
    Ok(all)
}
