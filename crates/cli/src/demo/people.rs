//! Those who take part in the demo, each with a key of their own.

use group_inspection_core::inspection::Role;
use group_inspection_store::{
    Actor, Store,
    actor::Scope,
    keys::{self, NewKey},
    rehearsal::{self, Cast},
};
use uuid::Uuid;

use super::client::Client;
use crate::failure::Failure;

/// A client for each part.
pub(super) struct People {
    pub(super) cast: Cast,
    pub(super) officer: Client,
    pub(super) lead: Client,
    pub(super) inspector: Client,
    pub(super) practitioner: Client,
    pub(super) assurer: Client,
    pub(super) decider: Client,
    pub(super) leader: Client,
    pub(super) integrator: Client,
}

impl People {
    /// Enters them and makes their keys. `body` is the group inspected: its
    /// leader and its system know of nothing else.
    pub(super) async fn enter(
        store: &Store,
        client: &Client,
        body: Uuid,
        inspection: Uuid,
    ) -> Result<Self, Failure> {
        let cast = store
            .write(&Actor::operator("demo"), move |tx| {
                rehearsal::cast(tx, inspection)
            })
            .await?;
        let key = async |role: Role| {
            let is_system = role == Role::Integrator;
            let of_body = is_system || role == Role::BodyLeader;
            let new = NewKey {
                name: format!("demo {}", role.code()),
                scopes: vec![
                    Scope::RegisterRead,
                    Scope::InspectionsRead,
                    Scope::InspectionsWrite,
                    Scope::InspectionsAct,
                    Scope::SubmissionsWrite,
                    Scope::ReportsPublish,
                    Scope::WebhooksManage,
                ],
                body: of_body.then_some(body),
                role: Some(role),
                person: (!is_system).then(|| cast.person(role)),
                expires_at: None,
            };
            let (_, secret) = store
                .write(&Actor::operator("demo"), move |tx| keys::create(tx, &new))
                .await?;
            Ok::<_, Failure>(client.with_key(&secret))
        };
        Ok(Self {
            cast,
            officer: key(Role::OperationsOfficer).await?,
            lead: key(Role::LeadInspector).await?,
            inspector: key(Role::Inspector).await?,
            practitioner: key(Role::Practitioner).await?,
            assurer: key(Role::QualityAssurer).await?,
            decider: key(Role::DecisionMaker).await?,
            leader: key(Role::BodyLeader).await?,
            integrator: key(Role::Integrator).await?,
        })
    }
}
