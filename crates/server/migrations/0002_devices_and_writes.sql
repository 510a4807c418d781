-- A device of the store, as `polka device add` names it. Codes and credentials are kept as digests.
CREATE TABLE devices (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT,
    start TEXT,
    -- The code that enrols it, until that time; gone once another was given out.
    code_digest TEXT,
    code_until_ms BIGINT,
    -- Under which idempotency key the code was used: the same key gets the same credential again.
    enrolment_key TEXT,
    credential_digest TEXT,
    enrolled_ms BIGINT,
    revoked_ms BIGINT,
    -- When it last told how it does, and what (JSON).
    seen_ms BIGINT,
    status TEXT,
    UNIQUE (store_id, name)
);

CREATE UNIQUE INDEX devices_by_code ON devices (code_digest);

-- Each write of a device, for ever: its key, a keyed digest of what was written, and what the answer is made of.
CREATE TABLE writes (
    device_id BIGINT NOT NULL REFERENCES devices (id),
    idempotency_key TEXT NOT NULL,
    digest TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reference BIGINT,
    taken_ms BIGINT NOT NULL,
    PRIMARY KEY (device_id, idempotency_key)
);

CREATE TABLE calls (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    made_ms BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL,
    called_off_ms BIGINT
);

-- One open call a device.
CREATE UNIQUE INDEX open_calls ON calls (device_id) WHERE called_off_ms IS NULL;

-- What the staff are to do at a shelf.
CREATE TABLE tasks (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    kind TEXT NOT NULL,
    gtin BIGINT NOT NULL,
    aisle TEXT,
    bay TEXT,
    shelf TEXT,
    opened_ms BIGINT NOT NULL,
    closed_ms BIGINT
);

-- One open task of a kind for each product of a store.
CREATE UNIQUE INDEX open_tasks ON tasks (store_id, kind, gtin) WHERE closed_ms IS NULL;

-- What was reported of a shelf label; prices are minor units of the store's currency.
CREATE TABLE label_reports (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    gtin BIGINT NOT NULL,
    till_price BIGINT NOT NULL,
    label_price BIGINT,
    made_ms BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL,
    task_id BIGINT REFERENCES tasks (id)
);
