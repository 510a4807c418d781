//! A walk through a shopping list: from where one is, through all stops, to the till that is nearest then.

use std::fmt;

use polka_domain::ShelfAddress;

use crate::geometry::{Point, line_length};
use crate::map::{Entrance, Kiosk, Place, STANDING_DISTANCE_M};
use crate::order::{Costs, Kind, SoftRules, order_of};
use crate::ways::Ways;

/// Where a walk begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// In front of the device of this name, looking at it.
    Kiosk(String),
    /// Inside the main entrance.
    Entrance,
    /// At a point, looking in a direction.
    At(Point, Point),
}

/// Something on the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Where it is.
    pub address: ShelfAddress,
    /// What it means for the order.
    pub kind: Kind,
}

/// Where a leg ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A stop, by its number on the list from 0, and its place.
    Stop(usize, Place),
    /// A till, by its number in the map's tills from 0.
    Till(usize),
}

/// A part of a walk: to the next stop, or to the till.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Where it ends.
    pub target: Target,
    /// The way, to be drawn. It has at least two points.
    pub line: Vec<Point>,
    /// How long it is, in metres.
    pub length_m: f64,
    /// Where one looks before it begins; a metre long.
    pub facing: Point,
    /// The aisle that it begins in, if it begins at a shelf.
    pub(crate) aisle: Option<String>,
}

/// A stop that the walk does not go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its number on the list, from 0.
    pub stop: usize,
    /// Whether its address has no place on the map; else nobody of the profile gets there and on to a till.
    pub has_no_place: bool,
}

/// A walk through a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk {
    /// The stops in their order, by their numbers on the list from 0.
    pub order: Vec<usize>,
    /// The ways: one to each stop, in that order, and one to the till.
    pub legs: Vec<Leg>,
    /// The stops that it does not go to.
    pub left_out: Vec<LeftOut>,
    /// How long it is, in metres.
    pub length_m: f64,
    /// What its order costs by the rules, in metres.
    pub rules_cost_m: f64,
}

/// Why there is no walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalkError {
    /// The map has no device of that name.
    NoSuchKiosk,
    /// The map has no entrance.
    NoEntrance,
    /// The map has no till.
    NoTill,
    /// Nobody of the profile can stand at the start.
    BlockedStart,
    /// Nobody of the profile gets from the start to a till, or from stop to stop.
    NoWay,
}

