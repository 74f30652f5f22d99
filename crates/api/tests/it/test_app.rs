//! The application over a database of its own, without a socket.

use std::rc::Rc;

use actix_web::{
    body::{BoxBody, to_bytes},
    dev::{Service, ServiceResponse},
    http::{Method, StatusCode, header::HeaderMap},
    test,
};
use bytes::Bytes;
use diesel::{RunQueryDsl, sql_query};
use futures::future::LocalBoxFuture;
use group_inspection_api::{AppState, Deprecated, Limits, app};
use group_inspection_core::{
    body::BodyKind,
    framework::Frameworks,
    inspection::{Role, State},
    policy::Policy,
};
use group_inspection_render::SiteFacts;
use group_inspection_store::{
    Actor,
    actor::Scope,
    blob::Blobs,
    bodies::{self, NewBody, NewMember},
    keys::{self, NewKey},
    rehearsal::{self, Cast},
    testing::{TestDatabase, TestStore},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    contract,
    examples::{self, Asked},
};

/// How long Redis may take on a machine that is busy with tests.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Schools of another group.
const AWAY: [u32; 2] = [900_901, 900_902];

type Call = Box<dyn Fn(test::TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>;

/// Schools that [`TestApp::with_schools`] puts into the register.
pub(crate) const SCHOOLS: [u32; 4] = [900_101, 900_102, 900_103, 900_104];

// The database goes last: nothing may be connected to it then.
pub(crate) struct TestApp {
    call: Call,
    pub(crate) state: AppState,
    pub(crate) store: TestStore,
    pub(crate) folder: TempDir,
    cast: tokio::sync::OnceCell<Cast>,
    _database: TestDatabase,
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with(limits, rehearsal::policy()).await
    }

    /// One that takes receipts of a mail service.
    pub(crate) async fn with_receipts(token: &str) -> Self {
        let with = |state: AppState| state.with_receipts(Some(token));
        Self::over(Limits::default(), rehearsal::policy(), with).await
    }

    /// With operations on their way out.
    pub(crate) async fn with_deprecated(deprecated: &[Deprecated]) -> Self {
        let with = |state: AppState| state.with_deprecated(deprecated);
        Self::over(Limits::default(), rehearsal::policy(), with).await
    }

    /// The same, counting in the Redis at `url`.
    pub(crate) async fn counting_in(limits: Limits, url: &str) -> Self {
        let with = |state: AppState| {
            state
                .counting_in(redis::Client::open(url).unwrap(), PATIENCE)
                .unwrap()
        };
        Self::over(limits, rehearsal::policy(), with).await
    }

    /// The same, with a changed state.
    pub(crate) async fn changed(limits: Limits, change: impl FnOnce(AppState) -> AppState) -> Self {
        Self::over(limits, rehearsal::policy(), change).await
    }

    async fn with(limits: Limits, policy: Policy) -> Self {
        Self::over(limits, policy, |state| state).await
    }

    async fn over(limits: Limits, policy: Policy, more: impl FnOnce(AppState) -> AppState) -> Self {
        let database = TestDatabase::new();
        let store = database.store().await;
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(folder.path()).unwrap();
        let state = AppState::new(
            store.store.clone(),
            blobs,
            site(),
            Frameworks::built_in().unwrap(),
        )
        .with_policy(policy)
        .with_limits(limits);
        let state = more(state);
        let service = Rc::new(test::init_service(app(state.clone())).await);
        let call: Call = Box::new(move |request| {
            let service = Rc::clone(&service);
            Box::pin(async move { service.call(request.to_request()).await.unwrap() })
        });
        Self {
            call,
            state,
            store,
            folder,
            cast: tokio::sync::OnceCell::new(),
            _database: database,
        }
    }

    /// An application whose register has four open schools.
    pub(crate) async fn with_schools() -> Self {
        Self::with_schools_under(rehearsal::policy()).await
    }

    /// The same, with inspections under a policy.
    pub(crate) async fn with_schools_under(policy: Policy) -> Self {
        Self::schooled(Limits::default(), policy).await
    }

    /// The same, with limits on requests.
    pub(crate) async fn with_schools_limited(limits: Limits) -> Self {
        Self::schooled(limits, rehearsal::policy()).await
    }

    async fn schooled(limits: Limits, policy: Policy) -> Self {
        let app = Self::with(limits, policy).await;
        app.stock().await;
        app
    }

    /// Puts schools into the register.
    pub(crate) async fn stock(&self) {
        self.store
            .store
            .write(&Actor::operator("test"), |tx| {
                for (urn, la) in SCHOOLS
                    .into_iter()
                    .map(|urn| (urn, "Camden"))
                    .chain(AWAY.into_iter().map(|urn| (urn, "Devon")))
                {
                    sql_query(format!(
                        "INSERT INTO establishment_version \
                         (urn, as_at, digest, name, status, phase, type_name, la_name) VALUES \
                         ({urn}, '2020-09-01', '{}', 'School {urn}', 1, 'Primary', \
                          'Other independent school', '{la}')",
                        Uuid::nil()
                    ))
                    .execute(tx.connection())?;
                }
                sql_query(
                    "INSERT INTO bank_holiday (day, title, as_at) VALUES \
                     ('2026-01-01', 'New Year''s Day', '2026-01-01'), \
                     ('2027-12-27', 'Christmas Day (substitute day)', '2026-01-01')",
                )
                .execute(tx.connection())?;
                Ok(())
            })
            .await
            .unwrap();
    }

    /// A new API key.
    pub(crate) async fn key(&self, scopes: &[Scope]) -> String {
        self.key_for(scopes, None).await
    }

    /// A new API key that is limited to a body.
    pub(crate) async fn key_for(&self, scopes: &[Scope], body: Option<Uuid>) -> String {
        self.key_as(scopes, body, Role::OperationsOfficer, None)
            .await
    }

    /// A new API key in a role, of nobody in particular.
    pub(crate) async fn key_in(&self, scopes: &[Scope], body: Option<Uuid>, role: Role) -> String {
        self.key_as(scopes, body, role, None).await
    }

    /// A key with all scopes for the part of a role in the rehearsal.
    pub(crate) async fn role_key(&self, role: Role, body: Option<Uuid>) -> String {
        let person = self.cast().await.person(role);
        self.key_as(&[Scope::Admin], body, role, Some(person)).await
    }

    async fn key_as(
        &self,
        scopes: &[Scope],
        body: Option<Uuid>,
        role: Role,
        person: Option<Uuid>,
    ) -> String {
        let new = NewKey {
            name: "test".to_owned(),
            scopes: scopes.to_vec(),
            body,
            role: Some(role),
            person,
            expires_at: None,
        };
        self.store
            .store
            .write(&Actor::operator("test"), move |tx| keys::create(tx, &new))
            .await
            .unwrap()
            .1
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        Ask {
            app: self,
            method: method.to_string(),
            address: path.to_owned(),
            request: test::TestRequest::default().method(method).uri(path),
            asked: Asked::default(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    /// A body with the schools given as members since 2021.
    pub(crate) async fn body(&self, key: &str, name: &str, schools: &[u32]) -> Uuid {
        let created = self
            .post("/v1/bodies")
            .key(key)
            .once(&format!("body-{}", name.replace(' ', "-")))
            .json(&json!({ "kind": "independent_group", "name": name }))
            .await;
        assert_eq!(created.status, 201, "{created:?}");
        let id = created.id("id");
        let members: Vec<Value> = schools
            .iter()
            .map(|urn| json!({ "urn": urn, "from": "2021-09-01" }))
            .collect();
        let set = self
            .ask(Method::PUT, &format!("/v1/bodies/{id}/members"))
            .key(key)
            .header("if-match", "\"1\"")
            .json(&json!({ "members": members }))
            .await;
        assert_eq!(set.status, 200, "{set:?}");
        id
    }

    /// Those who take part in the rehearsals; the practitioner leads a group
    /// of two schools.
    pub(crate) async fn cast(&self) -> Cast {
        *self.cast.get().expect("a rehearsal has begun")
    }

    /// Those who take part, entered for an inspection.
    pub(crate) async fn rehearse(&self, inspection: Uuid) -> Cast {
        let begin = async || {
            self.store
                .store
                .write(&Actor::operator("test"), move |tx| {
                    let away = bodies::create(
                        tx,
                        &NewBody {
                            kind: BodyKind::IndependentGroup,
                            name: "Rowan Schools".to_owned(),
                            identifiers: Vec::new(),
                            opened: None,
                        },
                    )?;
                    let members: Vec<NewMember> = AWAY
                        .iter()
                        .map(|urn| NewMember {
                            urn: urn.to_string().parse().unwrap(),
                            from: "2021-09-01".parse().unwrap(),
                            to: None,
                        })
                        .collect();
                    bodies::set_members(tx, away, 1, &members)?;
                    rehearsal::cast(tx, inspection)
                })
                .await
                .unwrap()
        };
        *self.cast.get_or_init(begin).await
    }

    /// Takes an inspection on to a state.
    pub(crate) async fn advance(&self, inspection: Uuid, to: State) {
        let cast = self.rehearse(inspection).await;
        rehearsal::advance(&self.store.store, cast, inspection, to)
            .await
            .unwrap();
    }

    /// An inspection of a new body with all schools as members; it takes
    /// evidence.
    pub(crate) async fn inspection(&self, key: &str) -> Uuid {
        let id = self.draft_inspection(key).await;
        self.advance(id, State::EvidenceOpen).await;
        id
    }

    /// An inspection that has some evidence and may be compiled.
    pub(crate) async fn evidenced(&self, key: &str) -> Uuid {
        let id = self.inspection(key).await;
        let sent = self
            .post(&format!("/v1/inspections/{id}/submissions"))
            .key(key)
            .once("evidence")
            .json(&crate::submissions::batch())
            .await;
        assert_eq!(sent.status, 201, "{sent:?}");
        self.advance(id, State::Provisional).await;
        id
    }

    /// An inspection of a new body with all schools as members, just opened.
    pub(crate) async fn draft_inspection(&self, key: &str) -> Uuid {
        self.draft_inspection_of(key, "Larch Schools", &SCHOOLS)
            .await
    }

    /// An inspection of a new body of the schools given, just opened.
    pub(crate) async fn draft_inspection_of(&self, key: &str, name: &str, schools: &[u32]) -> Uuid {
        let body = self.body(key, name, schools).await;
        let opened = self
            .post("/v1/inspections")
            .key(key)
            .once("inspection")
            .json(&new_inspection(body))
            .await;
        assert_eq!(opened.status, 201, "{opened:?}");
        opened.id("id")
    }

    /// Takes away the jobs that wait, as a worker would have.
    pub(crate) async fn settle_jobs(&self) {
        self.store
            .store
            .write(&Actor::operator("test"), |tx| {
                sql_query("DELETE FROM job WHERE state = 'ready'").execute(tx.connection())?;
                Ok(())
            })
            .await
            .unwrap();
    }

    /// Files of uploads that are kept.
    pub(crate) fn kept_files(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(self.folder.path())
    }
}

pub(crate) fn new_inspection(body: Uuid) -> Value {
    json!({ "body_id": body })
}

pub(crate) fn site() -> SiteFacts {
    SiteFacts {
        service_name: "Group inspection reports".to_owned(),
        origin: "https://reports.example.org".to_owned(),
        base_path: String::new(),
        notice: None,
        footer: Vec::new(),
    }
}

/// A request that is being put together.
pub(crate) struct Ask<'a> {
    app: &'a TestApp,
    method: String,
    address: String,
    request: test::TestRequest,
    asked: Asked,
}

impl Ask<'_> {
    pub(crate) fn key(self, secret: &str) -> Self {
        self.header("authorization", &format!("Bearer {secret}"))
    }

    pub(crate) fn once(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// From an address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        let address: std::net::IpAddr = address.parse().unwrap();
        self.request = self.request.peer_addr((address, 40_000).into());
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if name == "if-match" {
            self.asked.if_match = Some(value.to_owned());
        }
        self.request = self.request.insert_header((name, value));
        self
    }

    pub(crate) async fn json(self, body: &Value) -> Answer {
        self.raw("application/json", body.to_string()).await
    }

    pub(crate) async fn raw(mut self, media: &str, body: impl Into<Bytes>) -> Answer {
        let body = body.into();
        self.asked.sent = Some((media.to_owned(), body.to_vec()));
        self.request = self
            .request
            .insert_header(("content-type", media))
            .set_payload(body);
        self.send().await
    }

    pub(crate) async fn send(self) -> Answer {
        let response = (self.app.call)(self.request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap();
        let answer = Answer {
            status: status.as_u16(),
            headers,
            body,
        };
        contract::check(&self.method, &self.address, &answer);
        examples::look_at(&self.method, &self.address, &self.asked, &answer);
        answer
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Entries of a page, which is the whole list.
    #[track_caller]
    pub(crate) fn items(&self) -> Value {
        let page = self.value();
        assert_eq!(page["next"], Value::Null, "{page}");
        page["items"].clone()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn id(&self, field: &str) -> Uuid {
        self.value()[field].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that this is a problem of the kind, complete and well formed.
    #[track_caller]
    pub(crate) fn problem(&self, code: &str) -> Value {
        let problem = self.value();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["instance"], self.header("x-request-id"));
        assert!(StatusCode::from_u16(self.status).unwrap().is_client_error());
        problem
    }

    /// Pointers and codes of a problem's errors.
    #[track_caller]
    pub(crate) fn errors(&self, code: &str) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.problem(code)["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (text(&error["pointer"]), text(&error["code"])))
            .collect()
    }
}

pub(crate) fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect()
}
