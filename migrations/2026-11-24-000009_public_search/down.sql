DROP INDEX establishment_version_town;
DROP INDEX establishment_version_la;
DROP INDEX establishment_version_name;
