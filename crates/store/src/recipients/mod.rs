//! Who is told of a body's inspections: webhook endpoints and e-mail contacts.
//!
//! Both belong to one body and exist only for actors that see it.

mod contacts;
mod endpoints;
mod offices;

pub use contacts::{Contact, Tells, address, contacts, create_contact, delete_contact};
pub(crate) use endpoints::locked_endpoint;
pub use endpoints::{
    Endpoint, PRIVATE_PREFIX, PUBLIC_PREFIX, SECRET_PREFIX, Shown, Signature, Target, Wanted,
    ailing, change_endpoint, create_endpoint, delete_endpoint, disable_endpoint, enable_endpoint,
    endpoint, endpoint_of, endpoints, forget_previous_keys, rotate, target, targets,
};

pub use offices::{OfficeContact, create_office_contact, delete_office_contact, office_contacts};
pub(crate) use offices::{at_office, post_code};

use diesel::{PgConnection, prelude::*};
use serde_json::Value;
use uuid::Uuid;

use crate::{Actor, Error, Tx, audit, schema::responsible_body};

fn require_body(tx: &mut Tx<'_>, body: Uuid) -> Result<(), Error> {
    let actor = tx.actor();
    visible(tx.connection(), actor, body)
}

pub(crate) fn visible(
    connection: &mut PgConnection,
    actor: &Actor,
    body: Uuid,
) -> Result<(), Error> {
    if !actor.sees(body) {
        return Err(Error::NotFound);
    }
    responsible_body::table
        .find(body)
        .select(responsible_body::id)
        .first::<Uuid>(connection)?;
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    action: &'static str,
    kind: &'static str,
    id: Uuid,
    reason: Option<&str>,
    data: Value,
) -> Result<(), Error> {
    tx.audit(&audit::Event {
        action,
        subject_kind: kind,
        subject_id: id.to_string(),
        reason,
        data,
    })
}
