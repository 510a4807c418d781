//! The API as other programs meet it, on PostgreSQL: the tests of `api`, but for those of the database's file.

#[path = "api/apologies.rs"]
mod apologies;
#[path = "api/app.rs"]
mod app;
#[path = "api/cases.rs"]
mod cases;
#[path = "api/chain.rs"]
mod chain;
#[path = "api/checkout.rs"]
mod checkout;
#[path = "api/devices.rs"]
mod devices;
#[path = "api/expired_photos.rs"]
mod expired_photos;
#[path = "api/join_loyalty.rs"]
mod join_loyalty;
#[path = "api/member_card.rs"]
mod member_card;
#[path = "api/messages.rs"]
mod messages;
#[path = "api/naughty.rs"]
mod naughty;
#[path = "api/offers.rs"]
mod offers;
#[path = "api/offline_coupons.rs"]
mod offline_coupons;
#[path = "api/own_phone.rs"]
mod own_phone;
#[path = "api/products.rs"]
mod products;
#[path = "api/recent_apologies.rs"]
mod recent_apologies;
#[path = "api/rekey.rs"]
mod rekey;
#[path = "api/report_expired.rs"]
mod report_expired;
#[path = "api/shopping_list.rs"]
mod shopping_list;
#[path = "api/staff.rs"]
mod staff;
#[path = "api/webhooks.rs"]
mod webhooks;
#[path = "api/without_goods.rs"]
mod without_goods;
#[path = "api/writes.rs"]
mod writes;