impl Walk {
    /// Finds the walk that costs least; the rules are those for a list of so many stops. Up to [`crate::LONGEST_EXACT`] stops there is no better one; above
    /// that `seed` decides where is searched, and the same input gives the same walk.
    ///
    /// # Errors
    /// Where there is no way at all. Single stops without one are left out of the walk.
    pub fn plan(ways: &Ways, start: &Start, stops: &[Stop], rules: &SoftRules, seed: u64) -> Result<Self, WalkError> {
        let map = ways.map();
        let (start, facing) = stand(ways, start)?;
        if map.tills().is_empty() {
            return Err(WalkError::NoTill);
        }
        let mut left_out = Vec::new();
        let mut places = Vec::new();
        let mut points = vec![start];
        for (stop, it) in stops.iter().enumerate() {
            let place = map.place(&it.address);
            match place.and_then(|place| Some((place, ways.standing(&place)?))) {
                Some((place, point)) => {
                    places.push((stop, place));
                    points.push(point);
                }
                None => left_out.push(LeftOut { stop, has_no_place: place.is_none() }),
            }
        }
        let tills: Vec<Point> = map.tills().iter().map(|it| it.point).collect();
        let distances = ways.distances(&points, &tills);
        let first_till = points.len();
        let to_till = |from: usize| {
            let ways = (first_till..first_till + tills.len()).map(|till| (distances.length_m(from, till), till));
            ways.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, first_till))
        };
        // Stop number `at` of those that have a place stands at point `at + 1`.
        let is_open = |at: &usize| distances.length_m(0, at + 1).is_finite() && to_till(at + 1).0.is_finite();
        let (open, shut): (Vec<usize>, Vec<usize>) = (0..places.len()).partition(is_open);
        left_out.extend(shut.iter().map(|at| LeftOut { stop: places[*at].0, has_no_place: false }));
        left_out.sort_by_key(|it| it.stop);

        let kinds: Vec<Kind> = open.iter().map(|at| stops[places[*at].0].kind).collect();
        let rules = rules.for_list(kinds.len());
        let costs = Costs::new(&kinds, &rules, |from, to| {
            let from = from.map_or(0, |it| open[it] + 1);
            to.map_or_else(|| to_till(from).0, |it| distances.length_m(from, open[it] + 1))
        });
        let order: Vec<usize> = order_of(&costs, seed).into_iter().map(|it| open[it]).collect();

        let mut legs = Vec::with_capacity(order.len() + 1);
        let mut here = (0, facing, None);
        let ends = order.iter().map(|at| (at + 1, Some(places[*at]))).chain([(usize::MAX, None)]);
        for (end, stop) in ends {
            let (from, facing, aisle) = (here.0, here.1, here.2.take());
            let end = if stop.is_some() { end } else { to_till(from).1 };
            let target = match stop {
                Some((stop, place)) => Target::Stop(stop, place),
                None => Target::Till(end - first_till),
            };
            let line = distances.line(from, end);
            if line.is_empty() {
                return Err(WalkError::NoWay);
            }
            legs.push(Leg { target, length_m: line_length(&line), line, facing, aisle });
            if let Some((_, place)) = stop {
                let aisle = map.fixtures()[place.fixture].sides[place.side].aisle.clone();
                here = (end, place.outward * -1.0, Some(aisle));
            }
        }
        let order: Vec<usize> = order.into_iter().map(|at| places[at].0).collect();
        let length_m = legs.iter().map(|it| it.length_m).sum();
        let rules_cost_m = rules.cost_m(order.iter().map(|it| stops[*it].kind));
        Ok(Self { order, legs, left_out, length_m, rules_cost_m })
    }
}

/// Where one stands at a start, and where one looks.
pub(crate) fn stand(ways: &Ways, start: &Start) -> Result<(Point, Point), WalkError> {
    let map = ways.map();
    match start {
        Start::Kiosk(name) => {
            let kiosk = map.kiosk(name).ok_or(WalkError::NoSuchKiosk)?;
            Ok((before_kiosk(ways, kiosk).ok_or(WalkError::BlockedStart)?, kiosk.facing * -1.0))
        }
        Start::Entrance => {
            let entrance = map.entrances().first().ok_or(WalkError::NoEntrance)?;
            inside_entrance(ways, entrance).ok_or(WalkError::BlockedStart)
        }
        Start::At(point, facing) if ways.is_standable(*point) => {
            Ok((*point, facing.unit().unwrap_or(Point::new(0.0, 1.0))))
        }
        Start::At(..) => Err(WalkError::BlockedStart),
    }
}

/// Where one stands to use a device.
pub(crate) fn before_kiosk(ways: &Ways, kiosk: &Kiosk) -> Option<Point> {
    let middle = kiosk.polygon.middle();
    let depth = kiosk.polygon.rings()[0].iter().map(|it| (*it - middle).dot(kiosk.facing)).fold(0.0, f64::max);
    near(ways, middle + kiosk.facing * depth, kiosk.facing)
}

/// Where one stands when one has come in, and where one looks.
pub(crate) fn inside_entrance(ways: &Ways, entrance: &Entrance) -> Option<(Point, Point)> {
    let [a, b] = entrance.line;
    let left = (b - a).unit()?.to_the_left();
    [left, left * -1.0].iter().find_map(|inward| Some((near(ways, a.middle(b), *inward)?, *inward)))
}

fn near(ways: &Ways, point: Point, way: Point) -> Option<Point> {
    let distances = [STANDING_DISTANCE_M, 0.7, 1.0];
    distances.iter().map(|it| point + way * *it).find(|it| ways.is_standable(*it))
}

impl fmt::Display for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchKiosk => "the map has no kiosk of that name",
            Self::NoEntrance => "the map has no entrance",
            Self::NoTill => "the map has no till",
            Self::BlockedStart => "nobody can stand where the walk begins",
            Self::NoWay => "there is no way from the start through all stops to a till",
        })
    }
}

impl std::error::Error for WalkError {}
