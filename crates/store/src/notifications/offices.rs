//! Offices beside the body that are told of it (domain.md 9.5): those entitled
//! to an early copy, and those who are told with the public.
//!
//! Who they are follows from the kind of body and from the schools that were
//! frozen; the feed tells its subscribers.

use std::collections::BTreeSet;

use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    Urn,
    body::{BodyKind, IdentifierScheme},
    notice::{self, Addressee, Circle, GroupFacts, Occasion, Post},
};
use serde_json::Value;

use super::{New, Way, payload, write};
use crate::{
    Error, Tx, bodies, early_copies,
    lifecycle::Loaded,
    recipients,
    schema::{email_contact, establishment_version, membership, responsible_body},
};

/// Writes a notification for everybody at the offices that are told of
/// `occasion`; returns how many. `version` and `data` are those that the body
/// is told.
///
/// # Errors
/// If the database fails.
pub(crate) fn tell_offices(
    tx: &mut Tx<'_>,
    occasion: Occasion,
    of: &Loaded,
    version: i32,
    data: &Value,
) -> Result<usize, Error> {
    let beside = |addressee: &Addressee| {
        addressee.circle != Circle::Body && addressee.post != Post::Subscribers
    };
    if !occasion
        .circles()
        .iter()
        .any(|circle| *circle != Circle::Body)
    {
        return Ok(0);
    }
    let facts = facts(tx.connection(), of)?;
    let kind: BodyKind = of.frozen.body.kind;
    let offices: Vec<Addressee> = notice::addressees(occasion, kind, &facts)
        .into_iter()
        .filter(beside)
        .collect();
    let everybodys = payload(tx, occasion.event(), data);
    // Somebody at several offices is told once.
    let mut told = BTreeSet::new();
    for office in offices {
        for recipient in recipients::at_office(tx.connection(), &office)? {
            if !told.insert(recipient) {
                continue;
            }
            let payload = match (occasion, of.inspection.early_copy()) {
                (Occasion::EarlyCopy, Some(report_version)) => {
                    let token = early_copies::grant(tx, of, report_version, recipient)?;
                    let mut own = data.clone();
                    if let Some(fields) = own.as_object_mut() {
                        fields.insert(early_copies::TOKEN.to_owned(), token.into());
                    }
                    payload(tx, occasion.event(), &own)
                }
                _ => everybodys.clone(),
            };
            let new = New {
                event: occasion.event(),
                body: of.body_id,
                report: Some(of.report_id),
                version,
                recipient,
                payload: &payload,
                escalates: None,
            };
            write(tx, &new, Way::Mail)?;
        }
    }
    Ok(told.len())
}

/// Names of the bodies of these kinds that member schools belong to beside the
/// one that is responsible for them.
fn associates(
    connection: &mut PgConnection,
    of: &Loaded,
    urns: &[i32],
    kinds: &[BodyKind],
) -> Result<BTreeSet<String>, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.code()).collect();
    Ok(membership::table
        .inner_join(responsible_body::table.on(responsible_body::id.eq(membership::body_id)))
        .filter(membership::urn.eq_any(urns))
        .filter(membership::recorded_to.is_null())
        .filter(membership::valid_to.is_null())
        .filter(responsible_body::kind.eq_any(kinds))
        .filter(responsible_body::id.ne(of.body_id))
        .select(responsible_body::name)
        .distinct()
        .load::<String>(connection)?
        .into_iter()
        .collect())
}

/// What decides who is told: the schools as frozen, and what the register said
/// of them last.
fn facts(connection: &mut PgConnection, of: &Loaded) -> Result<GroupFacts, Error> {
    let member_schools: BTreeSet<Urn> = of.frozen.open_members().map(|member| member.urn).collect();
    let urns: Vec<i32> = member_schools
        .iter()
        .map(|urn| bodies::stored(*urn))
        .collect();
    type Row = (Option<String>, Option<String>, Option<String>);
    let schools: Vec<Row> = establishment_version::table
        .filter(establishment_version::urn.eq_any(&urns))
        .distinct_on(establishment_version::urn)
        .order((
            establishment_version::urn,
            establishment_version::as_at.desc(),
        ))
        .select((
            establishment_version::la_code,
            establishment_version::religious_character,
            establishment_version::diocese_code,
        ))
        .load(connection)?;
    let mut facts = GroupFacts {
        member_schools,
        ..GroupFacts::default()
    };
    for (authority, faith, diocese) in schools {
        facts.local_authorities.extend(authority);
        // A school of a diocese has a designation; one without a diocese has
        // the authority of its faith.
        facts.religious_authorities.extend(diocese.or(faith));
    }
    facts.sponsors = associates(connection, of, &urns, &[BodyKind::SchoolSponsor])?;
    facts.foundations = associates(
        connection,
        of,
        &urns,
        &[BodyKind::FoundationTrust, BodyKind::UmbrellaTrust],
    )?;
    let mut identifiers = of.frozen.body.identifiers.iter();
    facts.charity = identifiers.any(|held| held.scheme == IdentifierScheme::Charity);
    // Those that asked to be told are those whose address is kept.
    facts.staff_associations = email_contact::table
        .filter(email_contact::post.eq(recipients::post_code(Post::StaffAssociation)?))
        .filter(email_contact::state.eq("active"))
        .select(email_contact::of_whom)
        .distinct()
        .load::<Option<String>>(connection)?
        .into_iter()
        .flatten()
        .collect();
    Ok(facts)
}
