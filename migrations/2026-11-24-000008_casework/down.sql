ALTER TABLE submitted_item ADD COLUMN weakness_id uuid REFERENCES submitted_item (id);
