//! Points and polygons in the store's plane, in metres: x to the right, y up, angles counted to the left.

use std::ops::{Add, Mul, Sub};

/// A place in the store's plane, or the way from one to another, in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Up, on the map.
    pub y: f64,
}

impl Point {
    /// The point at `x` and `y`.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// How far it is to another point, in metres.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        (other - self).length()
    }

    pub(crate) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// From right to the left around, in radians; half around is positive.
    pub(crate) fn angle(self) -> f64 {
        let angle = self.y.atan2(self.x);
        if angle < 1e-9 - std::f64::consts::PI { std::f64::consts::PI } else { angle }
    }

    pub(crate) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    /// Positive where `other` points to the left of this way.
    pub(crate) fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    /// The way of the same direction that is a metre long; `None` for no way at all.
    pub(crate) fn unit(self) -> Option<Self> {
        let length = self.length();
        (length > 1e-9).then(|| self * (1.0 / length))
    }

    /// The way turned by a right angle to the left.
    pub(crate) fn to_the_left(self) -> Self {
        Self::new(-self.y, self.x)
    }

    pub(crate) fn middle(self, other: Self) -> Self {
        (self + other) * 0.5
    }
}

impl Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Self;

    fn mul(self, times: f64) -> Self {
        Self::new(self.x * times, self.y * times)
    }
}

/// The smallest upright rectangle around something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Its corner of least x and y.
    pub low: Point,
    /// Its corner of greatest x and y.
    pub high: Point,
}

impl Bounds {
    pub(crate) fn around(points: &[Point]) -> Self {
        let nowhere = Self { low: Point::new(f64::MAX, f64::MAX), high: Point::new(f64::MIN, f64::MIN) };
        points.iter().fold(nowhere, |it, point| Self {
            low: Point::new(it.low.x.min(point.x), it.low.y.min(point.y)),
            high: Point::new(it.high.x.max(point.x), it.high.y.max(point.y)),
        })
    }

    pub(crate) fn grown(self, by: f64) -> Self {
        let margin = Point::new(by, by);
        Self { low: self.low - margin, high: self.high + margin }
    }

    pub(crate) fn contains(&self, point: Point) -> bool {
        (self.low.x..=self.high.x).contains(&point.x) && (self.low.y..=self.high.y).contains(&point.y)
    }
}

/// A polygon, perhaps with holes.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon {
    rings: Vec<Vec<Point>>,
    bounds: Bounds,
}

impl Polygon {
    /// Makes a polygon of its rings, the outer one first, each without its first corner again at the end.
    /// `None` where a ring has fewer than three corners, or no area.
    #[must_use]
    pub fn new(rings: Vec<Vec<Point>>) -> Option<Self> {
        let mut rings = rings;
        for (place, ring) in rings.iter_mut().enumerate() {
            ring.dedup();
            let area = doubled_area(ring);
            if ring.len() < 3 || area.abs() < 1e-6 {
                return None;
            }
            // The inside is to the left of the outer ring, and to the left of the holes' rings too.
            if (area > 0.0) != (place == 0) {
                ring.reverse();
            }
        }
        let bounds = Bounds::around(rings.first()?);
        Some(Self { rings, bounds })
    }

    /// The upright rectangle between two corners; `None` where it has no area.
    #[must_use]
    pub fn rectangle(low: Point, high: Point) -> Option<Self> {
        Self::new(vec![vec![low, Point::new(high.x, low.y), high, Point::new(low.x, high.y)]])
    }

    /// Its rings, the outer one first: the outer one goes around to the left, holes to the right.
    #[must_use]
    pub fn rings(&self) -> &[Vec<Point>] {
        &self.rings
    }

    /// The smallest upright rectangle around it.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether a point is inside; on the edge either may be said.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        self.bounds.contains(point) && self.edges().filter(|[a, b]| crosses_ray(point, *a, *b)).count() % 2 == 1
    }

    /// A point in the middle, for a label: the mean of the outer corners.
    #[must_use]
    pub fn middle(&self) -> Point {
        let ring = &self.rings[0];
        ring.iter().fold(Point::new(0.0, 0.0), |sum, point| sum + *point) * (1.0 / ring.len() as f64)
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = [Point; 2]> + '_ {
        self.rings.iter().flat_map(|ring| edges_of(ring))
    }

    /// How far a point is from the nearest edge.
    pub(crate) fn edge_distance(&self, point: Point) -> f64 {
        self.edges().map(|edge| point_to_segment(point, edge)).fold(f64::MAX, f64::min)
    }
}

