-- By which key a device sent a report, so that what belongs to it can name it; of reports of before nothing does.
ALTER TABLE expired_reports ADD COLUMN report_key TEXT;

CREATE UNIQUE INDEX expired_reports_by_key ON expired_reports (device_id, report_key) WHERE report_key IS NOT NULL;

-- What labels look like: one photograph for each report, for thirty days. SQLite keeps bytes in whatever a column is
-- called; PostgreSQL knows them by this name.
CREATE TABLE expired_report_photos (
    report_id BIGINT PRIMARY KEY REFERENCES expired_reports (id),
    store_id BIGINT NOT NULL REFERENCES stores (id),
    jpeg BYTEA NOT NULL,
    made_ms BIGINT NOT NULL
);

CREATE INDEX expired_report_photos_by_time ON expired_report_photos (made_ms);
