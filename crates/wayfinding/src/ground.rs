//! What can be walked on: how far to keep from what stands there, and which way each part may be walked.
//!
//! A person is a disc. Instead of making everything larger by the disc's radius, a way is free where it
//! keeps that distance from every edge. The edges stand in the cells of a coarse grid, so that a question
//! looks only at those near the way.

use crate::geometry::{Bounds, Point, Polygon, edges_of, point_to_segment, segments_closer_than};
use crate::map::{StoreMap, UnitKind};
use crate::ways::Profile;

const CELL_M: f64 = 2.0;

/// A way that keeps its distance but for this is free: the corners that it goes around are exactly so far.
const SLACK_M: f64 = 1e-6;

/// A step along the border of a one-way part is not yet inside it.
const BORDER_M: f64 = 0.01;

pub(crate) struct Ground {
    radius: f64,
    low: Point,
    columns: usize,
    cells: Vec<Vec<u32>>,
    edges: Vec<[Point; 2]>,
    outline: Polygon,
    solids: Vec<Polygon>,
    one_ways: Vec<(Polygon, Point)>,
}

/// A point where a shortest way may bend.
pub(crate) struct Corner {
    pub(crate) point: Point,
    /// The directions of the two edges that meet there, with what is solid to their left. A shortest way
    /// bends around them. `None` where it may bend as it likes.
    pub(crate) edges: Option<[Point; 2]>,
}

impl Corner {
    /// Whether a shortest way may bend here that comes along, or goes on, in a direction: it must touch the
    /// corner, not run into it.
    pub(crate) fn is_touched_by(&self, way: Point) -> bool {
        let Some([before, after]) = self.edges else { return true };
        let (first, second) = (way.cross(before * -1.0), way.cross(after));
        first * second >= -1e-9
    }
}

impl Ground {
    /// The ground of a map, for a profile. What is closed for now is open where `is_all_open`.
    pub(crate) fn new(map: &StoreMap, profile: &Profile, is_all_open: bool) -> Self {
        let is_shut = |kind: UnitKind| match kind {
            UnitKind::Floor => false,
            UnitKind::Steps => profile.is_step_free,
            UnitKind::Blocked => true,
        };
        let shut_units = map.units().iter().filter(|it| {
            let is_narrow = it.width_m.is_some_and(|width| width < profile.min_width_m);
            is_shut(it.kind) || is_narrow || (it.is_closed && !is_all_open)
        });
        let solids: Vec<Polygon> = shut_units
            .map(|it| &it.polygon)
            .chain(map.fixtures().iter().map(|it| &it.polygon))
            .chain(map.kiosks().iter().map(|it| &it.polygon))
            .cloned()
            .collect();
        let one_ways = map.units().iter().filter_map(|it| Some((it.polygon.clone(), it.one_way?))).collect();
        let outline = map.outline().clone();
        let radius = profile.min_width_m / 2.0;
        let edges: Vec<_> = outline.edges().chain(solids.iter().flat_map(Polygon::edges)).collect();
        let bounds = outline.bounds().grown(CELL_M);
        let size = bounds.high - bounds.low;
        let (columns, rows) = ((size.x / CELL_M).ceil() as usize + 1, (size.y / CELL_M).ceil() as usize + 1);
        let mut ground = Self {
            radius,
            low: bounds.low,
            columns,
            cells: vec![Vec::new(); columns * rows],
            edges,
            outline,
            solids,
            one_ways,
        };
        for (place, edge) in ground.edges.iter().enumerate() {
            let near = Bounds::around(edge).grown(radius + SLACK_M);
            for row in ground.row(near.low.y)..=ground.row(near.high.y) {
                for column in ground.column(near.low.x)..=ground.column(near.high.x) {
                    ground.cells[row * columns + column].push(place as u32);
                }
            }
        }
        ground
    }

