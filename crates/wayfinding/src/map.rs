//! The map of a store as values: what stands where, and which shelf has which address.
//!
//! `geojson.rs` reads and writes it. Whatever makes a map, [`StoreMap::new`] checks it, so that a map that
//! exists can be walked on and drawn. What is wrong with the store rather than with the file is found by
//! [`StoreMap::problems`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use polka_domain::{ShelfAddress, Text};

use crate::geometry::{Bounds, Point, Polygon};
use crate::order::Kind;

/// How far from a shelf a person stands. Close enough to reach in, with room for the feet.
pub const STANDING_DISTANCE_M: f64 = 0.5;

/// A side lies on its fixture's edge as exactly as this.
const SIDE_TOLERANCE_M: f64 = 0.05;

/// A store is not larger than this; what is, has other units than metres.
const LARGEST_M: f64 = 1000.0;

/// Enough for a hypermarket many times over, and little enough that a made-up file cannot fill the memory.
const MOST_CORNERS: usize = 50_000;

/// What something is called, in one or more languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(pub(crate) BTreeMap<String, Text>);

impl Name {
    /// The name in a language (`ru`), or else in the first that there is.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.values().next()).map_or("", Text::as_str)
    }

    /// The names with their languages.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (language.as_str(), text.as_str()))
    }
}

/// Why bytes are no map: which feature, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapError {
    /// The feature by its type and id, `fixture "gondola-3"`, or `the file`.
    pub feature: String,
    /// What is wrong with it, and what would be right, in English.
    pub reason: String,
}

impl MapError {
    pub(crate) fn new(feature: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { feature: feature.into(), reason: reason.into() }
    }
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.feature, self.reason)
    }
}

impl std::error::Error for MapError {}

/// A part of the floor: a department, a one-way or closed part, steps, or a room that is not for customers.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its feature's id.
    pub id: String,
    /// What it is called, if anything; a landmark then.
    pub name: Option<Name>,
    /// Where it is.
    pub polygon: Polygon,
    /// IMDF's category, as it was written.
    pub category: String,
    /// What it is to somebody who walks.
    pub kind: UnitKind,
    /// Whether it is closed for now.
    pub is_closed: bool,
    /// Where it may only be walked one way: that way, a metre long.
    pub one_way: Option<Point>,
    /// How wide the way through it is, where that is less than the map shows: a gate, a pallet.
    pub width_m: Option<f64>,
}

/// What a unit is to somebody who walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// It can be walked.
    Floor,
    /// Only on one's feet.
    Steps,
    /// Not for customers, or solid.
    Blocked,
}

impl UnitKind {
    pub(crate) fn of_category(category: &str) -> Self {
        match category {
            "escalator" | "stairs" | "steps" => Self::Steps,
            "brick" | "column" | "concrete" | "glass" | "kitchen" | "nonpublic" | "office" | "opentobelow"
            | "restroom" | "room" | "storage" | "structure" | "vegetation" => Self::Blocked,
            _ => Self::Floor,
        }
    }
}

/// What stands on the floor and cannot be walked through: a gondola, a wall of shelves, a till's desk.
#[derive(Clone, Debug, PartialEq)]
pub struct Fixture {
    /// Its feature's id.
    pub id: String,
    /// What it is called, if anything; a landmark then.
    pub name: Option<Name>,
    /// Where it stands.
    pub polygon: Polygon,
    /// Its sides with shelves.
    pub sides: Vec<Side>,
}

/// A side of a fixture: bays beside each other, all of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The label of the aisle that it belongs to.
    pub aisle: String,
    /// From where to where its bays go, along the fixture's edge.
    pub line: [Point; 2],
    /// The labels of its bays, in the line's order.
    pub bays: Vec<String>,
    /// The labels of the shelves, from below; none where shelves have no labels.
    pub shelves: Vec<String>,
    /// What lies there, as far as the order of a walk goes.
    pub goods: Kind,
    /// Away from the fixture, a metre long.
    pub(crate) outward: Point,
}

