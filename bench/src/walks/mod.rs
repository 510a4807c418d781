//! How long walks through a store are beside the shortest that are known, and how long it takes to plan them:
//! made-up stores, real baskets. `bench/walks/README.md` says what is compared and by which rules.

mod in_browser;
mod judge;
mod lists;
mod others;

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use polka_wayfinding::generator::{Recipe, Store};
use polka_wayfinding::{Costs, Kind, LONGEST_EXACT, Profile, SoftRules, Start, Stop, Walk, Ways, order_of};

use crate::report::{Report, percentile};
use lists::{Baskets, drawn, shelved};
use others::{Lengths, largest_gap, s_shape};

const STORES: u64 = 1_000;
/// Every tenth store's lists go to the judge, and the long ones are searched with other seeds too: all would take
/// twenty minutes.
const JUDGED_EVERY: u64 = 10;
const OTHER_SEEDS: u64 = 20;
/// The times are those of the first hundred stores' lists.
const TIMED_STORES: u64 = 100;
const TIMED_STOPS: [usize; 3] = [15, 30, 60];
/// The longest list that we have promised something about.
const LONGEST: usize = 60;

/// How long one of the walks through a list is.
type Length = fn(&Compared) -> f64;

/// A list, and how long a walk through it is by whom, in metres.
struct Compared {
    stops: usize,
    is_judged: bool,
    ours: f64,
    /// Ours where the rules about what comes last count too: its length, without the rules' price.
    by_rules: f64,
    /// What the rules' price is of that walk, and of the shortest.
    prices: [f64; 2],
    s_shape: f64,
    largest_gap: f64,
    list_order: f64,
    /// The shortest there is, up to [`LONGEST_EXACT`] stops.
    exact: Option<f64>,
    judge: Option<f64>,
    other_seeds: Option<f64>,
}

impl Compared {
    fn least_known(&self) -> f64 {
        let known = [self.exact, self.judge, self.other_seeds].into_iter().flatten();
        known
            .chain([self.ours, self.by_rules, self.s_shape, self.largest_gap, self.list_order])
            .fold(f64::MAX, f64::min)
    }

    /// How much longer a walk is than the shortest that is known, in percent.
    fn over(&self, length_m: f64) -> f64 {
        (length_m / self.least_known() - 1.0) * 100.0
    }
}

pub(crate) async fn measure(report: &mut Report) -> Result<()> {
    let Some(baskets) = Baskets::read()? else { return Ok(()) };
    times(&baskets, report)?;
    in_browser::measure(report).await?;
    let mut all = Vec::new();
    let mut judged = Vec::new();
    for seed in 0..STORES {
        let (store, ways) = store(seed);
        let longer = LONGEST_EXACT + 1 + drawn(seed, "stops") as usize % (LONGEST - LONGEST_EXACT);
        for kinds in [baskets.one(seed), baskets.joined(seed, longer)] {
            let is_judged = seed % JUDGED_EVERY == 0;
            let (compared, lengths) = compare(&store, &ways, seed, &kinds, is_judged)?;
            if is_judged {
                judged.push((all.len(), lengths));
            }
            all.push(compared);
        }
    }
    judge::ask(&mut all, &judged)?;
    print(&all, report);
    Ok(())
}

fn store(seed: u64) -> (Store, Ways) {
    let store = Store::of(Recipe::any(seed));
    let ways = Ways::new(Arc::new(store.map.clone()), Profile::on_foot());
    (store, ways)
}

/// All walks through one list, but the judge's.
fn compare(store: &Store, ways: &Ways, seed: u64, kinds: &[String], is_judged: bool) -> Result<(Compared, Lengths)> {
    let (list, walk) = shelved(store, ways, seed, kinds)?;
    let lengths = lengths(store, ways, &list, &walk)?;
    let rules = SoftRules::default();
    let ruled = Walk::plan(ways, &Start::Entrance, &list, &rules, seed)?;
    let stops = list.len();
    ensure!((lengths.of(&walk.order) - walk.length_m).abs() < 1e-6, "all are measured by the same lengths");
    let rule = |order: Vec<usize>| {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        ensure!(sorted.into_iter().eq(0..stops), "a rule goes to each stop once");
        Ok(lengths.of(&order))
    };
    let costs = Costs::new(&vec![Kind::Normal; stops], &SoftRules::none(), |from, to| lengths.between(from, to));
    let search = |seed: u64| lengths.of(&order_of(&costs, seed));
    let needs_search = is_judged && stops > LONGEST_EXACT;
    let compared = Compared {
        stops,
        is_judged,
        ours: walk.length_m,
        by_rules: ruled.length_m,
        prices: [&ruled, &walk].map(|walk| rules.cost_m(walk.order.iter().map(|at| list[*at].kind))),
        s_shape: rule(s_shape(&store.map, &list))?,
        largest_gap: rule(largest_gap(&store.map, &list))?,
        list_order: rule((0..stops).collect())?,
        exact: (stops <= LONGEST_EXACT).then(|| lengths.shortest()),
        judge: None,
        other_seeds: needs_search.then(|| (1..=OTHER_SEEDS).map(|it| search(!it)).fold(f64::MAX, f64::min)),
    };
    Ok((compared, lengths))
}

