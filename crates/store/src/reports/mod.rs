//! Reports: compiled, published once, and never changed after that.

mod compiling;
mod published;
mod publishing;
mod versions;

pub use compiling::{
    CheckFindings, compilation_failed, inputs, request_compilation, save_compiled,
};
pub(crate) use compiling::{begin_compilation, of_kind};
pub use published::{Published, Rendition, of_body, publications, rendition, versions};
pub(crate) use publishing::{begin_publication, withdraw_published};
pub use publishing::{publish, request_publication, withdraw};
pub use versions::{compiled, draft, newest_version, of_inspection};
