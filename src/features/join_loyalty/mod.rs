//! Somebody gets a card for their phone number: number, consent, a code where the store can be reached, offers, card.
//! Reached from the first screen. The device makes the card itself, so it collects points at once, with and without
//! the network; it spends them once the number was proved. Nothing of it is left when the visit ends, but what waits
//! in the outbox, sealed.

#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod requests;
mod state;
mod view;

pub(crate) use view::join_loyalty_screen;
