-- While a key is rotated, the secret it had before goes on working until a
-- given time. A program of the version before knows the new secret alone.
ALTER TABLE api_key
    ADD COLUMN previous_sha256 bytea UNIQUE,
    ADD COLUMN previous_until timestamptz,
    ADD COLUMN rotated_at timestamptz;