impl Side {
    /// Where a bay's front is, from one end to the other. Bays are counted from 0.
    #[must_use]
    pub fn bay_front(&self, bay: usize) -> [Point; 2] {
        let width = (self.line[1] - self.line[0]) * (1.0 / self.bays.len() as f64);
        let start = self.line[0] + width * bay as f64;
        [start, start + width]
    }

    /// Away from the shelves, towards who stands before them; a metre long.
    #[must_use]
    pub fn outward(&self) -> Point {
        self.outward
    }
}

/// A thing that somebody may ask for, or notice: toilets, a cash machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Amenity {
    /// Its feature's id.
    pub id: String,
    /// What it is called, if anything; a landmark then.
    pub name: Option<Name>,
    /// IMDF's category, or `till`.
    pub category: String,
    /// Where it is; of a till, where one stands to pay.
    pub point: Point,
}

/// A door for customers.
#[derive(Clone, Debug, PartialEq)]
pub struct Entrance {
    /// Its feature's id.
    pub id: String,
    /// What it is called, if anything.
    pub name: Option<Name>,
    /// IMDF's category: `pedestrian.principal` for the main one.
    pub category: String,
    /// The door, from one post to the other.
    pub line: [Point; 2],
}

/// A device of the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Kiosk {
    /// Its feature's id.
    pub id: String,
    /// The device's name, as the store's server knows it.
    pub name: String,
    /// Where it stands or hangs.
    pub polygon: Polygon,
    /// Where its screen looks, a metre long. Who reads it looks the other way.
    pub facing: Point,
}

/// Where an address is: in front of a bay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The fixture, counted from 0 in [`StoreMap::fixtures`].
    pub fixture: usize,
    /// The side of that fixture, counted from 0.
    pub side: usize,
    /// The bay of that side, counted from 0.
    pub bay: usize,
    /// The shelf from below, counted from 0, where the address names one.
    pub shelf: Option<usize>,
    /// The middle of the bay's front.
    pub front: Point,
    /// Away from the shelves, a metre long.
    pub outward: Point,
}

impl Place {
    /// Where one stands before it, if nothing is in the way.
    #[must_use]
    pub fn standing(&self) -> Point {
        self.front + self.outward * STANDING_DISTANCE_M
    }
}

/// The features of a map, before they are checked together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Features {
    pub(crate) venue: (String, Option<Name>),
    pub(crate) level: (String, Polygon),
    pub(crate) units: Vec<Unit>,
    pub(crate) fixtures: Vec<Fixture>,
    pub(crate) amenities: Vec<Amenity>,
    pub(crate) entrances: Vec<Entrance>,
    pub(crate) kiosks: Vec<Kiosk>,
}

/// The map of a store: one floor in a plane, in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreMap {
    features: Features,
    tills: Vec<Amenity>,
    /// Of each aisle, its bays: fixture, side, bay.
    aisles: BTreeMap<String, Vec<(usize, usize, usize)>>,
}

