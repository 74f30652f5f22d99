//! Weaknesses of a group and the response to them.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use group_inspection_core::weakness::{Action, Derived, Recurred, Weakness};
use group_inspection_store::{actor::Scope, weaknesses};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{auth::Caller, openapi::core_types::of, problem::Problem, state::AppState};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read);
}

/// The weaknesses of a group. Each stands for itself: nothing here is counted
/// or rolled up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Weaknesses)]
struct WeaknessesView {
    /// As recorded by people and systems, each as it now stands.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Weakness>>()))))]
    recorded: Vec<Weakness>,
    /// As they follow from published outcomes. Actions may name them.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Derived>>()))))]
    derived: Vec<Derived>,
    /// Actions on either, each with what is known of its impact.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Action>>()))))]
    actions: Vec<Action>,
    /// Weaknesses that were known earlier in another member school.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Recurred>>()))))]
    recurrences: Vec<Recurred>,
}

/// Weaknesses of the group, recorded and derived, and the response to them
#[utoipa::path(
    operation_id = "read_weaknesses",
    tag = "evidence",
    responses((status = 200, body = WeaknessesView)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/weaknesses")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let found = state
        .store
        .read(move |connection| weaknesses::of(connection, &actor, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(WeaknessesView {
        recorded: found.recorded,
        derived: found.derived,
        actions: found.actions,
        recurrences: found.recurrences,
    }))
}
