//! Shopping lists for made-up stores, of real baskets. `bench/walks/README.md` has the rules.

use std::collections::HashSet;

use anyhow::{Context, Result};
use polka_domain::ShelfAddress;
use polka_wayfinding::generator::Store;
use polka_wayfinding::{Kind, SoftRules, Start, Stop, Walk, Ways};

/// Real baskets, as kinds of items. A basket of one kind has no order and is left out.
pub(crate) struct Baskets(Vec<Vec<String>>);

impl Baskets {
    /// Reads them; `None`, said aloud, where this machine has none.
    pub(crate) fn read() -> Result<Option<Self>> {
        let Some(path) = polka_stage::real_data("baskets.csv") else { return Ok(None) };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path)?;
        let mut baskets = Vec::new();
        for row in reader.records() {
            let row = row?;
            let mut seen = HashSet::new();
            let kinds: Vec<String> = row.iter().map(|it| it.trim().to_owned()).collect();
            let kinds: Vec<String> = kinds.into_iter().filter(|it| seen.insert(it.clone())).collect();
            if kinds.len() > 1 {
                baskets.push(kinds);
            }
        }
        Ok(Some(Self(baskets)))
    }

    /// One of them.
    pub(crate) fn one(&self, seed: u64) -> Vec<String> {
        self.0[drawn(seed, "basket") as usize % self.0.len()].clone()
    }

    /// So many kinds of items out of as many baskets as that takes, one behind the other.
    pub(crate) fn joined(&self, seed: u64, count: usize) -> Vec<String> {
        let mut list = Vec::new();
        for basket in 0.. {
            let next = drawn(seed, &format!("basket {basket}")) as usize % self.0.len();
            for kind in &self.0[next] {
                if list.len() == count {
                    return list;
                }
                if !list.contains(kind) {
                    list.push(kind.clone());
                }
            }
        }
        list
    }
}

/// A number that a seed and a text give: FNV-1a, stirred as in SplitMix64.
pub(crate) fn drawn(seed: u64, text: &str) -> u64 {
    let bytes = seed.to_le_bytes();
    let hash = bytes
        .iter()
        .chain(text.as_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let stirred = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let stirred = (stirred ^ (stirred >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    // Half of it, so that it is the same number where `usize` is short.
    (stirred ^ (stirred >> 31)) >> 32
}

/// What an item of a kind is to a list, by words in the kind's name.
fn handling(kind: &str) -> Kind {
    const FROZEN: &str = "frozen, ice cream";
    // They keep on a shelf, whatever else their names say.
    const DRY: &str = "canned fish, condensed milk, UHT-milk, chocolate, flower";
    const HEAVY: &str = "bottled, canned beer, soda, beverages, juice, detergent, flour, sugar, cat food";
    const CRUSHABLE: &str = "bread, rolls/buns, pastry, berries, grapes, eggs, snack, popcorn";
    const CHILLED: &str = "milk, yogurt, curd, cheese, butter, margarine, cream, dessert, sausage, frankfurter, ham, \
                           meat, beef, pork, chicken, turkey, fish, liver loaf, fat";
    let has = |words: &str| words.split(", ").any(|it| kind.contains(it));
    match () {
        () if has(FROZEN) => Kind::Frozen,
        () if has(DRY) => Kind::Normal,
        () if has(HEAVY) => Kind::Heavy,
        () if has(CRUSHABLE) => Kind::Crushable,
        () if has(CHILLED) => Kind::Chilled,
        () => Kind::Normal,
    }
}

/// Gives each kind of item its place in a store, the same in all lists of that store; and the shortest walk.
///
/// A place that nobody gets to, because a part is closed, is drawn again.
pub(crate) fn shelved(store: &Store, ways: &Ways, seed: u64, kinds: &[String]) -> Result<(Vec<Stop>, Walk)> {
    let addresses: Vec<ShelfAddress> = store.map.addresses().collect();
    let place = |kind: &str, draw: usize| {
        let handled = handling(kind);
        let fitting: Vec<&ShelfAddress> = addresses.iter().filter(|it| store.kind_at(it) == handled).collect();
        let fitting = if fitting.is_empty() { addresses.iter().collect() } else { fitting };
        let address = fitting[drawn(seed, &format!("{kind} {draw}")) as usize % fitting.len()].clone();
        Stop { address, kind: handled }
    };
    let mut list: Vec<Stop> = kinds.iter().map(|kind| place(kind, 0)).collect();
    for draw in 1..100 {
        let walk = Walk::plan(ways, &Start::Entrance, &list, &SoftRules::none(), seed)
            .with_context(|| format!("store {seed} has a walk"))?;
        if walk.left_out.is_empty() {
            return Ok((list, walk));
        }
        for left_out in &walk.left_out {
            list[left_out.stop] = place(&kinds[left_out.stop], draw);
        }
    }
    anyhow::bail!("store {seed} has no place for some kind of item")
}
