//! The shortest ways between any places of a store, for one profile.
//!
//! They come from a visibility graph: the corners that a way can bend at, and which of them see each other.
//! A grid was measured beside it, in a hall of 60 gondolas (76 by 31 m). With cells of 0.25 m and eight
//! directions its ways are 3 % longer than need be, some 8 %; they have to be straightened to be drawn, and
//! narrow passages depend on where the cells happen to lie. A search takes 0.8 ms, and a list of 60 stops
//! takes 61. The graph is worked out once in 8 ms, a search takes 0.1 ms, and its ways are the shortest that
//! there are. (But for one-way parts: a way that may not be straight because it would go a little against one
//! bends at corners only, and can be half a percent longer than with a bend on the part's border.)

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::geometry::Point;
use crate::ground::{Corner, Ground};
use crate::map::{Place, STANDING_DISTANCE_M, StoreMap};

/// Who walks.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The narrowest passage that is taken, in metres.
    pub min_width_m: f64,
    /// Whether steps are no way.
    pub is_step_free: bool,
    /// How long a step is, in metres, for directions.
    pub step_m: f64,
}

impl Profile {
    /// On foot with a basket.
    // A step of 0.7 m: what pedometers take for a grown person of 1.7 m, 0.41 times the height (Hatano 1993).
    #[must_use]
    pub const fn on_foot() -> Self {
        Self { min_width_m: 0.6, is_step_free: false, step_m: 0.7 }
    }

    /// With a wheelchair or a pram.
    // 0.9 m: the clear width of a passage in GOST R 51261 and ISO 21542; ADA 403.5.1 has 36 inches.
    #[must_use]
    pub const fn on_wheels() -> Self {
        Self { min_width_m: 0.9, is_step_free: true, step_m: 0.7 }
    }
}

/// All ways of a store that a profile can take: worked out once, then asked for each list.
pub struct Ways {
    map: Arc<StoreMap>,
    profile: Profile,
    ground: Ground,
    corners: Vec<Corner>,
    links: Vec<Vec<Link>>,
}

/// That a corner can be reached in a straight line.
#[derive(Clone, Copy)]
struct Link {
    corner: u32,
    length_m: f64,
    /// Whether it may be walked to the corner, and from it.
    allowed: [bool; 2],
}

/// A place that ways begin or end at.
pub(crate) struct Spot {
    point: Point,
    is_standable: bool,
    links: Vec<Link>,
}

/// The shortest ways from one spot to all corners, or from all corners to it.
pub(crate) struct Tree {
    length_m: Vec<f64>,
    /// Of each corner, the one before it; `NO_CORNER` where the spot itself is.
    before: Vec<u32>,
}

const NO_CORNER: u32 = u32::MAX;

impl Ways {
    /// Works out the ways of a map for a profile.
    #[must_use]
    pub fn new(map: Arc<StoreMap>, profile: Profile) -> Self {
        Self::over(map, profile, false)
    }

    /// With `is_all_open`, as if nothing were closed for now.
    pub(crate) fn over(map: Arc<StoreMap>, profile: Profile, is_all_open: bool) -> Self {
        let ground = Ground::new(&map, &profile, is_all_open);
        let corners = ground.corners();
        let links = (0..corners.len()).map(|at| links_of(&ground, &corners, at)).collect();
        Self { map, profile, ground, corners, links }
    }

    /// The map.
    #[must_use]
    pub fn map(&self) -> &StoreMap {
        &self.map
    }

    /// Who walks.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether somebody of the profile can stand on a point.
    #[must_use]
    pub fn is_standable(&self, point: Point) -> bool {
        self.ground.is_standable(point)
    }

    /// Whether the straight way from one point to another can and may be walked.
    #[must_use]
    pub fn is_walkable(&self, from: Point, to: Point) -> bool {
        self.is_standable(from)
            && self.is_standable(to)
            && self.ground.is_free(from, to)
            && self.ground.allows(from, to)[0]
    }

    /// Where one stands before a place; `None` where nobody of the profile can.
    #[must_use]
    pub fn standing(&self, place: &Place) -> Option<Point> {
        let distances = [STANDING_DISTANCE_M, self.ground.radius(), 0.7, 0.9];
        distances.iter().map(|it| place.front + place.outward * *it).find(|it| self.is_standable(*it))
    }

    /// All shortest ways from some points to each other, and to some ends that nothing goes on from. The ends
    /// are numbered on behind the points.
    #[must_use]
    pub fn distances(&self, points: &[Point], ends: &[Point]) -> Distances {
        let all = [points, ends].concat();
        let spots: Vec<Spot> = all.iter().map(|it| self.spot(*it)).collect();
        let trees: Vec<Tree> = spots[..points.len()].iter().map(|it| self.tree(it, false)).collect();
        let mut ways = Vec::with_capacity(points.len() * all.len());
        for (from, tree) in spots.iter().zip(&trees) {
            ways.extend(spots.iter().map(|to| self.shortest(from, tree, to)));
        }
        let corners = self.corners.iter().map(|it| it.point).collect();
        Distances { points: all, corners, trees, ways }
    }

    pub(crate) fn ground(&self) -> &Ground {
        &self.ground
    }

    pub(crate) fn corners(&self) -> &[Corner] {
        &self.corners
    }

