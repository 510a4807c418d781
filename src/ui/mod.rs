//! Components that know no feature, no route and no server.

pub(crate) mod card;
pub(crate) mod code;
pub(crate) mod dialog;
pub(crate) mod digits;
#[cfg(any(test, feature = "gallery"))]
pub(crate) mod examples;
pub(crate) mod fetched;
pub(crate) mod focus;
pub(crate) mod free_text;
pub(crate) mod icon;
pub(crate) mod listen;
pub(crate) mod mailbox;
pub(crate) mod own_phone;
pub(crate) mod page;
pub(crate) mod phone;
pub(crate) mod product;
pub(crate) mod qr;
pub(crate) mod shelf;