impl StoreMap {
    /// Checks features that belong together.
    pub(crate) fn new(mut features: Features) -> Result<Self, MapError> {
        let outline = features.level.1.bounds();
        let size = outline.high - outline.low;
        let level = named("level", &features.level.0);
        if size.x.max(size.y) > LARGEST_M {
            return Err(MapError::new(level, "is more than 1000 m long; coordinates are metres"));
        }
        if size.x.min(size.y) < 2.0 {
            return Err(MapError::new(level, "is less than 2 m wide; coordinates are metres, not degrees"));
        }
        features.one_id_each()?;
        let mut corners = 0;
        let around = outline.grown(LARGEST_M);
        for (feature, polygon) in features.polygons() {
            corners += polygon.rings().iter().map(Vec::len).sum::<usize>();
            if corners > MOST_CORNERS {
                return Err(MapError::new(
                    feature,
                    format!("is one too many: a map has at most {MOST_CORNERS} corners"),
                ));
            }
            if !around.contains(polygon.bounds().low) || !around.contains(polygon.bounds().high) {
                return Err(MapError::new(feature, "is a kilometre away from the level"));
            }
        }
        for fixture in &mut features.fixtures {
            let feature = named("fixture", &fixture.id);
            for side in &mut fixture.sides {
                side.check(&feature)?;
                side.outward = side.away_from(&fixture.polygon).ok_or_else(|| {
                    let aisle = &side.aisle;
                    MapError::new(&feature, format!("its side of aisle {aisle} does not lie along the polygon's edge"))
                })?;
            }
        }
        let mut aisles = BTreeMap::<String, Vec<_>>::new();
        for (at_fixture, fixture) in features.fixtures.iter().enumerate() {
            for (at_side, side) in fixture.sides.iter().enumerate() {
                let bays = aisles.entry(side.aisle.clone()).or_default();
                bays.extend((0..side.bays.len()).map(|at_bay| (at_fixture, at_side, at_bay)));
            }
        }
        let tills = features.amenities.iter().filter(|it| it.category == "till").cloned().collect();
        Ok(Self { features, tills, aisles })
    }

    pub(crate) fn features(&self) -> &Features {
        &self.features
    }

    /// What the store is called.
    #[must_use]
    pub fn name(&self) -> Option<&Name> {
        self.features.venue.1.as_ref()
    }

    /// The walls: inside is floor, unless something stands there.
    #[must_use]
    pub fn outline(&self) -> &Polygon {
        &self.features.level.1
    }

    /// The smallest upright rectangle around the floor.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.outline().bounds()
    }

    /// Departments and parts with rules of their own.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.features.units
    }

    /// What stands on the floor.
    #[must_use]
    pub fn fixtures(&self) -> &[Fixture] {
        &self.features.fixtures
    }

    /// Toilets and the like; the tills too.
    #[must_use]
    pub fn amenities(&self) -> &[Amenity] {
        &self.features.amenities
    }

    /// Where one can pay.
    #[must_use]
    pub fn tills(&self) -> &[Amenity] {
        &self.tills
    }

    /// The doors, the main one first.
    #[must_use]
    pub fn entrances(&self) -> &[Entrance] {
        &self.features.entrances
    }

    /// The devices.
    #[must_use]
    pub fn kiosks(&self) -> &[Kiosk] {
        &self.features.kiosks
    }

    /// The device of a name.
    #[must_use]
    pub fn kiosk(&self, name: &str) -> Option<&Kiosk> {
        self.kiosks().iter().find(|it| it.name == name)
    }

    /// The labels of the aisles.
    pub fn aisles(&self) -> impl Iterator<Item = &str> {
        self.aisles.keys().map(String::as_str)
    }

    /// Every address down to the shelf (or the bay, where shelves have no labels), aisle by aisle.
    pub fn addresses(&self) -> impl Iterator<Item = ShelfAddress> + '_ {
        self.aisles.values().flatten().flat_map(|&(fixture, side, bay)| {
            let side = &self.fixtures()[fixture].sides[side];
            let shelves = if side.shelves.is_empty() { &[String::new()][..] } else { &side.shelves };
            let of_shelf =
                move |shelf: &String| ShelfAddress::parse(&side.aisle, &side.bays[bay], shelf).ok().flatten();
            shelves.iter().filter_map(of_shelf).collect::<Vec<_>>()
        })
    }

    /// Where an address is. Of an address without bay: the middle of its aisle. Where a bay's label is on
    /// both sides of the aisle: the one nearer to that middle.
    #[must_use]
    pub fn place(&self, address: &ShelfAddress) -> Option<Place> {
        let bays = self.aisles.get(address.aisle())?;
        let matching = bays.iter().filter_map(|&(at_fixture, at_side, bay)| {
            let side = &self.fixtures()[at_fixture].sides[at_side];
            if address.bay().is_some_and(|label| label != side.bays[bay]) {
                return None;
            }
            let shelf = match address.shelf() {
                Some(label) => Some(side.shelves.iter().position(|it| it == label)?),
                None => None,
            };
            let [start, end] = side.bay_front(bay);
            let (front, outward) = (start.middle(end), side.outward);
            Some(Place { fixture: at_fixture, side: at_side, bay, shelf, front, outward })
        });
        let matching: Vec<Place> = matching.collect();
        let sum = matching.iter().fold(Point::new(0.0, 0.0), |sum, place| sum + place.standing());
        let middle = sum * (1.0 / matching.len().max(1) as f64);
        matching.into_iter().min_by(|a, b| a.standing().distance(middle).total_cmp(&b.standing().distance(middle)))
    }
}

