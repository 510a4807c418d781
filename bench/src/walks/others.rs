//! How others order a walk: the rules of order picking, and all orders tried.
//!
//! The rules are for aisles in blocks: Hall 1993, "Distance approximations for routing manual pickers in a
//! warehouse" (IIE Transactions 25(4)); for more than one block Roodbergen and de Koster 2001, "Routing methods
//! for warehouses with multiple cross aisles" (International Journal of Production Research 39(9)). They give the
//! order here; from stop to stop one then goes the shortest way, so that a rule's walk is never longer than it says.

use polka_wayfinding::{Stop, StoreMap};

/// Where a stop is among aisles and blocks.
struct Pick {
    aisle: usize,
    /// Counted from the front. The wall at the back is a block of its own, the last.
    block: usize,
    x: f64,
    y: f64,
    /// Where its aisle begins and ends in the block, from the front.
    ends: [f64; 2],
}

/// Places of stops that a rule goes to one behind the other: those of one aisle in one block, from the front.
type Lane = Vec<usize>;

/// Every aisle that has a stop is walked from end to end, up the one and down the next.
pub(crate) fn s_shape(map: &StoreMap, list: &[Stop]) -> Vec<usize> {
    block_by_block(&picks(map, list), |_, lanes, is_from_front| {
        let mut is_upwards = is_from_front;
        let mut order = Vec::new();
        for mut lane in lanes {
            if !is_upwards {
                lane.reverse();
            }
            order.extend(lane);
            is_upwards = !is_upwards;
        }
        order
    })
}

/// The first and the last aisle are walked from end to end. Into those between one goes from both ends, as far as
/// the largest gap between two stops, or between a stop and an end.
pub(crate) fn largest_gap(map: &StoreMap, list: &[Stop]) -> Vec<usize> {
    block_by_block(&picks(map, list), |picks, mut lanes, is_from_front| {
        let is_wall = lanes.iter().flatten().any(|at| is_wall(&picks[*at]));
        if is_wall || lanes.len() == 1 {
            let order = lanes.into_iter().flatten();
            return if is_from_front { order.collect() } else { order.rev().collect() };
        }
        let mut last = lanes.pop().unwrap_or_default();
        last.reverse();
        // Whoever comes from the front has to get to the back first.
        let mut order = if is_from_front { lanes.remove(0) } else { Vec::new() };
        let halves: Vec<(Lane, Lane)> = lanes.into_iter().map(|lane| parted(picks, lane)).collect();
        order.extend(halves.iter().flat_map(|(_, upper)| upper.iter().rev()));
        order.extend(last);
        order.extend(halves.iter().rev().flat_map(|(lower, _)| lower));
        order
    })
}

/// A lane before its largest gap and behind it.
fn parted(picks: &[Pick], mut lane: Lane) -> (Lane, Lane) {
    let [bottom, top] = picks[lane[0]].ends;
    let ys: Vec<f64> = [bottom].into_iter().chain(lane.iter().map(|at| picks[*at].y)).chain([top]).collect();
    let gap = |at: &usize| ys[at + 1] - ys[*at];
    let largest = (0..=lane.len()).max_by(|a, b| gap(a).total_cmp(&gap(b))).unwrap_or(0);
    let upper = lane.split_off(largest);
    (lane, upper)
}

