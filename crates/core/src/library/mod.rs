//! The evidence library: revisions, sensitivity and attachments.

pub mod archive;
pub mod attachment;
pub mod media;
mod revision;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use revision::{Revision, RevisionRefusal, Revisions};

/// How sensitive an item of evidence is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// It is public.
    Public,
    /// It is the group's own business: what is taken for granted of an item
    /// that does not say.
    #[default]
    Group,
    /// It holds personal data.
    Personal,
    /// It holds special category data, or is about safeguarding.
    Special,
}

impl Sensitivity {
    /// Whether it is what is taken for granted.
    #[must_use]
    pub const fn is_usual(&self) -> bool {
        matches!(self, Self::Group)
    }
}

/// In what role someone reads evidence.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// Someone of the responsible body that sent it.
    ResponsibleBody,
    /// The lead inspector.
    LeadInspector,
    /// Another HMI of the team.
    Hmi,
    /// A practitioner of the team.
    Practitioner,
    /// The quality assurer.
    QualityAssurer,
    /// An operations officer, who runs inspections and reads none.
    OperationsOfficer,
}

/// Whether a reader may open an item in their scope. This comes after the
/// rules on conflicts (DR-15, DR-18), which can only take access away, and
/// after the check that the item belongs to an inspection of theirs.
///
/// A practitioner is a peer of those inspected and reads no personal data.
#[must_use]
pub const fn may_read(reader: Reader, sensitivity: Sensitivity) -> bool {
    match (reader, sensitivity) {
        (_, Sensitivity::Public)
        | (
            Reader::ResponsibleBody
            | Reader::LeadInspector
            | Reader::Hmi
            | Reader::Practitioner
            | Reader::QualityAssurer,
            Sensitivity::Group,
        )
        | (
            Reader::ResponsibleBody | Reader::LeadInspector | Reader::Hmi | Reader::QualityAssurer,
            Sensitivity::Personal,
        )
        | (
            Reader::ResponsibleBody | Reader::LeadInspector | Reader::QualityAssurer,
            Sensitivity::Special,
        ) => true,
        (Reader::OperationsOfficer, Sensitivity::Group)
        | (Reader::Practitioner | Reader::OperationsOfficer, Sensitivity::Personal)
        | (Reader::Hmi | Reader::Practitioner | Reader::OperationsOfficer, Sensitivity::Special) => {
            false
        }
    }
}

#[cfg(test)]
mod tests;
