//! Responsible bodies.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Data, Path, Payload, Query},
};
use chrono::NaiveDate;
use group_inspection_core::{
    body::{BodyKind, IdentifierScheme},
    report::Identifier,
};
use group_inspection_store::{
    actor::Scope,
    bodies::{self, Body, Filter, NewBody},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::of,
    paging::{self, Asked},
    problem::{Code, Problem},
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(read).service(create);
}

/// An identifier of a body.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Identifier)]
pub(super) struct IdentifierView {
    /// Scheme: `gias_uid`, `gias_group_id`, `companies_house`, `ukprn`,
    /// `la_code`, `diocese_code`, `charity` or `external`.
    #[schema(value_type = String, example = "external", extensions(("x-core" = json!(of::<IdentifierScheme>()))))]
    scheme: IdentifierScheme,
    /// Value in that scheme.
    value: String,
}

/// A responsible body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Body)]
pub(super) struct BodyView {
    /// Identifier.
    id: Uuid,
    /// Code of the kind.
    #[schema(value_type = String, example = "multi_academy_trust", extensions(("x-core" = json!(of::<BodyKind>()))))]
    kind: BodyKind,
    /// Name of the kind for readers.
    kind_label: &'static str,
    /// Name.
    name: String,
    /// `register` if imported, `api` if created over REST.
    origin: &'static str,
    /// When it opened, where known.
    opened: Option<NaiveDate>,
    /// When it closed.
    closed: Option<NaiveDate>,
    /// The body that it turned out to be the same as.
    merged_into: Option<Uuid>,
    /// Identifiers.
    identifiers: Vec<IdentifierView>,
    /// Grows with every change; also the ETag.
    revision: i64,
}

impl From<Body> for BodyView {
    fn from(body: Body) -> Self {
        Self {
            id: body.id,
            kind: body.kind,
            kind_label: body.kind.label(),
            name: body.name,
            origin: if body.from_register {
                "register"
            } else {
                "api"
            },
            opened: body.opened,
            closed: body.closed,
            merged_into: body.merged_into,
            identifiers: body
                .identifiers
                .into_iter()
                .map(|identifier| IdentifierView {
                    scheme: identifier.scheme,
                    value: identifier.value,
                })
                .collect(),
            revision: body.revision,
        }
    }
}

/// ETag of a revision.
pub(super) fn etag(revision: i64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Code of a kind.
    #[param(value_type = Option<String>)]
    kind: Option<BodyKind>,
    /// Words of the name.
    q: Option<String>,
    /// Value of an identifier.
    identifier: Option<String>,
    /// Scheme of that identifier.
    #[param(value_type = Option<String>)]
    scheme: Option<IdentifierScheme>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    limit: Option<i64>,
}

/// Responsible bodies, in the order of their names
#[utoipa::path(
    tag = "register",
    params(ListQuery),
    responses((status = 200, body = paging::Page<BodyView>)),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/bodies")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let query = query.into_inner();
    if query.scheme.is_some() && query.identifier.is_none() {
        return Err(Problem::because(
            Code::MalformedQuery,
            "scheme needs an identifier.",
        ));
    }
    let asked = Asked::read("bodies", query.limit, query.cursor.as_deref())?;
    let filter = Filter {
        kind: query.kind,
        name_like: query.q.filter(|words| !words.trim().is_empty()),
        identifier: query.identifier.map(|value| (query.scheme, value)),
        seek: asked.seek.clone(),
        limit: asked.rows(),
    };
    for text in [
        &filter.name_like,
        &filter.identifier.as_ref().map(|(_, value)| value.clone()),
    ]
    .into_iter()
    .flatten()
    {
        if text.contains('\0') || text.chars().count() > 200 {
            return Err(Problem::new(Code::MalformedQuery));
        }
    }
    let own = caller.actor().body();
    let found = state
        .store
        .read(move |connection| match own {
            // A caller limited to one body sees that one.
            Some(own) => {
                let body = bodies::get(connection, own)?;
                let fits = filter.seek.beside().is_none() && fits(&body, &filter);
                Ok(if fits { vec![body] } else { Vec::new() })
            }
            None => bodies::list(connection, &filter),
        })
        .await?;
    asked.page(
        &request,
        found,
        |body| (body.name.clone(), body.id),
        BodyView::from,
    )
}

fn fits(body: &Body, filter: &Filter) -> bool {
    let name = body.name.to_lowercase();
    let words = filter
        .name_like
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    filter.kind.is_none_or(|kind| kind == body.kind)
        && words.split_whitespace().all(|word| name.contains(word))
        && filter.identifier.as_ref().is_none_or(|(scheme, value)| {
            body.identifiers.iter().any(|held| {
                held.value == *value && scheme.is_none_or(|scheme| scheme == held.scheme)
            })
        })
}

/// One responsible body
#[utoipa::path(
    tag = "register",
    responses((status = 200, body = BodyView, headers(("ETag" = String, description = "Its revision.")))),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/bodies/{id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let id = id.into_inner();
    caller.sees(id)?;
    let body = state
        .store
        .read(move |connection| bodies::get(connection, id))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(body.revision))
        .json(BodyView::from(body)))
}

/// A body to be created.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewBody)]
struct NewBodyView {
    /// `independent_group` or `non_maintained_special_group`; bodies of other
    /// kinds come from the register.
    #[schema(value_type = String, example = "independent_group", extensions(("x-core" = json!(of::<BodyKind>()))))]
    kind: BodyKind,
    /// Name.
    name: String,
    /// When it opened.
    opened: Option<NaiveDate>,
    /// Identifiers.
    #[serde(default)]
    identifiers: Vec<IdentifierView>,
}

fn checked(sent: NewBodyView) -> Result<NewBody, Problem> {
    let mut fields = Fields::default();
    let name = fields.line("/name", &sent.name, 300);
    fields.count("/identifiers", sent.identifiers.len(), 0, 20);
    let identifiers = sent
        .identifiers
        .into_iter()
        .enumerate()
        .map(|(position, identifier)| Identifier {
            scheme: identifier.scheme,
            value: fields.line(
                &format!("/identifiers/{position}/value"),
                &identifier.value,
                100,
            ),
        })
        .collect();
    fields.finish()?;
    Ok(NewBody {
        kind: sent.kind,
        name,
        opened: sent.opened,
        identifiers,
    })
}

/// Create a body that no register keeps
#[utoipa::path(
    tag = "register",
    request_body = NewBodyView,
    responses((status = 201, body = BodyView)),
    extensions(("x-required-scope" = json!("register:write")))
)]
#[post("/v1/bodies")]
async fn create(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterWrite)?;
    caller.unlimited()?;
    let Sent { value, sha256 } =
        body::json::<NewBodyView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let new = checked(value)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let id = bodies::create(tx, &new)?;
        let body = bodies::get(tx.connection(), id)?;
        let mut answer = answer::created(format!("/v1/bodies/{id}"), &BodyView::from(body))?;
        answer.headers.push(("etag".to_owned(), "\"1\"".to_owned()));
        Ok(answer)
    })
    .await
}
