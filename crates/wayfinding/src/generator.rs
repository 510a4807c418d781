//! Made-up stores of any size: the same [`Recipe`], the same store.
//!
//! Gondolas stand upright on the map, in one to three blocks above each other. Shelves go along the left,
//! the back and the right wall. Entrance, tills and devices are at the bottom. At times an aisle is one-way,
//! a part is closed, narrow or has steps, pillars stand in the way, or an island that is not square.

use std::collections::BTreeMap;

use polka_domain::{ShelfAddress, Text};

use crate::chance::Chance;
use crate::geometry::{Point, Polygon};
use crate::map::{Amenity, Entrance, Features, Fixture, Kiosk, Name, Side, StoreMap, Unit, UnitKind};
use crate::order::Kind;
use crate::walk::Stop;

/// What store to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// How many gondolas stand there, at least 1.
    pub gondolas: usize,
    /// In how many blocks, at least 1.
    pub blocks: usize,
    /// Whether there may be closed, one-way and narrow parts, and steps.
    pub has_obstacles: bool,
    /// What chance begins with.
    pub seed: u64,
}

impl Recipe {
    /// A store of 10 to 60 gondolas in one to three blocks, as the seed will have it.
    #[must_use]
    pub fn any(seed: u64) -> Self {
        let mut chance = Chance::new(!seed);
        Self { gondolas: 10 + chance.below(51), blocks: 1 + chance.below(3), has_obstacles: true, seed }
    }
}

/// A made-up store.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its map.
    pub map: StoreMap,
    kinds: BTreeMap<String, Kind>,
}

impl Store {
    /// Makes a store.
    ///
    /// # Panics
    /// Never: what is made here is a map.
    #[must_use]
    pub fn of(recipe: Recipe) -> Self {
        let mut maker = Maker::new(recipe);
        maker.walls();
        maker.gondolas();
        maker.front();
        maker.obstacles();
        let map = StoreMap::new(maker.features).expect("what is made here is a map");
        // As if it had come from its file, whose numbers are rounded.
        let map = StoreMap::parse(map.to_geojson().as_bytes()).expect("what was just written can be read");
        Self { map, kinds: maker.kinds }
    }

    /// A list of so many stops, all in places that the map has.
    #[must_use]
    pub fn list(&self, stops: usize, seed: u64) -> Vec<Stop> {
        let addresses: Vec<ShelfAddress> = self.map.addresses().collect();
        let mut chance = Chance::new(seed);
        let mut stop = || {
            let address = addresses[chance.below(addresses.len())].clone();
            let kind = self.kind_at(&address);
            Stop { address, kind }
        };
        (0..stops).map(|_| stop()).collect()
    }

    /// What is kept at an address: each aisle has things of one kind.
    #[must_use]
    pub fn kind_at(&self, address: &ShelfAddress) -> Kind {
        self.kinds.get(address.aisle()).copied().unwrap_or_default()
    }
}

const GONDOLA_WIDTH_M: f64 = 1.0;
const WALL_SHELF_DEPTH_M: f64 = 0.6;
const CROSS_AISLE_M: f64 = 2.4;
/// Entrance, tills and devices are below the gondolas.
const FRONT_M: f64 = 8.0;

struct Maker {
    recipe: Recipe,
    chance: Chance,
    features: Features,
    kinds: BTreeMap<String, Kind>,
    columns: usize,
    bays: usize,
    bay_m: f64,
    aisle_m: f64,
    size: Point,
}

impl Maker {
    fn new(recipe: Recipe) -> Self {
        let recipe = Recipe { gondolas: recipe.gondolas.max(1), blocks: recipe.blocks.clamp(1, 9), ..recipe };
        let mut chance = Chance::new(recipe.seed);
        let columns = recipe.gondolas.div_ceil(recipe.blocks);
        let bays = 4 + chance.below(5);
        let bay_m = [1.0, 1.25, 1.33][chance.below(3)];
        let aisle_m = [1.4, 1.8, 2.2, 2.6][chance.below(4)];
        let blocks = recipe.blocks as f64;
        let size = Point::new(
            2.0 * WALL_SHELF_DEPTH_M + aisle_m + columns as f64 * (GONDOLA_WIDTH_M + aisle_m),
            FRONT_M + blocks * (bays as f64 * bay_m + CROSS_AISLE_M) + WALL_SHELF_DEPTH_M,
        );
        let outline = rectangle(Point::new(0.0, 0.0), size);
        let features = Features {
            venue: ("venue".into(), Some(name("Store"))),
            level: ("level".into(), outline),
            units: Vec::new(),
            fixtures: Vec::new(),
            amenities: Vec::new(),
            entrances: Vec::new(),
            kiosks: Vec::new(),
        };
        Self { recipe, chance, features, kinds: BTreeMap::new(), columns, bays, bay_m, aisle_m, size }
    }

