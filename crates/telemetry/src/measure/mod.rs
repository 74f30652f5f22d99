//! Recording. One function for each thing that happens.

pub mod database;
pub mod delivery;
pub mod http;
pub mod job;
pub mod report;
pub mod wake;
