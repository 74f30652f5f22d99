//! Frameworks of group inspection and the basis on which one takes place, as
//! data (domain.md 0.1 and 1.3).
//!
//! # What is not here
//!
//! The Act of 2026 has the Chief Inspector determine whether an academy
//! proprietor meets an "acceptable standard". That determination is no part
//! of a group report and there is no type for it here: a report under a
//! statutory framework has the same sections as any other (DR-02). Were it
//! ever needed, it would be a statutory notice of its own, addressed to the
//! proprietor and the Secretary of State, that refers to the inspection by
//! [`crate::inspection::Opening::inspection`] and to the framework by
//! [`BasisLabel::framework`], with its own route, readers and publication.
//! Nothing of it may be read from or written to [`crate::report::Report`].
//! It is off because the provision is not in force and because a yes or no on
//! a whole group comes nearest to the grade this service exists to avoid.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::body::BodyKind;

const BUILT_IN: &str = include_str!("frameworks.json");

/// On what an inspection rests.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "InspectionBasis")]
pub enum Basis {
    /// A law requires it.
    Statutory,
    /// A pilot in which the body agreed to take part.
    Pilot,
    /// The body asked for it or agreed to it.
    Voluntary,
}

/// A framework, with when it is in force and whom it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InspectionFramework")]
pub struct Framework {
    /// Stable code.
    pub code: String,
    /// Name for readers.
    pub name: String,
    /// Basis of inspections under it.
    pub basis: Basis,
    /// First day in force; `None` while it is not in force.
    pub from: Option<NaiveDate>,
    /// First day on which it is no longer in force.
    pub until: Option<NaiveDate>,
    /// Kinds of body it covers.
    pub kinds: Vec<BodyKind>,
    /// Kinds among them that are exempt.
    pub exempt_kinds: Vec<BodyKind>,
    /// Open member schools below which a body is exempt.
    pub minimum_open_schools: u32,
    /// Whether the body must have agreed.
    pub by_agreement: bool,
    /// The provision of law, as words that follow "required by".
    pub provision: Option<String>,
    /// Where it comes from and what is uncertain about it.
    pub note: String,
}

/// What must be known of a body to tell its basis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Open member schools on the day.
    pub open_member_schools: u32,
    /// Codes of frameworks under which the body agreed to be inspected.
    pub agreed: Vec<String>,
}

/// Whether a framework covers a body on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// It does.
    Yes,
    /// It is not in force on the day.
    NotInForce,
    /// It does not cover the kind of body.
    NotForKind,
    /// The kind of body is exempt.
    KindExempt,
    /// The body has too few open member schools.
    TooFewSchools,
    /// The body has not agreed.
    NotAgreed,
}

impl Framework {
    /// Whether it covers a body of `kind` on `day`, or the first reason why
    /// not.
    #[must_use]
    pub fn applies(&self, kind: BodyKind, day: NaiveDate, facts: &Facts) -> Applies {
        let in_force =
            self.from.is_some_and(|from| from <= day) && self.until.is_none_or(|until| day < until);
        if !in_force {
            Applies::NotInForce
        } else if !self.kinds.contains(&kind) {
            Applies::NotForKind
        } else if self.exempt_kinds.contains(&kind) {
            Applies::KindExempt
        } else if facts.open_member_schools < self.minimum_open_schools {
            Applies::TooFewSchools
        } else if self.by_agreement && !facts.agreed.contains(&self.code) {
            Applies::NotAgreed
        } else {
            Applies::Yes
        }
    }
}

/// The basis of one inspection, as everything it produces states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisLabel {
    /// Basis.
    pub basis: Basis,
    /// Code of the framework; `None` outside any.
    pub framework: Option<String>,
    /// The provision of law, for a statutory basis.
    pub provision: Option<String>,
}

