-- Lots whose last day is over are found without reading the whole ledger.
CREATE INDEX points_postings_by_lot ON points_postings (lot_id, account, member_id, points);
