//! The evidence library: what is held, what was asked for, and files.

mod attachments;
mod library;
mod requests;

pub use attachments::{
    Stored as StoredAttachment, attach, attachment, attachments, is_kept, readable, took,
};
pub use library::{Item, library};
pub use requests::{Answer, Asked, Asking, Kept as KeptRequest, allow, answer, ask, requests};
