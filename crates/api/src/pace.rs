//! How slowly a body may arrive: who sends a byte now and then holds a
//! connection, and would hold as many as there are.

use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use futures::StreamExt;
use tokio::time::{Instant, timeout_at};

use crate::{
    problem::{Code, Problem},
    state::Limits,
};

/// A body on its way in.
pub(crate) struct Pace {
    began: Instant,
    bytes: u64,
    patience: Duration,
    least: u64,
}

impl Pace {
    /// From now on, within `limits`.
    pub(crate) fn within(limits: &Limits) -> Self {
        Self {
            began: Instant::now(),
            bytes: 0,
            patience: limits.body_patience,
            least: limits.body_bytes_per_second.max(1),
        }
    }

    /// The next piece; none at the end.
    pub(crate) async fn next(&mut self, payload: &mut Payload) -> Result<Option<Bytes>, Problem> {
        let earned = Duration::from_millis(self.bytes.saturating_mul(1_000) / self.least);
        let until = self.began + self.patience + earned;
        match timeout_at(until, payload.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(piece))) => {
                self.bytes = self.bytes.saturating_add(piece.len() as u64);
                Ok(Some(piece))
            }
            Ok(Some(Err(_))) => Err(Problem::new(Code::UploadTruncated)),
            Err(_) => Err(Problem::because(
                Code::UploadTruncated,
                "The body arrived too slowly.",
            )),
        }
    }
}
