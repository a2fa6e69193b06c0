-- A verified webhook request. Its id is the same when GitLab sends it again.
CREATE TABLE delivery (
    id       text   NOT NULL PRIMARY KEY,
    event    text   NOT NULL,
    project  bigint NOT NULL,
    received bigint NOT NULL, -- milliseconds since 1970
    subjects text   NOT NULL  -- JSON: the keys it asked to look at
);

CREATE INDEX delivery_received ON delivery (received);

-- Something to be brought in line. An event raises wanted; a run that has finished sets
-- done to the wanted that it saw when it began.
CREATE TABLE subject (
    kind      text   NOT NULL,
    project   bigint NOT NULL,
    iid       bigint NOT NULL,
    wanted    bigint NOT NULL DEFAULT 0,
    done      bigint NOT NULL DEFAULT 0,
    due       bigint,                     -- when to run next, in milliseconds since 1970; NULL for not before the next event
    job       bigint NOT NULL DEFAULT 0,  -- a number drawn for one run; 0 when the subject waits
    owner     text   NOT NULL DEFAULT '', -- the process that works it
    lease     bigint NOT NULL DEFAULT 0,  -- until when job and owner hold
    crashes   bigint NOT NULL DEFAULT 0,  -- runs in a row that left no outcome
    tries     bigint NOT NULL DEFAULT 0,  -- failed runs in a row
    failure   text   NOT NULL DEFAULT '', -- why the last run failed; '' when it did not
    failed_at bigint,                     -- when it was given up; NULL otherwise
    delivery  text   NOT NULL DEFAULT '', -- the newest delivery that raised wanted
    touched   bigint NOT NULL,
    PRIMARY KEY (kind, project, iid)
) WITH (fillfactor = 70);

CREATE INDEX subject_due ON subject (project, due) WHERE job = 0 AND due IS NOT NULL;
CREATE INDEX subject_taken ON subject (project) WHERE job <> 0;
CREATE INDEX subject_failed ON subject (failed_at) WHERE failed_at IS NOT NULL;

-- GitLab's rate limit, which holds for all who share the token.
CREATE TABLE gate (
    name  text   NOT NULL PRIMARY KEY,
    until bigint NOT NULL -- milliseconds since 1970
);