    fn column(&self, x: f64) -> usize {
        (((x - self.low.x) / CELL_M).max(0.0) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.low.y) / CELL_M).max(0.0) as usize).min(self.cells.len() / self.columns - 1)
    }

    /// How far one keeps from everything.
    pub(crate) fn radius(&self) -> f64 {
        self.radius
    }

    /// Whether a person can stand there.
    pub(crate) fn is_standable(&self, point: Point) -> bool {
        if !self.outline.contains(point) || self.solids.iter().any(|it| it.contains(point)) {
            return false;
        }
        let near = &self.cells[self.row(point.y) * self.columns + self.column(point.x)];
        near.iter().all(|it| point_to_segment(point, self.edges[*it as usize]) >= self.radius - SLACK_M)
    }

    /// Whether the straight way between two points that one can stand on is free.
    pub(crate) fn is_free(&self, from: Point, to: Point) -> bool {
        let (left, right) = if from.x <= to.x { (from, to) } else { (to, from) };
        let rise = if right.x > left.x { (right.y - left.y) / (right.x - left.x) } else { 0.0 };
        let (first, last) = (self.column(left.x), self.column(right.x));
        for column in first..=last {
            let y_at = |place: usize| left.y + rise * (self.low.x + place as f64 * CELL_M - left.x);
            let start = if column == first { left.y } else { y_at(column) };
            let end = if column == last { right.y } else { y_at(column + 1) };
            for row in self.row(start.min(end) - SLACK_M)..=self.row(start.max(end) + SLACK_M) {
                for edge in &self.cells[row * self.columns + column] {
                    if segments_closer_than([from, to], self.edges[*edge as usize], self.radius - SLACK_M) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Whether a free way may be walked there, and back.
    pub(crate) fn allows(&self, from: Point, to: Point) -> [bool; 2] {
        let mut allowed = [true, true];
        for (part, direction) in &self.one_ways {
            let along = direction.dot(to - from);
            let slack = SLACK_M * from.distance(to);
            if (along < -slack || along > slack) && runs_inside(part, from, to) {
                allowed[usize::from(along > 0.0)] = false;
            }
        }
        allowed
    }

    /// Where shortest ways bend: at corners, as far away from them as one keeps, and at the corners of
    /// one-way parts, which a way may have to go around.
    pub(crate) fn corners(&self) -> Vec<Corner> {
        let backwards = |ring: &Vec<Point>| ring.iter().rev().copied().collect::<Vec<_>>();
        let walls = self.outline.rings().iter().map(backwards);
        let mut corners = Vec::new();
        for ring in walls.chain(self.solids.iter().flat_map(|it| it.rings().iter().cloned())) {
            let edges: Vec<_> = edges_of(&ring).collect();
            for (place, [corner, next]) in edges.iter().enumerate() {
                let [last, _] = edges[(place + edges.len() - 1) % edges.len()];
                let (Some(before), Some(after)) = ((*corner - last).unit(), (*next - *corner).unit()) else { continue };
                if before.cross(after) <= 1e-9 {
                    continue;
                }
                let (out_before, out_after) = (before.to_the_left() * -1.0, after.to_the_left() * -1.0);
                let spread = 1.0 + out_before.dot(out_after);
                // A sharp corner is gone around in two bends, for one would be far away.
                let bends = if spread > 0.3 {
                    vec![(out_before + out_after) * (1.0 / spread)]
                } else {
                    vec![out_before + before, out_after - after]
                };
                let is_sharp = bends.len() > 1;
                corners.extend(bends.iter().map(|bend| Corner {
                    point: *corner + *bend * self.radius,
                    edges: (!is_sharp).then_some([before, after]),
                }));
            }
        }
        for (part, _) in &self.one_ways {
            corners.extend(part.rings().iter().flatten().map(|point| Corner { point: *point, edges: None }));
        }
        corners.retain(|it| self.is_standable(it.point));
        corners
    }
}

/// Whether some of a way is inside a polygon, not only along its border.
fn runs_inside(polygon: &Polygon, from: Point, to: Point) -> bool {
    let bounds = Bounds::around(&[from, to]);
    let other = polygon.bounds();
    let is_apart = bounds.high.x < other.low.x
        || bounds.low.x > other.high.x
        || bounds.high.y < other.low.y
        || bounds.low.y > other.high.y;
    if is_apart {
        return false;
    }
    let way = to - from;
    let mut cuts = vec![0.0, 1.0];
    for [a, b] in polygon.edges() {
        let turn = way.cross(b - a);
        if turn.abs() > 1e-12 {
            cuts.push(((a - from).cross(b - a) / turn).clamp(0.0, 1.0));
        }
    }
    cuts.sort_by(f64::total_cmp);
    cuts.windows(2).any(|it| {
        let middle = from + way * ((it[0] + it[1]) / 2.0);
        it[1] - it[0] > 1e-9 && polygon.contains(middle) && polygon.edge_distance(middle) > BORDER_M
    })
}
