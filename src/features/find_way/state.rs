//! A way through the store as it is drawn and as it is said, and how far somebody has gone it: pure.

use std::sync::Arc;

use polka_domain::{ContentUnit, Gtin, Product};
use polka_wayfinding::{
    Direction, Hand, Kind, Place, Point, Polygon, SoftRules, Start, Stop, Target, Turn, Walk, Ways,
};

use crate::i18n::Locale;
use crate::ui::shelf::sentence;
use crate::words::find_way as words;

/// Something that somebody wants to find.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Goal {
    pub(crate) product: Product,
    /// How many of it.
    pub(crate) quantity: u8,
}

/// Where a way begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum From {
    /// In front of this device.
    Device,
    /// Inside the entrance.
    Entrance,
    /// In front of a shelf, looking at it.
    Shelf(Point, Point),
}

/// A way to all goals and on to a till.
#[derive(Clone)]
pub(crate) struct Trip {
    ways: Arc<Ways>,
    walk: Walk,
    from: From,
    /// Those that were passed before, and then the others in the order of the walk.
    pub(crate) goals: Vec<Goal>,
    /// How many were passed before.
    passed: usize,
    /// Those that the map does not lead to.
    pub(crate) left_out: Vec<Goal>,
}

impl PartialEq for Trip {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ways, &other.ways)
            && (self.from, self.passed) == (other.from, other.passed)
            && (&self.walk, &self.goals, &self.left_out) == (&other.walk, &other.goals, &other.left_out)
    }
}

/// From so many thousandths of a kilogram or litre on a pack is heavy.
const HEAVY_THOUSANDTHS: u64 = 5_000;

impl Trip {
    /// The best walk from the device of this name, or else from the entrance; where somebody has gone a part of it,
    /// from there. `None` where the map leads to nothing of it.
    pub(crate) fn plan(ways: &Arc<Ways>, device: Option<&str>, walked: &Walked, goals: Vec<Goal>) -> Option<Self> {
        let is_passed = |goal: &Goal| walked.passed.contains(&goal.product.gtin);
        let (mut passed, ahead): (Vec<_>, Vec<_>) = goals.into_iter().partition(is_passed);
        passed.sort_by_key(|goal| walked.passed.iter().position(|gtin| *gtin == goal.product.gtin));
        let (with_address, mut left_out): (Vec<_>, Vec<_>) =
            ahead.into_iter().partition(|goal| goal.product.shelf_address.is_some());
        let stops: Vec<Stop> = with_address.iter().filter_map(|goal| stop(ways, goal)).collect();
        let plan = |start: &Start| Walk::plan(ways, start, &stops, &SoftRules::default(), 0).ok();
        let of_device = || {
            let name = device.filter(|name| ways.map().kiosk(name).is_some())?;
            Some((From::Device, plan(&Start::Kiosk(name.to_owned()))?))
        };
        let of_shelf =
            || walked.from.and_then(|(at, facing)| Some((From::Shelf(at, facing), plan(&Start::At(at, facing))?)));
        let of_entrance = || Some((From::Entrance, plan(&Start::Entrance)?));
        let (from, walk) = of_shelf().or_else(of_device).or_else(of_entrance)?;
        if walk.order.is_empty() && passed.is_empty() {
            return None;
        }
        left_out.extend(walk.left_out.iter().map(|it| with_address[it.stop].clone()));
        let count = passed.len();
        let goals = passed.into_iter().chain(walk.order.iter().map(|at| with_address[*at].clone())).collect();
        Some(Self { ways: Arc::clone(ways), walk, from, goals, passed: count, left_out })
    }

    /// The number of a part of it: a goal's, or one more for the tills.
    pub(crate) fn number(&self, here: Here) -> usize {
        let found = match here {
            Here::Next => None,
            Here::Goal(gtin) => self.goals.iter().position(|goal| goal.product.gtin == gtin),
            Here::Tills => Some(self.goals.len()),
        };
        found.unwrap_or(self.passed)
    }