    fn block_length(&self) -> f64 {
        self.bays as f64 * self.bay_m
    }

    /// Where a block begins and ends, from the front.
    fn block(&self, block: usize) -> [f64; 2] {
        let start = FRONT_M + block as f64 * (self.block_length() + CROSS_AISLE_M);
        [start, start + self.block_length()]
    }

    /// Where an aisle begins and ends, from the left. Aisle 0 is at the left wall.
    fn aisle(&self, aisle: usize) -> [f64; 2] {
        let start = WALL_SHELF_DEPTH_M + aisle as f64 * (GONDOLA_WIDTH_M + self.aisle_m);
        [start, start + self.aisle_m]
    }

    fn has_gondola(&self, block: usize, column: usize) -> bool {
        block * self.columns + column < self.recipe.gondolas
    }

    fn fixture(&mut self, low: Point, high: Point, sides: Vec<Side>) {
        let id = format!("fixture-{}", self.features.fixtures.len() + 1);
        self.features.fixtures.push(Fixture { id, name: None, polygon: rectangle(low, high), sides });
    }

    /// The side of an aisle in a block, on its left or its right. Bays are counted from the front, first
    /// those on the left.
    fn side(&self, aisle: usize, block: usize, is_left: bool) -> Side {
        let x = self.aisle(aisle)[usize::from(!is_left)];
        let first = (block + if is_left { 0 } else { self.recipe.blocks }) * self.bays + 1;
        let line = self.block(block).map(|y| Point::new(x, y));
        side((aisle + 1).to_string(), line, first, self.bays)
    }

    fn walls(&mut self) {
        let last = self.columns;
        for block in 0..self.recipe.blocks {
            let [bottom, top] = self.block(block);
            let left = vec![self.side(0, block, true)];
            let right = vec![self.side(last, block, false)];
            self.fixture(Point::new(0.0, bottom), Point::new(WALL_SHELF_DEPTH_M, top), left);
            let x = self.size.x;
            self.fixture(Point::new(x - WALL_SHELF_DEPTH_M, bottom), Point::new(x, top), right);
        }
        let [low, high] = [self.aisle(0)[0], self.aisle(last)[1]];
        let y = self.size.y - WALL_SHELF_DEPTH_M;
        let count = ((high - low) / self.bay_m) as usize;
        let back = side((last + 2).to_string(), [Point::new(low, y), Point::new(high, y)], 1, count);
        self.fixture(Point::new(low, y), Point::new(high, self.size.y), vec![back]);
        let kinds = [(1, Kind::Chilled), (2, Kind::Heavy), (3, Kind::Crushable), (last + 1, Kind::Frozen)];
        self.kinds = kinds.iter().map(|(aisle, kind)| (aisle.to_string(), *kind)).collect();
        self.kinds.insert((last + 2).to_string(), Kind::Chilled);
    }

    fn gondolas(&mut self) {
        for block in 0..self.recipe.blocks {
            for column in 0..self.columns {
                if self.has_gondola(block, column) {
                    let [bottom, top] = self.block(block);
                    let x = self.aisle(column)[1];
                    let sides = vec![self.side(column, block, false), self.side(column + 1, block, true)];
                    self.fixture(Point::new(x, bottom), Point::new(x + GONDOLA_WIDTH_M, top), sides);
                }
            }
        }
        for aisle in 0..=self.columns {
            let [left, right] = self.aisle(aisle);
            let [bottom, top] = [self.block(0)[0], self.block(self.recipe.blocks - 1)[1]];
            let polygon = rectangle(Point::new(left, bottom), Point::new(right, top));
            let unit = Unit {
                name: Some(name(&format!("D{}", aisle + 1))),
                ..floor(&format!("department-{}", aisle + 1), polygon)
            };
            self.features.units.push(unit);
        }
    }

