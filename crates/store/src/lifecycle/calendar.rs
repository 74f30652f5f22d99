//! Days that clocks count, from the bank holidays imported.

use chrono::NaiveDate;
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    calendar::{ClockDays, WorkingDays},
    inspection::LifecyclePolicy,
};

use crate::{Error, schema::bank_holiday};

/// Days that the clocks of an inspection count under `policy`.
///
/// # Errors
/// A refusal under DR-23 if no bank holidays are imported, or if the database
/// fails.
pub fn clock_days(
    connection: &mut PgConnection,
    policy: &LifecyclePolicy,
) -> Result<ClockDays, Error> {
    let holidays: Vec<(NaiveDate, NaiveDate)> = bank_holiday::table
        .order(bank_holiday::day)
        .select((bank_holiday::day, bank_holiday::as_at))
        .load(connection)?;
    let as_at = holidays.iter().map(|(_, as_at)| *as_at).max();
    let version = as_at.map_or_else(
        || "bank holidays".to_owned(),
        |as_at| format!("bank holidays as at {as_at}"),
    );
    let working = WorkingDays::new(version, holidays.into_iter().map(|(day, _)| day))
        .map_err(|error| Error::refused("DR-23", error.to_string()))?;
    Ok(ClockDays::new(working, policy.rest, Vec::new()))
}
