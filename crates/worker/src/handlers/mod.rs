//! What carries out each kind of job.

pub mod compile;
mod escalate;
pub mod import;
pub mod notify;
mod overdue;
pub mod publish;
mod receipts;
mod replay;
mod rescreen;
mod retention;
pub mod scan;

pub use compile::Compile;
pub use escalate::Escalate;
pub use import::Import;
pub use notify::Notify;
pub use overdue::Overdue;
pub use publish::Publish;
pub use receipts::Receipts;
pub use replay::Replay;
pub use rescreen::Rescreen;
pub use retention::Retention;
pub use scan::Scan;
