-- What was not on its shelf.
CREATE TABLE missing_reports (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    device_id BIGINT NOT NULL REFERENCES devices (id),
    gtin BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL,
    task_id BIGINT REFERENCES tasks (id)
);
