-- What is to be said to people. What it says and to whom is sealed with a key outside the database, and goes when
-- the message was taken or given up. The rest stays, and names nobody.
CREATE TABLE messages (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    -- What it is about, and under which key: the same key queues once.
    kind TEXT NOT NULL,
    message_key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    sealed TEXT,
    state TEXT NOT NULL,
    -- Why it was not taken, in plain words.
    reason TEXT,
    queued_ms BIGINT NOT NULL,
    -- After this it would say what no longer holds.
    expires_ms BIGINT,
    -- While it waits: when it is tried. While it is sent: when whoever sends it must have ended.
    due_ms BIGINT NOT NULL,
    tried_ms BIGINT,
    tries BIGINT NOT NULL,
    -- After so many of them nobody knew whether it was taken.
    doubts BIGINT NOT NULL
);

CREATE INDEX due_messages ON messages (store_id, channel, due_ms) WHERE state IN ('waiting', 'sending');

CREATE INDEX messages_by_time ON messages (store_id, channel, queued_ms);

CREATE INDEX messages_by_fault ON messages (store_id, channel, tried_ms) WHERE reason IS NOT NULL;
