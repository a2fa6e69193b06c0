-- When something was done last, such as the sweep of a project.
CREATE TABLE mark (
    name TEXT    NOT NULL PRIMARY KEY,
    at   INTEGER NOT NULL -- milliseconds since 1970
) WITHOUT ROWID;
