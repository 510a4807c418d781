//! The store server behind the program `polka`.
//!
//! It carries the app, keeps the product list and answers the API. Start reading at [`http::router`] for
//! what it answers, at [`import`] for how a list comes in. A slice of the product has a module of the same
//! name as the app's feature; `http` and `database` know none of them but by their routes.

pub mod apology;
pub mod backup;
mod call_staff;
pub mod cases;
mod checkout;
pub mod clock;
mod coupons;
pub mod database;
pub mod demo;
pub mod devices;
mod find_way;
pub mod http;
mod http_client;
pub mod import;
mod join_loyalty;
mod label_report;
pub mod loyalty;
pub mod member_card;
pub mod messages;
mod output;
mod personal_offers;
pub mod phones;
mod photos;
pub mod points;
pub mod price_check;
pub mod report_expired;
pub mod secrets;
pub mod settings;
pub mod staff;
pub mod store;
pub mod tasks;
pub mod tls;
pub mod webhooks;
pub mod weekly_report;
mod writes;
