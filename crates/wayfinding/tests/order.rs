//! The order of the stops: the best there is where that can be known, and near it where not.

use std::path::PathBuf;

use polka_wayfinding::{Costs, Kind, LONGEST_EXACT, SoftRules, order_of};
use proptest::prelude::*;

const KINDS: [Kind; 5] = [Kind::Normal, Kind::Chilled, Kind::Frozen, Kind::Heavy, Kind::Crushable];

/// The cost of the best order, by trying all.
fn least_cost(costs: &Costs, count: usize) -> f64 {
    fn rest(costs: &Costs, order: &mut Vec<usize>, count: usize) -> f64 {
        if order.len() == count {
            return costs.cost_m(order);
        }
        let mut least = f64::INFINITY;
        for stop in (0..count).filter(|it| !order.contains(it)).collect::<Vec<_>>() {
            order.push(stop);
            least = least.min(rest(costs, order, count));
            order.pop();
        }
        least
    }
    rest(costs, &mut Vec::new(), count)
}

fn costs_of(kinds: &[Kind], lengths: &[f64], rules: &SoftRules) -> Costs {
    let size = kinds.len() + 1;
    let place = |it: Option<usize>| it.unwrap_or(kinds.len());
    Costs::new(kinds, rules, |from, to| lengths[place(from) * size + place(to)])
}

fn is_permutation(order: &[usize], count: usize) -> bool {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    sorted == (0..count).collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn up_to_eight_stops_no_order_is_better(
        kinds in prop::collection::vec(prop::sample::select(&KINDS[..]), 0..8),
        lengths in prop::collection::vec(0.0..100.0f64, 81),
        seed: u64,
    ) {
        for rules in [SoftRules::default(), SoftRules::none()] {
            let costs = costs_of(&kinds, &lengths, &rules);
            let order = order_of(&costs, seed);
            prop_assert!(is_permutation(&order, kinds.len()));
            prop_assert!(costs.cost_m(&order) <= least_cost(&costs, kinds.len()) + 1e-6);
        }
    }

    #[test]
    fn the_same_list_and_seed_give_the_same_order_of_all_stops(
        kinds in prop::collection::vec(prop::sample::select(&KINDS[..]), 16..40),
        lengths in prop::collection::vec(0.0..100.0f64, 41 * 41),
        seed: u64,
    ) {
        let costs = costs_of(&kinds, &lengths, &SoftRules::default());
        let order = order_of(&costs, seed);
        prop_assert!(is_permutation(&order, kinds.len()));
        prop_assert_eq!(order_of(&costs, seed), order);
    }
}

#[test]
fn a_stop_without_a_way_does_not_stop_the_search() {
    let costs = Costs::new(&[Kind::Normal; 20], &SoftRules::none(), |_, _| f64::INFINITY);
    assert!(is_permutation(&order_of(&costs, 1), 20));
}

#[test]
fn frozen_comes_last_and_heavy_first_where_the_way_does_not_matter() {
    use Kind::{Chilled, Crushable, Frozen, Heavy, Normal};
    let kinds = [Frozen, Crushable, Normal, Chilled, Heavy];
    let costs = Costs::new(&kinds, &SoftRules::default(), |_, _| 0.0);
    let order: Vec<Kind> = order_of(&costs, 1).into_iter().map(|it| kinds[it]).collect();
    assert_eq!(order, [Heavy, Normal, Crushable, Chilled, Frozen]);
}

#[test]
fn what_a_rule_costs_is_what_a_walk_may_be_longer_for_it() {
    // Three places in a row: the frozen stop is on the way to the other, 4 m or 6 m before it.
    for (between_m, frozen_is_last) in [(2.0, true), (3.0, false)] {
        let at = |stop: Option<usize>| stop.map_or(0.0, |it| if it == 0 { 10.0 } else { 10.0 + between_m });
        let rules = SoftRules { frozen_early_m: 5.0, ..SoftRules::none() };
        let costs = Costs::new(&[Kind::Frozen, Kind::Normal], &rules, |from, to| match to {
            // The till is behind both.
            None => 20.0 - at(from),
            Some(_) => (at(from) - at(to)).abs(),
        });
        assert_eq!(order_of(&costs, 1) == [1, 0], frozen_is_last);
    }
}

#[test]
fn a_stop_in_the_wrong_place_costs_no_more_on_a_longer_list() {
    let cost = |stops: usize| {
        let kinds = [Kind::Frozen].into_iter().chain(vec![Kind::Normal; stops - 1]);
        SoftRules::default().for_list(stops).cost_m(kinds)
    };
    assert_eq!((cost(2), cost(10)), (5.0, 45.0));
    for stops in 11..=60 {
        assert!((45.0..50.0).contains(&cost(stops)), "{stops} stops");
    }
}

struct Instance {
    name: String,
    count: usize,
    lengths: Vec<f64>,
    optimum: f64,
}

