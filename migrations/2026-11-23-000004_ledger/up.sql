-- The job ledger is the queue; operations and notifications follow from it.

CREATE TABLE operation (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed')),
    owner text NOT NULL,
    body_id uuid REFERENCES responsible_body (id),
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    progress jsonb,
    result jsonb,
    problem jsonb,
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);

CREATE TABLE job (
    id uuid PRIMARY KEY,
    queue text NOT NULL,
    kind text NOT NULL,
    kind_version smallint NOT NULL,
    payload jsonb NOT NULL,
    dedupe_key text,
    state text NOT NULL CHECK (state IN ('ready', 'running', 'done', 'dead', 'cancelled')),
    priority smallint NOT NULL DEFAULT 0,
    attempts smallint NOT NULL DEFAULT 0,
    max_attempts smallint NOT NULL CHECK (max_attempts >= 1),
    run_at timestamptz NOT NULL,
    lease_owner text,
    lease_until timestamptz,
    operation_id uuid REFERENCES operation (id),
    request_id text,
    trace_parent text,
    last_error_code text,
    last_error text,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    cancelled_by text,
    cancel_reason text,
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('done', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX job_due ON job (queue, priority DESC, run_at, id) WHERE state = 'ready';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_finished ON job (finished_at) WHERE state IN ('done', 'cancelled');
CREATE UNIQUE INDEX job_live_once ON job (kind, dedupe_key) WHERE state IN ('ready', 'running');

CREATE TABLE webhook_endpoint (
    id uuid PRIMARY KEY,
    body_id uuid NOT NULL REFERENCES responsible_body (id),
    url text NOT NULL,
    secret text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
    disabled_reason text,
    failing_since timestamptz,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL
);
CREATE INDEX webhook_endpoint_body ON webhook_endpoint (body_id) WHERE state = 'active';

CREATE TABLE email_contact (
    id uuid PRIMARY KEY,
    body_id uuid NOT NULL REFERENCES responsible_body (id),
    address text NOT NULL,
    role text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'deleted')),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL
);
CREATE UNIQUE INDEX email_contact_address ON email_contact (body_id, lower(address))
    WHERE state = 'active';

-- DR-29: one row per recipient, event and version; its id goes out with every try.
CREATE TABLE notification (
    id uuid PRIMARY KEY,
    event text NOT NULL,
    body_id uuid NOT NULL REFERENCES responsible_body (id),
    report_id uuid NOT NULL,
    version integer NOT NULL,
    channel text NOT NULL CHECK (channel IN ('webhook', 'email')),
    recipient_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    UNIQUE (event, report_id, version, recipient_id),
    FOREIGN KEY (report_id, version) REFERENCES report_version (report_id, version)
);
CREATE INDEX notification_body ON notification (body_id, id);

CREATE TABLE delivery_attempt (
    notification_id uuid NOT NULL REFERENCES notification (id),
    attempt integer NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('delivered', 'refused', 'unreachable', 'blocked')),
    status smallint,
    detail text,
    took_ms integer NOT NULL,
    next_at timestamptz,
    PRIMARY KEY (notification_id, attempt)
);
