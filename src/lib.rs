//! Polka's browser app. ARCHITECTURE.md has the map; start reading at [`App`].

mod accessibility;
mod api;
mod app;
mod clock;
mod features;
#[cfg(feature = "gallery")]
mod gallery;
pub mod i18n;
mod json;
pub mod offline;
mod printer;
mod provided;
mod random;
pub mod routes;
pub mod scanner;
pub mod session;
mod settings;
mod speech;
mod ui;

pub use app::App;

/// Every visible or spoken word, made of `locales/` by `build.rs`: `words::welcome::heading(locale)`.
pub mod words {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}
