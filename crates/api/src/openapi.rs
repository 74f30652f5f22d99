//! The description of the API (OpenAPI 3.1), made from the handlers.

use std::sync::LazyLock;

use actix_web::App;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, HttpMethod, Object, OpenApi as Description, Ref, RefOr, Required, ResponseBuilder,
        Type,
        path::{Operation, ParameterBuilder, ParameterIn, PathItem},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

use crate::{problem, routes};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Group inspection",
        description = "Ungraded inspections of responsible bodies that run several schools. \
                       A group is given no grade, score, rank or band, and no request can carry one.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(problem::Document<'static>, problem::DocumentError<'static>, problem::Code)),
    tags(
        (name = "register", description = "Bodies, schools and their membership over time."),
        (name = "inspections", description = "Inspections of a body."),
        (name = "submissions", description = "Evidence, weaknesses and actions as other systems send them."),
        (name = "evidence", description = "The evidence library, what is asked for, and files."),
        (name = "samples", description = "Which schools are looked at more closely, and what feeds the inspection."),
        (name = "ledgers", description = "What an inspection took and what it gave."),
        (name = "oversight", description = "All inspections together, and what already holds bodies to account."),
        (name = "reports", description = "Reports before and after publication."),
        (name = "notifications", description = "Who is told of reports, and whether they were."),
        (name = "operations", description = "Work that goes on after a request was answered."),
        (name = "published", description = "What anyone may read, without a key."),
        (name = "service", description = "The service itself.")
    ),
    modifiers(&Completion)
)]
struct Base;

struct Completion;

impl Modify for Completion {
    fn modify(&self, description: &mut Description) {
        let components = description.components.get_or_insert_default();
        components.add_security_scheme(
            KEY,
            SecurityScheme::Http(
                Http::builder()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("gik_")
                    .description(Some(
                        "An API key. A key that is revoked may go on working for a few seconds.",
                    ))
                    .build(),
            ),
        );
        components.add_security_scheme(
            TOKEN,
            SecurityScheme::Http(
                Http::builder()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .description(Some(
                        "An access token of an issuer that this service trusts, signed by \
                         RS256, PS256, ES256 or EdDSA.",
                    ))
                    .build(),
            ),
        );
    }
}

const KEY: &str = "api_key";
const TOKEN: &str = "access_token";

static DOCUMENT: LazyLock<Description> = LazyLock::new(|| {
    let (_, mut description) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(routes::documented)
        .split_for_parts();
    for (path, item) in &mut description.paths.paths {
        for (method, operation) in operations(item) {
            complete(path, &method, operation);
        }
    }
    description
});

/// The description.
#[must_use]
pub fn document() -> &'static Description {
    &DOCUMENT
}

fn operations(item: &mut PathItem) -> Vec<(HttpMethod, &mut Operation)> {
    [
        (HttpMethod::Get, item.get.as_mut()),
        (HttpMethod::Post, item.post.as_mut()),
        (HttpMethod::Put, item.put.as_mut()),
        (HttpMethod::Delete, item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
    .collect()
}

/// Adds what is the same for every operation: the key, the idempotency key
/// and the problems.
fn complete(path: &str, method: &HttpMethod, operation: &mut Operation) {
    let keyed = path.starts_with("/v1/");
    let mut problems = vec![(404, "Not there, or not for this caller.")];
    if keyed {
        operation.security = Some(
            [KEY, TOKEN]
                .map(|scheme| SecurityRequirement::new(scheme, Vec::<String>::new()))
                .to_vec(),
        );
        problems.extend([
            (400, "The request is malformed."),
            (401, "A valid API key or access token is needed."),
            (403, "The caller may not do this."),
            (429, "Too many requests; Retry-After says when to go on."),
        ]);
    }
    if matches!(method, HttpMethod::Post | HttpMethod::Put) {
        problems.extend([
            (409, "The state of things does not allow it."),
            (413, "The body is too large."),
            (415, "The media type is not supported."),
            (422, "The request is not valid."),
        ]);
    }
    if *method == HttpMethod::Put {
        problems.extend([(412, "It has changed."), (428, "If-Match is needed.")]);
    }
    if *method == HttpMethod::Post {
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(
                "Chosen by you, 1 to 255 visible ASCII characters. The same request with the \
                 same key within 48 hours gets the first answer again, with \
                 Idempotency-Replayed: true.",
            ))
            .schema(Some(Object::with_type(Type::String)))
            .build();
        operation
            .parameters
            .get_or_insert_default()
            .push(key.into());
    }
    problems.extend([
        (500, "Something went wrong on our side."),
        (503, "The service cannot answer now."),
    ]);
    for (status, about) in problems {
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert_with(|| {
                RefOr::T(
                    ResponseBuilder::new()
                        .description(about)
                        .content(
                            problem::MEDIA_TYPE,
                            Content::new(Some(RefOr::<utoipa::openapi::Schema>::Ref(
                                Ref::from_schema_name("Problem"),
                            ))),
                        )
                        .build(),
                )
            });
    }
}
