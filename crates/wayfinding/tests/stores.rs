//! Walks through made-up stores: where they go, and that who follows the directions gets there.

use std::sync::Arc;

use polka_wayfinding::generator::{Recipe, Store};
use polka_wayfinding::{
    Costs, Direction, Hand, Kind, Point, Profile, SoftRules, Start, Stop, StoreMap, Target, Turn, UnitKind, Walk, Ways,
};
use proptest::prelude::*;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn ways_of(store: &Store, profile: Profile) -> Ways {
    Ways::new(Arc::new(store.map.clone()), profile)
}

fn starts() -> impl Strategy<Value = Start> {
    prop_oneof![Just(Start::Entrance), Just(Start::Kiosk("wall".into())), Just(Start::Kiosk("gondola".into()))]
}

fn profiles() -> impl Strategy<Value = Profile> {
    prop_oneof![Just(Profile::on_foot()), Just(Profile::on_wheels())]
}

/// The points of a line, a hand's breadth apart.
fn points_on(line: &[Point]) -> Vec<Point> {
    let between = |pair: &[Point]| {
        let (from, to) = (pair[0], pair[1]);
        let count = (from.distance(to) / 0.1).ceil().max(1.0) as usize;
        (0..=count).map(move |it| from + (to - from) * (it as f64 / count as f64)).collect::<Vec<_>>()
    };
    line.windows(2).flat_map(between).collect()
}