/// Up the leftmost aisle that has a stop to the farthest block; then block by block back to the front, each from
/// the side that is nearer.
fn block_by_block(picks: &[Pick], within: impl Fn(&[Pick], Vec<Lane>, bool) -> Vec<usize>) -> Vec<usize> {
    let Some(farthest) = picks.iter().map(|it| it.block).max() else { return Vec::new() };
    let leftmost = picks.iter().filter(|it| !is_wall(it)).map(|it| it.aisle).min();
    let mut order: Vec<usize> = (0..picks.len())
        .filter(|at| Some(picks[*at].aisle) == leftmost && picks[*at].block < farthest && !is_wall(&picks[*at]))
        .collect();
    order.sort_by(|a, b| picks[*a].y.total_cmp(&picks[*b].y));
    let mut x = order.last().map_or(0.0, |at| picks[*at].x);
    for block in (0..=farthest).rev() {
        let mut left: Vec<usize> = (0..picks.len()).filter(|at| picks[*at].block == block).collect();
        left.retain(|at| !order.contains(at));
        left.sort_by(|a, b| {
            let (a, b) = (&picks[*a], &picks[*b]);
            let along = if is_wall(a) { a.x.total_cmp(&b.x) } else { a.aisle.cmp(&b.aisle) };
            along.then(a.y.total_cmp(&b.y))
        });
        // Each stop on the wall is a lane by itself.
        let is_same = |a: &usize, b: &usize| !is_wall(&picks[*a]) && picks[*a].aisle == picks[*b].aisle;
        let mut lanes: Vec<Lane> = left.chunk_by(is_same).map(<[usize]>::to_vec).collect();
        let (Some(first), Some(last)) = (left.first(), left.last()) else { continue };
        if (picks[*last].x - x).abs() < (picks[*first].x - x).abs() {
            lanes.reverse();
        }
        order.extend(within(picks, lanes, block == farthest));
        x = order.last().map_or(x, |at| picks[*at].x);
    }
    order
}

/// Whether a stop is at the wall at the back, where shelves go from left to right.
fn is_wall(pick: &Pick) -> bool {
    pick.ends[0] == pick.ends[1]
}

fn picks(map: &StoreMap, list: &[Stop]) -> Vec<Pick> {
    let ends = |line: [polka_wayfinding::Point; 2]| [line[0].y.min(line[1].y), line[0].y.max(line[1].y)];
    let sides = map.fixtures().iter().flat_map(|it| &it.sides);
    let mut fronts: Vec<f64> = sides.map(|it| ends(it.line)).filter(|it| it[0] < it[1]).map(|it| it[0]).collect();
    fronts.sort_by(f64::total_cmp);
    fronts.dedup();
    let pick = |stop: &Stop| {
        let place = map.place(&stop.address)?;
        let side = &map.fixtures()[place.fixture].sides[place.side];
        let ends = ends(side.line);
        // A made-up store counts its aisles from the left, from 1.
        let aisle = side.aisle.parse().ok()?;
        let block = if ends[0] < ends[1] { fronts.iter().position(|it| *it == ends[0])? } else { fronts.len() };
        Some(Pick { aisle, block, x: place.front.x, y: place.front.y, ends })
    };
    list.iter().filter_map(pick).collect()
}

/// Lengths between the stops of a list, in metres. The last row leads from the start, the last column to the till
/// that is nearest.
pub(crate) struct Lengths {
    size: usize,
    cells: Vec<f64>,
}

impl Lengths {
    pub(crate) fn new(stops: usize, length_m: impl Fn(Option<usize>, Option<usize>) -> f64) -> Self {
        let size = stops + 1;
        let place = |at: usize| (at < stops).then_some(at);
        let cells = (0..size * size).map(|cell| length_m(place(cell / size), place(cell % size))).collect();
        Self { size, cells }
    }

    pub(crate) fn stops(&self) -> usize {
        self.size - 1
    }

    /// Between places; `None` is the start, or the till.
    pub(crate) fn between(&self, from: Option<usize>, to: Option<usize>) -> f64 {
        let place = |at: Option<usize>| at.unwrap_or(self.size - 1);
        self.cells[place(from) * self.size + place(to)]
    }

    /// How long a walk in an order is.
    pub(crate) fn of(&self, order: &[usize]) -> f64 {
        let stops = || order.iter().map(|it| Some(*it));
        let (from, to) = ([None].into_iter().chain(stops()), stops().chain([None]));
        from.zip(to).map(|(from, to)| self.between(from, to)).sum()
    }

