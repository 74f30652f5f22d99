//! Notifications: placeholder of the lead until the real module lands.
use crate::{Error, Tx};
use uuid::Uuid;
/// Fans out.
///
/// # Errors
/// Never.
pub fn fan_out(
    _tx: &mut Tx<'_>,
    _event: &str,
    _body: Uuid,
    _report: Uuid,
    _version: i32,
    _payload: &serde_json::Value,
) -> Result<(), Error> {
    Ok(())
}
