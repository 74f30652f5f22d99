//! Readers of the public registers: schools and groups as Get Information
//! About Schools (GIAS) publishes them, Ofsted's management information, and
//! the bank holidays of England and Wales.
//!
//! A [`Reader`] recognises a file by its headings, reads it row by row in
//! bounded memory and yields typed [`Record`]s. A row that cannot be read is a
//! [`Rejection`] that names line, column and value; what was repaired on the
//! way is in [`Reader::notes`]. Nothing is guessed: an unknown code rejects
//! its row (DR-39).
//!
//! Names of head teachers and heads of groups are in these files and are not
//! read.

mod cells;
mod codes;
mod dates;
mod digest;
mod establishment;
mod establishment_link;
mod group;
mod group_link;
mod header;
mod holiday;
mod layout;
mod note;
mod ofsted;
mod reader;
mod rejection;
mod rows;
pub mod sandbox;
mod sniff;
mod text;
mod unrecognised;

pub use codes::{EstablishmentStatus, GroupStatus, LinkType, Phase};
pub use dates::as_at;
pub use digest::Sha256Reader;
pub use establishment::Establishment;
pub use establishment_link::EstablishmentLink;
pub use group::Group;
pub use group_link::GroupLink;
pub use holiday::Holiday;
pub use layout::{GradeDateWording, Layout};
pub use note::{Note, NoteCode};
pub use ofsted::{RecentConcern, SchoolOutcomes};
pub use reader::{Reader, Record};
pub use rejection::{Rejection, RejectionCode};
pub use unrecognised::Unrecognised;
