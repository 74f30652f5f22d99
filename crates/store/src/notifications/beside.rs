//! Telling a body of what is no step of its inspection.

use diesel::{PgConnection, prelude::*};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fan_out;
use crate::{Error, Tx, lifecycle::Loaded, schema::notification};

/// Tells the body of an event beside the steps. `details` is an object and says
/// what it is about.
///
/// # Errors
/// If the database fails.
pub(crate) fn tell_beside(
    tx: &mut Tx<'_>,
    event: &'static str,
    loaded: &Loaded,
    details: Value,
) -> Result<(), Error> {
    let mut data = json!({
        "inspection_id": loaded.id(),
        "reference": loaded.reference,
        "body_id": loaded.body_id,
        "group_name": loaded.frozen.body.name,
    });
    if let (Some(fields), Value::Object(details)) = (data.as_object_mut(), details) {
        fields.extend(details);
    }
    // Of its own for each: several may come between two steps.
    let number = next_number(tx.connection(), event, loaded.report_id)?;
    fan_out(tx, event, loaded.body_id, loaded.report_id, number, &data)?;
    Ok(())
}

/// A number that no notification of this event has.
fn next_number(connection: &mut PgConnection, event: &str, report: Uuid) -> Result<i32, Error> {
    let last: Option<i32> = notification::table
        .filter(notification::event.eq(event))
        .filter(notification::report_id.eq(report))
        .select(diesel::dsl::max(notification::version))
        .first(connection)?;
    Ok(last.unwrap_or(0).saturating_add(1))
}
