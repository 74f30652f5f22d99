//! Who is told of what (domain.md 9.5).

mod event;
mod recipients;
mod telling;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Urn, body::BodyKind};

pub use event::{
    BESIDE_STEPS, ENDPOINT_DISABLED, EVENTS, EVIDENCE_REQUESTED, INTERESTS_CHANGED,
    OBJECTION_SETTLED, OVERDUE, TEST,
};
pub use recipients::Post;
pub use telling::{Stage, Telling};

/// What recipients are told of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// An inspection is to take place.
    Notified,
    /// The membership was frozen anew.
    MembershipChanged,
    /// The team was named; the window to object is open.
    TeamNamed,
    /// Days of fieldwork were set or moved.
    FieldworkPlanned,
    /// Evidence can be submitted.
    EvidenceOpen,
    /// A hold was asked for, decided or ended, or a complaint was recorded.
    HoldChanged,
    /// Fieldwork has begun.
    FieldworkStarted,
    /// Oral feedback was given; what was said is not repeated.
    FeedbackGiven,
    /// The draft is there: the check of factual accuracy is open.
    DraftDelivered,
    /// The check of factual accuracy is closed.
    FactualAccuracyClosed,
    /// The final report is there, under embargo.
    FinalUnderEmbargo,
    /// The final report was taken back before publication.
    FinalRecalled,
    /// An early copy for those entitled to one.
    EarlyCopy,
    /// The early copy was taken back before the report was public.
    EarlyCopyRecalled,
    /// The report is public.
    Published,
    /// A corrected version is public.
    Corrected,
    /// The group's response is public.
    ResponsePublished,
    /// The inspection ended without a report.
    InspectionWithdrawn,
    /// A public report was taken back.
    ReportWithdrawn,
    /// Recommendations are followed up from now on.
    FollowUpStarted,
    /// A follow-up of the recommendations is on record.
    FollowedUp,
    /// The inspection is closed.
    Closed,
}

impl Occasion {
    /// All occasions, in the order of a usual inspection.
    pub const ALL: [Self; 22] = [
        Self::Notified,
        Self::MembershipChanged,
        Self::TeamNamed,
        Self::FieldworkPlanned,
        Self::EvidenceOpen,
        Self::HoldChanged,
        Self::FieldworkStarted,
        Self::FeedbackGiven,
        Self::DraftDelivered,
        Self::FactualAccuracyClosed,
        Self::FinalUnderEmbargo,
        Self::FinalRecalled,
        Self::EarlyCopy,
        Self::EarlyCopyRecalled,
        Self::Published,
        Self::Corrected,
        Self::ResponsePublished,
        Self::FollowUpStarted,
        Self::FollowedUp,
        Self::InspectionWithdrawn,
        Self::ReportWithdrawn,
        Self::Closed,
    ];

    /// Circles that are told. Before a report is public nobody but the body
    /// is, except for the early copy and its recall.
    #[must_use]
    pub const fn circles(self) -> &'static [Circle] {
        match self {
            Self::Notified
            | Self::MembershipChanged
            | Self::TeamNamed
            | Self::FieldworkPlanned
            | Self::EvidenceOpen
            | Self::HoldChanged
            | Self::FieldworkStarted
            | Self::FeedbackGiven
            | Self::DraftDelivered
            | Self::FactualAccuracyClosed
            | Self::FinalUnderEmbargo
            | Self::FinalRecalled
            | Self::FollowUpStarted
            | Self::FollowedUp
            | Self::InspectionWithdrawn
            | Self::Closed => &[Circle::Body],
            Self::EarlyCopy | Self::EarlyCopyRecalled => &[Circle::Entitled],
            Self::Published | Self::Corrected | Self::ResponsePublished | Self::ReportWithdrawn => {
                &[Circle::Body, Circle::Entitled, Circle::Public]
            }
        }
    }
}

/// How near a recipient is, which decides when it is told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Circle {
    /// The responsible body itself.
    Body,
    /// Those entitled to a copy after the embargo, before the public.
    Entitled,
    /// Everyone else, once the report is public.
    Public,
}

/// What must be known of a group to tell its recipients.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupFacts {
    /// Religious authorities of member schools with a faith designation.
    pub religious_authorities: BTreeSet<String>,
    /// Codes of the local authorities where member schools sit.
    pub local_authorities: BTreeSet<String>,
    /// Open member schools.
    pub member_schools: BTreeSet<Urn>,
    /// Sponsors of member schools.
    pub sponsors: BTreeSet<String>,
    /// Foundation and umbrella trusts of member schools.
    pub foundations: BTreeSet<String>,
    /// Whether the body is a charity.
    pub charity: bool,
    /// Staff associations that asked to be told.
    pub staff_associations: BTreeSet<String>,
}