    fn front(&mut self) {
        let entrance = |id: &str, x: f64, category: &str| Entrance {
            id: id.into(),
            name: None,
            category: category.into(),
            line: [Point::new(x, 0.0), Point::new(x + 2.0, 0.0)],
        };
        self.features.entrances.push(entrance("entrance", 1.0, "pedestrian.principal"));
        if self.size.x > 40.0 {
            self.features.entrances.push(entrance("side-entrance", self.size.x - 3.0, "pedestrian"));
        }
        let mut x = 5.0;
        let most = (self.recipe.gondolas / 4).clamp(2, 16);
        while self.features.amenities.len() < most && (x + 6.0 < self.size.x || self.features.amenities.is_empty()) {
            self.fixture(Point::new(x, 2.0), Point::new(x + 0.8, 4.2), Vec::new());
            let number = self.features.amenities.len() + 1;
            self.features.amenities.push(Amenity {
                id: format!("till-{number}"),
                name: Some(name(&number.to_string())),
                category: "till".into(),
                point: Point::new(x + 0.8 + 0.6, 3.0),
            });
            x += 2.0;
        }
        self.features.amenities.push(Amenity {
            id: "toilets".into(),
            name: Some(name("Toilets")),
            category: "restroom".into(),
            point: Point::new(0.5, 4.0),
        });
        let kiosk = |id: &str, low: Point, high: Point, facing: Point| Kiosk {
            id: id.into(),
            name: id.into(),
            polygon: rectangle(low, high),
            facing,
        };
        let right = Point::new(1.0, 0.0);
        self.features.kiosks.push(kiosk("wall", Point::new(0.0, 5.5), Point::new(0.2, 6.0), right));
        let end = self.aisle(0)[1] + 0.2;
        let down = Point::new(0.0, -1.0);
        self.features.kiosks.push(kiosk(
            "gondola",
            Point::new(end, FRONT_M - 0.2),
            Point::new(end + 0.5, FRONT_M),
            down,
        ));
        // An island with eight corners, between the tills and the shelves.
        let middle = Point::new(2.5, 5.8);
        let corner = |it: usize| {
            let (sin, cos) = (it as f64 * std::f64::consts::FRAC_PI_4).sin_cos();
            middle + Point::new(cos, sin) * 0.5
        };
        let polygon = Polygon::new(vec![(0..8).map(corner).collect()]).expect("an octagon has an area");
        self.features.fixtures.push(Fixture {
            id: "island".into(),
            name: Some(name("Island")),
            polygon,
            sides: Vec::new(),
        });
    }

    fn obstacles(&mut self) {
        if !self.recipe.has_obstacles {
            return;
        }
        // Each in an aisle of its own, so that what is between two of them is not cut off.
        let mut aisles: Vec<usize> = (0..=self.columns).step_by(2).collect();
        let mut id = 0;
        let mut part = |maker: &mut Self, share: [f64; 2]| {
            let aisle = if aisles.is_empty() { return None } else { aisles.remove(maker.chance.below(aisles.len())) };
            let block = maker.chance.below(maker.recipe.blocks);
            let ([left, right], [bottom, top]) = (maker.aisle(aisle), maker.block(block));
            let at = |share: f64| bottom + (top - bottom) * share;
            let polygon = rectangle(Point::new(left, at(share[0])), Point::new(right, at(share[1])));
            id += 1;
            Some(floor(&format!("part-{id}"), polygon))
        };
        if self.chance.once_in(2)
            && let Some(unit) = part(self, [0.0, 1.0])
        {
            let y = if self.chance.once_in(2) { 1.0 } else { -1.0 };
            self.features.units.push(Unit { one_way: Some(Point::new(0.0, y)), ..unit });
        }
        if self.chance.once_in(3)
            && let Some(unit) = part(self, [0.25, 0.75])
        {
            self.features.units.push(Unit { is_closed: true, ..unit });
        }
        if self.chance.once_in(3)
            && let Some(unit) = part(self, [0.45, 0.5])
        {
            self.features.units.push(Unit { width_m: Some(0.7), ..unit });
        }
        if self.chance.once_in(3)
            && let Some(unit) = part(self, [0.5, 0.55])
        {
            self.features.units.push(Unit { kind: UnitKind::Steps, category: "steps".into(), ..unit });
        }
        if self.chance.once_in(2) {
            let aisle = self.chance.below(self.columns + 1);
            let [left, right] = self.aisle(aisle);
            let middle = Point::new((left + right) / 2.0, FRONT_M - 1.2);
            let half = Point::new(0.2, 0.2);
            let unit = floor("pillar", rectangle(middle - half, middle + half));
            self.features.units.push(Unit { kind: UnitKind::Blocked, category: "column".into(), ..unit });
        }
    }
}

fn rectangle(low: Point, high: Point) -> Polygon {
    Polygon::rectangle(low, high).expect("what is made here has an area")
}

fn name(text: &str) -> Name {
    let text = Text::parse(text).expect("what is made here can be shown");
    Name(BTreeMap::from([("en".to_owned(), text)]))
}

fn floor(id: &str, polygon: Polygon) -> Unit {
    Unit {
        id: id.into(),
        name: None,
        polygon,
        category: "walkway".into(),
        kind: UnitKind::Floor,
        is_closed: false,
        one_way: None,
        width_m: None,
    }
}

fn side(aisle: String, line: [Point; 2], first: usize, count: usize) -> Side {
    let bays = (first..first + count).map(|it| it.to_string()).collect();
    let shelves = (1..=5).map(|it| it.to_string()).collect();
    // Where one stands before it is worked out when the map is checked.
    Side { aisle, line, bays, shelves, goods: Kind::Normal, outward: Point::new(0.0, 0.0) }
}