    pub(crate) fn spot(&self, point: Point) -> Spot {
        let mut links = Vec::new();
        let is_standable = self.is_standable(point);
        if is_standable {
            for (at, corner) in self.corners.iter().enumerate() {
                if corner.is_touched_by(corner.point - point) && self.ground.is_free(point, corner.point) {
                    let allowed = self.ground.allows(point, corner.point);
                    links.push(Link { corner: at as u32, length_m: point.distance(corner.point), allowed });
                }
            }
        }
        Spot { point, is_standable, links }
    }

    /// The shortest ways from a spot to all corners (Dijkstra); or with `is_backwards` from all of them to it.
    pub(crate) fn tree(&self, spot: &Spot, is_backwards: bool) -> Tree {
        let direction = usize::from(is_backwards);
        let mut length_m = vec![f64::INFINITY; self.corners.len()];
        let mut before = vec![NO_CORNER; self.corners.len()];
        let mut next = BinaryHeap::new();
        // Floats that are not negative are ordered as their bits are.
        let key = |length_m: f64, corner: u32| Reverse((length_m.to_bits(), corner));
        for link in spot.links.iter().filter(|it| it.allowed[direction]) {
            length_m[link.corner as usize] = link.length_m;
            next.push(key(link.length_m, link.corner));
        }
        while let Some(Reverse((bits, corner))) = next.pop() {
            let so_far = f64::from_bits(bits);
            if so_far > length_m[corner as usize] {
                continue;
            }
            for link in self.links[corner as usize].iter().filter(|it| it.allowed[direction]) {
                let length = so_far + link.length_m;
                if length < length_m[link.corner as usize] {
                    length_m[link.corner as usize] = length;
                    before[link.corner as usize] = corner;
                    next.push(key(length, link.corner));
                }
            }
        }
        Tree { length_m, before }
    }

    /// Whether there is a way from the spot of a tree to another spot, or back where the tree is backwards.
    pub(crate) fn is_joined(&self, spot: &Spot, tree: &Tree, other: &Spot, is_backwards: bool) -> bool {
        let direction = usize::from(is_backwards);
        let is_open = |it: &Link| it.allowed[1 - direction] && tree.length_m[it.corner as usize].is_finite();
        self.straight(spot, other)[direction] || other.links.iter().any(is_open)
    }

    /// Whether one may go straight from one spot to another, and back.
    fn straight(&self, from: &Spot, to: &Spot) -> [bool; 2] {
        if from.is_standable && to.is_standable && self.ground.is_free(from.point, to.point) {
            self.ground.allows(from.point, to.point)
        } else {
            [false, false]
        }
    }

    /// How long the way to a spot is, and its last corner.
    fn shortest(&self, from: &Spot, tree: &Tree, to: &Spot) -> (f64, u32) {
        if self.straight(from, to)[0] {
            return (from.point.distance(to.point), NO_CORNER);
        }
        let ways = to.links.iter().filter(|it| it.allowed[1]);
        let ways = ways.map(|it| (tree.length_m[it.corner as usize] + it.length_m, it.corner));
        ways.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, NO_CORNER))
    }
}

/// What a corner sees of the others, as far as a shortest way may bend at both.
fn links_of(ground: &Ground, corners: &[Corner], at: usize) -> Vec<Link> {
    let corner = &corners[at];
    let ways = corners.iter().enumerate().map(|(other, it)| (other, it.point - corner.point));
    let ways =
        ways.filter(|(other, way)| *other != at && corner.is_touched_by(*way) && corners[*other].is_touched_by(*way));
    let mut ways: Vec<(f64, f64, usize)> = ways.map(|(other, way)| (way.angle(), way.length(), other)).collect();
    ways.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // Of corners in a row only the nearest: the others are seen from there. A row of gondolas has many.
    ways.dedup_by(|farther, nearest| {
        let is_in_a_row = farther.0 - nearest.0 < 1e-9;
        if is_in_a_row && farther.1 < nearest.1 {
            *nearest = *farther;
        }
        is_in_a_row
    });
    let sees = ways.into_iter().filter(|(.., other)| ground.is_free(corner.point, corners[*other].point));
    let link = |(_, length_m, other): (f64, f64, usize)| Link {
        corner: other as u32,
        length_m,
        allowed: ground.allows(corner.point, corners[other].point),
    };
    sees.map(link).collect()
}

/// The shortest ways between points, each from each: not the same there and back where parts are one-way.
pub struct Distances {
    points: Vec<Point>,
    corners: Vec<Point>,
    trees: Vec<Tree>,
    ways: Vec<(f64, u32)>,
}

impl Distances {
    /// How long the way is from one point to another, in metres; infinite where there is none.
    #[must_use]
    pub fn length_m(&self, from: usize, to: usize) -> f64 {
        self.ways[from * self.points.len() + to].0
    }

    /// The way from one point to another; empty where there is none.
    #[must_use]
    pub fn line(&self, from: usize, to: usize) -> Vec<Point> {
        let (length_m, mut corner) = self.ways[from * self.points.len() + to];
        if length_m.is_infinite() {
            return Vec::new();
        }
        let mut line = vec![self.points[to]];
        while corner != NO_CORNER {
            line.push(self.corners[corner as usize]);
            corner = self.trees[from].before[corner as usize];
        }
        line.push(self.points[from]);
        line.reverse();
        line
    }
}
