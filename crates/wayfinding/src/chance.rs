//! Numbers that look like chance and come from a seed: the same seed, the same numbers, on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): short, and good enough to shake an order or to build a store.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // The high half times the range: no division, and the same on 32 and 64 bits.
        (((self.next() >> 32) * end as u64) >> 32) as usize
    }

    /// Whether something happens that happens once in `times`.
    #[cfg(feature = "generator")]
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
