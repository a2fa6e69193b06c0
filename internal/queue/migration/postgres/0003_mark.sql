-- When something was done last, such as the sweep of a project.
CREATE TABLE mark (
    name text   NOT NULL PRIMARY KEY,
    at   bigint NOT NULL -- milliseconds since 1970
);