    fn here(&self, number: usize) -> Here {
        self.goals.get(number).map_or(Here::Tills, |goal| Here::Goal(goal.product.gtin))
    }

    /// What is said of a part, a sentence each. Nothing of one that was passed before.
    pub(crate) fn sentences(&self, number: usize, locale: Locale) -> Vec<String> {
        let Some(leg) = number.checked_sub(self.passed) else { return Vec::new() };
        let start = match (leg, self.from) {
            (0, From::Device) => words::start_device(locale),
            (0, From::Entrance) => words::start_entrance(locale),
            _ => words::start_shelf(locale),
        };
        let directions = self.walk.directions(&self.ways, leg);
        std::iter::once(start.to_owned()).chain(directions.iter().map(|it| in_words(it, locale))).collect()
    }

    fn place(&self, number: usize) -> Option<Place> {
        let leg = self.walk.legs.get(number.checked_sub(self.passed)?)?;
        match leg.target {
            Target::Stop(_, place) => Some(place),
            Target::Till(_) => None,
        }
    }

    /// Which shelf of a goal's bay it is from below, from 1, of how many.
    pub(crate) fn shelf(&self, number: usize) -> Option<(usize, usize)> {
        let place = self.place(number)?;
        let count = self.ways.map().fixtures()[place.fixture].sides[place.side].shelves.len();
        Some((place.shelf? + 1, count))
    }

    /// The store with the way, turned as one stands where a part begins.
    pub(crate) fn drawing(&self, number: usize) -> Drawing {
        let map = self.ways.map();
        let legs = &self.walk.legs;
        let current = number.saturating_sub(self.passed).min(legs.len().saturating_sub(1));
        let ahead = legs.get(current).map_or(Point::new(0.0, 1.0), |leg| leg.facing);
        let turned = |point: &Point| (point.x * ahead.y - point.y * ahead.x, -(point.x * ahead.x + point.y * ahead.y));
        let line = |line: &Vec<Point>| line.iter().map(turned).collect::<Vec<_>>();
        let shape = |polygon: &Polygon| polygon.rings().iter().map(line).collect::<Shape>();
        let outline = shape(map.outline());
        let corners = || outline.iter().flatten();
        let least = |get: fn(&(f64, f64)) -> f64| corners().map(get).fold(f64::INFINITY, f64::min) - MARGIN_M;
        let most = |get: fn(&(f64, f64)) -> f64| corners().map(get).fold(f64::NEG_INFINITY, f64::max) + MARGIN_M;
        let (left, top) = (least(|it| it.0), least(|it| it.1));
        let view = [left, top, most(|it| it.0) - left, most(|it| it.1) - top];
        let goal_fixture = self.place(number).map(|place| place.fixture);
        let (goal_fixtures, fixtures): (Vec<_>, Vec<_>) =
            map.fixtures().iter().enumerate().partition(|(at, _)| Some(*at) == goal_fixture);
        let shapes = |fixtures: Vec<(usize, &polka_wayfinding::Fixture)>| {
            fixtures.into_iter().map(|(_, fixture)| shape(&fixture.polygon)).collect()
        };
        // What stands at one bay has one mark.
        let mut marks: Vec<Mark> = Vec::new();
        for number_of_goal in self.passed..self.goals.len() {
            let Some(place) = self.place(number_of_goal) else { continue };
            let at = turned(&place.front);
            let is_here = number_of_goal == number;
            match marks.iter_mut().find(|mark| (mark.at.0 - at.0).hypot(mark.at.1 - at.1) < ONE_MARK_M) {
                Some(mark) => {
                    mark.is_here |= is_here;
                    mark.last = number_of_goal + 1;
                }
                None => marks.push(Mark { at, first: number_of_goal + 1, last: number_of_goal + 1, is_here }),
            }
        }
        let till = legs.last().and_then(|leg| leg.line.last()).map(turned);
        Drawing {
            view,
            fixtures: shapes(fixtures),
            goal_fixtures: shapes(goal_fixtures),
            others: legs.iter().enumerate().filter(|(at, _)| *at != current).map(|(_, leg)| line(&leg.line)).collect(),
            line: legs.get(current).map(|leg| line(&leg.line)).unwrap_or_default(),
            outline,
            marks,
            till,
        }
    }
}

