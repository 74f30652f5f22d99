ALTER TABLE job DROP COLUMN lane;
UPDATE delivery_attempt SET outcome = 'delivered' WHERE outcome = 'accepted';
ALTER TABLE delivery_attempt
    DROP COLUMN error,
    DROP CONSTRAINT delivery_attempt_outcome_check,
    ADD CONSTRAINT delivery_attempt_outcome_check
        CHECK (outcome IN ('delivered', 'refused', 'unreachable', 'blocked'));

DELETE FROM delivery_attempt USING notification
    WHERE notification.id = notification_id
    AND (notification.report_id IS NULL OR notification.escalates IS NOT NULL
         OR notification.recipient_id IN (SELECT id FROM email_contact WHERE body_id IS NULL));
DELETE FROM notification
    WHERE report_id IS NULL OR escalates IS NOT NULL
    OR recipient_id IN (SELECT id FROM email_contact WHERE body_id IS NULL);
UPDATE notification SET state = 'delivered' WHERE state = 'accepted';
DROP INDEX notification_accepted;
DROP INDEX notification_escalates;
DROP INDEX notification_settled;
DROP INDEX notification_recipient;
ALTER TABLE notification
    ALTER COLUMN report_id SET NOT NULL,
    DROP COLUMN escalates,
    DROP COLUMN replayed_by,
    DROP COLUMN provider_id,
    DROP COLUMN receipt,
    DROP COLUMN receipt_at,
    DROP CONSTRAINT notification_state_check,
    ADD CONSTRAINT notification_state_check CHECK (state IN ('waiting', 'delivered', 'failed'));

DELETE FROM email_contact WHERE body_id IS NULL;
DROP INDEX email_contact_office;
ALTER TABLE email_contact
    ALTER COLUMN body_id SET NOT NULL,
    DROP COLUMN tells,
    DROP COLUMN post,
    DROP COLUMN of_whom;

ALTER TABLE webhook_endpoint
    DROP COLUMN description,
    DROP COLUMN events,
    DROP COLUMN revision,
    DROP COLUMN public_key,
    DROP COLUMN previous_secret,
    DROP COLUMN previous_until;