/// How far a point is from the nearest edge of what it must keep away from.
fn clearance(map: &StoreMap, profile: &Profile, point: Point) -> f64 {
    let shut = |it: &&polka_wayfinding::Unit| {
        it.is_closed
            || it.kind == UnitKind::Blocked
            || (it.kind == UnitKind::Steps && profile.is_step_free)
            || it.width_m.is_some_and(|width| width < profile.min_width_m)
    };
    let polygons = map.units().iter().filter(shut).map(|it| &it.polygon);
    let polygons: Vec<_> = polygons
        .chain(map.fixtures().iter().map(|it| &it.polygon))
        .chain(map.kiosks().iter().map(|it| &it.polygon))
        .collect();
    if !map.outline().contains(point) || polygons.iter().any(|it| it.contains(point)) {
        return -1.0;
    }
    let to_edge = |a: Point, b: Point| {
        let way = b - a;
        let share = ((point - a).x * way.x + (point - a).y * way.y) / (way.x * way.x + way.y * way.y);
        point.distance(a + way * share.clamp(0.0, 1.0))
    };
    let rings = polygons.iter().flat_map(|it| it.rings()).chain(map.outline().rings());
    let edges = rings.flat_map(|ring| (0..ring.len()).map(|at| to_edge(ring[at], ring[(at + 1) % ring.len()])));
    edges.fold(f64::MAX, f64::min)
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_walk_stays_where_one_may_walk_and_goes_to_each_stop_once(
        seed: u64, stops in 0usize..25, start in starts(), profile in profiles(),
    ) {
        let store = Store::of(Recipe::any(seed));
        let ways = ways_of(&store, profile.clone());
        let list = store.list(stops, seed);
        let walk = Walk::plan(&ways, &start, &list, &SoftRules::default(), seed).expect("a walk");

        let mut all: Vec<usize> = walk.order.iter().copied().chain(walk.left_out.iter().map(|it| it.stop)).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..stops).collect::<Vec<_>>());
        prop_assert_eq!(walk.legs.len(), walk.order.len() + 1);

        let mut here = walk.legs[0].line[0];
        for (leg, order) in walk.legs.iter().zip(walk.order.iter().map(Some).chain([None])) {
            prop_assert_eq!(leg.line[0], here);
            here = *leg.line.last().expect("an end");
            match (leg.target, order) {
                (Target::Stop(stop, place), Some(expected)) => {
                    prop_assert_eq!(stop, *expected);
                    prop_assert_eq!(Some(place), store.map.place(&list[stop].address));
                    prop_assert!(here.distance(place.front) < 1.0);
                }
                (Target::Till(till), None) => prop_assert_eq!(here, store.map.tills()[till].point),
                _ => prop_assert!(false, "the legs are not in the walk's order"),
            }
            for point in points_on(&leg.line) {
                prop_assert!(clearance(&store.map, &profile, point) > profile.min_width_m / 2.0 - 1e-3, "{point:?}");
            }
            for unit in store.map.units() {
                let Some(way) = unit.one_way else { continue };
                for pair in points_on(&leg.line).windows(2) {
                    let is_against = (pair[1] - pair[0]).x * way.x + (pair[1] - pair[0]).y * way.y < -1e-6;
                    let deep = |it: Point| unit.polygon.contains(it + way * 0.02) && unit.polygon.contains(it - way * 0.02);
                    prop_assert!(!(is_against && deep(pair[0]) && deep(pair[1])), "against the way at {:?}", pair[0]);
                }
            }
        }
        let again = Walk::plan(&ways, &start, &list, &SoftRules::default(), seed);
        prop_assert_eq!(again.as_ref(), Ok(&walk));
    }

    #[test]
    fn who_follows_the_directions_comes_within_reach_of_each_shelf(
        seed: u64, start in starts(), profile in profiles(),
    ) {
        let store = Store::of(Recipe::any(seed));
        let ways = ways_of(&store, profile.clone());
        let list = store.list(8, seed);
        let walk = Walk::plan(&ways, &start, &list, &SoftRules::default(), seed).expect("a walk");
        let mut walker = Walker { at: walk.legs[0].line[0], facing: walk.legs[0].facing };
        for (number, leg) in walk.legs.iter().enumerate() {
            let mut has_arrived = false;
            for direction in walk.directions(&ways, number) {
                prop_assert!(!has_arrived, "nothing is said behind the arrival");
                has_arrived = walker.follow(&direction, profile.step_m);
                if let Direction::Arrive { hand, stop, shelf_from_below, .. } = direction {
                    walker.turn_to(hand);
                    let Target::Stop(expected, place) = leg.target else { panic!("a stop is where one arrives") };
                    prop_assert_eq!(stop, expected);
                    prop_assert_eq!(shelf_from_below.map(|it| it as usize), place.shelf.map(|it| it + 1));
                    // Two steps lead up to the shelf; then an arm reaches 0.7 m.
                    let ahead = (place.front - walker.at).x * walker.facing.x + (place.front - walker.at).y * walker.facing.y;
                    prop_assert!((0.0..=2.0 * profile.step_m + 0.5).contains(&ahead), "{ahead} m to the shelf");
                    walker.at = walker.at + walker.facing * (ahead - 0.5).max(0.0);
                    prop_assert!(walker.at.distance(place.front) <= 0.7, "{} m", walker.at.distance(place.front));
                    // Whoever stands before the right shelf stands before its middle, and looks at it.
                    walker = Walker { at: *leg.line.last().expect("an end"), facing: place.outward * -1.0 };
                }
                if let Direction::Till { till } = direction {
                    prop_assert!(walker.at.distance(store.map.tills()[till].point) <= 0.7);
                }
            }
            prop_assert!(has_arrived, "leg {number} does not arrive");
        }
    }

    #[test]
    fn a_made_up_store_has_no_problem_and_is_read_as_it_was_written(seed: u64) {
        let store = Store::of(Recipe::any(seed));
        let read = StoreMap::parse(store.map.to_geojson().as_bytes()).expect("a map");
        prop_assert_eq!(&read, &store.map);
        let addresses: Vec<_> = store.map.addresses().collect();
        prop_assert_eq!(Arc::new(read).problems(&addresses), []);
    }

    #[test]
    fn up_to_nine_stops_no_walk_is_better(seed: u64, stops in 1usize..10) {
        let store = Store::of(Recipe::any(seed));
        let ways = ways_of(&store, Profile::on_foot());
        let rules = SoftRules::default();
        let list = store.list(stops, seed);
        let walk = Walk::plan(&ways, &Start::Entrance, &list, &rules, seed).expect("a walk");
        let points: Vec<Point> = walk.legs.iter().map(|it| it.line[0]).collect();
        let tills: Vec<Point> = store.map.tills().iter().map(|it| it.point).collect();
        let distances = ways.distances(&points, &tills);
        let kinds: Vec<Kind> = walk.order.iter().map(|it| list[*it].kind).collect();
        let costs = Costs::new(&kinds, &rules, |from, to| {
            let from = from.map_or(0, |it| it + 1);
            let to_till = || (0..tills.len()).map(|it| distances.length_m(from, points.len() + it)).fold(f64::MAX, f64::min);
            to.map_or_else(to_till, |it| distances.length_m(from, it + 1))
        });
        let mut order: Vec<usize> = (0..kinds.len()).collect();
        let own = costs.cost_m(&order);
        prop_assert!((own - walk.length_m - walk.rules_cost_m).abs() < 1e-6);
        let mut least = f64::MAX;
        permute(&mut order, 0, &mut |it| least = least.min(costs.cost_m(it)));
        prop_assert!(own <= least + 1e-6, "{own} is more than {least}");
    }
}

