//! In which order to go to the stops: the travelling salesman of a shopping list.
//!
//! What a walk costs is its length, plus a price in metres for each pair of stops in a wrong order
//! ([`SoftRules`]). Up to [`LONGEST_EXACT`] stops the order is the best there is: dynamic programming over
//! the sets of stops (Held and Karp 1962), without the sets that a good order has already beaten. Above that
//! a good order is improved by moving and turning parts of it, and shaken where it is stuck (an iterated
//! local search). The shakes are drawn from a seed.

use crate::chance::Chance;

/// Up to so many stops the order is the best there is.
pub const LONGEST_EXACT: usize = 15;

/// Up to so many stops each pair of a list has its whole price.
const WHOLE_PRICE_STOPS: usize = 10;

/// Parts of up to so many stops are tried in other places.
const LONGEST_MOVED: usize = 3;

/// So many stops around each are tried beside it.
const NEAR: usize = 8;

/// Shakes exchange parts of mostly up to so many stops.
const LONGEST_SHAKEN: usize = 10;

/// The order of the kinds that the rules like best: normal, chilled, frozen, heavy, crushable.
const RULED_ORDER: [u8; Kind::COUNT] = [1, 3, 4, 0, 2];

/// What has no way is dearer than any walk.
const NO_WAY_M: f64 = 1e7;

/// How often an order is shaken. TSPLIB's instances of 17 to 76 places come within 0.3 % of the optimum so;
/// with eight times as many within 0.05 %, which nobody would notice while they wait.
const SHAKES: usize = 240;

/// How often an order is shaken that is only a limit for the exact search.
const SHAKES_BEFORE_EXACT: usize = 30;

/// What is picked up at a stop, as far as the order goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing that matters.
    #[default]
    Normal,
    /// It should not get warm.
    Chilled,
    /// It must not thaw.
    Frozen,
    /// It belongs at the bottom.
    Heavy,
    /// It belongs on top.
    Crushable,
}

impl Kind {
    const COUNT: usize = 5;
    const NAMES: [(&str, Self); 5] = [
        ("normal", Self::Normal),
        ("chilled", Self::Chilled),
        ("frozen", Self::Frozen),
        ("heavy", Self::Heavy),
        ("crushable", Self::Crushable),
    ];

    /// As a map writes it.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// The kind of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|it| it.0 == name).map(|it| it.1)
    }
}

/// What a wrong order costs, in metres: so much longer a walk may be to put one pair of stops right.
///
/// The prices are added up over all pairs. A list whose frozen stop comes first, and three others after it,
/// costs three times `frozen_early_m` more than its length. A long list has more pairs than it has room for longer
/// ways: [`SoftRules::for_list`] makes each cheaper there.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftRules {
    /// Something frozen before something that is not.
    pub frozen_early_m: f64,
    /// Something chilled before something that is neither chilled nor frozen.
    pub chilled_early_m: f64,
    /// Something heavy after something that is neither heavy nor cold.
    pub heavy_late_m: f64,
    /// Something crushable before something normal or heavy.
    pub crushable_early_m: f64,
}

impl Default for SoftRules {
    /// A list of ten stops or more with one that is frozen may be 50 m longer to have it last.
    fn default() -> Self {
        Self { frozen_early_m: 5.0, chilled_early_m: 2.0, heavy_late_m: 1.0, crushable_early_m: 2.0 }
    }
}

impl SoftRules {
    /// No rules: the shortest walk.
    #[must_use]
    pub const fn none() -> Self {
        Self { frozen_early_m: 0.0, chilled_early_m: 0.0, heavy_late_m: 0.0, crushable_early_m: 0.0 }
    }

    /// The same for a list of so many stops: above [`WHOLE_PRICE_STOPS`] a pair costs as much less as there are more
    /// stops, so that a stop in the wrong place costs the same however long the list is.
    #[must_use]
    pub fn for_list(&self, stops: usize) -> Self {
        let share = WHOLE_PRICE_STOPS as f64 / stops.max(WHOLE_PRICE_STOPS) as f64;
        Self {
            frozen_early_m: self.frozen_early_m * share,
            chilled_early_m: self.chilled_early_m * share,
            heavy_late_m: self.heavy_late_m * share,
            crushable_early_m: self.crushable_early_m * share,
        }
    }

