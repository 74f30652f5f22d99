//! What is held centrally and what by schools (domain.md 2): a record of who
//! does what, never of how well.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Function of a group.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// Finance.
    Finance,
    /// Human resources.
    HumanResources,
    /// School improvement.
    SchoolImprovement,
    /// Curriculum.
    Curriculum,
    /// Special educational needs and disabilities.
    Send,
    /// Safeguarding.
    Safeguarding,
    /// Governance.
    Governance,
    /// Estates.
    Estates,
    /// Attendance.
    Attendance,
    /// Admissions.
    Admissions,
}

impl Function {
    /// All functions, in the order lists show them.
    pub const ALL: [Self; 10] = [
        Self::Finance,
        Self::HumanResources,
        Self::SchoolImprovement,
        Self::Curriculum,
        Self::Send,
        Self::Safeguarding,
        Self::Governance,
        Self::Estates,
        Self::Attendance,
        Self::Admissions,
    ];

    /// Name for use inside a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Finance => "finance",
            Self::HumanResources => "human resources",
            Self::SchoolImprovement => "school improvement",
            Self::Curriculum => "curriculum",
            Self::Send => "special educational needs and disabilities",
            Self::Safeguarding => "safeguarding",
            Self::Governance => "governance",
            Self::Estates => "estates",
            Self::Attendance => "attendance",
            Self::Admissions => "admissions",
        }
    }
}

/// Who holds a function.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FunctionHolder")]
pub enum HeldBy {
    /// The centre.
    Centre,
    /// The schools.
    Schools,
    /// Both.
    Shared,
}

/// A function, who holds it, and the evidence for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// Function.
    pub function: Function,
    /// Who holds it.
    pub held_by: HeldBy,
    /// Evidence; at least one item.
    pub evidence: BTreeSet<Uuid>,
}

/// Who holds which function in a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Holding>", into = "Vec<Holding>")]
pub struct Central {
    holdings: BTreeMap<Function, Holding>,
}

/// Why holdings cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CentralError {
    /// A function stands twice.
    #[error("{} stands twice", .0.label())]
    Twice(Function),
    /// A holding names no evidence.
    #[error("{} names no evidence", .0.label())]
    NoEvidence(Function),
}

impl From<Central> for Vec<Holding> {
    fn from(central: Central) -> Self {
        central.holdings.into_values().collect()
    }
}

impl TryFrom<Vec<Holding>> for Central {
    type Error = CentralError;

    fn try_from(holdings: Vec<Holding>) -> Result<Self, CentralError> {
        Self::new(holdings)
    }
}

impl Central {
    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.holdings.is_empty()
    }

    /// Records holdings.
    ///
    /// # Errors
    ///
    /// [`CentralError`] if a function stands twice or without evidence.
    pub fn new(holdings: impl IntoIterator<Item = Holding>) -> Result<Self, CentralError> {
        let mut central = Self::default();
        for holding in holdings {
            let function = holding.function;
            if holding.evidence.is_empty() {
                return Err(CentralError::NoEvidence(function));
            }
            if central.holdings.insert(function, holding).is_some() {
                return Err(CentralError::Twice(function));
            }
        }
        Ok(central)
    }

    /// Holdings, in the order of [`Function::ALL`].
    pub fn holdings(&self) -> impl Iterator<Item = &Holding> {
        self.holdings.values()
    }

    /// Functions of which nothing is recorded.
    #[must_use]
    pub fn not_recorded(&self) -> Vec<Function> {
        Function::ALL
            .into_iter()
            .filter(|function| !self.holdings.contains_key(function))
            .collect()
    }

    /// Sentences for a report, each with the evidence it rests on.
    #[must_use]
    pub fn sentences(&self) -> Vec<(String, BTreeSet<Uuid>)> {
        [
            (HeldBy::Centre, "The group holds these functions centrally"),
            (HeldBy::Schools, "Member schools hold these functions"),
            (
                HeldBy::Shared,
                "The centre and the schools share these functions",
            ),
        ]
        .into_iter()
        .filter_map(|(held_by, words)| {
            let held: Vec<&Holding> = self
                .holdings()
                .filter(|holding| holding.held_by == held_by)
                .collect();
            let names: Vec<&str> = held.iter().map(|one| one.function.label()).collect();
            let evidence = held.iter().flat_map(|one| one.evidence.clone()).collect();
            (!held.is_empty()).then(|| (format!("{words}: {}.", names.join("; ")), evidence))
        })
        .collect()
    }
}
