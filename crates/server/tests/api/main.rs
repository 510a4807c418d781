//! The API as other programs meet it, on SQLite; `postgres.rs` has the same tests on PostgreSQL.

mod app;
mod checkout;
mod devices;
mod file;
mod join_loyalty;
mod member_card;
mod messages;
mod naughty;
mod offers;
mod products;
mod rekey;
mod writes;