    /// What it costs in metres to have `first` anywhere before `second`.
    #[must_use]
    pub fn price_m(&self, first: Kind, second: Kind) -> f64 {
        use Kind::{Chilled, Crushable, Frozen, Heavy, Normal};
        let price = match (first, second) {
            (Frozen, Frozen) | (Chilled, Chilled | Frozen) => 0.0,
            (Frozen, _) => self.frozen_early_m,
            (Chilled, _) => self.chilled_early_m,
            (Crushable, Heavy) => self.crushable_early_m + self.heavy_late_m,
            (Crushable, Normal) => self.crushable_early_m,
            (Normal, Heavy) => self.heavy_late_m,
            _ => 0.0,
        };
        price.max(0.0)
    }

    /// What an order of kinds costs, in metres.
    #[must_use]
    pub fn cost_m(&self, kinds: impl IntoIterator<Item = Kind>) -> f64 {
        let mut before = [0.0; Kind::COUNT];
        let prices = self.prices();
        let mut cost = 0.0;
        for kind in kinds {
            cost += (0..Kind::COUNT).map(|it| before[it] * prices[it][kind as usize]).sum::<f64>();
            before[kind as usize] += 1.0;
        }
        cost
    }

    fn prices(&self) -> [[f64; Kind::COUNT]; Kind::COUNT] {
        use Kind::{Chilled, Crushable, Frozen, Heavy, Normal};
        let kinds = [Normal, Chilled, Frozen, Heavy, Crushable];
        kinds.map(|first| kinds.map(|second| self.price_m(first, second)))
    }
}

/// What an order of stops is chosen by. Lengths are in metres; infinite where there is no way.
#[derive(Clone, Debug)]
pub struct Costs {
    /// One more than there are stops: the last row leads from the start, the last column to the end.
    size: usize,
    lengths: Vec<f64>,
    kinds: Vec<usize>,
    prices: [[f64; Kind::COUNT]; Kind::COUNT],
    /// What it costs more to have the one kind behind the other instead of before it.
    exchange: [[f64; Kind::COUNT]; Kind::COUNT],
    has_rules: bool,
}

impl Costs {
    /// Takes the length of the way from a stop to another, from the start (`None`) to a stop, and from a stop
    /// to the end (`None`).
    #[must_use]
    pub fn new(kinds: &[Kind], rules: &SoftRules, length_m: impl Fn(Option<usize>, Option<usize>) -> f64) -> Self {
        let size = kinds.len() + 1;
        let place = |at: usize| (at + 1 < size).then_some(at);
        let length = |cell: usize| length_m(place(cell / size), place(cell % size)).min(NO_WAY_M);
        let prices = rules.prices();
        let has_rules = kinds.iter().any(|first| kinds.iter().any(|second| rules.price_m(*first, *second) > 0.0));
        let lengths = (0..size * size).map(length).collect();
        let mut exchange = prices;
        for (first, row) in exchange.iter_mut().enumerate() {
            for (second, price) in row.iter_mut().enumerate() {
                *price = prices[second][first] - prices[first][second];
            }
        }
        Self { size, lengths, kinds: kinds.iter().map(|it| *it as usize).collect(), prices, exchange, has_rules }
    }

    /// What an order of all stops costs: its length and the price of what is wrong with it, in metres.
    #[must_use]
    pub fn cost_m(&self, order: &[usize]) -> f64 {
        let mut cost = 0.0;
        let mut last = self.size - 1;
        let mut before = [0.0; Kind::COUNT];
        for &stop in order {
            cost += self.length(last, stop);
            if self.has_rules {
                cost += self.price_after(&before, stop);
                before[self.kinds[stop]] += 1.0;
            }
            last = stop;
        }
        cost + self.length(last, self.size - 1)
    }

    fn length(&self, from: usize, to: usize) -> f64 {
        self.lengths[from * self.size + to]
    }

    fn price_after(&self, before: &[f64; Kind::COUNT], stop: usize) -> f64 {
        let kind = self.kinds[stop];
        (0..Kind::COUNT).map(|it| before[it] * self.prices[it][kind]).sum()
    }
}

