-- Public registers as read: one row per fact and day from which it held.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE register_import (
    id uuid PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);

CREATE TABLE register_file (
    id uuid PRIMARY KEY,
    import_id uuid NOT NULL REFERENCES register_import (id),
    position integer NOT NULL,
    file_name text NOT NULL,
    layout text,
    as_at date,
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes bigint NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'refused')),
    rows_read bigint NOT NULL DEFAULT 0,
    rows_rejected bigint NOT NULL DEFAULT 0,
    facts_inserted bigint NOT NULL DEFAULT 0,
    facts_changed bigint NOT NULL DEFAULT 0,
    facts_unchanged bigint NOT NULL DEFAULT 0,
    facts_ended bigint NOT NULL DEFAULT 0,
    notes jsonb NOT NULL DEFAULT '[]',
    refusal jsonb,
    blob text,
    finished_at timestamptz,
    UNIQUE (import_id, position)
);
CREATE INDEX register_file_series ON register_file (layout, as_at) WHERE state = 'done';

CREATE TABLE register_rejection (
    file_id uuid NOT NULL REFERENCES register_file (id),
    line bigint NOT NULL,
    position integer NOT NULL,
    column_name text,
    value text NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (file_id, position)
);

-- A version holds from as_at until the key's next version.
CREATE TABLE establishment_version (
    urn integer NOT NULL,
    as_at date NOT NULL,
    digest uuid NOT NULL,
    name text NOT NULL,
    la_code text,
    la_name text,
    establishment_number text,
    type_code text,
    type_name text,
    type_group text,
    status smallint NOT NULL,
    open_date date,
    close_date date,
    phase text,
    age_low smallint,
    age_high smallint,
    gender text,
    religious_character text,
    diocese_code text,
    diocese_name text,
    capacity integer,
    pupils integer,
    fsm_per_cent double precision,
    ukprn text,
    town text,
    county text,
    postcode text,
    region text,
    urban_rural text,
    easting integer,
    northing integer,
    PRIMARY KEY (urn, as_at)
);

CREATE TABLE group_version (
    uid text NOT NULL,
    as_at date NOT NULL,
    digest uuid NOT NULL,
    group_id text,
    name text NOT NULL,
    companies_house text,
    type_code text NOT NULL,
    status text NOT NULL,
    opened date,
    closed date,
    ukprn text,
    town text,
    county text,
    postcode text,
    PRIMARY KEY (uid, as_at)
);

-- A version with gone = true says that a complete file no longer listed the link.
CREATE TABLE link_version (
    series text NOT NULL,
    uid text NOT NULL,
    urn integer NOT NULL,
    as_at date NOT NULL,
    digest uuid NOT NULL,
    gone boolean NOT NULL DEFAULT false,
    joined date,
    PRIMARY KEY (urn, uid, series, as_at)
);

-- Newest file wins; the order of arrival does not matter.
CREATE TABLE establishment_link (
    urn integer NOT NULL,
    link_urn integer NOT NULL,
    link_type text NOT NULL,
    as_at date NOT NULL,
    digest uuid NOT NULL,
    established date,
    link_name text NOT NULL,
    PRIMARY KEY (urn, link_urn, link_type)
);
CREATE INDEX establishment_link_back ON establishment_link (link_urn);

CREATE TABLE published_outcome (
    urn integer NOT NULL,
    inspection_number text NOT NULL,
    event text NOT NULL,
    layout text NOT NULL,
    as_at date NOT NULL,
    file_id uuid NOT NULL REFERENCES register_file (id),
    digest uuid NOT NULL,
    urn_at_time integer NOT NULL,
    framework text NOT NULL,
    started date NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (urn, inspection_number, event, layout)
);
CREATE INDEX published_outcome_at_time ON published_outcome (urn_at_time);

CREATE TABLE school_context (
    urn integer NOT NULL,
    layout text NOT NULL,
    as_at date NOT NULL,
    idaci_quintile smallint,
    PRIMARY KEY (urn, layout)
);

CREATE TABLE bank_holiday (
    day date PRIMARY KEY,
    title text NOT NULL,
    as_at date NOT NULL
);
