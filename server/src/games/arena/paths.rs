//! Ways around walls: a grid of cells over the map, each linked to the neighbours that a fighter can walk to.
//!
//! Invariant: every place handed out is clear of walls, and any two of them are connected. Who goes where is in `bots`.

use std::collections::VecDeque;

use glam::Vec2;

use super::terrain::Terrain;

/// Size of a cell in fighter radii.
const CELL_RADII: f32 = 3.0;

/// Cells of a way that are looked along for the one to walk to.
const LOOK_AHEAD: usize = 8;

/// The eight neighbours of a cell, as columns and rows away from it.
const NEIGHBOURS: [(isize, isize); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

/// Steps from a cell that can't be walked from.
const FAR: u16 = u16::MAX;

#[derive(Clone, Debug)]
pub(super) struct Paths {
    columns: isize,
    rows: isize,
    cell: Vec2,
    /// For each cell a bit for each of [`NEIGHBOURS`]: can it be walked to?
    links: Vec<u8>,
    places: Vec<Vec2>,
}

impl Paths {
    /// The ways of fighters of this radius on a map of this size.
    pub(super) fn new(size: Vec2, radius: f32, terrain: &Terrain) -> Self {
        let counts = (size / (radius * CELL_RADII)).floor().max(Vec2::ONE);
        let (columns, rows) = (counts.x as isize, counts.y as isize);
        let mut paths = Self { columns, rows, cell: size / counts, links: Vec::new(), places: Vec::new() };
        let cells = 0..(columns * rows) as usize;
        let walkable = |from: usize, to: usize| terrain.clear(paths.centre(from), paths.centre(to), radius);
        let links = cells.clone().map(|cell| {
            let linked = |&way: &usize| paths.neighbour(cell, way).is_some_and(|next| walkable(cell, next));
            (0..NEIGHBOURS.len()).filter(linked).fold(0, |links, way| links | 1 << way)
        });
        let (links, open): (Vec<u8>, Vec<bool>) = (links.collect(), cells.map(|cell| walkable(cell, cell)).collect());
        paths.links = links;
        paths.places = paths.largest_region(&open);
        paths
    }

    /// Where fighters can be put: the centres of the cells of the largest connected part of the map. Empty if there
    /// is no room at all.
    pub(super) fn places(&self) -> &[Vec2] {
        &self.places
    }

    /// Where to walk from `from`, in a straight line, to get nearer to `to` around the walls. None if there is no way.
    pub(super) fn towards(&self, terrain: &Terrain, radius: f32, from: Vec2, to: Vec2) -> Option<Vec2> {
        let start = self.walkable_cell(from)?;
        let steps = self.steps_to(self.walkable_cell(to)?, Some(start));
        if steps[start] == FAR {
            return None;
        }
        let nearer =
            |&cell: &usize| self.linked(cell).filter(|&next| steps[next] < steps[cell]).min_by_key(|&next| steps[next]);
        let way = std::iter::successors(Some(start), nearer).take(LOOK_AHEAD);
        way.map(|cell| self.centre(cell)).filter(|&at| terrain.clear(from, at, radius)).last()
    }

    /// Steps from each cell to `goal`; [`FAR`] where there is no way, or beyond `until`.
    fn steps_to(&self, goal: usize, until: Option<usize>) -> Vec<u16> {
        let mut steps = vec![FAR; self.links.len()];
        let mut edge = VecDeque::from([goal]);
        steps[goal] = 0;
        while let Some(cell) = edge.pop_front() {
            if Some(cell) == until {
                break;
            }
            for next in self.linked(cell) {
                if steps[next] == FAR {
                    steps[next] = steps[cell] + 1;
                    edge.push_back(next);
                }
            }
        }
        steps
    }

    fn largest_region(&self, open: &[bool]) -> Vec<Vec2> {
        let mut seen = vec![false; open.len()];
        let mut largest = Vec::new();
        for cell in 0..open.len() {
            if !open[cell] || seen[cell] {
                continue;
            }
            let steps = self.steps_to(cell, None);
            let region: Vec<usize> = (0..open.len()).filter(|&other| steps[other] != FAR).collect();
            region.iter().for_each(|&other| seen[other] = true);
            if region.len() > largest.len() {
                largest = region;
            }
        }
        largest.into_iter().map(|cell| self.centre(cell)).collect()
    }

    fn centre(&self, cell: usize) -> Vec2 {
        let (column, row) = self.place(cell);
        self.cell * (Vec2::new(column as f32, row as f32) + 0.5)
    }

    fn place(&self, cell: usize) -> (isize, isize) {
        (cell as isize % self.columns, cell as isize / self.columns)
    }

    fn neighbour(&self, cell: usize, way: usize) -> Option<usize> {
        let ((column, row), (right, down)) = (self.place(cell), NEIGHBOURS[way]);
        let (column, row) = (column + right, row + down);
        let inside = (0..self.columns).contains(&column) && (0..self.rows).contains(&row);
        inside.then_some((row * self.columns + column) as usize)
    }

    fn linked(&self, cell: usize) -> impl Iterator<Item = usize> {
        let links = self.links[cell];
        (0..NEIGHBOURS.len()).filter(move |way| links & 1 << way != 0).filter_map(move |way| self.neighbour(cell, way))
    }

    /// The nearest cell with a way out, among the one that `at` lies in and its neighbours.
    fn walkable_cell(&self, at: Vec2) -> Option<usize> {
        let place = (at / self.cell).floor();
        let column = (place.x as isize).clamp(0, self.columns - 1);
        let row = (place.y as isize).clamp(0, self.rows - 1);
        let cell = (row * self.columns + column) as usize;
        let around = (0..NEIGHBOURS.len()).filter_map(|way| self.neighbour(cell, way));
        let distance = |cell: usize| self.centre(cell).distance_squared(at);
        let near = std::iter::once(cell).chain(around).filter(|&cell| self.links[cell] != 0);
        near.min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::map::MapConfig;
    use super::*;

    fn build(map: Value) -> (Paths, Terrain) {
        let map: MapConfig = serde_json::from_value(map).unwrap();
        let terrain = Terrain::new(&map);
        (Paths::new(map.size(), 16.0, &terrain), terrain)
    }

    #[test]
    fn a_walker_gets_around_a_wall_without_touching_it() {
        let (paths, terrain) = build(json!({ "width": 1000, "height": 1000, "walls": [[480, 100, 40, 900]] }));
        let (mut at, goal) = (Vec2::new(300.0, 900.0), Vec2::new(700.0, 900.0));
        for _ in 0..60 {
            let next = paths.towards(&terrain, 16.0, at, goal).unwrap();
            assert!(terrain.clear(at, next, 16.0), "from {at} to {next}");
            at = next;
        }
        assert!(at.distance(goal) < 50.0, "stuck at {at}");
    }

    #[test]
    fn a_closed_chamber_offers_no_places_and_no_way() {
        let walls = json!([[600, 0, 20, 400], [600, 380, 400, 20]]);
        let (paths, terrain) = build(json!({ "width": 1000, "height": 1000, "walls": walls }));
        assert!(paths.places().iter().all(|place| place.x < 600.0 || place.y > 400.0));
        let (outside, inside) = (Vec2::new(200.0, 800.0), Vec2::new(800.0, 200.0));
        assert_eq!(paths.towards(&terrain, 16.0, outside, inside), None);
    }
}
