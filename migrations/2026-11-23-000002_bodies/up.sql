-- Responsible bodies and membership over time. valid_* is when it was true,
-- recorded_* is when we knew.

CREATE TABLE responsible_body (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL,
    origin text NOT NULL CHECK (origin IN ('register', 'api')),
    opened date,
    closed date,
    merged_into uuid REFERENCES responsible_body (id),
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK (merged_into IS NULL OR merged_into <> id)
);
CREATE INDEX responsible_body_kind ON responsible_body (kind, name, id);
CREATE INDEX responsible_body_name ON responsible_body USING gin (name gin_trgm_ops);

CREATE TABLE body_identifier (
    scheme text NOT NULL,
    value text NOT NULL,
    body_id uuid NOT NULL REFERENCES responsible_body (id),
    PRIMARY KEY (body_id, scheme, value)
);
CREATE UNIQUE INDEX body_identifier_key ON body_identifier (scheme, value)
    WHERE scheme IN ('gias_uid', 'companies_house', 'la_code', 'diocese_code', 'external');
CREATE INDEX body_identifier_value ON body_identifier (scheme, value);

CREATE TABLE membership (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body_id uuid NOT NULL REFERENCES responsible_body (id),
    urn integer NOT NULL,
    role text NOT NULL CHECK (role IN ('responsible', 'associate')),
    valid_from date NOT NULL,
    valid_to date,
    from_estimated boolean NOT NULL,
    to_estimated boolean NOT NULL,
    source text NOT NULL,
    recorded_from timestamptz NOT NULL,
    recorded_to timestamptz,
    CONSTRAINT membership_valid CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT membership_recorded CHECK (recorded_to IS NULL OR recorded_to >= recorded_from),
    -- DR-06: one responsible body for a school on a day, as now known.
    CONSTRAINT membership_one_responsible EXCLUDE USING gist
        (urn WITH =, daterange(valid_from, valid_to) WITH &&)
        WHERE (role = 'responsible' AND recorded_to IS NULL)
        DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX membership_body ON membership (body_id, urn);
CREATE INDEX membership_urn ON membership (urn);
