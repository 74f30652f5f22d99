-- An action may respond to a weakness that follows from published outcomes,
-- which is no item of its own. Its content names the weakness either way.
ALTER TABLE submitted_item DROP COLUMN weakness_id;
