-- The map of a store as it was imported (GeoJSON), and what tells it from every other.
CREATE TABLE maps (
    store_id BIGINT PRIMARY KEY REFERENCES stores (id),
    tag TEXT NOT NULL,
    geojson TEXT NOT NULL
);
