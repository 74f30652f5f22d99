//! The REST API and the public pages.
//!
//! One path for a request: a handler extracts, authorises, makes one store
//! call and presents what came of it. No query and no rule lives here.

mod answer;
pub mod app;
mod auth;
mod body;
mod cors;
mod cursor;
mod deprecation;
mod fields;
mod frame;
mod idempotency_key;
mod keyed;
mod limit;
mod oidc;
pub mod openapi;
mod pace;
mod paging;
pub mod problem;
mod routes;
mod serve;
mod state;
mod strict;
mod upload;

pub use app::app;
pub use cors::{NoOrigin, Origin, origins};
pub use deprecation::Deprecated;
pub use limit::{NotARate, Rate, RateLimits, networks};
pub use oidc::{Claims, OidcSettings};
pub use serve::serve;
pub use state::{AppState, Limits};