/// The stops in the order to go to them, by their numbers. The same input gives the same order.
#[must_use]
pub fn order_of(costs: &Costs, seed: u64) -> Vec<usize> {
    let count = costs.size - 1;
    if count < 2 {
        return (0..count).collect();
    }
    if count <= LONGEST_EXACT {
        exact(costs, searched(costs, seed, SHAKES_BEFORE_EXACT))
    } else {
        searched(costs, seed, SHAKES)
    }
}

/// A good order: the better of two searches. One begins with what is nearest; the other with the rules, for
/// a whole kind of things in the wrong place is hard to move afterwards.
fn searched(costs: &Costs, seed: u64, shakes: usize) -> Vec<usize> {
    let mut chance = Chance::new(seed);
    let mut search = Search::new(costs, &nearest_next(costs, |_| 0));
    search.improve(search.stops().to_vec());
    if costs.has_rules {
        let mut other = Search::new(costs, &nearest_next(costs, |stop| RULED_ORDER[costs.kinds[stop]]));
        other.improve(other.stops().to_vec());
        if costs.cost_m(other.stops()) < costs.cost_m(search.stops()) {
            search = other;
        }
    }
    search.run(shakes, &mut chance);
    search.stops().to_vec()
}

/// From the start always to the nearest stop that is left, rank by rank.
fn nearest_next(costs: &Costs, rank: impl Fn(usize) -> u8) -> Vec<usize> {
    let mut left: Vec<usize> = (0..costs.size - 1).collect();
    let mut order = Vec::with_capacity(left.len());
    let mut last = costs.size - 1;
    loop {
        let key = |stop: usize| (rank(stop), costs.length(last, stop));
        let less = |a: usize, b: usize| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1));
        let Some(at) = (0..left.len()).min_by(|a, b| less(left[*a], left[*b])) else { return order };
        last = left.remove(at);
        order.push(last);
    }
}

/// The best order, if it is better than one that is known.
fn exact(costs: &Costs, known: Vec<usize>) -> Vec<usize> {
    let count = costs.size - 1;
    let end = costs.size - 1;
    let all = (1usize << count) - 1;
    let limit = costs.cost_m(&known) - 1e-9;
    // The least that it takes to leave each stop: a bound for what is left of a walk.
    let leaving = |stop: usize| {
        (0..costs.size).filter(|to| *to != stop).map(|to| costs.length(stop, to)).fold(f64::INFINITY, f64::min)
    };
    let leaving: Vec<f64> = (0..count).map(leaving).collect();
    let tree = Tree::new(costs);
    let mut of_kind = [0usize; Kind::COUNT];
    for (stop, kind) in costs.kinds.iter().enumerate() {
        of_kind[*kind] |= 1 << stop;
    }
    // Of each set of stops and the last of them: what it costs to have gone to them, and the stop before.
    let mut cost = vec![f64::INFINITY; (all + 1) * count];
    let mut before = vec![0u8; (all + 1) * count];
    for stop in 0..count {
        cost[(1 << stop) * count + stop] = costs.length(end, stop);
    }
    // Into each stop from all others, so that they stand beside each other.
    let into: Vec<f64> = (0..count).flat_map(|to| (0..count).map(move |from| costs.length(from, to))).collect();
    for set in 1..all {
        let so_far = set * count..(set + 1) * count;
        if cost[so_far.clone()].iter().all(|it| it.is_infinite()) {
            continue;
        }
        let counts = of_kind.map(|of| f64::from((set & of).count_ones()));
        let price = |next: usize| if costs.has_rules { costs.price_after(&counts, next) } else { 0.0 };
        // What is left costs at least so much: to leave each stop or to join all of them, and that they come after
        // these.
        let rest = || (0..count).filter(|it| set & (1 << it) == 0);
        let left = rest().map(|it| leaving[it]).sum::<f64>().max(tree.length(all & !set));
        let left = left + rest().map(price).sum::<f64>();
        for next in (0..count).filter(|it| set & (1 << it) == 0) {
            let ways = || cost[so_far.clone()].iter().zip(&into[next * count..]).map(|(so_far, way)| so_far + way);
            let least = ways().fold(f64::INFINITY, f64::min);
            if least + left < limit {
                let from = ways().position(|it| it == least).unwrap_or(0);
                let at = (set | 1 << next) * count + next;
                (cost[at], before[at]) = (least + price(next), from as u8);
            }
        }
    }
    let of_last = |last: usize| cost[all * count + last] + costs.length(last, end);
    let Some(mut last) = (0..count).min_by(|a, b| of_last(*a).total_cmp(&of_last(*b))) else { return known };
    if of_last(last) >= limit {
        return known;
    }
    let (mut set, mut order) = (all, Vec::with_capacity(count));
    while set != 0 {
        order.push(last);
        let from = usize::from(before[set * count + last]);
        set &= !(1 << last);
        last = from;
    }
    order.reverse();
    order
}

