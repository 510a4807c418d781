//! Plans walks in a browser, for `make bench` to see how long that takes there.
//!
//! Compiled for WebAssembly this has one export, `main`, which may be called again and again: it has no clock and
//! no arguments, and needs none. The first call puts up the stores, each further call plans one walk: through 15,
//! 30 and 60 stops in the first store, the same in the next, and so on.

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::Arc;

use polka_wayfinding::generator::{Recipe, Store};
use polka_wayfinding::{Profile, SoftRules, Start, Stop, Walk, Ways};

const STORES: u64 = 30;
const STOPS: [usize; 3] = [15, 30, 60];

/// The plans that are still to be made, the next one last.
type Plans = Vec<(Arc<Ways>, Vec<Stop>)>;

thread_local! {
    static PLANS: RefCell<Option<Plans>> = const { RefCell::new(None) };
}

fn main() {
    PLANS.with_borrow_mut(|plans| match plans {
        None => *plans = Some(put_up()),
        Some(plans) => {
            let Some((ways, list)) = plans.pop() else { return };
            black_box(Walk::plan(&ways, &Start::Entrance, &list, &SoftRules::default(), 1)).ok();
        }
    });
}

fn put_up() -> Plans {
    let mut plans = Plans::new();
    for seed in 0..STORES {
        let store = Store::of(Recipe::any(seed));
        let ways = Arc::new(Ways::new(Arc::new(store.map.clone()), Profile::on_foot()));
        plans.extend(STOPS.map(|stops| (ways.clone(), store.list(stops, seed))));
    }
    plans.reverse();
    plans
}
