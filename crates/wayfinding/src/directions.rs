//! A leg as one would say it to somebody who cannot see it: turns, steps, aisles, landmarks.
//!
//! The line that is drawn goes straight at what it leads to, at any angle. Nobody can follow that by ear. So
//! a way of its own is looked for beside it, with right angles only, few turns and never far from the line.
//! Steps are whole numbers; each is rounded from where one has come by the steps before, so that the error
//! never adds up: one is at most half a step off, in either direction.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::geometry::{Bounds, Point, Polygon, point_to_line, segments_closer_than};
use crate::map::{Name, Place, STANDING_DISTANCE_M, Side, StoreMap};
use crate::walk::{Leg, Target, Walk};
use crate::ways::Ways;

/// A turn is worth a detour of so much. Each is one more thing to remember.
const TURN_M: f64 = 4.0;

/// To turn around is worth a little less than two turns.
const TURN_AROUND_M: f64 = 6.0;

/// So much dearer is a metre for each metre that it is away from the line that is drawn.
const ASTRAY: f64 = 0.3;

/// Somebody who passes the shelf at this distance is told that it is beside them; two steps lead up to it.
const BESIDE_M: f64 = 1.4;

/// A side of shelves belongs to a way that is not farther from it: a wide aisle's other half.
const AISLE_REACH_M: f64 = 2.5;

/// What is farther away is no landmark.
const LANDMARK_REACH_M: f64 = 3.0;

/// A part of a walk that can be said in one sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Direction {
    /// Turn where you stand; it leads into an aisle where it names one.
    Turn {
        /// Where to.
        turn: Turn,
        /// The label of the aisle that one is in then, and was not before.
        into: Option<String>,
    },
    /// Go straight on.
    GoStraight {
        /// So many steps, at least 1.
        steps: u32,
        /// The last thing with a name that one passes.
        past: Option<Name>,
    },
    /// Here it is.
    Arrive {
        /// The stop, by its number on the list from 0.
        stop: usize,
        /// Where the shelf is. At most two steps lead up to it.
        hand: Hand,
        /// The how-manieth bay of that side it is since one began to go along it, from 1.
        bay: Option<u32>,
        /// The how-manieth shelf from below, from 1, where the address names the shelf.
        shelf_from_below: Option<u32>,
    },
    /// Here is the till, by its number in the map's tills from 0.
    Till {
        /// Its number.
        till: usize,
    },
}

/// How to turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A quarter to the left.
    Left,
    /// A quarter to the right.
    Right,
    /// Half around.
    Around,
}

/// Where something is, seen from somebody who looks ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// On the left.
    Left,
    /// On the right.
    Right,
    /// In front.
    Ahead,
}

/// Right, up, left and down on the map: a heading is a number of quarters to the left from right.
const HEADINGS: [Point; 4] = [Point::new(1.0, 0.0), Point::new(0.0, 1.0), Point::new(-1.0, 0.0), Point::new(0.0, -1.0)];

impl Walk {
    /// Says a leg, from 0. Empty where the walk has no such leg. A leg begins where the one before has ended,
    /// in front of the shelf and with the eyes on it; the first as the start says.
    #[must_use]
    pub fn directions(&self, ways: &Ways, leg: usize) -> Vec<Direction> {
        self.legs.get(leg).map_or_else(Vec::new, |it| directions_of(ways, it))
    }
}

