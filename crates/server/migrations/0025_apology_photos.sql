-- What goods look like that do not come back: one photograph for an apology, for thirty days.
CREATE TABLE apology_photos (
    apology_id BIGINT PRIMARY KEY REFERENCES apologies (id),
    store_id BIGINT NOT NULL REFERENCES stores (id),
    jpeg BYTEA NOT NULL,
    made_ms BIGINT NOT NULL
);

CREATE INDEX apology_photos_by_time ON apology_photos (made_ms);
