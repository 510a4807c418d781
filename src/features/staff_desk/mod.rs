//! The staff at a tablet: they show who they are by a badge or a PIN, and see what is to be done as it comes up, who
//! does it, and how the store's devices do; put right what went wrong for a customer (`apology/`), also with goods that
//! do not come back (`without_goods/`); write down what customers complain of, and what was done (`cases/`); managers
//! see how the store does, and take back what was given (`given/`). Without the server, whoever is signed in
//! takes and ends tasks all the same, by the outbox; all else needs it, and what was last known stays while it does not
//! answer. A customer's visit that waits gets the tablet back from here.

mod apology;
mod asked;
mod cases;
mod devices;
#[cfg(feature = "gallery")]
pub(crate) mod examples;
mod given;
mod held;
mod photo;
mod requests;
mod state;
mod store;
mod view;
mod without_goods;

pub(crate) use view::StaffDeskScreen;
