-- What customers complain of. Whoever answers for a case, until when, and how it stands; what was said, to whom it is
-- told and what came of it are sealed, and go some time after it is closed. The code is nowhere: it is made of the
-- number and the time again, and found by a keyed digest.
CREATE TABLE cases (
    id BIGINT PRIMARY KEY,
    store_id BIGINT NOT NULL REFERENCES stores (id),
    code_digest TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    department TEXT NOT NULL,
    opened_by BIGINT NOT NULL REFERENCES staff (id),
    owner BIGINT NOT NULL REFERENCES staff (id),
    apology_id BIGINT REFERENCES apologies (id),
    -- open, in_work or closed.
    state TEXT NOT NULL,
    -- sms, email or paper; to whom is sealed, and a keyed digest of a number finds it when its holder is erased.
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    sealed_words TEXT,
    sealed_to TEXT,
    to_digest TEXT,
    sealed_outcome TEXT,
    opened_ms BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    closed_ms BIGINT,
    -- When the customer was asked whether it was put right; yes or no, and when they said so.
    asked_ms BIGINT,
    answer TEXT,
    answered_ms BIGINT
);

CREATE INDEX open_cases ON cases (store_id, due_ms) WHERE state <> 'closed';

CREATE INDEX closed_cases ON cases (closed_ms) WHERE state = 'closed';

CREATE INDEX cases_by_recipient ON cases (to_digest) WHERE to_digest IS NOT NULL;

-- What was done with a case, by whom; the customer is nobody of the staff. It is added to, and never changed, but that
-- notes are forgotten with the rest.
CREATE TABLE case_steps (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    -- opened, taken, handed_over, noted, closed, put_right or reopened.
    step TEXT NOT NULL,
    staff_id BIGINT REFERENCES staff (id),
    sealed TEXT,
    made_ms BIGINT NOT NULL
);

CREATE INDEX steps_of_case ON case_steps (case_id, id);

CREATE INDEX case_steps_by_time ON case_steps (made_ms);

-- The reports of weeks that are over, made once each; its numbers as JSON.
CREATE TABLE weekly_reports (
    store_id BIGINT NOT NULL REFERENCES stores (id),
    first_day TEXT NOT NULL,
    numbers TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    PRIMARY KEY (store_id, first_day)
);
