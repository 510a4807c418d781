-- What a member wants to buy, sealed; and when that was last changed. An older program that erases somebody leaves both:
-- the upkeep of a newer one takes them away.
ALTER TABLE members ADD COLUMN shopping_list TEXT;

ALTER TABLE members ADD COLUMN shopping_list_ms BIGINT;

-- Lists that end are found without reading all members.
CREATE INDEX members_by_shopping_list ON members (shopping_list_ms) WHERE shopping_list_ms IS NOT NULL;

-- How many a device has sent is counted without reading all looks.
CREATE INDEX member_looks_by_sender ON member_looks (device_id, looked_ms) WHERE what = 'shopping_list_sent';
