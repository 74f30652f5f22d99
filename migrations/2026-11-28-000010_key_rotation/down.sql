ALTER TABLE api_key
    DROP COLUMN previous_sha256,
    DROP COLUMN previous_until,
    DROP COLUMN rotated_at;
