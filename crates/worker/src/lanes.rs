//! Slots of one lane: jobs that go to the same place and may all hang together
//! leave the other slots of their queue to others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use group_inspection_store::ledger::Room;
use tokio::sync::Notify;
use uuid::Uuid;

/// Jobs that run in this process, by lane.
#[derive(Debug)]
pub(crate) struct Lanes {
    most: usize,
    held: Mutex<HashMap<Uuid, usize>>,
    /// Tells that a lane has room again.
    wake: Arc<Notify>,
}

impl Lanes {
    pub(crate) fn new(most: usize, wake: Arc<Notify>) -> Arc<Self> {
        Arc::new(Self {
            most: most.max(1),
            held: Mutex::default(),
            wake,
        })
    }

    /// How much room there is.
    pub(crate) fn room(&self) -> Room {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |jobs: usize| i64::try_from(jobs).unwrap_or(i64::MAX);
        Room {
            most: count(self.most),
            left: held
                .iter()
                .map(|(lane, jobs)| (*lane, count(self.most.saturating_sub(*jobs))))
                .collect(),
        }
    }

    /// Takes a slot, which is free again once the value is dropped.
    pub(crate) fn take(self: &Arc<Self>, lane: Uuid) -> LaneSlot {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held.entry(lane).or_default() += 1;
        LaneSlot {
            lane,
            lanes: Arc::clone(self),
        }
    }
}

/// One slot of a lane.
#[derive(Debug)]
pub(crate) struct LaneSlot {
    lane: Uuid,
    lanes: Arc<Lanes>,
}

impl Drop for LaneSlot {
    fn drop(&mut self) {
        let mut held = self
            .lanes
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(jobs) = held.get_mut(&self.lane) else {
            return;
        };
        let was_full = *jobs >= self.lanes.most;
        *jobs = jobs.saturating_sub(1);
        if *jobs == 0 {
            held.remove(&self.lane);
        }
        drop(held);
        if was_full {
            self.lanes.wake.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lane_has_room_again_when_a_slot_is_dropped() {
        let wake = Arc::new(Notify::new());
        let lanes = Lanes::new(2, Arc::clone(&wake));
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let first = lanes.take(one);
        let second = lanes.take(one);
        let third = lanes.take(other);
        let mut left = lanes.room().left;
        left.sort();
        assert_eq!(left, [(one, 0), (other, 1)]);
        drop(first);
        // Would wait for ever if nobody had been told.
        wake.notified().await;
        drop((second, third));
        assert_eq!(lanes.room().left, []);
    }
}
