//! The same weakness in another member school.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Weakness;
use crate::Urn;

/// A weakness that was known earlier in another member school.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recurred {
    /// The weakness that came later.
    pub later: Uuid,
    /// The one that was known before it.
    pub earlier: Uuid,
    /// Schools of the later one that the earlier one did not concern.
    pub schools: BTreeSet<Urn>,
}

/// Every pair of weaknesses on one topic of which one came to be known later
/// than the other, in a school that the other did not concern. Weaknesses
/// without schools pair with none: it cannot be told where they showed.
#[must_use]
pub fn recurrences(weaknesses: &[Weakness]) -> Vec<Recurred> {
    let mut found: BTreeSet<Recurred> = BTreeSet::new();
    for later in weaknesses {
        let earlier = weaknesses.iter().filter(|earlier| {
            earlier.theme == later.theme
                && earlier.first_known < later.first_known
                && !earlier.schools.is_empty()
        });
        for earlier in earlier {
            let schools: BTreeSet<Urn> = later
                .schools
                .iter()
                .filter(|school| !earlier.schools.contains(school))
                .copied()
                .collect();
            if !schools.is_empty() {
                found.insert(Recurred {
                    later: later.id,
                    earlier: earlier.id,
                    schools,
                });
            }
        }
    }
    found.into_iter().collect()
}
