-- The life of an inspection: what happened, who did it, and the records that
-- its rules are decided on.

-- In which role, and as which person, the holder of a key acts.
ALTER TABLE api_key ADD COLUMN role text, ADD COLUMN person_id uuid;

-- Inspections from before have no history to go on with.
DO $$ BEGIN
    IF EXISTS (SELECT FROM inspection) THEN
        RAISE EXCEPTION 'inspections of an earlier development version cannot be carried over';
    END IF;
END $$;
ALTER TABLE inspection DROP CONSTRAINT inspection_state_check;
ALTER TABLE inspection
    -- What it is about (`core::inspection::Opening`).
    ADD COLUMN opening jsonb NOT NULL,
    -- Who writes the report (DR-27).
    ADD COLUMN author_id uuid,
    ADD CONSTRAINT inspection_state_check CHECK (state IN (
        'draft', 'notified', 'scheduled', 'evidence_open', 'fieldwork',
        'provisional', 'compiling', 'compile_failed', 'drafting', 'qa',
        'factual_accuracy', 'responding', 'embargoed', 'published',
        'follow_up', 'closed', 'withdrawn'));

-- Findings of the checks that read a version (DR-26).
ALTER TABLE report_version
    ADD COLUMN language_findings integer NOT NULL DEFAULT 0,
    ADD COLUMN accessibility_findings integer NOT NULL DEFAULT 0;

-- Accepted actions. State, holds and clocks are worked out from them;
-- inspection.state is a copy for lists.
CREATE TABLE inspection_event (
    inspection_id uuid NOT NULL REFERENCES inspection (id),
    position integer NOT NULL CHECK (position >= 1),
    at timestamptz NOT NULL,
    role text NOT NULL,
    actor_id uuid NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    action jsonb NOT NULL,
    PRIMARY KEY (inspection_id, position)
);
CREATE TRIGGER inspection_event_append_only BEFORE UPDATE OR DELETE ON inspection_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Things whose rules are in the code: people, declarations, requests,
-- findings and the like. `content` is the thing as it now stands.
CREATE TABLE record (
    kind text NOT NULL,
    id uuid NOT NULL,
    inspection_id uuid REFERENCES inspection (id),
    body_id uuid REFERENCES responsible_body (id),
    person_id uuid,
    revision bigint NOT NULL DEFAULT 1 CHECK (revision >= 1),
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    -- The order of their making, within a transaction too.
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (kind, id)
);
CREATE INDEX record_inspection ON record (inspection_id, kind, id) WHERE inspection_id IS NOT NULL;
CREATE INDEX record_person ON record (person_id, kind, id) WHERE person_id IS NOT NULL;
CREATE INDEX record_body ON record (body_id, kind, id) WHERE body_id IS NOT NULL;

-- Every revision of a record, the first and the current one with it.
CREATE TABLE record_revision (
    kind text NOT NULL,
    id uuid NOT NULL,
    revision bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    reason text,
    content jsonb NOT NULL,
    PRIMARY KEY (kind, id, revision),
    FOREIGN KEY (kind, id) REFERENCES record (kind, id) ON DELETE CASCADE
);

-- Notifications tell of more than versions of a report: `version` is the
-- version, or the place of the event in the inspection's history.
ALTER TABLE notification
    DROP CONSTRAINT notification_report_id_version_fkey,
    ADD CONSTRAINT notification_report_id_fkey FOREIGN KEY (report_id) REFERENCES report (id);
