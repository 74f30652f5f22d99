//! Wake-ups by Redis.

use metrics::{counter, gauge};

use crate::names::{REDIS_CONNECTED, WAKE_UPS};

/// Which way a wake-up goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To other processes.
    Send,
    /// From other processes.
    Hear,
}

/// What became of a wake-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WakeUp {
    /// It was sent.
    Sent,
    /// One of another process was heard.
    Heard,
    /// Too many waited to be sent.
    Dropped,
    /// Redis did not take it.
    Failed,
}

/// A wake-up was sent, heard or lost.
pub fn wake_up(what: WakeUp) {
    let way = match what {
        WakeUp::Sent => "sent",
        WakeUp::Heard => "heard",
        WakeUp::Dropped => "dropped",
        WakeUp::Failed => "failed",
    };
    counter!(WAKE_UPS.name, "way" => way).increment(1);
}

/// Whether wake-ups travel this way.
pub fn connected(way: Way, is_connected: bool) {
    let way = match way {
        Way::Send => "send",
        Way::Hear => "hear",
    };
    gauge!(REDIS_CONNECTED.name, "way" => way).set(if is_connected { 1.0 } else { 0.0 });
}
