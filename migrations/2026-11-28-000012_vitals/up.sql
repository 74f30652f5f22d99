-- What every scrape of the ops port counts, without reading what is done.

CREATE INDEX job_dead ON job (finished_at DESC, id) WHERE state = 'dead';
CREATE INDEX notification_waiting ON notification (channel) WHERE state = 'waiting';
