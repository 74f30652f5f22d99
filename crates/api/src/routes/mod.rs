//! Routes, by the noun they are about.

mod accountability;
mod api_keys;
mod attachments;
mod audit;
mod bodies;
mod conflicts;
mod contacts;
mod deliveries;
mod edits;
mod factual_accuracy;
mod findings;
mod imports;
mod inspections;
mod ledgers;
mod library;
mod lifecycle;
mod links;
mod mail_receipts;
mod members;
mod office_contacts;
mod operations;
mod oversight;
mod people;
mod published;
mod recommendations;
mod register;
mod reports;
mod requests;
mod responses;
mod samples;
pub(crate) mod schemas;
mod schools;
mod service;
mod submissions;
mod surveys;
mod urgent_matters;
mod weaknesses;
mod webhooks;

pub(crate) use published::Shelf;
pub(crate) use service::Readiness;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// Routes that the API description lists. They are tried in this order, so those
/// that are asked for most come first.
pub(crate) fn documented(config: &mut ServiceConfig<'_>) {
    config
        .configure(submissions::configure)
        .configure(published::configure)
        .configure(imports::configure)
        .configure(operations::configure)
        .configure(bodies::configure)
        .configure(members::configure)
        .configure(schools::configure)
        .configure(register::configure)
        .configure(inspections::configure)
        .configure(people::configure)
        .configure(links::configure)
        .configure(lifecycle::configure)
        .configure(conflicts::configure)
        .configure(findings::configure)
        .configure(edits::configure)
        .configure(factual_accuracy::configure)
        .configure(recommendations::configure)
        .configure(responses::configure)
        .configure(library::configure)
        .configure(attachments::configure)
        .configure(requests::configure)
        .configure(weaknesses::configure)
        .configure(samples::configure)
        .configure(urgent_matters::configure)
        .configure(ledgers::configure)
        .configure(surveys::configure)
        .configure(accountability::configure)
        .configure(oversight::configure)
        .configure(reports::configure)
        .configure(webhooks::configure)
        .configure(contacts::configure)
        .configure(office_contacts::configure)
        .configure(deliveries::configure)
        .configure(mail_receipts::configure)
        .configure(audit::configure)
        .configure(api_keys::configure)
        .configure(service::configure);
}

/// Routes that belong to pages.
pub(crate) fn undocumented(config: &mut web::ServiceConfig) {
    config.service(published::stylesheet());
}
