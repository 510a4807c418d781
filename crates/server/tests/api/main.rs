//! The API as other programs meet it, on SQLite; `postgres.rs` has the same tests on PostgreSQL.

mod app;
mod checkout;
mod devices;
mod file;
mod join_loyalty;
mod member_card;
mod messages;
mod offers;
mod products;
mod writes;
