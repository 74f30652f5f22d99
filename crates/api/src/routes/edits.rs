//! Edits of the draft by the writer of the report.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use group_inspection_core::{
    digest::Digest,
    finding::{
        Reason,
        draft::{self, Edit},
    },
    language,
};
use group_inspection_store::{
    actor::Scope,
    editorial::{self, NewEdit},
    lifecycle, reports,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    keyed,
    openapi::core_types::{core_bodies, of},
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

core_bodies! {
    /// An edit as made.
    MadeEdit = Edit;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(blocks)
        .service(read_language)
        .service(make_edit)
        .service(edits);
}

/// A block of the draft that can be edited.
#[derive(Debug, Serialize, ToSchema)]
struct Block {
    /// Its identifier.
    block: String,
    /// Digest of its text: the base of an edit.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Digest>()))))]
    base: Digest,
    /// Its text.
    text: String,
    /// Identifiers of the evidence it rests on, within the report.
    evidence: Vec<String>,
}

/// Blocks of the draft, with what an edit of each is to be based on
#[utoipa::path(
    operation_id = "list_blocks",
    tag = "reports",
    params(PageQuery),
    responses((status = 200, body = paging::Page<Block>)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[get("/v1/inspections/{id}/blocks")]
async fn blocks(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    caller.of_no_body()?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let report = state
        .store
        .read(move |connection| reports::draft(connection, &actor, id, now))
        .await?;
    let blocks: Vec<Block> = draft::blocks(&report)
        .into_iter()
        .map(|passage| Block {
            block: passage.id.clone(),
            base: draft::digest(&passage.text),
            text: passage.text.clone(),
            evidence: passage.evidence.clone(),
        })
        .collect();
    paging::whole(&request, "blocks", &query, blocks, |one| one.block.clone())
}

/// What the draft's words need.
#[derive(Debug, Serialize, ToSchema)]
struct LanguageReview {
    /// What keeps the draft from the public, each with `pointer`, `block`,
    /// `term`, `rule`, `why` and a `suggestion` (DR-02, DR-03, DR-26).
    #[schema(value_type = Vec<serde_json::Value>)]
    findings: Vec<language::Finding>,
    /// What makes it hard to read: long sentences and sections, short forms
    /// that are nowhere written out. These are for the editor to weigh.
    #[schema(value_type = Vec<serde_json::Value>)]
    remarks: Vec<language::Finding>,
}

/// What the language guard says of the draft, with suggested rewrites
#[utoipa::path(
    tag = "reports",
    responses((status = 200, body = LanguageReview)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[get("/v1/inspections/{id}/language")]
async fn read_language(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    caller.of_no_body()?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let report = state
        .store
        .read(move |connection| reports::draft(connection, &actor, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(LanguageReview {
        findings: language::guard(&report),
        remarks: language::remarks(&report, &state.policy.plain_english),
    }))
}

/// An edit of a block.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewEdit)]
struct NewEditView {
    /// The block.
    block: String,
    /// Digest of the text the edit was made over.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Digest>()))))]
    base: Digest,
    /// The text as it is to be.
    text: String,
    /// Why: `text` and the identifier of the `evidence`. Needed for a change
    /// of meaning after provisional feedback (DR-25).
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Reason>>()))))]
    reason: Option<Reason>,
}

/// Edit a block of the draft
///
/// By the writer of the report, while it is drafted or, once it is public, to
/// correct it (DR-30). The language guard reads
/// the edit at once; the next compilation takes it in.
#[utoipa::path(
    tag = "reports",
    request_body = NewEditView,
    responses((status = 201, body = MadeEdit)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/edits")]
async fn make_edit(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewEditView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let NewEditView {
            block,
            base,
            text,
            reason,
        } = value.clone();
        let edit = editorial::edit(
            tx,
            id,
            NewEdit {
                block,
                base,
                text,
                reason,
            },
        )?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/edits"),
            &edit,
        )?)
    })
    .await
}

/// Edits of the draft, oldest first
#[utoipa::path(
    operation_id = "list_edits",
    tag = "reports",
    params(PageQuery),
    responses((status = 200, body = paging::Page<MadeEdit>)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[get("/v1/inspections/{id}/edits")]
async fn edits(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    caller.of_no_body()?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let edits: Vec<Edit> = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            editorial::edits(connection, id)
        })
        .await?;
    paging::whole(&request, "edits", &query, edits, |one| one.id.to_string())
}