/// The lengths between the stops of a list.
fn lengths(store: &Store, ways: &Ways, list: &[Stop], walk: &Walk) -> Result<Lengths> {
    let mut points = vec![walk.legs[0].line[0]];
    for stop in list {
        let standing = store.map.place(&stop.address).and_then(|place| ways.standing(&place));
        points.push(standing.context("each stop of a walk has a place to stand")?);
    }
    let tills: Vec<_> = store.map.tills().iter().map(|it| it.point).collect();
    let distances = ways.distances(&points, &tills);
    Ok(Lengths::new(list.len(), |from, to| {
        let from = from.map_or(0, |it| it + 1);
        let to_till =
            || (0..tills.len()).map(|it| distances.length_m(from, points.len() + it)).fold(f64::MAX, f64::min);
        to.map_or_else(to_till, |it| distances.length_m(from, it + 1))
    }))
}

/// How long it takes to plan a walk by the rules, from the ways to the last leg.
fn times(baskets: &Baskets, report: &mut Report) -> Result<()> {
    let (mut plans, mut ready_ms, mut best) = (TIMED_STOPS.map(|_| Vec::new()), Vec::new(), 0.0);
    for seed in 0..TIMED_STORES {
        let store = Store::of(Recipe::any(seed));
        let map = Arc::new(store.map.clone());
        let started = Instant::now();
        let ways = Ways::new(map, Profile::on_foot());
        ready_ms.push(started.elapsed().as_secs_f64() * 1e3);
        for (stops, plans_ms) in TIMED_STOPS.into_iter().zip(&mut plans) {
            let (list, shortest) = shelved(&store, &ways, seed, &baskets.joined(seed, stops))?;
            if stops == LONGEST_EXACT {
                let lengths = lengths(&store, &ways, &list, &shortest)?;
                best += f64::from(shortest.length_m <= lengths.shortest() + 1e-6);
            }
            let started = Instant::now();
            let walk = Walk::plan(&ways, &Start::Entrance, &list, &SoftRules::default(), seed)?;
            plans_ms.push(started.elapsed().as_secs_f64() * 1e3);
            ensure!(walk.order.len() == stops, "a timed walk goes to all stops");
        }
    }
    report.one("ways of a store, worked out once, p95, native", percentile(ready_ms, 95), "ms");
    for (stops, plans_ms) in TIMED_STOPS.into_iter().zip(plans) {
        for share in [50, 95] {
            let what = format!("walk of {stops} stops planned, p{share}, native");
            report.one(&what, percentile(plans_ms.clone(), share), "ms");
        }
    }
    let what = format!("walks of {LONGEST_EXACT} stops that are the shortest there is, of {TIMED_STORES}");
    report.one(&what, best / TIMED_STORES as f64, "");
    Ok(())
}

fn print(all: &[Compared], report: &mut Report) {
    for (least, most) in [(2, LONGEST_EXACT), (LONGEST_EXACT + 1, LONGEST)] {
        let of_group: Vec<&Compared> = all.iter().filter(|it| (least..=most).contains(&it.stops)).collect();
        let group = format!("walks of {least} to {most} stops");
        report.one(&format!("{group}, compared"), of_group.len() as f64, "lists");
        if most == LONGEST_EXACT {
            let best = of_group.iter().filter(|it| it.exact.is_some_and(|exact| it.ours <= exact + 1e-6)).count();
            report.one(&format!("{group}, the shortest there is"), best as f64 / of_group.len() as f64, "");
        }
        let over = format!("{group}, over the shortest known");
        let judged: Vec<&Compared> = of_group.iter().copied().filter(|it| it.judge.is_some()).collect();
        if !judged.is_empty() {
            let (ours, theirs) = (
                mean(&judged, |it| it.over(it.ours)),
                mean(&judged, |it| it.judge.map_or(0.0, |judge| it.over(judge))),
            );
            let beside = format!("{over}, beside OR-Tools with {} s, {} lists", judge::seconds(most), judged.len());
            report.pair(&beside, ours, theirs, "%");
        }
        // On the other lists nobody has looked for a shorter walk than ours.
        let known: Vec<&Compared> = of_group.iter().copied().filter(|it| it.exact.is_some() || it.is_judged).collect();
        let ours = mean(&known, |it| it.over(it.ours));
        let others: [(&str, Length); 4] = [
            ("the S-shape", |it| it.s_shape),
            ("the largest gap", |it| it.largest_gap),
            ("the list's order", |it| it.list_order),
            ("ours by the soft rules", |it| it.by_rules),
        ];
        for (other, length_m) in others {
            let theirs = mean(&of_group, |it| it.over(length_m(it)));
            report.pair(&format!("{over}, beside {other}"), ours, theirs, "%");
        }
        let worst = known.iter().map(|it| it.over(it.ours)).fold(0.0, f64::max);
        report.one(&format!("{over}, the worst of {} lists", known.len()), worst, "%");
        let [by_rules, by_length] = [0, 1].map(|at| mean(&of_group, |it| it.prices[at]));
        report.pair(&format!("{group}, the soft rules' price, beside ours by length"), by_rules, by_length, "m");
    }
}

fn mean(all: &[&Compared], value: impl Fn(&Compared) -> f64) -> f64 {
    all.iter().map(|it| value(it)).sum::<f64>() / all.len() as f64
}
