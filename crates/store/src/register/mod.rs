//! The public registers: taking files in, and what follows from them.
//!
//! A file is read once, row by row, into staging tables, and merged from
//! there as sets. Facts of a dated file hold from its day on, whatever the
//! order in which files arrive: see [`versions`].

mod derive;
mod intake;
mod outcomes;
mod read;
mod reference;
mod run;
mod schools;
mod stage;
mod versions;

pub use derive::{Derived, derive};
pub use intake::{Counts, Intake, Progress, Refused, import_file};
pub use read::{
    HolidayDay, Lineage, School, SourceFile, bank_holidays, lineage, outcomes, school, schools,
    source_files,
};
pub use reference::{deprivation, reference};
pub use run::{Open, Watch, run};
pub(crate) use schools::{replace_api_members, require_schools};
