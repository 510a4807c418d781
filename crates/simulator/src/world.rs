//! How bad the world is in one history. Each history draws its own world, so that some are almost calm and each
//! fault is met alone as well as together with others.

use fastrand::Rng;

use crate::desk::TABLETS;

const SECOND_MS: f64 = 1_000.0;
const DAY_MS: f64 = 86_400_000.0;

/// Chances are from 0 to 1.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) devices: usize,
    /// How long people come.
    pub(crate) lasts_ms: f64,
    /// How many writes each device gets in that time.
    pub(crate) writes: usize,
    /// That a message is lost on its way, or an answer on its way back.
    pub(crate) loss: f64,
    /// That a message comes twice.
    pub(crate) doubling: f64,
    /// As long as a message takes at most; what takes long is overtaken.
    pub(crate) longest_way_ms: f64,
    /// That the server is killed while it answers a request.
    pub(crate) server_kill: f64,
    /// That a device is killed while it keeps a write.
    pub(crate) device_kill: f64,
    /// How many times in all the page of some device is loaded again.
    pub(crate) reloads: usize,
    /// How many times all are without the network, and how long at most.
    pub(crate) outages: usize,
    pub(crate) longest_outage_ms: f64,
    /// How many times some device's clock jumps.
    pub(crate) clock_jumps: usize,
    /// How many times some device's storage is full for a while.
    pub(crate) full_storages: usize,
    /// How many times some device is revoked, and enrolled again later.
    pub(crate) revocations: usize,
    /// How many times some device's browser is enrolled as another device.
    pub(crate) replacements: usize,
    /// How many tablets the staff have.
    pub(crate) tablets: usize,
    /// How many times the staff are busy for a while, and how much they do then.
    pub(crate) busy_times: usize,
    pub(crate) deeds: usize,
    /// How many times the clock looks for points whose time is over.
    pub(crate) releases: usize,
    /// How many times something is put right at the counter, with all that follows from it.
    pub(crate) apologies: usize,
}

impl World {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        // Half of the faults are absent in a world.
        let mut chance = |most: f64| if rng.bool() { rng.f64() * most } else { 0.0 };
        let (loss, doubling, server_kill, device_kill) = (chance(0.6), chance(0.5), chance(0.3), chance(0.2));
        let mut count = |most: usize| if rng.bool() { rng.usize(0..=most) } else { 0 };
        let (reloads, outages, clock_jumps) = (count(6), count(3), count(4));
        let (full_storages, revocations, replacements) = (count(2), count(1), count(1));
        let releases = count(3);
        Self {
            devices: rng.usize(1..=3),
            // From a busy hour to thirty-five days.
            lasts_ms: 3_600.0 * SECOND_MS * (840.0_f64).powf(rng.f64()),
            writes: rng.usize(2..=8),
            loss,
            doubling,
            longest_way_ms: 5.0 * (20_000.0_f64).powf(rng.f64()),
            server_kill,
            device_kill,
            reloads,
            outages,
            longest_outage_ms: if rng.bool() { 32.0 * DAY_MS } else { 600.0 * SECOND_MS },
            clock_jumps,
            full_storages,
            revocations,
            replacements,
            tablets: rng.usize(2..=TABLETS),
            busy_times: rng.usize(0..=3),
            deeds: rng.usize(1..=6),
            releases,
            apologies: if rng.bool() { rng.usize(1..=3) } else { 0 },
        }
    }

    /// Without any fault, so that all that waits comes through.
    pub(crate) fn heal(&mut self) {
        (self.loss, self.doubling, self.server_kill, self.device_kill) = (0.0, 0.0, 0.0, 0.0);
        self.longest_way_ms = 50.0;
    }
}
