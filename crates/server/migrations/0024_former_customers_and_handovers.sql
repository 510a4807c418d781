-- Whom a coupon's message may have reached before the coupon went to another number or mailbox: it counts for them still.
CREATE TABLE former_apology_customers (
    apology_id BIGINT NOT NULL REFERENCES apologies (id),
    customer_digest TEXT NOT NULL,
    PRIMARY KEY (apology_id, customer_digest)
);

CREATE INDEX former_apologies_by_customer ON former_apology_customers (customer_digest);

CREATE INDEX apologies_by_settling ON apologies (store_id, settled_ms) WHERE state = 'given';

-- To whom a case was handed.
ALTER TABLE case_steps ADD COLUMN to_staff_id BIGINT REFERENCES staff (id);
