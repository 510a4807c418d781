-- When a store has last sold a product, as its tills tell: nothing of who bought it.
CREATE TABLE last_sales (
    store_id BIGINT NOT NULL REFERENCES stores (id),
    gtin BIGINT NOT NULL,
    sold_ms BIGINT NOT NULL,
    PRIMARY KEY (store_id, gtin)
);

-- The number by which somebody of the staff collects points: the digest by which members are found, and the number as
-- sealed as theirs, of which the digest is made again when its key changes.
ALTER TABLE staff ADD COLUMN phone_digest TEXT;

ALTER TABLE staff ADD COLUMN phone TEXT;

CREATE INDEX staff_by_phone ON staff (phone_digest) WHERE phone_digest IS NOT NULL;
