DROP TABLE membership;
DROP TABLE body_identifier;
DROP TABLE responsible_body;
