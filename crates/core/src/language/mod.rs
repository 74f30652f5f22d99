//! The language of reports: no proxy grades, honest quantity words, plain
//! English (domain.md 9.2, DR-02, DR-08).

mod context;
mod fold;
mod good;
mod guard;
mod lexicon;
mod number;
mod person;
mod plain;
pub mod prose;
pub mod quantity;
mod rewrite;
mod sense;
pub mod shape;

pub use guard::{Finding, guard, guard_text, guard_text_naming};
pub use lexicon::{Rule, Term, VERSION as LEXICON_VERSION};
pub use plain::{PlainPolicy, remarks};
pub use rewrite::suggest;
