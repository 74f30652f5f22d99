//! The group a person comes from.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::body::BodyKind;

/// Where a person comes from on a day, worked out from the posts held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Home {
    /// Groups in which the person holds a post, by identifier.
    pub groups: Vec<HomeGroup>,
}

/// A group in which a person holds a post.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct HomeGroup {
    /// Body.
    pub body: Uuid,
    /// Kind, where known.
    pub kind: Option<BodyKind>,
    /// Schools it runs.
    pub schools: u32,
    /// Regions of these schools, as the register names them.
    pub regions: BTreeSet<String>,
    /// Posts held there.
    pub posts: BTreeSet<Uuid>,
}

impl Home {
    /// Regions of all groups.
    #[must_use]
    pub fn regions(&self) -> BTreeSet<&str> {
        self.groups
            .iter()
            .flat_map(|group| group.regions.iter().map(String::as_str))
            .collect()
    }

    /// Whether the person holds a post in this group.
    #[must_use]
    pub fn includes(&self, body: Uuid) -> bool {
        self.groups.iter().any(|group| group.body == body)
    }
}
