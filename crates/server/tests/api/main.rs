//! The API as other programs meet it, on a real database.

mod app;
mod devices;
mod products;
mod writes;
