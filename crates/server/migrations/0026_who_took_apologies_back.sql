-- Who took an apology back: of those of an earlier version it is not known.
ALTER TABLE apologies ADD COLUMN cancelled_by BIGINT REFERENCES staff (id);