fn directions_of(ways: &Ways, leg: &Leg) -> Vec<Direction> {
    let (Some(&start), Some(&end)) = (leg.line.first(), leg.line.last()) else { return Vec::new() };
    let map = ways.map();
    let mut heading = nearest_heading(leg.facing);
    let corners = Route { ways, leg, start, end }.corners(heading);
    let mut said = Vec::new();
    let mut here = start;
    let mut aisle = leg.aisle.clone();
    let mut last_straight = None;
    for pair in corners.windows(2) {
        let way = nearest_heading(pair[1] - pair[0]);
        let steps = ((pair[1] - here).dot(HEADINGS[way]) / ways.profile().step_m).round();
        if steps < 1.0 {
            continue;
        }
        let goal = here + HEADINGS[way] * (steps * ways.profile().step_m);
        let next_aisle = aisle_along(map, here, goal);
        if let Some(turn) = turn_between(heading, way) {
            let into = next_aisle.clone().filter(|it| aisle.as_ref() != Some(it));
            said.push(Direction::Turn { turn, into });
        }
        let past = landmark_along(map, here, goal);
        match said.last_mut() {
            Some(Direction::GoStraight { steps: so_far, past: so_past }) => {
                *so_far += steps as u32;
                *so_past = past.or(so_past.take());
            }
            _ => said.push(Direction::GoStraight { steps: steps as u32, past }),
        }
        last_straight = Some([here, goal]);
        // A step across an aisle does not lead out of it.
        if next_aisle.is_some() || here.distance(goal) > AISLE_REACH_M {
            aisle = next_aisle;
        }
        (here, heading) = (goal, way);
    }
    match leg.target {
        Target::Till(till) => said.push(Direction::Till { till }),
        Target::Stop(stop, place) => {
            let side = &map.fixtures()[place.fixture].sides[place.side];
            let to_shelf = nearest_heading(place.outward * -1.0);
            let hand = match turn_between(heading, to_shelf) {
                None => Hand::Ahead,
                Some(Turn::Left) => Hand::Left,
                Some(Turn::Right) => Hand::Right,
                Some(turn @ Turn::Around) => {
                    said.push(Direction::Turn { turn, into: None });
                    Hand::Ahead
                }
            };
            let bay = last_straight.and_then(|way| bays_passed(side, place, way));
            let shelf_from_below = place.shelf.map(|it| it as u32 + 1);
            said.push(Direction::Arrive { stop, hand, bay, shelf_from_below });
        }
    }
    said
}

fn nearest_heading(way: Point) -> usize {
    let along = |heading: &usize| HEADINGS[*heading].dot(way);
    (0..4).max_by(|a, b| along(a).total_cmp(&along(b))).unwrap_or(0)
}

fn turn_between(heading: usize, next: usize) -> Option<Turn> {
    [None, Some(Turn::Left), Some(Turn::Around), Some(Turn::Right)][(next + 4 - heading) % 4]
}

/// The aisle whose shelves a way goes along, for the most of it.
fn aisle_along(map: &StoreMap, from: Point, to: Point) -> Option<String> {
    let way = (to - from).unit()?;
    let length = from.distance(to);
    let mut best: (f64, Option<&str>) = (0.5, None);
    let sides = || map.fixtures().iter().flat_map(|it| &it.sides);
    for side in sides() {
        let shared = shared_length(side, from, way, length);
        if shared > best.0 {
            best = (shared, Some(&side.aisle));
        }
    }
    best.1.map(str::to_owned)
}

/// How much of a way goes along a side of shelves, near it.
fn shared_length(side: &Side, from: Point, way: Point, length: f64) -> f64 {
    let [start, end] = side.line.map(|it| (it - from).dot(way));
    let distance = (from - side.line[0]).dot(side.outward());
    let is_along = way.dot(side.outward()).abs() < 0.1 && (0.0..AISLE_REACH_M).contains(&distance);
    if is_along { (start.max(end).min(length) - start.min(end).max(0.0)).max(0.0) } else { 0.0 }
}

fn bays_passed(side: &Side, place: Place, [from, to]: [Point; 2]) -> Option<u32> {
    let way = (to - from).unit()?;
    if shared_length(side, from, way, f64::MAX) == 0.0 {
        return None;
    }
    let along = |bay: usize| {
        let [start, end] = side.bay_front(bay);
        (start.middle(end) - from).dot(way)
    };
    let goal = along(place.bay);
    // What one stands before already is not passed.
    let is_passed = |bay: &usize| *bay == place.bay || (along(*bay) > 0.3 && along(*bay) < goal);
    (goal > 0.0).then(|| (0..side.bays.len()).filter(is_passed).count() as u32)
}

