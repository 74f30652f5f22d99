//! The factual accuracy check: the responsible body's points on a draft, each
//! answered, or a complaint in their place (DR-24, DR-38).

mod point;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use point::{Place, Point};
pub use refusal::Refusal;

use crate::{finding::plain, report::Report, submission::MAX_STATEMENT};

/// What was decided on a point.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FactualDecision")]
pub enum Decision {
    /// The draft changes as the body says.
    Accepted,
    /// The draft changes in part.
    Partly,
    /// The draft stands.
    Rejected,
}

impl Decision {
    /// Whether the decision demands a new version of the draft.
    #[must_use]
    pub const fn changes_the_draft(self) -> bool {
        match self {
            Self::Accepted | Self::Partly => true,
            Self::Rejected => false,
        }
    }
}

/// The recorded reply to a point. Every decision has a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What was decided.
    pub decision: Decision,
    /// Why, in words for the body.
    pub reason: String,
    /// Who decided.
    pub author: Uuid,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// A complaint lodged in place of points. It holds publication until a
/// decision releases it (DR-38).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// Identifier.
    pub id: Uuid,
    /// What the body complains of.
    pub grounds: String,
    /// When it was lodged, UTC.
    pub lodged_at: DateTime<Utc>,
    /// The decision that releases publication, once taken.
    pub release: Option<Release>,
}

/// A recorded decision that releases publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Who decided.
    pub decided_by: Uuid,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Why, in words for the body.
    pub reason: String,
}

/// What the body has said of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "said")]
enum Comments {
    Points(Points),
    Complaint(Complaint),
}

/// Points, each with its reply once given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Points {
    points: Vec<Point>,
    replies: BTreeMap<Uuid, Reply>,
    /// Whether the body has said that there are no more.
    complete: bool,
}

/// The factual accuracy check of one draft version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    draft_version: u32,
    delivered_at: DateTime<Utc>,
    due: DateTime<Utc>,
    comments: Comments,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// The draft stands as delivered.
    DraftStands,
    /// A new version answers the points that were accepted.
    NewDraft,
}

impl Check {
    /// A check of a draft version, delivered at `delivered_at`, with comments
    /// due by `due`: the end of the fifth working day after delivery, or
    /// later, as the policy says (DR-24).
    ///
    /// # Errors
    ///
    /// [`Refusal::WindowReversed`] if nothing could be said in time.
    pub fn open(
        draft_version: u32,
        delivered_at: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if due <= delivered_at {
            return Err(Refusal::WindowReversed);
        }
        Ok(Self {
            draft_version,
            delivered_at,
            due,
            comments: Comments::Points(Points::default()),
        })
    }

    /// Version of the draft that was delivered.
    #[must_use]
    pub const fn draft_version(&self) -> u32 {
        self.draft_version
    }

    /// When the window ends, UTC.
    #[must_use]
    pub const fn due(&self) -> DateTime<Utc> {
        self.due
    }

    /// Every point with its reply, in the order made.
    pub fn points(&self) -> impl Iterator<Item = (&Point, Option<&Reply>)> {
        let made = match &self.comments {
            Comments::Points(made) => Some(made),
            Comments::Complaint(_) => None,
        };
        made.into_iter().flat_map(|made| {
            made.points
                .iter()
                .map(|point| (point, made.replies.get(&point.id)))
        })
    }

    /// The complaint, if one was lodged.
    #[must_use]
    pub const fn complaint(&self) -> Option<&Complaint> {
        match &self.comments {
            Comments::Complaint(complaint) => Some(complaint),
            Comments::Points(_) => None,
        }
    }

    /// Adds one point. `draft` is the version that was delivered.
    ///
    /// # Errors
    ///
    /// If it is late, cannot be placed in the draft, or is not a point.
    pub fn add(
        &mut self,
        point: Point,
        draft: &Report,
        held: &BTreeSet<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let due = self.due;
        let made = self.made()?;
        if now > due {
            return Err(Refusal::Late { due });
        }
        if made.complete {
            return Err(Refusal::Complete);
        }
        if made.points.iter().any(|other| other.id == point.id) {
            return Err(Refusal::Repeated(point.id));
        }
        check_text("quote", &point.quote)?;
        check_text("claim", &point.claim)?;
        let Some(text) = point.place.text(draft) else {
            return Err(Refusal::UnknownPlace(point.place));
        };
        if !plain(&text).contains(&plain(&point.quote)) {
            return Err(Refusal::NotQuoted(point.place));
        }
        if let Some(unknown) = point.evidence.iter().find(|id| !held.contains(id)) {
            return Err(Refusal::UnknownEvidence(*unknown));
        }
        made.points.push(point);
        Ok(())
    }

