//! The API as other programs meet it, on SQLite; `postgres.rs` has the same tests on PostgreSQL.

mod apologies;
mod app;
mod cases;
mod chain;
mod checkout;
mod devices;
mod expired_photos;
mod file;
mod join_loyalty;
mod member_card;
mod messages;
mod naughty;
mod offers;
mod offline_coupons;
mod own_phone;
mod products;
mod recent_apologies;
mod rekey;
mod report_expired;
mod shopping_list;
mod staff;
mod webhooks;
mod without_goods;
mod writes;
