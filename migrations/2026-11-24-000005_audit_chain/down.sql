DROP TABLE audit_link;
DROP TABLE audit_unsealed;
