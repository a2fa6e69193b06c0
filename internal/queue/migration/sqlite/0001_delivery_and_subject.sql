-- A verified webhook request. Its id is the same when GitLab sends it again.
CREATE TABLE delivery (
    id       TEXT    NOT NULL PRIMARY KEY,
    event    TEXT    NOT NULL,
    project  INTEGER NOT NULL,
    received INTEGER NOT NULL, -- milliseconds since 1970
    subjects TEXT    NOT NULL  -- JSON: the keys it asked to look at
) WITHOUT ROWID;

CREATE INDEX delivery_received ON delivery (received);

-- Something to be brought in line. An event raises wanted; a run that has finished sets
-- done to the wanted that it saw when it began.
CREATE TABLE subject (
    kind      TEXT    NOT NULL,
    project   INTEGER NOT NULL,
    iid       INTEGER NOT NULL,
    wanted    INTEGER NOT NULL DEFAULT 0,
    done      INTEGER NOT NULL DEFAULT 0,
    job       INTEGER NOT NULL DEFAULT 0,  -- id of the newest row in river_job; 0 before the first
    tries     INTEGER NOT NULL DEFAULT 0,  -- failed runs in a row
    failure   TEXT    NOT NULL DEFAULT '', -- why the last run failed; '' when it did not
    failed_at INTEGER,                     -- when it was given up, in milliseconds since 1970; NULL otherwise
    delivery  TEXT    NOT NULL DEFAULT '', -- the newest delivery that raised wanted
    touched   INTEGER NOT NULL,            -- milliseconds since 1970
    PRIMARY KEY (kind, project, iid)
) WITHOUT ROWID;

CREATE INDEX subject_due ON subject (project) WHERE wanted > done;
CREATE INDEX subject_failed ON subject (failed_at) WHERE failed_at IS NOT NULL;
