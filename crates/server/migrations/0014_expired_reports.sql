-- What shoppers found past its date. Whose points wait is a member, or whoever joins by the card that stands on a slip
-- or with the number that was named: a keyed digest of either, until somebody has. The lot is where the points wait.
CREATE TABLE expired_reports (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    member_id BIGINT REFERENCES members (id),
    finder_digest TEXT,
    gtin BIGINT NOT NULL,
    -- 2026-12-31; and the day in the store on which it was found.
    last_day TEXT NOT NULL,
    date_kind TEXT NOT NULL,
    day TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    is_elsewhere BIGINT NOT NULL,
    -- What it came to, and how it stands: nothing waits, or waits for a look, or for a second one; then what was found.
    outcome TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Why it gets a second look, with commas between them.
    doubts TEXT NOT NULL,
    -- 1 for the whole reward.
    is_whole BIGINT NOT NULL,
    points BIGINT NOT NULL,
    -- Which department bears their cost.
    department TEXT NOT NULL,
    lot_id BIGINT REFERENCES points_transactions (id),
    task_id BIGINT REFERENCES tasks (id),
    made_ms BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL,
    -- When the points are released if nobody has looked.
    due_ms BIGINT NOT NULL,
    decided_ms BIGINT
);

-- One whole reward for each product, date and store.
CREATE UNIQUE INDEX whole_expired_rewards ON expired_reports (store_id, gtin, last_day)
    WHERE is_whole = 1 AND state <> 'not_confirmed';

CREATE INDEX expired_reports_by_member ON expired_reports (member_id, day);

CREATE INDEX expired_reports_by_device ON expired_reports (device_id, day);

CREATE INDEX expired_reports_by_finder ON expired_reports (finder_digest) WHERE finder_digest IS NOT NULL;

CREATE INDEX due_expired_reports ON expired_reports (due_ms) WHERE state IN ('waiting', 'second_look');
