//! What cannot be done in a factual accuracy check.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Place;
use crate::submission::MAX_STATEMENT;

/// Why something cannot be done in a factual accuracy check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The window would end before it begins.
    #[error("the window ends before the draft is delivered")]
    WindowReversed,
    /// The window has ended; the draft stands (DR-24).
    #[error("the window ended at {due}; the draft stands")]
    Late {
        /// When it ended, UTC.
        due: DateTime<Utc>,
    },
    /// The body has said that it has no more points.
    #[error("the body has said that it has no more points")]
    Complete,
    /// A complaint was lodged in place of points.
    #[error("a complaint was lodged in place of points")]
    ComplaintLodged,
    /// Points were made, so a complaint cannot take their place.
    #[error("points were made; a complaint takes their place and does not add to them")]
    PointsMade,
    /// There is no complaint to release.
    #[error("no complaint is open")]
    NoComplaint,
    /// A point has this identifier already.
    #[error("a point {0} was made already")]
    Repeated(Uuid),
    /// The draft has no such place.
    #[error("the draft has no {0}")]
    UnknownPlace(Place),
    /// The quoted words do not stand there.
    #[error("the quoted words do not stand in {0}")]
    NotQuoted(Place),
    /// A text that is needed is empty.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// A text is too long.
    #[error("the {0} is longer than {MAX_STATEMENT} characters")]
    TooLong(&'static str),
    /// The evidence named is not held for the inspection.
    #[error("evidence {0} is not held for this inspection")]
    UnknownEvidence(Uuid),
    /// There is no such point.
    #[error("there is no point {0}")]
    UnknownPoint(Uuid),
    /// The point was answered; a reply is final.
    #[error("point {0} was answered")]
    Answered(Uuid),
    /// The window is open and the body has not said that it has no more
    /// points.
    #[error("the window is open until {due}")]
    WindowOpen {
        /// When it ends, UTC.
        due: DateTime<Utc>,
    },
    /// Points are not answered.
    #[error("{} points are not answered", .0.len())]
    Unanswered(BTreeSet<Uuid>),
    /// Points were accepted and the draft has no new version.
    #[error("{} accepted points need a new version of the draft", .0.len())]
    NewDraftNeeded(BTreeSet<Uuid>),
    /// A complaint holds publication (DR-38).
    #[error("complaint {0} holds publication")]
    ComplaintHolds(Uuid),
}
