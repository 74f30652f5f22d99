-- Search of the public site: schools by what their name resembles, and places.
CREATE INDEX establishment_version_name ON establishment_version USING gin (name gin_trgm_ops);
CREATE INDEX establishment_version_la ON establishment_version (lower(la_name));
CREATE INDEX establishment_version_town ON establishment_version (lower(town));
