ALTER TABLE notification
    DROP CONSTRAINT notification_report_id_fkey,
    ADD CONSTRAINT notification_report_id_version_fkey
        FOREIGN KEY (report_id, version) REFERENCES report_version (report_id, version);
DROP TABLE record_revision;
DROP TABLE record;
DROP TABLE inspection_event;
ALTER TABLE report_version
    DROP COLUMN accessibility_findings,
    DROP COLUMN language_findings;
ALTER TABLE inspection DROP CONSTRAINT inspection_state_check;
UPDATE inspection SET state = 'evidence_open'
    WHERE state NOT IN ('evidence_open', 'compiling', 'drafting', 'published', 'withdrawn');
ALTER TABLE inspection
    DROP COLUMN opening,
    DROP COLUMN author_id,
    ADD CONSTRAINT inspection_state_check CHECK
        (state IN ('evidence_open', 'compiling', 'drafting', 'published', 'withdrawn'));
ALTER TABLE api_key DROP COLUMN person_id, DROP COLUMN role;
