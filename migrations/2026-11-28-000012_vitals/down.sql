DROP INDEX notification_waiting;
DROP INDEX job_dead;
