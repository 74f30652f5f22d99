DROP TABLE delivery_attempt;
DROP TABLE notification;
DROP TABLE email_contact;
DROP TABLE webhook_endpoint;
DROP TABLE job;
DROP TABLE operation;
