-- The trace that the newest delivery belongs to, as a W3C traceparent; '' for none.
ALTER TABLE subject ADD COLUMN trace text NOT NULL DEFAULT '';