/// Somebody to tell.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// When they are told.
    pub circle: Circle,
    /// Their office.
    pub post: Post,
    /// Whose office it is, where there are several: code of an authority,
    /// URN of a school, name of a sponsor or association.
    pub of: Option<String>,
}

impl Addressee {
    /// Key of one message: the same on every try, so that it is sent once for
    /// each recipient, occasion and version (DR-29). `event` numbers the
    /// inspection's events, so that an occasion that returns is told again.
    #[must_use]
    pub fn key(&self, inspection: uuid::Uuid, event: usize, occasion: Occasion) -> uuid::Uuid {
        let what = serde_json::json!([inspection, event, occasion, self.post, self.of]);
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, what.to_string().as_bytes())
    }
}

/// Whom to tell of `occasion`: nearest first, each once.
#[must_use]
pub fn addressees(occasion: Occasion, kind: BodyKind, facts: &GroupFacts) -> BTreeSet<Addressee> {
    recipients::all(kind, facts)
        .filter(|addressee| occasion.circles().contains(&addressee.circle))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )]
    use super::*;
    use Circle::{Body, Entitled, Public};

    fn facts() -> GroupFacts {
        GroupFacts {
            religious_authorities: BTreeSet::from(["CE23".to_owned()]),
            local_authorities: BTreeSet::from(["201".to_owned(), "202".to_owned()]),
            member_schools: BTreeSet::from(["100001".parse().unwrap()]),
            ..GroupFacts::default()
        }
    }

    fn posts(
        occasion: Occasion,
        kind: BodyKind,
        facts: &GroupFacts,
    ) -> Vec<(Post, Option<String>)> {
        addressees(occasion, kind, facts)
            .into_iter()
            .map(|addressee| (addressee.post, addressee.of))
            .collect()
    }

    #[test]
    fn the_religious_authority_is_told_where_a_member_has_a_faith_designation() {
        let told = |facts: &GroupFacts| {
            posts(Occasion::EarlyCopy, BodyKind::MultiAcademyTrust, facts)
                .contains(&(Post::ReligiousAuthority, Some("CE23".to_owned())))
        };
        assert!(told(&facts()));
        assert!(!told(&GroupFacts::default()));
    }

    #[test]
    fn every_local_authority_where_a_school_sits_is_told_once() {
        let authorities: Vec<Option<String>> =
            posts(Occasion::Published, BodyKind::MultiAcademyTrust, &facts())
                .into_iter()
                .filter(|(post, _)| *post == Post::LocalAuthority)
                .map(|(_, of)| of)
                .collect();
        assert_eq!(
            authorities,
            [Some("201".to_owned()), Some("202".to_owned())]
        );
    }

    #[test]
    fn before_publication_only_the_body_and_the_entitled_are_told() {
        for kind in BodyKind::ALL {
            let circles = |occasion| -> BTreeSet<Circle> {
                addressees(occasion, kind, &facts())
                    .into_iter()
                    .map(|addressee| addressee.circle)
                    .collect()
            };
            assert_eq!(circles(Occasion::DraftDelivered), BTreeSet::from([Body]));
            assert_eq!(circles(Occasion::FinalUnderEmbargo), BTreeSet::from([Body]));
            assert_eq!(circles(Occasion::EarlyCopy), BTreeSet::from([Entitled]));
            assert_eq!(
                circles(Occasion::Published),
                BTreeSet::from([Body, Entitled, Public])
            );
        }
    }

    #[test]
    fn dr_29_a_message_has_one_key_for_recipient_and_event() {
        let addressees: Vec<Addressee> =
            addressees(Occasion::Published, BodyKind::Diocese, &facts())
                .into_iter()
                .collect();
        let id = uuid::Uuid::from_u128(7);
        let keys: BTreeSet<uuid::Uuid> = [1, 2]
            .into_iter()
            .flat_map(|event| {
                addressees
                    .iter()
                    .map(move |addressee| addressee.key(id, event, Occasion::Published))
            })
            .collect();
        assert_eq!(keys.len(), 2 * addressees.len());
        assert!(keys.contains(&addressees[0].key(id, 1, Occasion::Published)));
    }
}