/// The last thing with a name that one sees beside a way, and that the way does not end at.
fn landmark_along(map: &StoreMap, from: Point, to: Point) -> Option<Name> {
    let way = (to - from).unit()?;
    let length = from.distance(to);
    let fixtures = map.fixtures().iter().map(|it| (&it.name, &it.polygon));
    let units = map.units().iter().filter(|it| !it.polygon.contains(to)).map(|it| (&it.name, &it.polygon));
    let areas = units.chain(fixtures).map(|(name, polygon)| (name, polygon.middle(), Some(polygon)));
    let amenities = map.amenities().iter().filter(|it| it.category != "till").map(|it| (&it.name, it.point, None));
    let passed = areas.chain(amenities).filter_map(|(name, middle, polygon)| {
        let name = name.as_ref()?;
        let along = (middle - from).dot(way);
        let abreast = from + way * along;
        let aside = polygon.map_or(f64::MAX, |it| it.edge_distance(abreast)).min(abreast.distance(middle));
        let is_beside = (0.3..length - 0.3).contains(&along) && aside <= LANDMARK_REACH_M;
        (is_beside && is_in_sight(map, abreast, middle)).then_some((along, name))
    });
    passed.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name.clone())
}

/// Whether no fixture stands between two points, other than one that the second is in.
fn is_in_sight(map: &StoreMap, from: Point, to: Point) -> bool {
    let between = map.fixtures().iter().map(|it| &it.polygon).filter(|it| !it.contains(to));
    !between.flat_map(Polygon::edges).any(|edge| segments_closer_than([from, to], edge, 1e-3))
}

/// The search for a way with right angles.
struct Route<'a> {
    ways: &'a Ways,
    leg: &'a Leg,
    start: Point,
    end: Point,
}

