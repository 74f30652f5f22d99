//! The evidence library.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use group_inspection_core::evidence::EvidenceItem;
use group_inspection_store::{
    actor::Scope,
    evidence::{self, Item},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    auth::Caller,
    openapi::core_types::of,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list);
}

/// An item of evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceItem)]
struct ItemView {
    /// The sender's name for it.
    r#ref: Option<String>,
    /// The current revision, with its hash, the days it describes and when it
    /// was received.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Option<EvidenceItem>>()))))]
    current: Option<EvidenceItem>,
    /// Earlier revisions, oldest first.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<EvidenceItem>>()))))]
    earlier: Vec<EvidenceItem>,
}

impl ItemView {
    /// Stays the same when a revision follows.
    fn name(&self) -> String {
        let first = self.earlier.first().or(self.current.as_ref());
        first.map(|item| item.id.to_string()).unwrap_or_default()
    }
}

impl From<Item> for ItemView {
    fn from(mut item: Item) -> Self {
        Self {
            r#ref: item.reference,
            current: item.revisions.pop(),
            earlier: item.revisions,
        }
    }
}

/// Evidence held for an inspection, as far as the caller may open it
///
/// What is more sensitive than the role may read, and what a limit on a
/// person's work keeps from them (DR-18), is not listed.
#[utoipa::path(
    tag = "evidence",
    params(PageQuery),
    responses((status = 200, body = paging::Page<ItemView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/evidence")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let found = state
        .store
        .read(move |connection| evidence::library(connection, &actor, id, now))
        .await?;
    let views: Vec<ItemView> = found.into_iter().map(ItemView::from).collect();
    paging::whole(&request, "evidence", &query, views, ItemView::name)
}