    /// How long the shortest walk is: Held and Karp 1962, without any shortcut, so that a shortcut of ours that
    /// goes wrong is seen.
    pub(crate) fn shortest(&self) -> f64 {
        let stops = self.stops();
        let mut least = vec![f64::INFINITY; stops << stops];
        for stop in 0..stops {
            least[(stops << stop) + stop] = self.between(None, Some(stop));
        }
        for set in 1..1usize << stops {
            for last in (0..stops).filter(|it| set >> it & 1 == 1) {
                let so_far = least[set * stops + last];
                for next in (0..stops).filter(|it| set >> it & 1 == 0) {
                    let at = (set | 1 << next) * stops + next;
                    least[at] = least[at].min(so_far + self.between(Some(last), Some(next)));
                }
            }
        }
        let all = (1usize << stops) - 1;
        (0..stops).map(|last| least[all * stops + last] + self.between(Some(last), None)).fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use polka_domain::ShelfAddress;
    use polka_wayfinding::Kind;
    use polka_wayfinding::generator::{Recipe, Store};

    use super::*;

    /// A store of one block or two, and stops in it: by aisle, block, and whether at the back of the block.
    fn listed(blocks: usize, stops: &[(usize, usize, bool)]) -> (StoreMap, Vec<Stop>) {
        let map = Store::of(Recipe { gondolas: 4 * blocks, blocks, has_obstacles: false, seed: 1 }).map;
        let bays = map.fixtures()[0].sides[0].bays.len();
        let stop = |&(aisle, block, is_at_back): &(usize, usize, bool)| {
            let bay = block * bays + if is_at_back { bays } else { 1 };
            let address = ShelfAddress::parse(&aisle.to_string(), &bay.to_string(), "1");
            Stop { address: address.expect("an address").expect("not empty"), kind: Kind::Normal }
        };
        let list = stops.iter().map(stop).collect();
        (map, list)
    }

    const THREE_AISLES: [(usize, usize, bool); 6] =
        [(2, 0, false), (2, 0, true), (3, 0, false), (3, 0, true), (4, 0, false), (4, 0, true)];

    #[test]
    fn the_s_shape_goes_up_one_aisle_and_down_the_next() {
        let (map, list) = listed(1, &THREE_AISLES);
        assert_eq!(s_shape(&map, &list), [0, 1, 3, 2, 4, 5]);
    }

    #[test]
    fn the_largest_gap_is_left_out_between_the_first_aisle_and_the_last() {
        let (map, list) = listed(1, &THREE_AISLES);
        assert_eq!(largest_gap(&map, &list), [0, 1, 3, 5, 4, 2]);
    }

    #[test]
    fn of_two_blocks_the_farther_is_done_first_but_for_the_aisle_that_leads_there() {
        let (map, list) = listed(2, &[(4, 0, true), (3, 0, false), (2, 0, false), (3, 1, false), (4, 1, true)]);
        // Up aisle 2, aisles 3 and 4 behind; then before, from the right.
        assert_eq!(s_shape(&map, &list), [2, 3, 4, 0, 1]);
    }

    #[test]
    fn the_wall_at_the_back_is_the_farthest_block() {
        let (map, mut list) = listed(1, &[(2, 0, false), (4, 0, false), (4, 0, true)]);
        for bay in ["2", "1"] {
            let address = ShelfAddress::parse("6", bay, "1").expect("an address").expect("not empty");
            list.push(Stop { address, kind: Kind::Normal });
        }
        assert_eq!(s_shape(&map, &list)[..1], [0]);
        assert_eq!(s_shape(&map, &list)[3..], [2, 1]);
    }

    #[test]
    fn the_shortest_walk_is_the_shortest_of_all_orders() {
        // Stops on a line, the start and the till at 0: there and back.
        let at = |place: Option<usize>| place.map_or(0.0, |place| [4.0, -1.0, 7.0, 2.0, -3.0][place]);
        let lengths = Lengths::new(5, |from, to| f64::abs(at(from) - at(to)));
        assert!((lengths.shortest() - 20.0).abs() < 1e-9);
        assert!((lengths.of(&[1, 4, 3, 0, 2]) - 20.0).abs() < 1e-9);
    }
}