/// The shortest lines that join stops and the end (Prim 1957). A walk through them to the end joins them too, so it
/// is not shorter. Sets that cannot lead to a better walk are seen by it early.
struct Tree {
    count: usize,
    to_end: Vec<f64>,
    /// Between stops, whichever way around is shorter.
    between: Vec<f64>,
}

impl Tree {
    fn new(costs: &Costs) -> Self {
        let (count, end) = (costs.size - 1, costs.size - 1);
        let shorter = |cell: usize| {
            let (from, to) = (cell / count, cell % count);
            costs.length(from, to).min(costs.length(to, from))
        };
        Self {
            count,
            to_end: (0..count).map(|it| costs.length(it, end)).collect(),
            between: (0..count * count).map(shorter).collect(),
        }
    }

    /// How long the lines are for a set of stops.
    fn length(&self, set: usize) -> f64 {
        let mut left = [0; LONGEST_EXACT];
        let mut count = 0;
        for stop in (0..self.count).filter(|it| set & (1 << it) != 0) {
            left[count] = stop;
            count += 1;
        }
        let mut away = [0.0; LONGEST_EXACT];
        for at in 0..count {
            away[at] = self.to_end[left[at]];
        }
        let mut length = 0.0;
        while count > 0 {
            let nearest = (1..count).fold(0, |nearest, at| if away[at] < away[nearest] { at } else { nearest });
            let stop = left[nearest];
            length += away[nearest];
            count -= 1;
            (left[nearest], away[nearest]) = (left[count], away[count]);
            let row = &self.between[stop * self.count..];
            for at in 0..count {
                away[at] = away[at].min(row[left[at]]);
            }
        }
        length
    }
}

/// An order that is being improved.
struct Search<'a> {
    costs: &'a Costs,
    /// Of each stop, those that a good walk may have beside it.
    near: Vec<Vec<usize>>,
    /// The start, the stops, the end. Start and end have the number behind the last stop.
    walk: Vec<usize>,
    /// Where in the walk a stop is.
    places: Vec<usize>,
    /// Of each place, what is before it and at it.
    so_far: Vec<SoFar>,
}

/// What a walk sums up to at a place.
#[derive(Clone, Copy, Default)]
struct SoFar {
    /// The length there, and the length back.
    there_m: f64,
    back_m: f64,
    /// How many stops of each kind.
    kinds: [f64; Kind::COUNT],
    /// What it would cost by the rules to go through all stops the other way around.
    turned_m: f64,
}

/// A change of a walk: what is from place `from` up to `to` (not including) is turned, or moved to before the
/// place `before`, turned or not.
#[derive(Clone, Copy)]
struct Change {
    from: usize,
    to: usize,
    before: Option<usize>,
    is_turned: bool,
}

impl<'a> Search<'a> {
    fn new(costs: &'a Costs, order: &[usize]) -> Self {
        let end = costs.size - 1;
        let nearest = |stop: usize| {
            let apart = |other: usize| costs.length(stop, other).min(costs.length(other, stop));
            let mut near: Vec<usize> = (0..end).filter(|it| *it != stop).collect();
            near.sort_by(|a, b| apart(*a).total_cmp(&apart(*b)));
            near.truncate(NEAR);
            near
        };
        let walk: Vec<usize> = [end].iter().chain(order).chain([&end]).copied().collect();
        let so_far = vec![SoFar::default(); walk.len()];
        let near = (0..end).map(nearest).collect();
        let mut search = Self { costs, near, walk, places: vec![0; costs.size], so_far };
        search.measure(1);
        search
    }

