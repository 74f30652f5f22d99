//! Verifying a chain.

use super::{Head, Link};

/// Where and how a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain is broken at position {position}: {fault}")]
pub struct Broken {
    /// Position of the first link that cannot be trusted.
    pub position: u64,
    /// What is wrong there.
    pub fault: Fault,
}

/// What can be wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The link does not have the hash of its content.
    #[error("the entry was changed")]
    Changed,
    /// One or more links are not there.
    #[error("links are missing; the next one held is {next}")]
    Missing {
        /// Position of the next link that is there.
        next: u64,
    },
    /// A link stands where another one belongs.
    #[error("link {found} stands here")]
    Reordered {
        /// Position it says it has.
        found: u64,
    },
    /// The link does not continue the one before it, so one of the two was
    /// replaced and hashed anew.
    #[error("the link does not continue the one before it")]
    Unlinked,
    /// The link was complete before the one before it.
    #[error("the entry is dated before the one before it")]
    TimeWentBack,
    /// The chain ends before a head kept elsewhere.
    #[error("the chain ends before the anchored position {anchored}")]
    Truncated {
        /// Position of the head kept elsewhere.
        anchored: u64,
    },
    /// The link is not the one a head kept elsewhere names: the chain was
    /// rewritten.
    #[error("the link is not the one that was anchored")]
    NotAsAnchored,
}

/// Verifies a whole chain, in order of position, against heads kept elsewhere
/// (`anchors`, in any order; without one, a cut tail cannot be noticed).
/// Gives the head: its position is the number of links.
///
/// # Errors
///
/// The first place at which the chain is broken.
pub fn verify<'a>(
    links: impl IntoIterator<Item = &'a Link>,
    anchors: &[Head],
) -> Result<Head, Broken> {
    verify_from(&Head::EMPTY, links, anchors)
}

/// Verifies the part of a chain that follows `start`, a head that was verified
/// earlier. Anchors at or before `start` are compared with `start` only.
///
/// # Errors
///
/// The first place at which the chain is broken.
pub fn verify_from<'a>(
    start: &Head,
    links: impl IntoIterator<Item = &'a Link>,
    anchors: &[Head],
) -> Result<Head, Broken> {
    let mut head = *start;
    check_anchors(&head, anchors)?;
    for link in links {
        let position = head.position.saturating_add(1);
        check(&head, link).map_err(|fault| Broken { position, fault })?;
        head = link.head();
        check_anchors(&head, anchors)?;
    }
    match anchors.iter().map(|anchor| anchor.position).max() {
        Some(anchored) if anchored > head.position => Err(Broken {
            position: head.position.saturating_add(1),
            fault: Fault::Truncated { anchored },
        }),
        _ => Ok(head),
    }
}

fn check(head: &Head, link: &Link) -> Result<(), Fault> {
    let expected = head.position.saturating_add(1);
    if link.position < expected {
        return Err(Fault::Reordered {
            found: link.position,
        });
    }
    if link.position > expected {
        return Err(Fault::Missing {
            next: link.position,
        });
    }
    if link.hash != link.expected_hash() {
        return Err(Fault::Changed);
    }
    if link.previous != head.hash {
        return Err(Fault::Unlinked);
    }
    if head
        .completed_at
        .is_some_and(|last| link.entry.completed_at < last)
    {
        return Err(Fault::TimeWentBack);
    }
    Ok(())
}

fn check_anchors(head: &Head, anchors: &[Head]) -> Result<(), Broken> {
    let differs = anchors
        .iter()
        .any(|anchor| anchor.position == head.position && anchor.hash != head.hash);
    if differs {
        Err(Broken {
            position: head.position,
            fault: Fault::NotAsAnchored,
        })
    } else {
        Ok(())
    }
}
