-- What another system, such as the till's, is told. Each stays, and can be read again.
CREATE TABLE webhook_events (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    kind TEXT NOT NULL,
    -- What it tells of: that is told once.
    about TEXT NOT NULL UNIQUE,
    -- JSON, as it is sent each time.
    body TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    sent_ms BIGINT,
    tries BIGINT NOT NULL,
    -- When it is tried next. While it is sent: when whoever sends it must have ended.
    next_ms BIGINT NOT NULL
);

CREATE INDEX webhook_events_to_send ON webhook_events (store_id, id) WHERE sent_ms IS NULL;
