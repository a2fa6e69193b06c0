-- Token buckets of GitLab's rate limits, from which all replicas draw.
CREATE TABLE bucket (
    name       text   NOT NULL PRIMARY KEY, -- host and kind of request
    full_at    bigint NOT NULL,             -- when it has all its tokens again, in microseconds since 1970
    shut_until bigint NOT NULL              -- until when GitLab refuses such requests, likewise
) WITH (fillfactor = 50);
