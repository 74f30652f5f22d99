//! What an inspection took and what it gave (domain.md 6.2, 7).

mod burden;
mod oversight;
mod surveys;
mod value;

pub use burden::{Entry, burden, enter, recorded};
pub use oversight::oversight;
pub use surveys::{respond, results};
pub use value::{cost, novelty, since, value_revisions};
