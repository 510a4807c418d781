-- What somebody has said to a text about their data. The card is a keyed digest of its number, for what was said may
-- come before the card does; it stays when the member is erased, and leads to nobody then.
CREATE TABLE consents (
    id BIGINT PRIMARY KEY,
    card_digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    text_version TEXT NOT NULL,
    is_given BIGINT NOT NULL,
    device_id BIGINT NOT NULL REFERENCES devices (id),
    made_ms BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL
);

CREATE INDEX consents_by_card ON consents (card_digest);
