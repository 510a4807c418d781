-- Plain SQL that SQLite and PostgreSQL both take. Prices are minor units of the store's currency.
CREATE TABLE stores (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    catalogue_version BIGINT NOT NULL
);

CREATE TABLE products (
    store_id BIGINT NOT NULL REFERENCES stores (id),
    gtin BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT,
    brand TEXT,
    category TEXT,
    unit TEXT NOT NULL,
    content TEXT,
    price BIGINT NOT NULL,
    card_price BIGINT,
    offer TEXT,
    offer_until TEXT,
    aisle TEXT,
    bay TEXT,
    shelf TEXT,
    allergens TEXT,
    age_limit BIGINT,
    date_kind TEXT,
    changed_version BIGINT NOT NULL,
    PRIMARY KEY (store_id, gtin)
);

CREATE INDEX products_by_change ON products (store_id, changed_version);

-- What is gone, so that a device which still has it can be told.
CREATE TABLE removed_products (
    store_id BIGINT NOT NULL REFERENCES stores (id),
    gtin BIGINT NOT NULL,
    removed_version BIGINT NOT NULL,
    PRIMARY KEY (store_id, gtin)
);

CREATE INDEX removed_products_by_change ON removed_products (store_id, removed_version);
