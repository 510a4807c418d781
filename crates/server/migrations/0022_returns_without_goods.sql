-- What a receipt has sold, line by line, as the till posted it, so that what was wrong with goods can be put right
-- without their coming back: nothing of who bought it, and only for as long as the chain has set. Rows never change:
-- how much of a line is left follows from what came back and what was put right.
CREATE TABLE receipt_lines (
    store_id BIGINT NOT NULL REFERENCES stores (id),
    receipt_number TEXT NOT NULL,
    -- The place on the receipt, from 1 on.
    line BIGINT NOT NULL,
    gtin BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    -- What was paid for the line.
    minor_units BIGINT NOT NULL,
    sold_ms BIGINT NOT NULL,
    PRIMARY KEY (store_id, receipt_number, line)
);

CREATE INDEX receipt_lines_by_time ON receipt_lines (sold_ms);

-- Which lines came back at a till with which of its returns.
CREATE TABLE receipt_line_returns (
    store_id BIGINT NOT NULL REFERENCES stores (id),
    return_number TEXT NOT NULL,
    receipt_number TEXT NOT NULL,
    line BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    taken_ms BIGINT NOT NULL,
    PRIMARY KEY (store_id, return_number, line)
);

CREATE INDEX receipt_line_returns_by_receipt ON receipt_line_returns (store_id, receipt_number);

CREATE INDEX receipt_line_returns_by_time ON receipt_line_returns (taken_ms);

-- Which goods an apology is for, where it is for goods of a receipt: while it waits or is given, they are taken.
ALTER TABLE apologies ADD COLUMN receipt_number TEXT;

ALTER TABLE apologies ADD COLUMN receipt_line BIGINT;

ALTER TABLE apologies ADD COLUMN receipt_quantity BIGINT;

CREATE INDEX apologies_by_receipt ON apologies (store_id, receipt_number) WHERE receipt_number IS NOT NULL;
