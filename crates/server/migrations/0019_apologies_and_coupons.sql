-- What was put right: an apology, given as points or as a coupon. Whoever got it is a member, or a keyed digest of the
-- number or mailbox that was named; what is still to be sent is sealed until it is.
CREATE TABLE apologies (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    reason TEXT NOT NULL,
    department TEXT NOT NULL,
    minor_units BIGINT NOT NULL,
    -- points, sms, email or paper.
    way TEXT NOT NULL,
    customer_digest TEXT,
    state TEXT NOT NULL,
    -- Above which limit it was, and who has said yes or no.
    above TEXT,
    decided_by BIGINT REFERENCES staff (id),
    -- The request, sealed, while it waits.
    sealed TEXT,
    points BIGINT,
    member_id BIGINT REFERENCES members (id),
    coupon_id BIGINT,
    why_cancelled TEXT,
    day TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL,
    settled_ms BIGINT
);

CREATE INDEX apologies_by_day ON apologies (store_id, day);

CREATE INDEX apologies_by_customer ON apologies (customer_digest, taken_ms) WHERE customer_digest IS NOT NULL;

CREATE INDEX waiting_apologies ON apologies (store_id) WHERE state = 'waits';

-- Coupons. The code is nowhere: it is made of the number again, and found by a keyed digest.
CREATE TABLE coupons (
    id BIGINT PRIMARY KEY,
    code_digest TEXT NOT NULL UNIQUE,
    last_four TEXT NOT NULL,
    -- amount, percent or free_item; so many minor units or percent, and at most so much.
    worth TEXT NOT NULL,
    value BIGINT NOT NULL,
    most BIGINT,
    gtin BIGINT,
    category TEXT,
    least BIGINT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    -- The one store that takes it; of the chain's there is none.
    store_id BIGINT REFERENCES stores (id),
    department TEXT NOT NULL,
    most_uses BIGINT NOT NULL,
    -- So many are reserved or have paid.
    uses BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    cancelled_ms BIGINT
);

CREATE TABLE coupon_redemptions (
    id BIGINT PRIMARY KEY,
    coupon_id BIGINT NOT NULL REFERENCES coupons (id),
    store_id BIGINT NOT NULL REFERENCES stores (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    receipt_number TEXT NOT NULL,
    minor_units BIGINT NOT NULL,
    -- reserved, committed, released, or late: it was set aside for too long.
    state TEXT NOT NULL,
    until_ms BIGINT NOT NULL,
    made_ms BIGINT NOT NULL
);

-- One of a coupon for a receipt.
CREATE UNIQUE INDEX open_coupon_redemptions ON coupon_redemptions (coupon_id, store_id, receipt_number)
    WHERE state IN ('reserved', 'committed');

CREATE INDEX reserved_coupons ON coupon_redemptions (coupon_id) WHERE state = 'reserved';

-- Money by double entry, in minor units: the postings of a redemption come to nought.
CREATE TABLE coupon_postings (
    redemption_id BIGINT NOT NULL REFERENCES coupon_redemptions (id),
    place BIGINT NOT NULL,
    account TEXT NOT NULL,
    minor_units BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    PRIMARY KEY (redemption_id, place)
);

-- Codes that were none: whoever guesses is slowed down.
CREATE TABLE coupon_misses (
    device_id BIGINT NOT NULL REFERENCES devices (id),
    missed_ms BIGINT NOT NULL
);

CREATE INDEX coupon_misses_by_device ON coupon_misses (device_id, missed_ms);
