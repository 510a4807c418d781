-- Who works in a store. A badge is a keyed digest of its number; a PIN is hashed with Argon2.
CREATE TABLE staff (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- 1 where customers may be told the name.
    is_named BIGINT NOT NULL,
    badge_digest TEXT,
    pin_hash TEXT,
    wrong_pins BIGINT NOT NULL,
    -- Before then no PIN is taken.
    locked_until_ms BIGINT NOT NULL,
    ended_ms BIGINT,
    UNIQUE (store_id, name)
);

CREATE UNIQUE INDEX staff_by_badge ON staff (badge_digest);

-- Who works at which tablet: one at a time.
CREATE TABLE staff_sessions (
    id BIGINT PRIMARY KEY,
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    begun_ms BIGINT NOT NULL,
    ended_ms BIGINT
);

CREATE UNIQUE INDEX open_staff_sessions ON staff_sessions (device_id) WHERE ended_ms IS NULL;

-- A task is of a product, of a product with a date, of a device, or of the whole store; the others are empty then. How
-- often it was asked for, who does it, who has done it, and what they found.
ALTER TABLE tasks ADD COLUMN last_day TEXT NOT NULL DEFAULT '';

ALTER TABLE tasks ADD COLUMN device_id BIGINT NOT NULL DEFAULT 0;

ALTER TABLE tasks ADD COLUMN times BIGINT NOT NULL DEFAULT 1;

ALTER TABLE tasks ADD COLUMN claimed_by BIGINT REFERENCES staff (id);

ALTER TABLE tasks ADD COLUMN claimed_ms BIGINT;

ALTER TABLE tasks ADD COLUMN closed_by BIGINT REFERENCES staff (id);

ALTER TABLE tasks ADD COLUMN outcome TEXT;

DROP INDEX open_tasks;

CREATE UNIQUE INDEX open_tasks_of ON tasks (store_id, kind, gtin, last_day, device_id) WHERE closed_ms IS NULL;

CREATE INDEX expired_reports_by_task ON expired_reports (task_id);

-- Calls of before led to no task, and nobody could answer them.
UPDATE calls SET called_off_ms = taken_ms WHERE called_off_ms IS NULL;
