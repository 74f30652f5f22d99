//! Groups: kinds, identifiers, names and planted effects.

use chrono::NaiveDate;

use super::Plan;
use super::dice::{Dice, Purpose};
use super::faiths::Faith;
use super::names;
use super::outcomes::Theme;
use super::places::AuthorityId;

/// Stands for "no group" and "no school" in links by number.
pub(super) const NONE: u32 = u32::MAX;

/// First group unique identifier of the sandbox.
pub const FIRST_UID: u32 = 50_000;

/// Smallest group that can get a planted weakness.
pub(super) const SMALLEST_PLANTED: u32 = 3;

/// Kind of group in the register of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum GroupKind {
    Federation,
    FoundationTrust,
    Sponsor,
    MultiAcademy,
    Umbrella,
    CentresGroup,
    CentresCollaboration,
    SingleAcademy,
    SecureSingleAcademy,
}

impl GroupKind {
    pub(super) const fn coded(self) -> (&'static str, &'static str) {
        match self {
            Self::Federation => ("01", "Federation"),
            Self::FoundationTrust => ("02", "Trust"),
            Self::Sponsor => ("05", "School sponsor"),
            Self::MultiAcademy => ("06", "Multi-academy trust"),
            Self::Umbrella => ("07", "Umbrella trust"),
            Self::CentresGroup => ("08", "Children's Centres Group"),
            Self::CentresCollaboration => ("09", "Children's Centres Collaboration"),
            Self::SingleAcademy => ("10", "Single-academy trust"),
            Self::SecureSingleAcademy => ("11", "Secure single-academy trust"),
        }
    }

    /// Trusts are companies: they have a Companies House number and an
    /// incorporation date instead of an open date.
    pub(super) const fn is_company(self) -> bool {
        matches!(
            self,
            Self::MultiAcademy | Self::SingleAcademy | Self::SecureSingleAcademy
        )
    }

    /// Kinds that can help or hinder several schools in the latent model.
    pub(super) const fn has_effect(self) -> bool {
        matches!(
            self,
            Self::MultiAcademy | Self::Federation | Self::FoundationTrust
        )
    }
}

/// Status of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupStatus {
    Open,
    Closed,
    ProposedToOpen,
}

impl GroupStatus {
    pub(super) const fn coded(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("OPEN", "Open"),
            Self::Closed => ("CLOSED", "Closed"),
            Self::ProposedToOpen => ("PROPOSED_TO_OPEN", "Proposed to open"),
        }
    }
}

/// A group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) kind: GroupKind,
    pub(super) status: GroupStatus,
    pub(super) opened: NaiveDate,
    pub(super) closed: Option<NaiveDate>,
    pub(super) home: AuthorityId,
    pub(super) faith: Faith,
    /// Number of the name; a sponsor has its trust's.
    pub(super) name: u32,
    /// Sponsor of a trust, or trust of a sponsor, that is the same body.
    pub(super) twin: u32,
    /// Schools that are members today.
    pub(super) members: u32,
}

/// Name of a group as its register row writes it.
pub(super) fn name(group: &Group) -> String {
    match group.kind {
        GroupKind::Federation => names::federation(group.name),
        GroupKind::FoundationTrust => names::other_group(group.name, "Co-operative Learning Trust"),
        GroupKind::Umbrella => names::other_group(group.name, "Umbrella Trust"),
        GroupKind::CentresGroup => names::other_group(group.name, "Children's Centres Group"),
        GroupKind::CentresCollaboration => {
            names::other_group(group.name, "Children's Centres Collaboration")
        }
        GroupKind::Sponsor | GroupKind::SecureSingleAcademy => {
            names::trust(group.name, group.faith)
        }
        // Companies House writes most names in capitals; the sponsor of the
        // same name keeps its own.
        GroupKind::MultiAcademy if !group.name.is_multiple_of(3) => {
            names::trust(group.name, group.faith).to_uppercase()
        }
        GroupKind::MultiAcademy => names::trust(group.name, group.faith),
        GroupKind::SingleAcademy => {
            let place = names::place(u64::from(group.name) + 333);
            if group.name.is_multiple_of(2) {
                format!("{place} Academy Trust").to_uppercase()
            } else {
                format!("{place} School Academy Trust")
            }
        }
    }
}

/// Group unique identifier of the group at `index`.
pub(super) const fn uid(index: u32) -> u32 {
    FIRST_UID + index
}

/// Group ID; a third of the groups have none.
pub(super) fn id(index: u32, kind: GroupKind) -> String {
    match kind {
        GroupKind::MultiAcademy | GroupKind::SingleAcademy => format!("TR9{index:04}"),
        GroupKind::Sponsor => format!("SP9{index:04}"),
        GroupKind::Umbrella => format!("UT9{index:04}"),
        GroupKind::Federation if index.is_multiple_of(110) => format!("X{}", uid(index)),
        _ => String::new(),
    }
}

/// Companies House number, in a range that is never issued.
pub(super) fn companies_house(index: u32, kind: GroupKind) -> String {
    // One in a hundred trusts has not sent its number yet.
    if kind.is_company() && index % 100 != 99 {
        format!("99{index:06}")
    } else {
        String::new()
    }
}

/// Planted truth of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Truth {
    /// Effect on every area after a school has joined.
    pub(super) effect: f64,
    /// Area of work that is weak across the group.
    pub(super) weakness: Option<Theme>,
}

impl Truth {
    /// A group that makes no difference.
    pub(super) const NONE: Self = Self {
        effect: 0.0,
        weakness: None,
    };
}

/// Draws the truth of the group at `index`; the same every time.
pub(super) fn truth(plan: &Plan, index: u32, group: &Group) -> Truth {
    if !group.kind.has_effect() || group.members == 0 {
        return Truth::NONE;
    }
    let mut dice = Dice::of(plan.seed, Purpose::Group, u64::from(index));
    let effect = plan.group_effect * dice.normal();
    let planted = dice.chance(plan.planted_share) && group.members >= SMALLEST_PLANTED;
    let theme = dice.weighted(&Theme::PLANTED, Theme::Inclusion);
    Truth {
        effect,
        weakness: (planted && plan.planted_size > 0.0).then_some(theme),
    }
}