/// Where a goal stands and what it means for the order; `None` without an address.
fn stop(ways: &Ways, goal: &Goal) -> Option<Stop> {
    let address = goal.product.shelf_address.clone()?;
    let thousandths = goal.product.content.map_or(0, |content| {
        let amount = u64::from(content.amount_thousandths()) * u64::from(content.count()) * u64::from(goal.quantity);
        match content.unit() {
            ContentUnit::Kilogram | ContentUnit::Litre => amount,
            ContentUnit::Gram | ContentUnit::Millilitre => amount / 1000,
            ContentUnit::Piece | ContentUnit::Metre => 0,
        }
    });
    let map = ways.map();
    let goods = map.place(&address).map_or(Kind::Normal, |it| map.fixtures()[it.fixture].sides[it.side].goods);
    let kind = if goods == Kind::Normal && thousandths >= HEAVY_THOUSANDTHS { Kind::Heavy } else { goods };
    Some(Stop { address, kind })
}

/// Which part of a way somebody is told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Here {
    /// The first that lies ahead.
    #[default]
    Next,
    /// The part that leads to this product.
    Goal(Gtin),
    /// The last, to the tills.
    Tills,
}

/// How far somebody has gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Walked {
    pub(crate) here: Here,
    /// What was passed before the way was planned anew.
    passed: Vec<Gtin>,
    /// Where that was, and where one looks there.
    from: Option<(Point, Point)>,
}

impl Walked {
    /// What the plan goes by: all but which part is told of.
    pub(crate) fn planned_from(&self) -> Self {
        Self { here: Here::Next, ..self.clone() }
    }

    /// Goes on to the next part, as far as the tills.
    pub(crate) fn forward(&mut self, trip: &Trip) {
        self.here = trip.here((trip.number(self.here) + 1).min(trip.goals.len()));
    }

    /// Goes back to the part before.
    pub(crate) fn back(&mut self, trip: &Trip) {
        self.here = trip.here(trip.number(self.here).saturating_sub(1).max(trip.passed));
    }

    /// Takes something else in the place of a goal. Who carries the way along goes on from the shelf before which
    /// they stand; who reads it at the device will come from there again.
    pub(crate) fn take_instead(&mut self, trip: &Trip, instead: Gtin, is_carried: bool) {
        let number = trip.number(self.here);
        let standing = trip.place(number).and_then(|it| Some((trip.ways.standing(&it)?, it.outward * -1.0)));
        match standing.filter(|_| is_carried) {
            Some(standing) => {
                self.passed = trip.goals[..number].iter().map(|goal| goal.product.gtin).collect();
                self.from = Some(standing);
                self.here = Here::Next;
            }
            None => self.here = Here::Goal(instead),
        }
    }
}

/// What is drawn, in metres; x to the right and y down, turned so that the person looks up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawing {
    /// Left, top, width and height.
    pub(crate) view: [f64; 4],
    pub(crate) outline: Shape,
    pub(crate) fixtures: Vec<Shape>,
    /// What the part that is told of leads to.
    pub(crate) goal_fixtures: Vec<Shape>,
    /// That part.
    pub(crate) line: Vec<(f64, f64)>,
    /// All other parts.
    pub(crate) others: Vec<Vec<(f64, f64)>>,
    pub(crate) marks: Vec<Mark>,
    /// Where the way ends.
    pub(crate) till: Option<(f64, f64)>,
}

/// The goals at one bay, by their numbers from 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) at: (f64, f64),
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Whether the part that is told of leads here.
    pub(crate) is_here: bool,
}

/// The rings of a polygon.
pub(crate) type Shape = Vec<Vec<(f64, f64)>>;

