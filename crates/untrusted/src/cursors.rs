//! Cursors of lists.

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

#[path = "../../api/src/cursor.rs"]
mod cursor;

/// A cursor is read or refused, and means the same when written again.
pub(crate) fn target(bytes: &[u8]) {
    let sent = String::from_utf8_lossy(bytes);
    holds::<Uuid>(&sent);
    holds::<(String, Uuid)>(&sent);
    holds::<(DateTime<Utc>, Uuid)>(&sent);
}

fn holds<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(sent: &str) {
    let Some(place) = cursor::read::<T>("bodies", sent) else {
        return;
    };
    assert!(
        cursor::read::<T>("deliveries", sent).is_none(),
        "a cursor is good for one list"
    );
    let written = cursor::write("bodies", &place).unwrap_or_default();
    assert_eq!(cursor::read("bodies", &written), Some(place));
}
