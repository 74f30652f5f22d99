//! Who does something. Every store call that changes anything names one.

use std::collections::BTreeSet;

use group_inspection_core::inspection::{self, Role};
use group_inspection_telemetry::trace::TraceParent;
use uuid::Uuid;

/// What a caller may do. Granted by an API key or an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read the register: bodies, schools, outcomes, imports.
    RegisterRead,
    /// Import register files; create bodies and their members.
    RegisterWrite,
    /// Open inspections and ask for compilations.
    InspectionsWrite,
    /// Read inspections, submissions and drafts.
    InspectionsRead,
    /// Act on inspections, as far as the role of the key allows.
    InspectionsAct,
    /// Read who inspects, and proposals of teams.
    PeopleRead,
    /// Enter and change people who inspect.
    PeopleWrite,
    /// Submit evidence, weaknesses and actions.
    SubmissionsWrite,
    /// Publish and withdraw reports.
    ReportsPublish,
    /// Manage webhook endpoints and contacts, and read deliveries.
    WebhooksManage,
    /// Operate the service.
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 11] = [
        Self::RegisterRead,
        Self::RegisterWrite,
        Self::InspectionsWrite,
        Self::InspectionsRead,
        Self::InspectionsAct,
        Self::PeopleRead,
        Self::PeopleWrite,
        Self::SubmissionsWrite,
        Self::ReportsPublish,
        Self::WebhooksManage,
        Self::Admin,
    ];

    /// Name used over REST and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RegisterRead => "register:read",
            Self::RegisterWrite => "register:write",
            Self::InspectionsWrite => "inspections:write",
            Self::InspectionsRead => "inspections:read",
            Self::InspectionsAct => "inspections:act",
            Self::PeopleRead => "people:read",
            Self::PeopleWrite => "people:write",
            Self::SubmissionsWrite => "submissions:write",
            Self::ReportsPublish => "reports:publish",
            Self::WebhooksManage => "webhooks:manage",
            Self::Admin => "admin",
        }
    }

    /// The scope with this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// Who does something, and within what limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    name: String,
    scopes: BTreeSet<Scope>,
    body: Option<Uuid>,
    acting: Option<inspection::Actor>,
    request_id: Option<String>,
    traced: Option<TraceParent>,
}

impl Actor {
    /// The service itself, acting on its own schedule or on a job.
    #[must_use]
    pub fn system(role: &str) -> Self {
        Self {
            name: format!("system:{role}"),
            scopes: Scope::ALL.into_iter().collect(),
            body: None,
            acting: Some(inspection::Actor {
                role: Role::System,
                id: Uuid::nil(),
            }),
            request_id: None,
            traced: None,
        }
    }

    /// Whoever runs a command on the machine itself.
    #[must_use]
    pub fn operator(command: &str) -> Self {
        Self {
            name: format!("operator:{command}"),
            scopes: Scope::ALL.into_iter().collect(),
            body: None,
            acting: Some(inspection::Actor {
                role: Role::Operator,
                id: Uuid::nil(),
            }),
            request_id: None,
            traced: None,
        }
    }

    /// The holder of an API key. `body` limits the caller to one responsible
    /// body.
    #[must_use]
    pub fn key(id: Uuid, scopes: impl IntoIterator<Item = Scope>, body: Option<Uuid>) -> Self {
        Self {
            name: format!("key:{id}"),
            scopes: scopes.into_iter().collect(),
            body,
            acting: None,
            request_id: None,
            traced: None,
        }
    }

    /// The holder of an access token, named by its issuer and by what the
    /// issuer calls them.
    #[must_use]
    pub fn token(
        issuer: &str,
        subject: &str,
        scopes: impl IntoIterator<Item = Scope>,
        body: Option<Uuid>,
    ) -> Self {
        Self {
            name: format!("oidc:{issuer}#{subject}"),
            scopes: scopes.into_iter().collect(),
            body,
            acting: None,
            request_id: None,
            traced: None,
        }
    }

    /// The same actor, in a role on inspections. `person` is who holds it; a
    /// system acts under its own key.
    #[must_use]
    pub const fn acting_as(mut self, role: Role, person: Uuid) -> Self {
        self.acting = Some(inspection::Actor { role, id: person });
        self
    }

    /// In which role the actor acts on inspections, if in any.
    #[must_use]
    pub const fn acting(&self) -> Option<inspection::Actor> {
        self.acting
    }

    /// The role alone.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.acting.map(|acting| acting.role)
    }

    /// The same actor, acting on a request.
    #[must_use]
    pub fn on_request(mut self, request_id: String) -> Self {
        self.request_id = Some(request_id);
        self
    }

    /// The same actor, at a place in a trace; jobs it causes carry it.
    #[must_use]
    pub fn traced(mut self, place: Option<TraceParent>) -> Self {
        self.traced = place;
        self
    }

    /// Name as written to the audit log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The request acted on, if any.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The place in a trace acted at, if any.
    #[must_use]
    pub const fn trace_parent(&self) -> Option<&TraceParent> {
        self.traced.as_ref()
    }

    /// The one body the actor is limited to, if any.
    #[must_use]
    pub const fn body(&self) -> Option<Uuid> {
        self.body
    }

    /// Whether the actor holds the scope. `admin` includes all.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }

    /// Whether the actor is a responsible body's, by the limit or by the role:
    /// drafts are not for those until they are delivered.
    #[must_use]
    pub fn is_of_a_body(&self) -> bool {
        self.body.is_some() || matches!(self.role(), Some(Role::Integrator | Role::BodyLeader))
    }

    /// Whether rows that belong to `body` exist for the actor. What does not
    /// exist for a caller is answered with "not found".
    #[must_use]
    pub fn sees(&self, body: Uuid) -> bool {
        self.body.is_none_or(|own| own == body)
    }
}
