//! A way as it is drawn and as it is said: pure.

use std::sync::Arc;

use polka_domain::ShelfAddress;
use polka_wayfinding::{
    Direction, Hand, Kind, Leg, Place, Point, Polygon, Profile, SoftRules, Start, Stop, StoreMap, Target, Turn, Walk,
    Ways,
};

use crate::i18n::Locale;
use crate::ui::shelf::sentence;
use crate::words::find_way as words;

/// A way to one product.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Way {
    /// Whether it begins at this device; else at the entrance.
    pub(crate) is_from_device: bool,
    /// What is said, one after the other.
    pub(crate) directions: Vec<Direction>,
    pub(crate) drawing: Drawing,
    /// Which shelf from below, from 1, of how many.
    pub(crate) shelf: Option<(usize, usize)>,
}

/// What is drawn, in metres; x to the right and y down, turned so that the person looks up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawing {
    /// Left, top, width and height.
    pub(crate) view: [f64; 4],
    pub(crate) outline: Shape,
    pub(crate) fixtures: Vec<Shape>,
    /// That of the product.
    pub(crate) goal_fixture: Shape,
    pub(crate) line: Vec<(f64, f64)>,
    /// In front of the product's shelf.
    pub(crate) goal: (f64, f64),
}

/// The rings of a polygon.
pub(crate) type Shape = Vec<Vec<(f64, f64)>>;

/// White space around the store, in metres.
const MARGIN_M: f64 = 1.0;

impl Way {
    /// The shortest way from the device of this name, or else from the entrance; `None` where there is none.
    pub(crate) fn find(map: &Arc<StoreMap>, device: Option<&str>, to: &ShelfAddress, profile: Profile) -> Option<Self> {
        let ways = Ways::new(Arc::clone(map), profile);
        let stops = [Stop { address: to.clone(), kind: Kind::Normal }];
        let plan = |start: Start| Walk::plan(&ways, &start, &stops, &SoftRules::default(), 0).ok();
        let device = device.filter(|name| map.kiosk(name).is_some());
        let walk = device.and_then(|name| plan(Start::Kiosk(name.to_owned())));
        let is_from_device = walk.is_some();
        let walk = walk.or_else(|| plan(Start::Entrance))?;
        let leg = walk.legs.first()?;
        let Target::Stop(_, place) = leg.target else { return None };
        Some(Self {
            is_from_device,
            directions: walk.directions(&ways, 0),
            drawing: draw(map, leg, place),
            shelf: place.shelf.map(|shelf| (shelf + 1, map.fixtures()[place.fixture].sides[place.side].shelves.len())),
        })
    }

    /// What is said, a sentence each.
    pub(crate) fn sentences(&self, locale: Locale) -> Vec<String> {
        let start = if self.is_from_device { words::start_device(locale) } else { words::start_entrance(locale) };
        let directions = self.directions.iter().filter_map(|direction| in_words(direction, locale));
        std::iter::once(start.to_owned()).chain(directions).collect()
    }
}

fn in_words(direction: &Direction, locale: Locale) -> Option<String> {
    Some(match direction {
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
        // The way to one product ends there.
        Direction::Till { .. } => return None,
    })
}

fn draw(map: &StoreMap, leg: &Leg, place: Place) -> Drawing {
    let turned = |point: &Point| {
        let ahead = leg.facing;
        (point.x * ahead.y - point.y * ahead.x, -(point.x * ahead.x + point.y * ahead.y))
    };
    let shape = |polygon: &Polygon| polygon.rings().iter().map(|ring| ring.iter().map(turned).collect()).collect();
    let outline: Shape = shape(map.outline());
    let corners = || outline.iter().flatten();
    let least = |get: fn(&(f64, f64)) -> f64| corners().map(get).fold(f64::INFINITY, f64::min) - MARGIN_M;
    let most = |get: fn(&(f64, f64)) -> f64| corners().map(get).fold(f64::NEG_INFINITY, f64::max) + MARGIN_M;
    let (left, top) = (least(|it| it.0), least(|it| it.1));
    let view = [left, top, most(|it| it.0) - left, most(|it| it.1) - top];
    let fixtures = map.fixtures().iter().enumerate().filter(|(at, _)| *at != place.fixture);
    Drawing {
        view,
        fixtures: fixtures.map(|(_, fixture)| shape(&fixture.polygon)).collect(),
        goal_fixture: shape(&map.fixtures()[place.fixture].polygon),
        outline,
        line: leg.line.iter().map(turned).collect(),
        goal: turned(&place.front),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> Arc<StoreMap> {
        let map = StoreMap::parse(include_bytes!("../../../crates/server/demo/map.geojson"));
        Arc::new(map.expect("the demo's map"))
    }

    fn address(aisle: &str, bay: &str, shelf: &str) -> ShelfAddress {
        ShelfAddress::parse(aisle, bay, shelf).expect("an address").expect("an address")
    }

    #[test]
    fn a_way_is_said_from_where_one_stands_to_the_shelf() {
        let way = Way::find(&demo(), Some("Demo"), &address("3", "2", "2"), Profile::on_foot()).expect("a way");
        let sentences = way.sentences(Locale::English);
        assert_eq!(sentences.first().map(String::as_str), Some("Stand facing this screen."));
        let last = sentences.last().expect("an end");
        assert!(last.starts_with("The product is "), "{last}");
        assert!(last.ends_with("shelf 2 from below."), "{last}");
        assert!(sentences.iter().any(|it| it.starts_with("Go straight")), "{sentences:?}");
        assert_eq!(way.sentences(Locale::Russian).len(), sentences.len());
    }

    #[test]
    fn a_device_that_is_not_on_the_map_begins_at_the_entrance() {
        let way = Way::find(&demo(), Some("Bakery"), &address("3", "2", "2"), Profile::on_foot()).expect("a way");
        assert!(!way.is_from_device);
        assert_eq!(way.sentences(Locale::English)[0], "Stand at the entrance, facing the store.");
    }

    #[test]
    fn the_person_looks_up_and_all_is_drawn_within_the_picture() {
        let way = Way::find(&demo(), Some("Demo"), &address("7", "1", "1"), Profile::on_wheels()).expect("a way");
        let [left, top, width, height] = way.drawing.view;
        for (x, y) in way.drawing.line.iter().chain(way.drawing.fixtures.iter().flatten().flatten()) {
            assert!((left..=left + width).contains(x) && (top..=top + height).contains(y), "{x} {y}");
        }
    }

    #[test]
    fn an_address_without_a_place_has_no_way() {
        assert_eq!(Way::find(&demo(), None, &address("999", "1", "1"), Profile::on_foot()), None);
    }
}
