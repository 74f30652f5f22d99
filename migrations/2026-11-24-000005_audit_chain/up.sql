-- The audit log as a hash chain. Events wait here from the moment they commit
-- until they are sealed, so sealing never misses one that committed late.

CREATE TABLE audit_unsealed (
    event_id bigint PRIMARY KEY REFERENCES audit_event (id)
);
INSERT INTO audit_unsealed SELECT id FROM audit_event;

CREATE TABLE audit_link (
    position bigint PRIMARY KEY CHECK (position >= 1),
    event_id bigint NOT NULL UNIQUE REFERENCES audit_event (id),
    completed_at timestamptz NOT NULL,
    before_sha256 bytea CHECK (length(before_sha256) = 32),
    after_sha256 bytea NOT NULL CHECK (length(after_sha256) = 32),
    previous bytea NOT NULL CHECK (length(previous) = 32),
    hash bytea NOT NULL CHECK (length(hash) = 32)
);
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE ON audit_link
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
