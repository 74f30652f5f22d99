-- How many items an inspection holds, so that a cap (DR-21) is looked at without
-- reading them. Several rows for each kind: senders at the same time would wait
-- for each other at one. Kept by the database, so that a version that does not
-- know of it keeps it as well.

CREATE TABLE submitted_tally (
    inspection_id uuid NOT NULL REFERENCES inspection (id),
    kind text NOT NULL,
    part integer NOT NULL,
    items integer NOT NULL,
    PRIMARY KEY (inspection_id, kind, part)
) WITH (fillfactor = 50);

CREATE FUNCTION submitted_item_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO submitted_tally AS held (inspection_id, kind, part, items)
    SELECT inspection_id, kind, pg_backend_pid() % 16,
        count(*) * CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
    FROM changed GROUP BY inspection_id, kind ORDER BY inspection_id, kind
    ON CONFLICT (inspection_id, kind, part) DO UPDATE SET items = held.items + excluded.items;
    RETURN NULL;
END
$$;

CREATE TRIGGER submitted_item_added AFTER INSERT ON submitted_item
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION submitted_item_counted();
CREATE TRIGGER submitted_item_removed AFTER DELETE ON submitted_item
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION submitted_item_counted();

-- CREATE TRIGGER waits for writers and keeps new ones out until this is committed,
-- so none is missed and none counted twice.
INSERT INTO submitted_tally (inspection_id, kind, part, items)
SELECT inspection_id, kind, 0, count(*) FROM submitted_item GROUP BY inspection_id, kind;

-- Items are written first, and the submission once, with its answer.
ALTER TABLE submitted_item ALTER CONSTRAINT submitted_item_submission_id_fkey
    DEFERRABLE INITIALLY DEFERRED;
