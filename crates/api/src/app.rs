//! The application: one factory for the server, the tests and the API
//! description.

use std::sync::LazyLock;

use actix_web::{
    App, Error, HttpRequest, HttpResponse,
    body::BoxBody,
    dev::{ResourceDef, ServiceFactory, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{Condition, from_fn},
    web::{self, Data, PathConfig, QueryConfig},
};
use group_inspection_core::submission::is_grade_like;
use utoipa_actix_web::AppExt;

use crate::{
    cors::cors,
    frame::{frame, presented},
    openapi,
    problem::{Code, Problem},
    routes,
    state::AppState,
};

/// The application over `state`.
pub fn app(
    state: AppState,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let cors = Condition::new(!state.origins.is_empty(), cors(&state.origins));
    App::new()
        .into_utoipa_app()
        .configure(routes::documented)
        .into_app()
        .configure(routes::undocumented)
        .app_data(Data::new(state))
        // An identifier of the wrong form names nothing.
        .app_data(PathConfig::default().error_handler(|_, _| Problem::new(Code::NotFound).into()))
        .app_data(QueryConfig::default().error_handler(|error, _| malformed_query(&error).into()))
        .default_service(web::to(elsewhere))
        .wrap(from_fn(presented))
        // A problem is presented within, so that a page may read it.
        .wrap(cors)
        .wrap(from_fn(frame))
}

fn malformed_query(error: &actix_web::error::QueryPayloadError) -> Problem {
    let message = error.to_string();
    let unknown = message
        .split_once("unknown field `")
        .and_then(|(_, rest)| rest.split('`').next());
    match unknown {
        Some(name) if is_grade_like(name) => Problem::new(Code::GroupGradeRefused),
        Some(_) => Problem::because(
            Code::MalformedQuery,
            "A parameter is not one of those described.",
        ),
        None => Problem::new(Code::MalformedQuery),
    }
}

/// Paths of the description, each with its methods.
static PLACES: LazyLock<Vec<(ResourceDef, Vec<Method>)>> = LazyLock::new(|| {
    let paths = openapi::document()
        .get("paths")
        .and_then(serde_json::Value::as_object);
    paths
        .into_iter()
        .flatten()
        .map(|(path, item)| {
            let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE]
                .into_iter()
                .filter(|method| item.get(method.as_str().to_ascii_lowercase()).is_some())
                .collect();
            (ResourceDef::new(path.as_str()), methods)
        })
        .collect()
});

/// Whatever no route matches: the wrong method, or nothing at all.
async fn elsewhere(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut allowed: Vec<&str> = Vec::new();
    for (place, methods) in PLACES.iter() {
        if place.is_match(request.path()) {
            for method in methods {
                allowed.push(method.as_str());
                if *method == Method::GET {
                    allowed.push("HEAD");
                }
            }
        }
    }
    if allowed.is_empty() || allowed.contains(&request.method().as_str()) {
        return Err(Problem::new(Code::NotFound));
    }
    allowed.push("OPTIONS");
    let allow = allowed.join(", ");
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent()
            .insert_header(("allow", allow))
            .finish());
    }
    Err(Problem::new(Code::MethodNotAllowed).header("allow", allow))
}