impl BasisLabel {
    /// The sentence that reports, notices and feeds carry.
    #[must_use]
    pub fn text(&self) -> String {
        match (self.basis, &self.provision) {
            (Basis::Statutory, Some(provision)) => {
                format!("This inspection is required by {provision}.")
            }
            (Basis::Statutory, None) => "This inspection is required by law.".to_owned(),
            (Basis::Pilot, _) => {
                "This is a pilot inspection: the group agreed to it and no law requires it."
                    .to_owned()
            }
            (Basis::Voluntary, _) => {
                "This is a voluntary inspection: no law requires it.".to_owned()
            }
        }
    }
}

/// Frameworks an installation knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Frameworks {
    /// Version of the list.
    pub version: String,
    /// Frameworks; among those of one basis the first that applies is used.
    pub frameworks: Vec<Framework>,
}

/// What is wrong with a list of frameworks.
#[derive(Debug, thiserror::Error)]
pub enum FrameworksError {
    /// It is not a document of that kind.
    #[error("not a list of frameworks: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A code is used twice.
    #[error("the code {0} is used twice")]
    CodeTwice(String),
    /// A framework ends before it begins.
    #[error("the framework {0} ends before it begins")]
    Reversed(String),
    /// A statutory framework names no provision, or another one does.
    #[error("the framework {0} must name a provision of law if, and only if, it is statutory")]
    Provision(String),
    /// A pilot or voluntary framework does not ask for agreement.
    #[error("the framework {0} is not statutory, so it needs the body's agreement")]
    Agreement(String),
}

impl Frameworks {
    /// The list that comes with the service.
    ///
    /// # Errors
    ///
    /// Never: a test reads it.
    pub fn built_in() -> Result<Self, FrameworksError> {
        Self::from_json(BUILT_IN)
    }

    /// Reads a list.
    ///
    /// # Errors
    ///
    /// The first [`FrameworksError`].
    pub fn from_json(text: &str) -> Result<Self, FrameworksError> {
        let list: Self = serde_json::from_str(text)?;
        let mut codes = std::collections::BTreeSet::new();
        for framework in &list.frameworks {
            let code = || framework.code.clone();
            let statutory = framework.basis == Basis::Statutory;
            if !codes.insert(&framework.code) {
                return Err(FrameworksError::CodeTwice(code()));
            }
            if matches!((framework.from, framework.until), (Some(from), Some(until)) if until <= from)
            {
                return Err(FrameworksError::Reversed(code()));
            }
            if framework.provision.is_some() != statutory {
                return Err(FrameworksError::Provision(code()));
            }
            if !statutory && !framework.by_agreement {
                return Err(FrameworksError::Agreement(code()));
            }
        }
        Ok(list)
    }

