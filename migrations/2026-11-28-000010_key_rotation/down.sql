ALTER TABLE api_key
    DROP CONSTRAINT api_key_previous,
    DROP COLUMN previous_sha256,
    DROP COLUMN previous_until,
    DROP COLUMN rotated_at;