    /// Sums up the walk again, from a place that has changed.
    fn measure(&mut self, changed: usize) {
        let costs = self.costs;
        let mut so_far = self.so_far[changed - 1];
        for place in changed..self.walk.len() {
            let (last, stop) = (self.walk[place - 1], self.walk[place]);
            so_far.there_m += costs.length(last, stop);
            so_far.back_m += costs.length(stop, last);
            if costs.has_rules && stop + 1 < costs.size {
                let kind = costs.kinds[stop];
                so_far.turned_m += (0..Kind::COUNT).map(|it| so_far.kinds[it] * costs.exchange[it][kind]).sum::<f64>();
                so_far.kinds[kind] += 1.0;
            }
            self.places[stop] = place;
            self.so_far[place] = so_far;
        }
    }

    fn stops(&self) -> &[usize] {
        &self.walk[1..self.walk.len() - 1]
    }

    /// Improves the walk until it is stuck, then shakes it so many times and keeps what is better.
    fn run(&mut self, shakes: usize, chance: &mut Chance) {
        self.improve(self.stops().to_vec());
        let mut least = self.costs.cost_m(self.stops());
        let mut best = self.walk.clone();
        for _ in 0..shakes {
            let touched = self.shake(chance);
            self.improve(touched);
            let cost = self.costs.cost_m(self.stops());
            if cost < least + 1e-9 {
                least = least.min(cost);
                best.clone_from(&self.walk);
            } else {
                self.walk.clone_from(&best);
                self.measure(1);
            }
        }
    }

    /// Exchanges two neighbouring parts of the walk; says the stops at the seams. Mostly short parts, so that
    /// the rest stays as good as it is.
    fn shake(&mut self, chance: &mut Chance) -> Vec<usize> {
        let count = self.walk.len() - 2;
        let longest = if chance.below(8) == 0 { count / 2 } else { (count / 2).min(LONGEST_SHAKEN) }.max(1);
        let (first, second) = (1 + chance.below(longest), 1 + chance.below(longest));
        if first + second > count {
            return Vec::new();
        }
        let from = 1 + chance.below(count - first - second + 1);
        let to = from + first + second;
        self.walk[from..to].rotate_left(first);
        self.measure(from);
        let seams = [from - 1, from, from + second - 1, from + second, to - 1, to];
        seams.iter().map(|it| self.walk[*it]).filter(|it| *it + 1 < self.costs.size).collect()
    }

    /// Changes the walk around some stops for as long as it gets better.
    fn improve(&mut self, mut waiting: Vec<usize>) {
        let mut is_waiting = vec![false; self.costs.size];
        for stop in &waiting {
            is_waiting[*stop] = true;
        }
        while let Some(stop) = waiting.pop() {
            is_waiting[stop] = false;
            while let Some(change) = self.best_change(stop) {
                for seam in self.apply(change) {
                    if seam + 1 < self.costs.size && !is_waiting[seam] {
                        is_waiting[seam] = true;
                        waiting.push(seam);
                    }
                }
            }
        }
    }

    /// The change that saves most, of those that bring a stop beside one that is near, to the beginning or
    /// to the end.
    fn best_change(&self, stop: usize) -> Option<Change> {
        let mut best = Best { gain: 1e-7, change: None };
        let (place, end) = (self.places[stop], self.walk.len() - 1);
        for to in place + 1..=(place + LONGEST_MOVED).min(end) {
            self.try_moves(stop, place, to, &mut best);
        }
        for from in (place + 1).saturating_sub(LONGEST_MOVED).max(1)..place {
            self.try_moves(stop, from, place + 1, &mut best);
        }
        for beside in self.near[stop].iter().map(|it| self.places[*it]).chain([0, end]) {
            // The way from the one to the other takes the place of the way on, or of the way here.
            let (low, high) = (place.min(beside), place.max(beside));
            self.try_turn(low + 1, high + 1, &mut best);
            self.try_turn(low, high, &mut best);
        }
        best.change
    }

    fn length(&self, from: usize, to: usize) -> f64 {
        self.costs.length(self.walk[from], self.walk[to])
    }

    /// Turns the part from a place up to another.
    fn try_turn(&self, from: usize, to: usize, best: &mut Best) {
        if from == 0 || to >= self.walk.len() || to < from + 2 {
            return;
        }
        let [before, first, last, behind] = [from - 1, from, to - 1, to].map(|it| &self.so_far[it]);
        let now = behind.there_m - before.there_m;
        let then = self.length(from - 1, to - 1) + last.back_m - first.back_m + self.length(from, to);
        best.offer(now - then - self.price_of_turn(from, to), Change { from, to, before: None, is_turned: true });
    }

