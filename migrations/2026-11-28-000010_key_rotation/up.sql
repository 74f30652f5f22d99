-- While a key is rotated, the secret it had before goes on working until a
-- given time. A program of the version before knows the new secret alone.
ALTER TABLE api_key
    ADD COLUMN previous_sha256 bytea UNIQUE,
    ADD COLUMN previous_until timestamptz,
    ADD COLUMN rotated_at timestamptz,
    ADD CONSTRAINT api_key_previous CHECK ((previous_sha256 IS NULL) = (previous_until IS NULL));