/// The real instances of TSPLIB, where they are.
fn tsplib() -> Option<Vec<Instance>> {
    let folder = std::env::var_os("POLKA_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = folder.join("tsplib");
    let solutions = std::fs::read_to_string(folder.join("solutions")).ok()?;
    let mut instances = Vec::new();
    for line in solutions.lines() {
        let Some((name, optimum)) = line.split_once(':') else { continue };
        let Ok(text) = std::fs::read_to_string(folder.join(format!("{}.tsp", name.trim()))) else { continue };
        let optimum = optimum.split_whitespace().next().and_then(|it| it.parse().ok()).expect("an optimal length");
        instances.push(instance(name.trim(), &text, optimum));
    }
    Some(instances)
}

fn instance(name: &str, text: &str, optimum: f64) -> Instance {
    let header = |key: &str| {
        let line = text.lines().find(|it| it.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let count: usize = header("DIMENSION").and_then(|it| it.parse().ok()).expect("a dimension");
    let section = |key: &str| text.lines().skip_while(|it| it.trim() != key).skip(1).collect::<Vec<_>>();
    let mut lengths = vec![0.0; count * count];
    let kind = header("EDGE_WEIGHT_TYPE").expect("a type");
    if kind == "EXPLICIT" {
        assert_eq!(header("EDGE_WEIGHT_FORMAT").as_deref(), Some("LOWER_DIAG_ROW"), "{name}");
        let lines = section("EDGE_WEIGHT_SECTION");
        let mut numbers = lines.iter().flat_map(|it| it.split_whitespace()).map_while(|it| it.parse::<f64>().ok());
        for row in 0..count {
            for column in 0..=row {
                let length = numbers.next().expect("a length for each pair");
                (lengths[row * count + column], lengths[column * count + row]) = (length, length);
            }
        }
    } else {
        let points: Vec<(f64, f64)> = section("NODE_COORD_SECTION")
            .iter()
            .map_while(|line| {
                let mut numbers = line.split_whitespace().skip(1).map_while(|it| it.parse().ok());
                Some((numbers.next()?, numbers.next()?))
            })
            .collect();
        assert_eq!(points.len(), count, "{name}");
        for (row, a) in points.iter().enumerate() {
            for (column, b) in points.iter().enumerate() {
                let square = (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2);
                lengths[row * count + column] = match kind.as_str() {
                    "EUC_2D" => square.sqrt().round(),
                    // The pseudo-Euclidean distance of TSPLIB: rounded up where rounding fell short.
                    "ATT" => (square / 10.0).sqrt().ceil(),
                    other => panic!("{name}: no distance of type {other}"),
                };
            }
        }
    }
    Instance { name: name.into(), count, lengths, optimum }
}

#[test]
fn round_trips_of_tsplib_are_at_most_one_percent_over_the_optimum_on_average() {
    let Some(instances) = tsplib().filter(|it| !it.is_empty()) else {
        println!("skipped: the folder that POLKA_TEST_DATA names has no tsplib");
        return;
    };
    let mut over = Vec::new();
    for Instance { name, count, lengths, optimum } in &instances {
        // The last place is where the trip begins and ends.
        let kinds = vec![Kind::Normal; count - 1];
        let costs = costs_of(&kinds, lengths, &SoftRules::none());
        for seed in 0..3 {
            let length = costs.cost_m(&order_of(&costs, seed));
            assert!(length >= *optimum - 1e-6, "{name}: {length} is better than the optimum");
            println!("{name}, seed {seed}: {length} of {optimum}");
            over.push(length / optimum - 1.0);
        }
    }
    let average = over.iter().sum::<f64>() / over.len() as f64;
    println!("{:.3} % over the optimum on average", average * 100.0);
    assert!(average <= 0.01);
}

#[test]
fn walks_from_place_to_place_are_near_the_optimum_where_it_is_known() {
    let Some(instances) = tsplib() else {
        println!("skipped: the folder that POLKA_TEST_DATA names has no tsplib");
        return;
    };
    // Of the first sixteen places, an open walk: the search for long lists is held against the exact one.
    let mut over = Vec::new();
    for Instance { count, lengths, .. } in &instances {
        let stops = LONGEST_EXACT;
        let length = |from: usize, to: usize| lengths[from * count + to];
        let short = Costs::new(&vec![Kind::Normal; stops], &SoftRules::none(), |from, to| {
            to.map_or(0.0, |to| length(from.map_or(0, |it| it + 1), to + 1))
        });
        // The same walk with a stop more that stands on the end: no longer exact.
        let long = Costs::new(&vec![Kind::Normal; stops + 1], &SoftRules::none(), |from, to| match (from, to) {
            (Some(from), None) if from == stops => 0.0,
            (_, None) => 1e6,
            (Some(from), _) if from == stops => 1e6,
            (_, Some(to)) if to == stops => 0.0,
            (from, Some(to)) => length(from.map_or(0, |it| it + 1), to + 1),
        });
        let exact = short.cost_m(&order_of(&short, 1));
        over.push(long.cost_m(&order_of(&long, 1)) / exact - 1.0);
    }
    assert!(over.iter().all(|it| *it > -1e-9));
    assert!(over.iter().sum::<f64>() / over.len().max(1) as f64 <= 0.01, "{over:?}");
}