    /// What it costs by the rules to turn a part.
    fn price_of_turn(&self, from: usize, to: usize) -> f64 {
        if !self.costs.has_rules {
            return 0.0;
        }
        let (before, last) = (&self.so_far[from - 1], &self.so_far[to - 1]);
        // Of all pairs up to the part's end, without those that begin before it.
        let mut price = last.turned_m - before.turned_m;
        for first in (0..Kind::COUNT).filter(|it| before.kinds[*it] > 0.0) {
            let exchange = &self.costs.exchange[first];
            let inside = (0..Kind::COUNT).map(|it| exchange[it] * (last.kinds[it] - before.kinds[it])).sum::<f64>();
            price -= before.kinds[first] * inside;
        }
        price
    }

    /// Moves the part from a place up to another, which begins or ends with a stop, so that the stop comes to
    /// be beside those that are near.
    fn try_moves(&self, stop: usize, from: usize, to: usize, best: &mut Best) {
        let (costs, walk) = (self.costs, &self.walk);
        let (first, last) = (walk[from], walk[to - 1]);
        let (begins, ends) = (first == stop, last == stop);
        let saved = self.length(from - 1, from) + self.length(to - 1, to) - self.length(from - 1, to);
        let (at_first, at_last) = (&self.so_far[from], &self.so_far[to - 1]);
        let turned = (at_last.back_m - at_first.back_m) - (at_last.there_m - at_first.there_m);
        let turned = turned + self.price_of_turn(from, to);
        // What it costs that one stop of each kind, which was before the part, is behind it.
        let mut passed = [0.0; Kind::COUNT];
        if costs.has_rules {
            for it in &walk[from..to] {
                for (kind, price) in passed.iter_mut().enumerate() {
                    *price += costs.exchange[kind][costs.kinds[*it]];
                }
            }
        }
        let mut offer = |before: usize, is_turned: bool| {
            if before == 0 || before >= walk.len() || (from..=to).contains(&before) {
                return;
            }
            let (left, right) = (walk[before - 1], walk[before]);
            let ways = if is_turned {
                costs.length(left, last) + costs.length(first, right) + turned
            } else {
                costs.length(left, first) + costs.length(last, right)
            };
            let mut gain = saved + costs.length(left, right) - ways;
            if costs.has_rules {
                // Those between are passed: to the front as `passed` has it, to the back the other way around.
                let (low, high) = if before < from { (before - 1, from - 1) } else { (to - 1, before - 1) };
                let (low, high) = (&self.so_far[low].kinds, &self.so_far[high].kinds);
                let price: f64 = (0..Kind::COUNT).map(|it| (high[it] - low[it]) * passed[it]).sum();
                gain += if before < from { -price } else { price };
            }
            best.offer(gain, Change { from, to, before: Some(before), is_turned });
        };
        for beside in self.near[stop].iter().map(|it| self.places[*it]).chain([0, walk.len() - 1]) {
            if begins {
                offer(beside + 1, false);
                offer(beside, true);
            }
            if ends {
                offer(beside, false);
                offer(beside + 1, true);
            }
        }
    }

    /// Changes the walk; says the stops at the seams.
    fn apply(&mut self, change: Change) -> [usize; 6] {
        let Change { from, to, before, is_turned } = change;
        let length = to - from;
        if is_turned {
            self.walk[from..to].reverse();
        }
        let gap = [self.walk[from - 1], self.walk[to]];
        let at = match before {
            None => from,
            Some(before) if before > to => {
                self.walk[from..before].rotate_left(length);
                before - length
            }
            Some(before) => {
                self.walk[before..to].rotate_right(length);
                before
            }
        };
        self.measure(from.min(at));
        let seams = [at - 1, at, at + length - 1, at + length].map(|it| self.walk[it]);
        [seams[0], seams[1], seams[2], seams[3], gap[0], gap[1]]
    }
}

struct Best {
    gain: f64,
    change: Option<Change>,
}

impl Best {
    fn offer(&mut self, gain: f64, change: Change) {
        if gain > self.gain {
            *self = Self { gain, change: Some(change) };
        }
    }
}
