//! Expired items: what the date on a label means, and what a report of one is worth.
//!
//! A shopper finds an item on the shelf whose date has passed. [`LabelForm`] makes a day of what stands on its label,
//! [`age()`] tells whether that day has passed, [`Programme`] what the item is worth in points, and [`judge()`] what a
//! report of it comes to: a [`Promise`] of points that wait until somebody has looked, or a [`Refusal`]. [`Change`] tells a
//! manager whether items go sooner than before, and how sure that is.
//!
//! The device and the store rule by the same code: so a shopper is told at once, also without the network. Nothing here
//! knows a clock, a database, a browser or a language: days, amounts and what was reported before come in as values.
//! Start reading at [`judge()`].

mod age;
mod change;
mod judge;
mod label;
mod programme;
mod settings;

pub use age::{Age, age};
pub use change::Change;
pub use judge::{Doubt, Earlier, Finding, MemberEarlier, Promise, Refusal, judge};
pub use label::{LabelError, LabelForm};
pub use programme::{Programme, ProgrammeError};
pub use settings::Settings;
