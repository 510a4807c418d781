//! What is wrong with a store on its map: found when the map is brought in, not when somebody walks.
//!
//! It is looked at with the eyes of somebody on foot, and as if nothing were closed for now. What is one-way
//! stays so: a shelf that one gets to but not away from is a problem.

use std::fmt;
use std::sync::Arc;

use polka_domain::ShelfAddress;

use crate::map::{Place, StoreMap};
use crate::walk::{before_kiosk, inside_entrance};
use crate::ways::{Profile, Ways};

/// Something that makes walks impossible, or wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nobody can come in: the map has no opening of the category `pedestrian` or `pedestrian.principal`.
    NoEntrance,
    /// Nobody can pay: the map has no amenity of the category `till`.
    NoTill,
    /// An address of the list has no place on the map.
    NoPlace(ShelfAddress),
    /// A bay's label stands on more than one side of its aisle, so that its place is a guess.
    TwoPlaces {
        /// The aisle.
        aisle: String,
        /// The bay's label.
        bay: String,
    },
    /// Bays that nobody gets to and on to a till.
    UnreachableBays {
        /// The id of its fixture.
        fixture: String,
        /// The aisle.
        aisle: String,
        /// The labels of the bays.
        bays: Vec<String>,
    },
    /// An entrance that does not lead into the store, by its id.
    UnreachableEntrance(String),
    /// A till that nobody gets to, by its id.
    UnreachableTill(String),
    /// A device that stands inside something: its name, and the id of the fixture or unit.
    KioskInside(String, String),
    /// A device that nobody gets to, or away from, by its name.
    UnreachableKiosk(String),
    /// A fixture that stands outside the walls, by its id.
    FixtureOutside(String),
}

