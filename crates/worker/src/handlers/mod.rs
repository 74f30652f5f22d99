//! What carries out each kind of job.

pub mod compile;
pub mod import;
pub mod notify;
mod overdue;
pub mod publish;
mod rescreen;
mod retention;
pub mod scan;

pub use compile::Compile;
pub use import::Import;
pub use notify::Notify;
pub use overdue::Overdue;
pub use publish::Publish;
pub use rescreen::Rescreen;
pub use retention::Retention;
pub use scan::Scan;
