//! Who may see a declaration and what was decided on it (DR-35).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Declaration;
use crate::team::Office;

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Someone of the inspectorate or its teams.
    Person {
        /// Person.
        id: Uuid,
        /// Offices held.
        offices: BTreeSet<Office>,
        /// Inspection whose quality the person assures, if any.
        assures: Option<Uuid>,
        /// Inspection the person leads, if any.
        leads: Option<Uuid>,
    },
    /// The responsible body of this inspection.
    ResponsibleBody {
        /// Inspection.
        inspection: Uuid,
    },
    /// Anybody else.
    Public,
}

/// How much may be seen.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Not even that it exists.
    Nothing,
    /// Categories ([`super::Category`]) and mitigations, no facts.
    CategoryOnly,
    /// Everything.
    Full,
}

/// What a viewer may see of a declaration. The lead of the inspection, who
/// must work with its mitigations, and its responsible body see categories.
/// A decision-maker who leads that inspection sees no more than its lead.
#[must_use]
pub fn visibility(viewer: &Viewer, declaration: &Declaration) -> Visibility {
    match viewer {
        Viewer::Person { id, .. } if *id == declaration.person => Visibility::Full,
        Viewer::Person { leads, .. } if *leads == Some(declaration.inspection) => {
            Visibility::CategoryOnly
        }
        Viewer::Person {
            offices, assures, ..
        } => {
            let assures = *assures == Some(declaration.inspection)
                && offices.contains(&Office::QualityAssurer);
            if assures || offices.contains(&Office::DecisionMaker) {
                Visibility::Full
            } else {
                Visibility::Nothing
            }
        }
        Viewer::ResponsibleBody { inspection } if *inspection == declaration.inspection => {
            Visibility::CategoryOnly
        }
        Viewer::ResponsibleBody { .. } | Viewer::Public => Visibility::Nothing,
    }
}
