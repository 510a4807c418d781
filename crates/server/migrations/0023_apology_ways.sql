-- The same coupon went by another way: so often, and last by whom. `way` is the one by which it went last.
ALTER TABLE apologies ADD COLUMN way_changes BIGINT NOT NULL DEFAULT 0;

ALTER TABLE apologies ADD COLUMN way_by BIGINT REFERENCES staff (id);
