-- How common outcomes are in England, counted once for each state of the
-- registers. What reports name stays.

CREATE TABLE pattern_reference (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content jsonb NOT NULL,
    counted_at timestamptz NOT NULL
);
CREATE TRIGGER pattern_reference_append_only BEFORE UPDATE OR DELETE ON pattern_reference
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
