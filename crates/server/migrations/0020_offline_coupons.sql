-- By which tills without network check coupons: the public keys of all servers of the chain, as base64url.
CREATE TABLE coupon_keys (
    public_key TEXT PRIMARY KEY,
    made_ms BIGINT NOT NULL
);

-- For what tills without network have taken coupons, as they told it later: the money is gone, whatever was wrong.
CREATE TABLE offline_coupon_redemptions (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    code_digest TEXT NOT NULL,
    last_four TEXT NOT NULL,
    receipt_number TEXT NOT NULL,
    total BIGINT NOT NULL,
    minor_units BIGINT NOT NULL,
    -- taken, or taken_ and what was wrong.
    outcome TEXT NOT NULL,
    -- What is booked; of a coupon that is not in the database there is none.
    redemption_id BIGINT REFERENCES coupon_redemptions (id),
    made_ms BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL
);

-- A receipt takes a coupon once.
CREATE UNIQUE INDEX offline_coupon_redemptions_by_receipt
    ON offline_coupon_redemptions (store_id, receipt_number, code_digest);