impl Route<'_> {
    /// Where the way begins, bends and ends.
    fn corners(&self, heading: usize) -> Vec<Point> {
        let bounds = Bounds::around(&self.leg.line);
        // Near the line first, which is nearly always enough, then everywhere. A store whose shelves stand
        // askew has no lines to follow; there half a metre is as good as any.
        let (xs, ys) = self.lines(bounds.grown(4.0));
        let found = self.search(&xs, &ys, heading).or_else(|| {
            let (xs, ys) = self.lines(self.ways.map().bounds());
            self.search(&xs, &ys, heading)
        });
        let found = found.or_else(|| {
            let near = bounds.grown(2.0);
            let dense = |low: f64, high: f64, own: [f64; 2]| {
                let count = ((high - low) / 0.5) as usize;
                ordered((0..=count).map(|it| low + it as f64 * 0.5).chain(own).collect())
            };
            let xs = dense(near.low.x, near.high.x, [self.start.x, self.end.x]);
            let ys = dense(near.low.y, near.high.y, [self.start.y, self.end.y]);
            self.search(&xs, &ys, heading)
        });
        found.unwrap_or_else(|| vec![self.start, self.end])
    }

    /// The lines to go along: those of the corners that ways bend at, those in the middle between them, and
    /// those of the two ends.
    fn lines(&self, within: Bounds) -> (Vec<f64>, Vec<f64>) {
        let near: Vec<Point> =
            self.ways.corners().iter().map(|it| it.point).filter(|it| within.contains(*it)).collect();
        let lines = |of: fn(&Point) -> f64| {
            let own = ordered(near.iter().map(of).collect());
            let middles = own.windows(2).filter(|it| it[1] - it[0] > 0.5).map(|it| (it[0] + it[1]) / 2.0);
            let ends = [of(&self.start), of(&self.end)];
            ordered(middles.chain(ends).chain(own.iter().copied()).collect())
        };
        (lines(|it| it.x), lines(|it| it.y))
    }

    fn is_goal(&self, point: Point, heading: usize) -> bool {
        match self.leg.target {
            Target::Till(_) => point.distance(self.end) < 0.01,
            Target::Stop(_, place) => {
                let away = point - place.front;
                let is_behind = HEADINGS[heading].dot(place.outward) > 0.7;
                let is_beside = place.outward.cross(away).abs() < 0.01
                    && (STANDING_DISTANCE_M..=BESIDE_M).contains(&away.dot(place.outward))
                    && self.ways.ground().is_free(point, self.end);
                !is_behind && (is_beside || point.distance(self.end) < 0.01)
            }
        }
    }

    /// A* over crossings of lines and headings.
    fn search(&self, xs: &[f64], ys: &[f64], heading: usize) -> Option<Vec<Point>> {
        let ground = self.ways.ground();
        let point_of = |node: usize| Point::new(xs[(node / 4) % xs.len()], ys[(node / 4) / xs.len()]);
        let count = xs.len() * ys.len() * 4;
        let at = |of: f64, lines: &[f64]| lines.iter().position(|it| (it - of).abs() < 1e-6);
        let first = (at(self.start.y, ys)? * xs.len() + at(self.start.x, xs)?) * 4 + heading;
        let mut cost = vec![f64::INFINITY; count];
        let mut before = vec![usize::MAX; count];
        let mut next = BinaryHeap::new();
        let left = |point: Point| ((point.x - self.end.x).abs() + (point.y - self.end.y).abs() - BESIDE_M).max(0.0);
        let key = |so_far: f64, node: usize| Reverse(((so_far + left(point_of(node))).to_bits(), node));
        cost[first] = 0.0;
        next.push(key(0.0, first));
        while let Some(Reverse((bits, node))) = next.pop() {
            let (point, heading) = (point_of(node), node % 4);
            let so_far = cost[node];
            if f64::from_bits(bits) > so_far + left(point) + 1e-9 {
                continue;
            }
            if self.is_goal(point, heading) {
                let mut line = vec![point];
                let mut node = node;
                while before[node] != usize::MAX {
                    node = before[node];
                    line.push(point_of(node));
                }
                line.reverse();
                return Some(bends(line));
            }
            let turned = |quarters: usize| node - heading + (heading + quarters) % 4;
            let mut reached = vec![(turned(1), TURN_M), (turned(3), TURN_M), (turned(2), TURN_AROUND_M)];
            let (column, row) = ((node / 4) % xs.len(), (node / 4) / xs.len());
            let ahead = match heading {
                0 if column + 1 < xs.len() => Some(node + 4),
                1 if row + 1 < ys.len() => Some(node + 4 * xs.len()),
                2 if column > 0 => Some(node - 4),
                3 if row > 0 => Some(node - 4 * xs.len()),
                _ => None,
            };
            if let Some(ahead) = ahead {
                let goal = point_of(ahead);
                if ground.is_standable(goal) && ground.is_free(point, goal) && ground.allows(point, goal)[0] {
                    let astray = point_to_line(point.middle(goal), &self.leg.line);
                    reached.push((ahead, point.distance(goal) * (1.0 + ASTRAY * astray)));
                }
            }
            for (other, price) in reached {
                if so_far + price < cost[other] {
                    cost[other] = so_far + price;
                    before[other] = node;
                    next.push(key(cost[other], other));
                }
            }
        }
        None
    }
}

fn ordered(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    numbers
}

/// The first and the last point of a line with right angles, and those where it bends.
fn bends(line: Vec<Point>) -> Vec<Point> {
    let mut bends: Vec<Point> = Vec::new();
    for point in line {
        match bends.as_slice() {
            [.., last] if last.distance(point) < 1e-9 => {}
            [.., before, last]
                if (*last - *before).cross(point - *last).abs() < 1e-9
                    && (*last - *before).dot(point - *last) > 0.0 =>
            {
                let place = bends.len() - 1;
                bends[place] = point;
            }
            _ => bends.push(point),
        }
    }
    bends
}
