//! A fictional England of any size, in the layouts of the real registers.
//!
//! [`generate`] needs no input. It writes the register of establishments, of
//! groups, of their members and of predecessors as Get Information About
//! Schools publishes them, three files of Ofsted's management information, the
//! bank holidays, and `truth.json` with what was planted. The same [`Plan`]
//! gives the same bytes on every platform.
//!
//! One history per school runs through all files. Codes, names and rough
//! positions of local authorities are facts; everything else is invented:
//! reference numbers lie in ranges that are never issued, places and saints
//! are made up, and no person is named.
//!
//! # Latent model
//!
//! An area of work of a school that is inspected on a day has the value
//! `eta = s + w + o + joined * (g - d)`: the school (`s`, standard deviation
//! 0.70), its area (`w`, 0.20), the inspection (`o`, 0.55) and, from the day it
//! joined, its group (`g`, [`Plan::group_effect`]) less a planted weakness
//! (`d`, [`Plan::planted_size`] in one area for [`Plan::planted_share`] of the
//! groups with three or more schools). Outcomes follow by ordered logit of
//! scale 0.20 with thresholds solved for the shares that Ofsted published. With
//! `group_effect` and `planted_share` zero nothing links the outcomes of two
//! schools.
//!
//! Sizes, faiths, ages and deprivation do not enter the outcomes; local
//! authorities and dioceses have no effect.

mod academies;
mod authorities;
mod days;
mod dice;
mod faiths;
mod graded;
mod groups;
pub mod headings;
mod historian;
mod history;
mod holidays;
mod kinds;
mod layout;
mod maintained;
mod names;
mod outcomes;
mod past;
mod phases;
mod places;
mod plan;
mod rows;
mod schools;
mod shelf;
mod trust_sizes;
mod truth;
mod walk;
mod write;
mod write_gias;
mod write_groups;
mod write_ofsted;

use std::path::Path;

pub use groups::FIRST_UID;
pub use names::{BEFORE, BEGINNINGS, ENDINGS, SAINTS};
pub use plan::{GENERATOR, Plan, Progress, SandboxError, Summary};
pub use rows::WrittenFile;
pub use schools::FIRST_URN;
pub use shelf::{Folder, Memory, Shelf};
pub use walk::{Scene, ToldGroup, ToldSchool, Twist, walk, walk_groups};

/// Writes a fictional England into `folder`, which is made where it is
/// missing. Files of an earlier run with the same names are replaced.
///
/// # Errors
///
/// [`SandboxError::Plan`] for a plan out of range, [`SandboxError::File`] when
/// a file cannot be written.
pub fn generate(
    plan: &Plan,
    progress: &mut dyn FnMut(Progress),
    folder: &Path,
) -> Result<Summary, SandboxError> {
    generate_into(plan, progress, &mut Folder::new(folder)?)
}

/// As [`generate`], into any [`Shelf`].
///
/// # Errors
///
/// As [`generate`].
pub fn generate_into(
    plan: &Plan,
    progress: &mut dyn FnMut(Progress),
    shelf: &mut dyn Shelf,
) -> Result<Summary, SandboxError> {
    plan.check()?;
    write::all(plan, progress, shelf)
}