fn crosses_ray(point: Point, a: Point, b: Point) -> bool {
    (a.y > point.y) != (b.y > point.y) && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x
}

fn doubled_area(ring: &[Point]) -> f64 {
    edges_of(ring).map(|[a, b]| a.cross(b)).sum()
}

pub(crate) fn edges_of(ring: &[Point]) -> impl Iterator<Item = [Point; 2]> + '_ {
    ring.iter().enumerate().map(|(place, point)| [*point, ring[(place + 1) % ring.len()]])
}

pub(crate) fn point_to_segment(point: Point, [a, b]: [Point; 2]) -> f64 {
    let way = b - a;
    let square = way.dot(way);
    let share = if square > 0.0 { ((point - a).dot(way) / square).clamp(0.0, 1.0) } else { 0.0 };
    point.distance(a + way * share)
}

/// How far a point is from a line of several parts.
pub(crate) fn point_to_line(point: Point, line: &[Point]) -> f64 {
    match line {
        [] => f64::MAX,
        [only] => point.distance(*only),
        _ => line.windows(2).map(|it| point_to_segment(point, [it[0], it[1]])).fold(f64::MAX, f64::min),
    }
}

pub(crate) fn line_length(line: &[Point]) -> f64 {
    line.windows(2).map(|it| it[0].distance(it[1])).sum()
}

/// Whether two segments come closer to each other than `limit`.
pub(crate) fn segments_closer_than(first: [Point; 2], second: [Point; 2], limit: f64) -> bool {
    let apart = |a: f64, b: f64, c: f64, d: f64| a.min(b) - c.max(d) >= limit || c.min(d) - a.max(b) >= limit;
    let ([a, b], [c, d]) = (first, second);
    if apart(a.x, b.x, c.x, d.x) || apart(a.y, b.y, c.y, d.y) {
        return false;
    }
    let sides = |[a, b]: [Point; 2], c: Point, d: Point| (b - a).cross(c - a) * (b - a).cross(d - a);
    if sides(first, c, d) < 0.0 && sides(second, a, b) < 0.0 {
        return true;
    }
    point_to_segment(a, second) < limit
        || point_to_segment(b, second) < limit
        || point_to_segment(c, first) < limit
        || point_to_segment(d, first) < limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_knows_what_is_inside_it_and_what_is_in_its_hole() {
        let square = |low: f64, high: f64| {
            vec![Point::new(low, low), Point::new(high, low), Point::new(high, high), Point::new(low, high)]
        };
        let ring = Polygon::new(vec![square(0.0, 10.0), square(4.0, 6.0)]).expect("a polygon");
        assert!(ring.contains(Point::new(1.0, 1.0)));
        assert!(!ring.contains(Point::new(5.0, 5.0)));
        assert!(!ring.contains(Point::new(11.0, 5.0)));
        assert!((ring.edge_distance(Point::new(3.0, 5.0)) - 1.0).abs() < 1e-9);
        assert_eq!(Polygon::new(vec![square(1.0, 1.0)]), None);
        assert_eq!(Polygon::new(vec![Vec::new()]), None);
        assert_eq!(Polygon::new(Vec::new()), None);
    }

    #[test]
    fn segments_are_as_far_apart_as_their_nearest_points() {
        let upright = [Point::new(0.0, 0.0), Point::new(0.0, 4.0)];
        let crossing = [Point::new(-1.0, 2.0), Point::new(1.0, 2.0)];
        let beside = [Point::new(1.0, 5.0), Point::new(3.0, 2.0)];
        assert!(segments_closer_than(upright, crossing, 0.1));
        assert!(segments_closer_than(upright, beside, 1.39));
        assert!(!segments_closer_than(upright, beside, 1.38));
    }
}
