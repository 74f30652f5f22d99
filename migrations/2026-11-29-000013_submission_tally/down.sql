ALTER TABLE submitted_item ALTER CONSTRAINT submitted_item_submission_id_fkey NOT DEFERRABLE;
DROP TRIGGER submitted_item_removed ON submitted_item;
DROP TRIGGER submitted_item_added ON submitted_item;
DROP FUNCTION submitted_item_counted();
DROP TABLE submitted_tally;
