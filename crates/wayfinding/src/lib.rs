//! Where things stand in a store, the shortest walk through a shopping list, and how to say it.
//!
//! A [`StoreMap`] is read from GeoJSON (`docs/store-map.md` describes the file). [`Ways`] is what one
//! [`Profile`] can walk of it, worked out once. [`Walk::plan`] puts the stops of a list in order and draws
//! the legs, and [`Walk::directions`] says a leg as [`Direction`]s: steps, turns and landmarks, never degrees
//! or metres. The words for them are the app's.
//!
//! Crate-wide rules: a file from outside is a map or an error, never a panic; no clock and no chance but a
//! seed that is a value, so that the same input gives the same walk. Nothing here knows a browser, a
//! database or a language. Start reading at [`StoreMap`], then `ways.rs`, `order.rs` and [`Walk`].

mod chance;
mod directions;
#[cfg(feature = "generator")]
pub mod generator;
mod geojson;
mod geometry;
mod ground;
mod map;
mod order;
mod problems;
mod walk;
mod ways;

pub use directions::{Direction, Hand, Turn};
pub use geometry::{Bounds, Point, Polygon};
pub use map::{
    Amenity, Entrance, Fixture, Kiosk, MapError, Name, Place, STANDING_DISTANCE_M, Side, StoreMap, Unit, UnitKind,
};
pub use order::{Costs, Kind, LONGEST_EXACT, SoftRules, order_of};
pub use problems::Problem;
pub use walk::{LeftOut, Leg, Start, Stop, Target, Walk, WalkError};
pub use ways::{Distances, Profile, Ways};
