-- Callers, inspections, what is submitted, and the reports made of it.

CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    secret_sha256 bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    body_id uuid REFERENCES responsible_body (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_on date
);

CREATE TABLE idempotency (
    client text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client, method, path, key)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    reason text,
    request_id text,
    data jsonb NOT NULL
);
CREATE INDEX audit_event_subject ON audit_event (subject_kind, subject_id, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE SEQUENCE inspection_reference;

CREATE TABLE inspection (
    id uuid PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    body_id uuid NOT NULL REFERENCES responsible_body (id),
    state text NOT NULL CHECK (state IN ('evidence_open', 'compiling', 'drafting', 'published', 'withdrawn')),
    basis text NOT NULL,
    membership_as_at date NOT NULL,
    membership_as_known timestamptz NOT NULL,
    -- Frozen facts (DR-05): body, members, leavers, sizes, policy, sources.
    frozen jsonb NOT NULL,
    team jsonb NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_by text NOT NULL,
    revision bigint NOT NULL DEFAULT 1
);
CREATE INDEX inspection_body ON inspection (body_id, id);

CREATE TABLE submission (
    id uuid PRIMARY KEY,
    inspection_id uuid NOT NULL REFERENCES inspection (id),
    sha256 text NOT NULL,
    received_at timestamptz NOT NULL,
    received_by text NOT NULL,
    result jsonb NOT NULL
);
CREATE INDEX submission_inspection ON submission (inspection_id, id);

-- One row per distinct content (DR-21).
CREATE TABLE submitted_item (
    id uuid PRIMARY KEY,
    inspection_id uuid NOT NULL REFERENCES inspection (id),
    submission_id uuid NOT NULL REFERENCES submission (id),
    kind text NOT NULL CHECK (kind IN ('evidence', 'weakness', 'action')),
    sha256 text NOT NULL,
    reference text,
    weakness_id uuid REFERENCES submitted_item (id),
    content jsonb NOT NULL,
    reused integer NOT NULL DEFAULT 0,
    received_at timestamptz NOT NULL,
    UNIQUE (inspection_id, kind, sha256)
);
CREATE INDEX submitted_item_reference ON submitted_item (inspection_id, reference);

CREATE TABLE report (
    id uuid PRIMARY KEY,
    inspection_id uuid NOT NULL UNIQUE REFERENCES inspection (id),
    body_id uuid NOT NULL REFERENCES responsible_body (id)
);

CREATE TABLE report_version (
    report_id uuid NOT NULL REFERENCES report (id),
    version integer NOT NULL CHECK (version >= 1),
    state text NOT NULL CHECK (state IN ('compiled', 'published', 'superseded', 'withdrawn')),
    inputs_sha256 text NOT NULL,
    content jsonb NOT NULL,
    compiled_at timestamptz NOT NULL,
    published_at timestamptz,
    public_note text,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    PRIMARY KEY (report_id, version),
    CHECK ((state = 'compiled') = (published_at IS NULL)),
    CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CHECK (withdrawn_at IS NULL OR withdrawn_reason IS NOT NULL)
);
CREATE INDEX report_version_feed ON report_version (published_at, report_id, version)
    WHERE published_at IS NOT NULL;

CREATE TABLE rendition (
    report_id uuid NOT NULL,
    version integer NOT NULL,
    format text NOT NULL CHECK (format IN ('html', 'pdf', 'json', 'text')),
    media_type text NOT NULL,
    sha256 text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (report_id, version, format),
    FOREIGN KEY (report_id, version) REFERENCES report_version (report_id, version)
);
-- DR-30: what is published does not change.
CREATE TRIGGER rendition_append_only BEFORE UPDATE OR DELETE ON rendition
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