    /// Records that the body has no more points, or none at all.
    ///
    /// # Errors
    ///
    /// [`Refusal::ComplaintLodged`], or [`Refusal::Late`] when the window has
    /// ended by itself.
    pub fn complete(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        let due = self.due;
        let made = self.made()?;
        if now > due {
            return Err(Refusal::Late { due });
        }
        made.complete = true;
        Ok(())
    }

    /// Lodges a complaint in place of points (DR-38).
    ///
    /// # Errors
    ///
    /// If it is late, or points were made.
    pub fn complain(
        &mut self,
        id: Uuid,
        grounds: String,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let due = self.due;
        let made = self.made()?;
        if now > due {
            return Err(Refusal::Late { due });
        }
        if !made.points.is_empty() {
            return Err(Refusal::PointsMade);
        }
        check_text("complaint", &grounds)?;
        self.comments = Comments::Complaint(Complaint {
            id,
            grounds,
            lodged_at: now,
            release: None,
        });
        Ok(())
    }

    /// Records the decision that releases publication.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoComplaint`] if none is open.
    pub fn release(&mut self, release: Release) -> Result<(), Refusal> {
        check_text("reason", &release.reason)?;
        match &mut self.comments {
            Comments::Complaint(complaint) if complaint.release.is_none() => {
                complaint.release = Some(release);
                Ok(())
            }
            Comments::Complaint(_) | Comments::Points(_) => Err(Refusal::NoComplaint),
        }
    }

    /// Records the reply to one point. A reply is final.
    ///
    /// # Errors
    ///
    /// If there is no such point, it was answered, or the reason is empty.
    pub fn answer(&mut self, point: Uuid, reply: Reply) -> Result<(), Refusal> {
        check_text("reason", &reply.reason)?;
        let made = self.made()?;
        if made.points.iter().all(|other| other.id != point) {
            return Err(Refusal::UnknownPoint(point));
        }
        if made.replies.contains_key(&point) {
            return Err(Refusal::Answered(point));
        }
        made.replies.insert(point, reply);
        Ok(())
    }

    /// Whether a complaint holds publication (DR-38).
    #[must_use]
    pub fn holds_publication(&self) -> bool {
        self.complaint()
            .is_some_and(|complaint| complaint.release.is_none())
    }

    /// Closes the check. `draft_version` is the newest version of the draft.
    /// Without comments in time the draft stands.
    ///
    /// # Errors
    ///
    /// Whatever is still to be done (DR-24, DR-38).
    pub fn close(&self, draft_version: u32, now: DateTime<Utc>) -> Result<Closed, Refusal> {
        let made = match &self.comments {
            Comments::Complaint(complaint) if complaint.release.is_none() => {
                return Err(Refusal::ComplaintHolds(complaint.id));
            }
            Comments::Complaint(_) => return Ok(self.how_it_ended(draft_version)),
            Comments::Points(made) => made,
        };
        if !made.complete && now <= self.due {
            return Err(Refusal::WindowOpen { due: self.due });
        }
        let unanswered: BTreeSet<Uuid> = made
            .points
            .iter()
            .map(|point| point.id)
            .filter(|id| !made.replies.contains_key(id))
            .collect();
        if !unanswered.is_empty() {
            return Err(Refusal::Unanswered(unanswered));
        }
        let accepted: BTreeSet<Uuid> = made
            .replies
            .iter()
            .filter(|(_, reply)| reply.decision.changes_the_draft())
            .map(|(id, _)| *id)
            .collect();
        if !accepted.is_empty() && draft_version <= self.draft_version {
            return Err(Refusal::NewDraftNeeded(accepted));
        }
        Ok(self.how_it_ended(draft_version))
    }

    const fn how_it_ended(&self, draft_version: u32) -> Closed {
        if draft_version > self.draft_version {
            Closed::NewDraft
        } else {
            Closed::DraftStands
        }
    }

    fn made(&mut self) -> Result<&mut Points, Refusal> {
        match &mut self.comments {
            Comments::Points(made) => Ok(made),
            Comments::Complaint(_) => Err(Refusal::ComplaintLodged),
        }
    }
}

fn check_text(name: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::Empty(name))
    } else if text.chars().count() > MAX_STATEMENT {
        Err(Refusal::TooLong(name))
    } else {
        Ok(())
    }
}