    /// The basis of an inspection of a body of `kind` opened on `day`: law
    /// before pilot before agreement. Outside every framework an inspection
    /// is voluntary.
    #[must_use]
    pub fn basis_for(&self, kind: BodyKind, day: NaiveDate, facts: &Facts) -> BasisLabel {
        self.frameworks
            .iter()
            .filter(|framework| framework.applies(kind, day, facts) == Applies::Yes)
            .min_by_key(|framework| framework.basis)
            .map_or(
                BasisLabel {
                    basis: Basis::Voluntary,
                    framework: None,
                    provision: None,
                },
                |framework| BasisLabel {
                    basis: framework.basis,
                    framework: Some(framework.code.clone()),
                    provision: framework.provision.clone(),
                },
            )
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )]
    use serde_json::Value;

    use super::*;
    use crate::report::Report;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts(schools: u32, agreed: &[&str]) -> Facts {
        Facts {
            open_member_schools: schools,
            agreed: agreed.iter().map(|code| (*code).to_owned()).collect(),
        }
    }

    #[test]
    fn the_act_covers_nobody_until_it_is_in_force() {
        let mut list = Frameworks::built_in().unwrap();
        let trust = BodyKind::MultiAcademyTrust;
        let on = day("2027-10-01");
        let label = list.basis_for(trust, on, &facts(5, &["voluntary-2026"]));
        assert_eq!(label.basis, Basis::Voluntary);
        assert_eq!(label.framework.as_deref(), Some("voluntary-2026"));

        list.frameworks[1].from = Some(day("2027-09-01"));
        let label = |kind, on, schools| list.basis_for(kind, day(on), &facts(schools, &[]));
        assert_eq!(
            label(trust, "2027-09-01", 5).text(),
            "This inspection is required by section 122A of the Education and Inspections Act 2006."
        );
        assert_eq!(label(trust, "2027-08-31", 5).basis, Basis::Voluntary);
        assert_eq!(label(trust, "2027-09-01", 1).basis, Basis::Voluntary);
        for other in [BodyKind::LocalAuthority, BodyKind::SingleAcademyTrust] {
            assert_eq!(label(other, "2027-09-01", 5).basis, Basis::Voluntary);
        }
    }

    #[test]
    fn outside_every_framework_an_inspection_is_voluntary_and_says_so() {
        let list = Frameworks::built_in().unwrap();
        let label = list.basis_for(BodyKind::SchoolSponsor, day("2026-09-01"), &facts(9, &[]));
        assert_eq!(label.framework, None);
        assert_eq!(
            label.text(),
            "This is a voluntary inspection: no law requires it."
        );
    }

    #[test]
    fn a_pilot_needs_agreement_and_comes_before_voluntary() {
        let mut list = Frameworks::built_in().unwrap();
        let mut pilot = list.frameworks[0].clone();
        pilot.code = "pilot".to_owned();
        pilot.basis = Basis::Pilot;
        list.frameworks.push(pilot);
        let basis = |agreed: &[&str]| {
            list.basis_for(BodyKind::Diocese, day("2026-09-01"), &facts(9, agreed))
                .basis
        };
        assert_eq!(basis(&["voluntary-2026"]), Basis::Voluntary);
        assert_eq!(basis(&["voluntary-2026", "pilot"]), Basis::Pilot);
    }

    #[test]
    fn dr_02_labels_pass_the_guard() {
        for basis in [Basis::Statutory, Basis::Pilot, Basis::Voluntary] {
            let label = BasisLabel {
                basis,
                framework: None,
                provision: None,
            };
            assert_eq!(crate::language::guard_text(&label.text()), []);
        }
    }

    #[test]
    fn a_list_must_make_sense() {
        let built_in: Value = serde_json::from_str(BUILT_IN).unwrap();
        let read = |change: fn(&mut Value)| {
            let mut list = built_in.clone();
            change(&mut list);
            Frameworks::from_json(&list.to_string())
        };
        assert!(read(|_| {}).is_ok());
        assert!(matches!(
            read(|list| list["frameworks"][0]["code"] = "academy-proprietors-2026".into()),
            Err(FrameworksError::CodeTwice(_))
        ));
        assert!(matches!(
            read(|list| list["frameworks"][0]["until"] = "2025-01-01".into()),
            Err(FrameworksError::Reversed(_))
        ));
        assert!(matches!(
            read(|list| list["frameworks"][1]["provision"] = Value::Null),
            Err(FrameworksError::Provision(_))
        ));
        assert!(matches!(
            read(|list| list["frameworks"][0]["by_agreement"] = false.into()),
            Err(FrameworksError::Agreement(_))
        ));
        assert!(matches!(
            read(|list| list["frameworks"][1]["determination"] = "acceptable".into()),
            Err(FrameworksError::Malformed(_))
        ));
    }

    #[test]
    fn dr_02_a_report_has_no_field_for_the_acts_determination() {
        fn names(schema: &Value, found: &mut Vec<String>) {
            match schema {
                Value::Object(map) => {
                    for (key, value) in map {
                        if let ("properties", Value::Object(fields)) = (key.as_str(), value) {
                            found.extend(fields.keys().cloned());
                        }
                        names(value, found);
                    }
                }
                Value::Array(items) => items.iter().for_each(|item| names(item, found)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let schema = serde_json::to_value(schemars::schema_for!(Report)).unwrap();
        let mut found = Vec::new();
        names(&schema, &mut found);
        assert!(found.iter().any(|name| name == "recommendations"));
        for word in ["determin", "acceptable", "standard", "capacity", "failing"] {
            assert!(
                !found.iter().any(|name| name.contains(word)),
                "a field is called {word}"
            );
        }
    }
}
