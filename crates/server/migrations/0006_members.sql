-- A member of the loyalty programme: whoever has a phone number. The number is found by its keyed digest, and is
-- itself sealed; both go when the member is erased or has become part of another.
CREATE TABLE members (
    id BIGINT PRIMARY KEY,
    phone_digest TEXT,
    phone TEXT,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    joined_ms BIGINT NOT NULL,
    merged_into BIGINT REFERENCES members (id),
    erased_ms BIGINT
);

CREATE UNIQUE INDEX members_by_phone ON members (phone_digest);

-- Each collects points from the start, and spends them once the number was proved with it.
CREATE TABLE cards (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    member_id BIGINT NOT NULL REFERENCES members (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    given_ms BIGINT NOT NULL,
    proved_ms BIGINT
);

CREATE INDEX cards_by_member ON cards (member_id);

-- Codes that were sent to phones, as keyed digests.
CREATE TABLE phone_codes (
    id BIGINT PRIMARY KEY,
    phone_digest TEXT NOT NULL,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    code_digest TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    used_ms BIGINT
);

CREATE INDEX phone_codes_by_phone ON phone_codes (phone_digest, made_ms);

CREATE INDEX phone_codes_by_device ON phone_codes (device_id, made_ms);

CREATE INDEX phone_codes_by_store ON phone_codes (store_id, made_ms);

-- Who has shown at which device that the number is their own.
CREATE TABLE member_proofs (
    id BIGINT PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    made_ms BIGINT NOT NULL
);

-- Who looked at a member, and by what.
CREATE TABLE member_looks (
    id BIGINT PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    what TEXT NOT NULL,
    looked_ms BIGINT NOT NULL
);

CREATE INDEX member_looks_by_member ON member_looks (member_id);

-- A receipt that points were earned by or pay for. A till may set points aside before it is paid.
CREATE TABLE receipts (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    number TEXT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    -- Minor units, and the day in the store; once it is paid.
    total BIGINT,
    day TEXT,
    accrued BIGINT,
    -- Why it earned no more.
    refusal TEXT,
    returned BIGINT NOT NULL,
    short BIGINT NOT NULL,
    paid_ms BIGINT,
    UNIQUE (store_id, number)
);

CREATE INDEX receipts_by_member ON receipts (member_id, day, accrued);

CREATE INDEX receipts_by_day ON receipts (store_id, day, accrued);

CREATE TABLE receipt_returns (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    number TEXT NOT NULL,
    receipt_id BIGINT NOT NULL REFERENCES receipts (id),
    amount BIGINT NOT NULL,
    given_back BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    short BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    UNIQUE (store_id, number)
);

CREATE TABLE reservations (
    id BIGINT PRIMARY KEY,
    receipt_id BIGINT NOT NULL REFERENCES receipts (id),
    points BIGINT NOT NULL,
    state TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);

CREATE UNIQUE INDEX open_reservations ON reservations (receipt_id) WHERE state = 'reserved';

-- The ledger. Rows are added and never changed: each hash is of the row, its postings and the hash before it.
-- Points that come together and end together are a lot, which has the number of the transaction that opened it; its
-- last day stands there as 2026-12-31. (No BOOLEAN: what reads both databases knows none of SQLite.)
CREATE TABLE points_transactions (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    write_key TEXT NOT NULL,
    receipt_id BIGINT REFERENCES receipts (id),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    device_id BIGINT,
    store_id BIGINT REFERENCES stores (id),
    opens_lot BIGINT NOT NULL,
    expires_on TEXT,
    made_ms BIGINT NOT NULL,
    recorded_ms BIGINT NOT NULL,
    hash TEXT NOT NULL
);

CREATE INDEX points_transactions_by_end ON points_transactions (expires_on);

CREATE INDEX points_transactions_by_receipt ON points_transactions (receipt_id);

CREATE TABLE points_postings (
    transaction_id BIGINT NOT NULL REFERENCES points_transactions (id),
    place BIGINT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    lot_id BIGINT NOT NULL REFERENCES points_transactions (id),
    account TEXT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (transaction_id, place)
);

CREATE INDEX points_postings_by_member ON points_postings (member_id, lot_id, account, points);
