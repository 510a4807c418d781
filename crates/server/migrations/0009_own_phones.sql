-- What a member has told of themselves, sealed; and when they told their birthday, which may be told anew a year later.
ALTER TABLE members ADD COLUMN profile TEXT;

ALTER TABLE members ADD COLUMN birthday_told_ms BIGINT;

-- The last step of its changing digits by which a card was shown: what was taken is not taken again.
ALTER TABLE cards ADD COLUMN code_step BIGINT;

-- Links that make whatever phone opens them the own phone of whoever has the card. Whose that is, the card knows; a
-- card that is erased, also by a program that knows no links, takes them along.
CREATE TABLE member_links (
    id BIGINT PRIMARY KEY,
    card_id BIGINT NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
    -- Who asked for it.
    device_id BIGINT NOT NULL REFERENCES devices (id),
    -- 1 where it went to the member's number, so that who opens it has that phone.
    is_proof BIGINT NOT NULL,
    -- Of what stands in the link.
    token_digest TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    -- Which phone has opened it, under which key: the same key gets the same credential again.
    opened_by BIGINT REFERENCES devices (id),
    opened_key TEXT
);

CREATE INDEX member_links_by_card ON member_links (card_id, made_ms);

CREATE INDEX member_links_by_device ON member_links (device_id, made_ms);

-- A member's own phone: a device of the kind phone, which is none of the store's.
CREATE TABLE own_phones (
    device_id BIGINT PRIMARY KEY REFERENCES devices (id),
    card_id BIGINT NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
    -- When it was shown that the number is theirs.
    proved_ms BIGINT
);

CREATE INDEX own_phones_by_card ON own_phones (card_id);
