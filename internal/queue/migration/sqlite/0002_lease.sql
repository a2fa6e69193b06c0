-- A subject says itself when it is due and who works it; a job of River only carries its
-- name to a free worker, and may be lost.
ALTER TABLE subject ADD COLUMN due     INTEGER;                     -- when to run next, in milliseconds since 1970; NULL for not before the next event
ALTER TABLE subject ADD COLUMN owner   TEXT    NOT NULL DEFAULT ''; -- the process that works it
ALTER TABLE subject ADD COLUMN lease   INTEGER NOT NULL DEFAULT 0;  -- until when job and owner hold
ALTER TABLE subject ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;  -- runs in a row that left no outcome

-- From now on job is a number drawn for one run: 0 when the subject waits.
UPDATE subject SET due = unixepoch() * 1000
WHERE wanted > done OR job IN (SELECT id FROM river_job WHERE state NOT IN ('cancelled', 'completed', 'discarded'));
UPDATE subject SET job = 0;
DELETE FROM river_job;

DROP INDEX subject_due;
CREATE INDEX subject_due ON subject (project, due) WHERE job = 0 AND due IS NOT NULL;
CREATE INDEX subject_taken ON subject (project) WHERE job <> 0;

-- GitLab's rate limit, which holds for all who share the token.
CREATE TABLE gate (
    name  TEXT    NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL -- milliseconds since 1970
) WITHOUT ROWID;
