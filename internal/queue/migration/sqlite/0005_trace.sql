-- The trace that the newest delivery belongs to, as a W3C traceparent; '' for none.
ALTER TABLE subject ADD COLUMN trace TEXT NOT NULL DEFAULT '';
