-- Endpoints that choose their events and change their keys, mail where a
-- webhook fails, offices that are told beside the body, and slots shared fairly.

ALTER TABLE webhook_endpoint
    ADD COLUMN description text NOT NULL DEFAULT '',
    -- All events unless some are named.
    ADD COLUMN events text[],
    ADD COLUMN revision bigint NOT NULL DEFAULT 1,
    -- Of an endpoint whose calls are signed with ed25519.
    ADD COLUMN public_key text,
    ADD COLUMN previous_secret text,
    ADD COLUMN previous_until timestamptz,
    ADD CHECK ((previous_secret IS NULL) = (previous_until IS NULL));

-- A contact belongs to a body, or to an office that is told of bodies.
ALTER TABLE email_contact
    ALTER COLUMN body_id DROP NOT NULL,
    ADD COLUMN tells text NOT NULL DEFAULT 'everything'
        CHECK (tells IN ('everything', 'what_failed')),
    ADD COLUMN post text,
    ADD COLUMN of_whom text,
    ADD CHECK ((body_id IS NULL) <> (post IS NULL)),
    ADD CHECK (of_whom IS NULL OR post IS NOT NULL);
CREATE UNIQUE INDEX email_contact_office
    ON email_contact (post, coalesce(of_whom, ''), lower(address))
    WHERE state = 'active' AND post IS NOT NULL;

ALTER TABLE notification
    -- A test and a notice about an endpoint are of no report.
    ALTER COLUMN report_id DROP NOT NULL,
    -- The notification to an endpoint that this mail stands in for.
    ADD COLUMN escalates uuid REFERENCES notification (id),
    -- The operation that sent it again last.
    ADD COLUMN replayed_by uuid,
    -- What the mail service calls it, and what became of it there.
    ADD COLUMN provider_id text,
    ADD COLUMN receipt text,
    ADD COLUMN receipt_at timestamptz,
    DROP CONSTRAINT notification_state_check,
    ADD CONSTRAINT notification_state_check
        CHECK (state IN ('waiting', 'accepted', 'delivered', 'failed'));
CREATE INDEX notification_recipient ON notification (recipient_id, created_at);
CREATE INDEX notification_settled ON notification (created_at) WHERE state <> 'waiting';
CREATE INDEX notification_escalates ON notification (escalates) WHERE escalates IS NOT NULL;
CREATE INDEX notification_accepted ON notification (finished_at) WHERE state = 'accepted';

-- The class of what went wrong. Nothing of an answer is kept but its status.
ALTER TABLE delivery_attempt
    ADD COLUMN error text,
    DROP CONSTRAINT delivery_attempt_outcome_check,
    ADD CONSTRAINT delivery_attempt_outcome_check
        CHECK (outcome IN ('delivered', 'accepted', 'refused', 'unreachable', 'blocked'));
UPDATE delivery_attempt SET detail = NULL WHERE status IS NOT NULL;

-- Jobs of one lane share a few of the slots of their queue.
ALTER TABLE job ADD COLUMN lane uuid;