impl StoreMap {
    /// What is wrong with the map, for a list of addresses. Empty where every address has a place, and every
    /// bay, till, entrance and device can be reached.
    #[must_use]
    pub fn problems<'a>(self: &Arc<Self>, addresses: impl IntoIterator<Item = &'a ShelfAddress>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.tills().is_empty() {
            problems.push(Problem::NoTill);
        }
        if self.entrances().is_empty() {
            problems.push(Problem::NoEntrance);
        }
        problems.extend(self.outside());
        problems.extend(self.kiosks_inside());
        problems.extend(self.unreachable());
        problems.extend(self.two_places());
        let mut missing: Vec<&ShelfAddress> = addresses.into_iter().filter(|it| self.place(it).is_none()).collect();
        missing.sort();
        missing.dedup();
        problems.extend(missing.into_iter().map(|it| Problem::NoPlace(it.clone())));
        problems
    }

    fn outside(&self) -> Vec<Problem> {
        let is_outside = |polygon: &crate::Polygon| !self.outline().contains(polygon.middle());
        let outside = self.fixtures().iter().filter(|it| is_outside(&it.polygon));
        outside.map(|it| Problem::FixtureOutside(it.id.clone())).collect()
    }

    fn kiosks_inside(&self) -> Vec<Problem> {
        let of_fixtures = self.fixtures().iter().map(|it| (&it.id, &it.polygon));
        let of_units = self.units().iter().filter(|it| it.kind == crate::UnitKind::Blocked);
        let solids: Vec<_> = of_fixtures.chain(of_units.map(|it| (&it.id, &it.polygon))).collect();
        let inside = |kiosk: &crate::Kiosk| {
            let (id, _) = solids.iter().find(|(_, polygon)| polygon.contains(kiosk.polygon.middle()))?;
            Some(Problem::KioskInside(kiosk.name.clone(), (*id).clone()))
        };
        self.kiosks().iter().filter_map(inside).collect()
    }

    fn unreachable(self: &Arc<Self>) -> Vec<Problem> {
        let ways = Ways::over(Arc::clone(self), Profile::on_foot(), true);
        let mut problems = Vec::new();
        let mut doors = Vec::new();
        for entrance in self.entrances() {
            match inside_entrance(&ways, entrance) {
                Some((point, _)) => doors.push(ways.spot(point)),
                None => problems.push(Problem::UnreachableEntrance(entrance.id.clone())),
            }
        }
        let from_doors: Vec<_> = doors.iter().map(|it| (it, ways.tree(it, false))).collect();
        let tills: Vec<_> = self.tills().iter().map(|it| ways.spot(it.point)).collect();
        let to_tills: Vec<_> = tills.iter().map(|it| (it, ways.tree(it, true))).collect();
        for (till, spot) in self.tills().iter().zip(&tills) {
            if !from_doors.is_empty() && !from_doors.iter().any(|(door, tree)| ways.is_joined(door, tree, spot, false))
            {
                problems.push(Problem::UnreachableTill(till.id.clone()));
            }
        }
        // Where there is no door or no till at all, that is the problem, and not each bay.
        let is_open = |point| {
            let spot = ways.spot(point);
            let comes =
                from_doors.is_empty() || from_doors.iter().any(|(it, tree)| ways.is_joined(it, tree, &spot, false));
            comes && (to_tills.is_empty() || to_tills.iter().any(|(it, tree)| ways.is_joined(it, tree, &spot, true)))
        };
        for kiosk in self.kiosks() {
            if !before_kiosk(&ways, kiosk).is_some_and(is_open) {
                problems.push(Problem::UnreachableKiosk(kiosk.name.clone()));
            }
        }
        for (at, fixture) in self.fixtures().iter().enumerate() {
            for (side_at, side) in fixture.sides.iter().enumerate() {
                let is_shut = |bay: &usize| {
                    let [start, end] = side.bay_front(*bay);
                    let (front, outward) = (start.middle(end), side.outward());
                    let place = Place { fixture: at, side: side_at, bay: *bay, shelf: None, front, outward };
                    !ways.standing(&place).is_some_and(is_open)
                };
                let bays: Vec<String> = (0..side.bays.len()).filter(is_shut).map(|it| side.bays[it].clone()).collect();
                if !bays.is_empty() {
                    let (fixture, aisle) = (fixture.id.clone(), side.aisle.clone());
                    problems.push(Problem::UnreachableBays { fixture, aisle, bays });
                }
            }
        }
        problems
    }

    fn two_places(&self) -> Vec<Problem> {
        let sides = self.fixtures().iter().flat_map(|it| &it.sides);
        let mut bays: Vec<_> = sides.flat_map(|side| side.bays.iter().map(|bay| (&side.aisle, bay))).collect();
        bays.sort();
        let mut twice: Vec<_> = bays.windows(2).filter(|it| it[0] == it[1]).map(|it| it[0]).collect();
        twice.dedup();
        twice.into_iter().map(|(aisle, bay)| Problem::TwoPlaces { aisle: aisle.clone(), bay: bay.clone() }).collect()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEntrance => f.write_str("the map has no entrance: an opening of the category pedestrian.principal"),
            Self::NoTill => f.write_str("the map has no till: an amenity of the category till"),
            Self::NoPlace(address) => {
                write!(f, "aisle {}", address.aisle())?;
                address.bay().map_or(Ok(()), |bay| write!(f, ", bay {bay}"))?;
                address.shelf().map_or(Ok(()), |shelf| write!(f, ", shelf {shelf}"))?;
                f.write_str(" has no place on the map")
            }
            Self::TwoPlaces { aisle, bay } => write!(f, "aisle {aisle} has more than one bay {bay}"),
            Self::UnreachableBays { fixture, aisle, bays } => {
                let bays = bays.join(", ");
                write!(f, "fixture \"{fixture}\": nobody gets to bays {bays} of aisle {aisle} and on to a till")
            }
            Self::UnreachableEntrance(id) => write!(f, "opening \"{id}\": it does not lead into the store"),
            Self::UnreachableTill(id) => write!(f, "amenity \"{id}\": nobody gets to this till from an entrance"),
            Self::KioskInside(name, id) => write!(f, "kiosk \"{name}\": it stands inside \"{id}\""),
            Self::UnreachableKiosk(name) => write!(f, "kiosk \"{name}\": nobody gets to it and on to a till"),
            Self::FixtureOutside(id) => write!(f, "fixture \"{id}\": it stands outside the level"),
        }
    }
}
