-- By which keys phone numbers are found, beside the first, which has no row. The newest is in use: whoever adds a number
-- reads it in the same transaction, so that no two find it by different keys. Members up to a number are found by it;
-- all are when it is finished. Until then they are looked for by the one before too.
CREATE TABLE phone_keys (
    made_ms BIGINT PRIMARY KEY,
    done_member_id BIGINT NOT NULL,
    finished_ms BIGINT
);
