//! What becomes of a message: it arrives, late, twice, or never.

use fastrand::Rng;

use crate::world::World;

/// When the copies of a message arrive, in milliseconds from now; none where it is lost.
pub(crate) fn fate(world: &World, is_down: bool, rng: &mut Rng) -> Vec<f64> {
    let mut copies = Vec::new();
    if !is_down && rng.f64() >= world.loss {
        copies.push(rng.f64() * world.longest_way_ms);
    }
    if !copies.is_empty() && rng.f64() < world.doubling {
        copies.push(rng.f64() * world.longest_way_ms * 3.0);
    }
    copies
}