pub(crate) fn named(feature_type: &str, id: &str) -> String {
    format!("{feature_type} \"{id}\"")
}

impl Features {
    fn polygons(&self) -> impl Iterator<Item = (String, &Polygon)> {
        let level = std::iter::once((named("level", &self.level.0), &self.level.1));
        level
            .chain(self.units.iter().map(|it| (named("unit", &it.id), &it.polygon)))
            .chain(self.fixtures.iter().map(|it| (named("fixture", &it.id), &it.polygon)))
            .chain(self.kiosks.iter().map(|it| (named("kiosk", &it.id), &it.polygon)))
    }

    fn one_id_each(&self) -> Result<(), MapError> {
        let mut seen = BTreeSet::new();
        let ids = [("venue", &self.venue.0), ("level", &self.level.0)].into_iter();
        let ids = ids
            .chain(self.units.iter().map(|it| ("unit", &it.id)))
            .chain(self.fixtures.iter().map(|it| ("fixture", &it.id)))
            .chain(self.amenities.iter().map(|it| ("amenity", &it.id)))
            .chain(self.entrances.iter().map(|it| ("opening", &it.id)))
            .chain(self.kiosks.iter().map(|it| ("kiosk", &it.id)));
        for (feature_type, id) in ids {
            if !seen.insert(id) {
                return Err(MapError::new(named(feature_type, id), "has the id of another feature; each has its own"));
            }
        }
        let mut devices = BTreeSet::new();
        match self.kiosks.iter().find(|it| !devices.insert(&it.name)) {
            None => Ok(()),
            Some(kiosk) => {
                let reason = format!("has the name of another kiosk, \"{}\"; a device stands in one place", kiosk.name);
                Err(MapError::new(named("kiosk", &kiosk.id), reason))
            }
        }
    }
}

impl Side {
    fn check(&self, feature: &str) -> Result<(), MapError> {
        let aisle = &self.aisle;
        if self.bays.is_empty() {
            return Err(MapError::new(feature, format!("its side of aisle {aisle} has no bays; list their labels")));
        }
        if self.line[0].distance(self.line[1]) < 0.1 {
            return Err(MapError::new(feature, format!("its side of aisle {aisle} is less than 0.1 m long")));
        }
        let is_label =
            |label: &str| matches!(ShelfAddress::parse(label, "", ""), Ok(Some(address)) if address.aisle() == label);
        match std::iter::once(aisle).chain(&self.bays).chain(&self.shelves).find(|it| !is_label(it)) {
            None => Ok(()),
            Some(label) => {
                let reason = format!("aisle {aisle} has the label \"{label}\", not 1 to 8 letters, digits or hyphens");
                Err(MapError::new(feature, reason))
            }
        }
    }

    /// The direction to where one stands; `None` where the side is not along the polygon's edge.
    fn away_from(&self, polygon: &Polygon) -> Option<Point> {
        let [start, end] = self.line;
        let middle = start.middle(end);
        if [start, middle, end].iter().any(|it| polygon.edge_distance(*it) > SIDE_TOLERANCE_M) {
            return None;
        }
        let left = (end - start).unit()?.to_the_left();
        let is_inside = |way: Point| polygon.contains(middle + way * (2.0 * SIDE_TOLERANCE_M));
        match (is_inside(left), is_inside(left * -1.0)) {
            (true, false) => Some(left * -1.0),
            (false, true) => Some(left),
            _ => None,
        }
    }
}