/// White space around the store, in metres.
const MARGIN_M: f64 = 1.0;
/// Goals that are no farther from each other have one mark.
const ONE_MARK_M: f64 = 1.0;

fn in_words(direction: &Direction, locale: Locale) -> String {
    match direction {
        Direction::Turn { turn, into: None } => match turn {
            Turn::Left => words::turn_left(locale),
            Turn::Right => words::turn_right(locale),
            Turn::Around => words::turn_around(locale),
        }
        .to_owned(),
        Direction::Turn { turn, into: Some(aisle) } => match turn {
            Turn::Left => words::turn_left_into(locale, aisle),
            Turn::Right => words::turn_right_into(locale, aisle),
            Turn::Around => words::turn_around_into(locale, aisle),
        },
        Direction::GoStraight { steps, past } => {
            let count = steps.to_string();
            match (past.as_ref().map(|past| past.in_language(locale.code())), steps) {
                (None, 1) => words::straight_one(locale, &count),
                (None, _) => words::straight(locale, &count),
                (Some(past), 1) => words::straight_past_one(locale, past, &count),
                (Some(past), _) => words::straight_past(locale, past, &count),
            }
        }
        Direction::Arrive { hand, bay, shelf_from_below, .. } => {
            let hand = match hand {
                Hand::Left => words::arrive_left(locale),
                Hand::Right => words::arrive_right(locale),
                Hand::Ahead => words::arrive_ahead(locale),
            };
            let bay = bay.map(|bay| words::arrive_bay(locale, &bay.to_string()));
            let shelf = shelf_from_below.map(|shelf| words::arrive_shelf(locale, &shelf.to_string()));
            sentence([Some(hand.to_owned()), bay, shelf].into_iter().flatten()) + "."
        }
        Direction::Till { .. } => words::arrive_till(locale).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use polka_wayfinding::{Profile, StoreMap};

    use super::*;
    use crate::ui::examples::{milk, product};

    fn demo(profile: Profile) -> Arc<Ways> {
        let map = StoreMap::parse(include_bytes!("../../../crates/server/demo/map.geojson")).expect("the demo's map");
        Arc::new(Ways::new(Arc::new(map), profile))
    }

    fn goal(product: Product) -> Goal {
        Goal { product, quantity: 1 }
    }

    /// Milk (chilled), something from the freezer, tea and water.
    fn list() -> Vec<Goal> {
        let frozen = product("9521040000276", ("Мороженое", "Ice cream"), 9900, ["6", "8", "1"]);
        let tea = product("9521040000443", ("Чай", "Tea"), 9900, ["9", "2", "3"]);
        let water = product("9521040000610", ("Вода", "Water"), 9900, ["12", "2", "1"]);
        [milk(), frozen, tea, water].map(goal).to_vec()
    }

    fn plan(device: Option<&str>, walked: &Walked, goals: Vec<Goal>) -> Option<Trip> {
        Trip::plan(&demo(Profile::on_foot()), device, walked, goals)
    }

    #[test]
    fn a_way_is_said_from_where_one_stands_to_the_shelf() {
        let trip = plan(Some("Demo"), &Walked::default(), vec![goal(milk())]).expect("a way");
        let sentences = trip.sentences(0, Locale::English);
        assert_eq!(sentences.first().map(String::as_str), Some("Stand facing this screen."));
        let last = sentences.last().expect("an end");
        assert!(last.starts_with("The product is "), "{last}");
        assert!(last.ends_with("shelf 2 from below."), "{last}");
        assert!(sentences.iter().any(|it| it.starts_with("Go straight")), "{sentences:?}");
        assert_eq!(trip.sentences(0, Locale::Russian).len(), sentences.len());
    }

    #[test]
    fn a_device_that_is_not_on_the_map_begins_at_the_entrance() {
        let trip = plan(Some("Bakery"), &Walked::default(), vec![goal(milk())]).expect("a way");
        assert_eq!(trip.sentences(0, Locale::English)[0], "Stand at the entrance, facing the store.");
    }

    #[test]
    fn a_list_leads_to_each_product_once_the_frozen_one_last_and_then_to_the_tills() {
        let trip = plan(Some("Demo"), &Walked::default(), list()).expect("a way");
        assert_eq!(trip.goals.len(), 4);
        assert_eq!(trip.goals[3].product.name_en.as_ref().map(ToString::to_string), Some("Ice cream".into()));
        let mut walked = Walked::default();
        let mut seen = vec![trip.number(walked.here)];
        for _ in 0..5 {
            walked.forward(&trip);
            seen.push(trip.number(walked.here));
        }
        assert_eq!(seen, [0, 1, 2, 3, 4, 4]);
        assert_eq!(trip.sentences(1, Locale::English)[0], "Stand facing the shelf.");
        assert_eq!(trip.sentences(4, Locale::English).last().map(String::as_str), Some("The tills are here."));
        walked.back(&trip);
        assert_eq!(trip.number(walked.here), 3);
    }

    #[test]
    fn what_is_taken_instead_is_next_for_who_walks_and_in_its_place_for_who_reads() {
        let trip = plan(Some("Demo"), &Walked::default(), list()).expect("a way");
        let mut walked = Walked::default();
        walked.forward(&trip);
        let other = product("9521040000788", ("Кефир", "Kefir"), 9900, ["3", "5", "2"]);
        let missing = trip.goals[1].product.gtin;
        let goals =
            || list().into_iter().filter(|it| it.product.gtin != missing).chain([goal(other.clone())]).collect();

        let mut carried = walked.clone();
        carried.take_instead(&trip, other.gtin, true);
        let next = plan(Some("Demo"), &carried, goals()).expect("a way");
        assert_eq!((next.number(carried.here), next.goals.len()), (1, 4), "one was passed before");
        assert_eq!(next.goals[0], trip.goals[0]);
        assert_eq!(next.sentences(1, Locale::English)[0], "Stand facing the shelf.");
        assert_eq!(next.sentences(0, Locale::English), Vec::<String>::new());

        walked.take_instead(&trip, other.gtin, false);
        let anew = plan(Some("Demo"), &walked, goals()).expect("a way");
        assert_eq!(anew.goals[anew.number(walked.here)].product, other);
        assert_eq!(anew.sentences(0, Locale::English)[0], "Stand facing this screen.");
    }

    #[test]
    fn the_person_looks_up_and_all_is_drawn_within_the_picture() {
        let ways = demo(Profile::on_wheels());
        let trip = Trip::plan(&ways, Some("Demo"), &Walked::default(), list()).expect("a way");
        for number in 0..=trip.goals.len() {
            let drawing = trip.drawing(number);
            let [left, top, width, height] = drawing.view;
            let lines = drawing.line.iter().chain(drawing.others.iter().flatten());
            let marks = drawing.marks.iter().map(|mark| &mark.at);
            for (x, y) in lines.chain(marks).chain(drawing.fixtures.iter().flatten().flatten()) {
                assert!((left..=left + width).contains(x) && (top..=top + height).contains(y), "{x} {y}");
            }
            let here: Vec<_> = drawing.marks.iter().filter(|mark| mark.is_here).map(|mark| mark.first).collect();
            assert_eq!(here, if number < 4 { vec![number + 1] } else { Vec::new() });
        }
    }

    #[test]
    fn what_the_map_does_not_lead_to_is_left_to_the_staff() {
        let nowhere = product("9521040000788", ("Кефир", "Kefir"), 9900, ["999", "1", "1"]);
        let unplaced = product("9521040000955", ("Соль", "Salt"), 9900, [""; 3]);
        assert!(plan(None, &Walked::default(), vec![goal(nowhere.clone())]).is_none());
        let trip = plan(None, &Walked::default(), vec![goal(milk()), goal(nowhere), goal(unplaced)]).expect("a way");
        assert_eq!((trip.goals.len(), trip.left_out.len()), (1, 2));
    }
}
