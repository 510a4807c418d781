-- What a chain gives single members: a product at a price of their own, for some days, once the member has switched it
-- on. The key is that of the chain's CRM; one that begins with a colon is none of it, and its row is usable no more: a
-- row that went could leave its number to somebody else's.
CREATE TABLE personal_offers (
    id BIGINT PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id),
    -- As in products.
    gtin BIGINT NOT NULL,
    -- Minor units of this currency: members are the chain's, prices a store's.
    price BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- 2026-12-31; both empty where it is usable no more.
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    offer_key TEXT NOT NULL,
    activated_ms BIGINT,
    used_receipt_id BIGINT REFERENCES receipts (id),
    UNIQUE (member_id, offer_key)
);

CREATE INDEX personal_offers_by_member ON personal_offers (member_id, last_day);

-- A receipt that is posted again is told again what it has used.
CREATE INDEX personal_offers_by_receipt ON personal_offers (used_receipt_id) WHERE used_receipt_id IS NOT NULL;
