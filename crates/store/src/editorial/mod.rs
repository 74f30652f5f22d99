//! From findings to a report that stands: what inspectors find, edits of the
//! draft, the body's points on it, its response, and what becomes of the
//! recommendations.

mod accuracy;
mod edits;
mod findings;
mod recommendations;
mod response;

pub use accuracy::{Accuracy, Points, add_point, answer_point, check_of, points};
pub(crate) use accuracy::{accuracy_closed, accuracy_opened};
pub use edits::{NewEdit, edit, list as edits};
pub use findings::{Kept, change, list, state};
pub(crate) use findings::{findings_exist, findings_rest, provisional_given};
pub(crate) use recommendations::track_recommendations;
pub use recommendations::{step, tracked};
pub use response::{published_response, respond};