fn permute(order: &mut Vec<usize>, from: usize, look: &mut impl FnMut(&[usize])) {
    if from >= order.len() {
        look(order);
    }
    for at in from..order.len() {
        order.swap(from, at);
        permute(order, from + 1, look);
        order.swap(from, at);
    }
}

/// Somebody who knows left, right, around and how long a step is, and nothing of the map.
struct Walker {
    at: Point,
    facing: Point,
}

impl Walker {
    /// Does what is said; whether one has arrived then.
    fn follow(&mut self, direction: &Direction, step_m: f64) -> bool {
        match direction {
            Direction::Turn { turn: Turn::Left, .. } => self.turn_to(Hand::Left),
            Direction::Turn { turn: Turn::Right, .. } => self.turn_to(Hand::Right),
            Direction::Turn { turn: Turn::Around, .. } => self.facing = self.facing * -1.0,
            Direction::GoStraight { steps, .. } => {
                assert!(*steps > 0);
                self.at = self.at + self.facing * (f64::from(*steps) * step_m);
            }
            Direction::Arrive { .. } | Direction::Till { .. } => return true,
        }
        false
    }

    fn turn_to(&mut self, hand: Hand) {
        let Point { x, y } = self.facing;
        self.facing = match hand {
            Hand::Left => Point::new(-y, x),
            Hand::Right => Point::new(y, -x),
            Hand::Ahead => self.facing,
        };
    }
}

fn store(seed: u64) -> Store {
    Store::of(Recipe { gondolas: 12, blocks: 2, has_obstacles: false, seed })
}

fn stop(aisle: &str, bay: &str, shelf: &str) -> Stop {
    let address = polka_domain::ShelfAddress::parse(aisle, bay, shelf).expect("an address").expect("not empty");
    Stop { address, kind: Kind::Normal }
}

#[test]
fn an_address_without_bay_is_the_middle_of_its_aisle() {
    let store = store(1);
    let place = store.map.place(&stop("3", "", "").address).expect("a place");
    let of_aisle: Vec<_> = store.map.addresses().filter(|it| it.aisle() == "3").collect();
    let ys: Vec<f64> = of_aisle.iter().map(|it| store.map.place(it).expect("a place").front.y).collect();
    let middle = ys.iter().sum::<f64>() / ys.len() as f64;
    assert!((place.front.y - middle).abs() < 3.0);
    assert_eq!(store.map.place(&stop("3", "1", "99").address), None);
    assert_eq!(store.map.place(&stop("no-such", "", "").address), None);
}

#[test]
fn a_stop_without_a_place_is_left_out_and_the_rest_is_walked() {
    let store = store(2);
    let ways = ways_of(&store, Profile::on_foot());
    let list = [stop("1", "1", "1"), stop("99", "", ""), stop("2", "1", "1")];
    let walk = Walk::plan(&ways, &Start::Entrance, &list, &SoftRules::none(), 0).expect("a walk");
    assert_eq!(walk.left_out.iter().map(|it| (it.stop, it.has_no_place)).collect::<Vec<_>>(), [(1, true)]);
    assert_eq!(walk.order.len(), 2);
}

#[test]
fn two_things_in_one_bay_need_no_step_between_them() {
    let store = store(3);
    let ways = ways_of(&store, Profile::on_foot());
    let list = [stop("2", "2", "1"), stop("2", "2", "4")];
    let walk = Walk::plan(&ways, &Start::Entrance, &list, &SoftRules::none(), 0).expect("a walk");
    assert_eq!(walk.legs[1].length_m, 0.0);
    let said = walk.directions(&ways, 1);
    assert!(matches!(said[..], [Direction::Arrive { hand: Hand::Ahead, bay: None, .. }]), "{said:?}");
}
