//! Evidence: what a submitting system sends, and what is kept of it.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Urn, library::Sensitivity, request::Material, theme::Theme};

/// Type of evidence. A key pattern needs at least two of them (DR-07).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceType {
    /// Published school inspection outcome, from the register.
    PublishedOutcome,
    /// A document produced in normal business or by statute.
    Document,
    /// A visit to a school.
    Visit,
    /// A survey of pupils, parents or staff.
    Survey,
    /// A meeting or conversation with leaders, governors or staff.
    Meeting,
    /// A data set or statistical release.
    Data,
}

impl EvidenceType {
    /// Name for use inside a sentence, plural.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::PublishedOutcome => "published outcomes",
            Self::Document => "documents",
            Self::Visit => "visits",
            Self::Survey => "surveys",
            Self::Meeting => "meetings",
            Self::Data => "data",
        }
    }

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PublishedOutcome => "published_outcome",
            Self::Document => "document",
            Self::Visit => "visit",
            Self::Survey => "survey",
            Self::Meeting => "meeting",
            Self::Data => "data",
        }
    }
}

/// What an item of evidence says about its theme.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Bearing {
    /// It shows a strength.
    Strength,
    /// It shows a weakness.
    Weakness,
    /// It informs without showing either.
    Context,
}

/// One item of evidence as kept: immutable, identified by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceItem {
    /// Identifier.
    pub id: Uuid,
    /// SHA-256 of the canonical content, in hexadecimal.
    pub sha256: String,
    /// Type.
    pub evidence_type: EvidenceType,
    /// Title.
    pub title: String,
    /// What the evidence says.
    pub text: String,
    /// Who or what produced it.
    pub source: String,
    /// Member schools it is about; empty means the group's centre.
    pub schools: Vec<Urn>,
    /// Topics.
    pub themes: Vec<Theme>,
    /// What it says about the topics.
    pub bearing: Bearing,
    /// First day it describes.
    pub effective_from: NaiveDate,
    /// Last day it describes.
    pub effective_to: NaiveDate,
    /// When it was received, UTC.
    pub received_at: DateTime<Utc>,
    /// Whether it existed in normal business, rather than made for inspection.
    pub normal_business: bool,
    /// Minutes the sender says it took to supply.
    pub minutes: u32,
    /// How many times the same content was sent again (DR-21).
    pub reused: u32,
    /// What it is in the collect-once list; `None` if the sender did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<Material>,
    /// How sensitive it is.
    #[serde(default, skip_serializing_if = "Sensitivity::is_usual")]
    pub sensitivity: Sensitivity,
    /// Why it took the place of an earlier revision, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision_reason: Option<String>,
    /// Whether a later revision took its place. It informs no pattern any
    /// more; what rests on it goes on resting on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub superseded: bool,
}

impl EvidenceItem {
    /// Whether naming the school of this item could point at a person: it
    /// shows a weakness in the leadership or staffing of one school, or holds
    /// personal data (domain.md 9.2). Reports neither quote such an item nor name its school.
    #[must_use]
    pub fn may_identify_a_person(&self) -> bool {
        let one_school = self
            .schools
            .first()
            .is_some_and(|first| self.schools.iter().all(|school| school == first));
        if matches!(
            self.sensitivity,
            Sensitivity::Personal | Sensitivity::Special
        ) {
            return true;
        }
        one_school
            && self.bearing == Bearing::Weakness
            && self.themes.iter().any(|theme| theme.is_about_people())
    }
}
