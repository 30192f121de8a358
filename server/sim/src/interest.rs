//! Stage 4: which entities each seat may know, computed at every tick, whether anything is sent or not.
//!
//! A seat looks from the places of the entities it owns; while it owns none with a place, from where it looked last.
//! An entity enters its view within the radius and leaves it beyond `LEAVE_FACTOR` times that, so that a body on
//! the edge does not flicker. Owned entities are always in view; entities without a place are in view wherever they
//! are; the game's filter may hide any entity from all but its owner.
//!
//! Invariant: views are a function of the simulation's history alone; no session, acknowledgement or skipped snapshot
//! reaches this file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::grid::Grid;
use crate::subject::Subject;
use crate::view::View;

/// What narrows the views of one tick.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bounds<'a> {
    /// How far a seat sees, in units; none: any distance.
    pub(crate) radius: Option<f32>,
    /// The game's filter: may this seat know the subject at this index?
    pub(crate) filter: Option<&'a dyn Fn(u32, usize) -> bool>,
}

/// The views of a match's seats at its newest tick.
#[derive(Debug)]
pub(crate) struct Interest {
    all: Arc<View>,
    seats: BTreeMap<u32, SeatInterest>,
}

#[derive(Debug)]
struct SeatInterest {
    viewpoints: Vec<[f32; 2]>,
    view: Arc<View>,
}

impl Default for Interest {
    fn default() -> Self {
        Self { all: Arc::new(View::All), seats: BTreeMap::new() }
    }
}

impl Interest {
    /// The view of a seat at the newest tick; none if it was not among the seats then.
    pub(crate) fn view(&self, seat: u32) -> Option<&Arc<View>> {
        self.seats.get(&seat).map(|interest| &interest.view)
    }

    /// The seat's occupant is gone: whoever takes it next looks with eyes of its own.
    pub(crate) fn forget(&mut self, seat: u32) {
        self.seats.remove(&seat);
    }

    /// Computes the views of `seats` for a new tick from all `subjects`, ascending in id. Seats not named are
    /// forgotten.
    pub(crate) fn update(&mut self, seats: impl IntoIterator<Item = u32>, subjects: &[Subject], bounds: Bounds<'_>) {
        let mut before = std::mem::take(&mut self.seats);
        let scene = (bounds.radius.is_some() || bounds.filter.is_some()).then(|| Scene::new(subjects, bounds));
        for seat in seats {
            let mut interest = before.remove(&seat).unwrap_or_default();
            match &scene {
                None => interest.view = Arc::clone(&self.all),
                Some(scene) => interest.update(seat, scene),
            }
            self.seats.insert(seat, interest);
        }
    }
}

impl Default for SeatInterest {
    fn default() -> Self {
        Self { viewpoints: Vec::new(), view: Arc::new(View::Only(Vec::new())) }
    }
}

impl SeatInterest {
    fn update(&mut self, seat: u32, scene: &Scene<'_>) {
        let mut seen = match &scene.grid {
            None => (0..scene.subjects.len()).collect(),
            Some(grid) => self.look(scene, scene.owned_by(seat), grid),
        };
        if let Some(filter) = scene.filter {
            seen.retain(|&index| scene.subjects[index].owner == Some(seat) || filter(seat, index));
        }
        let view = View::Only(seen.into_iter().map(|index| scene.subjects[index].id).collect());
        if *self.view != view {
            self.view = Arc::new(view);
        }
    }

    /// Indices, ascending, of the subjects that are near, near everybody, or owned.
    fn look(&mut self, scene: &Scene<'_>, owned: &[(u32, usize)], grid: &Grid) -> Vec<usize> {
        let owned = owned.iter().map(|&(_, index)| index);
        let places: Vec<_> = owned.clone().filter_map(|index| scene.subjects[index].finite_place()).collect();
        if !places.is_empty() {
            self.viewpoints = places;
        }
        let mut seen: Vec<usize> = owned.chain(grid.everywhere.iter().copied()).collect();
        for &viewpoint in &self.viewpoints {
            grid.near(viewpoint, |index, distance_squared| {
                let near = distance_squared <= grid.enter_squared;
                if near || (distance_squared <= grid.leave_squared && self.held(scene.subjects[index].id)) {
                    seen.push(index);
                }
            });
        }
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    fn held(&self, id: u32) -> bool {
        matches!(*self.view, View::Only(_)) && self.view.contains(id)
    }
}

/// One tick's subjects, in the orders that seats ask for them.
struct Scene<'a> {
    subjects: &'a [Subject],
    filter: Option<&'a dyn Fn(u32, usize) -> bool>,
    grid: Option<Grid>,
    /// Owner and index of the owned subjects, ascending.
    owned: Vec<(u32, usize)>,
}

impl<'a> Scene<'a> {
    fn new(subjects: &'a [Subject], bounds: Bounds<'a>) -> Self {
        let owners = subjects.iter().enumerate().filter_map(|(index, subject)| Some((subject.owner?, index)));
        let mut owned: Vec<_> = owners.collect();
        owned.sort_unstable();
        Self { subjects, filter: bounds.filter, grid: bounds.radius.map(|radius| Grid::new(subjects, radius)), owned }
    }

    fn owned_by(&self, seat: u32) -> &[(u32, usize)] {
        let start = self.owned.partition_point(|&(owner, _)| owner < seat);
        let end = self.owned.partition_point(|&(owner, _)| owner <= seat);
        &self.owned[start..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::LEAVE_FACTOR;

    fn at(id: u32, owner: Option<u32>, x: f32, y: f32) -> Subject {
        Subject { id, owner, place: Some([x, y]) }
    }

    fn within(radius: f32) -> Bounds<'static> {
        Bounds { radius: Some(radius), filter: None }
    }

    fn seen(interest: &Interest, seat: u32) -> &[u32] {
        match &**interest.view(seat).expect("the seat was named") {
            View::All => panic!("a view of all"),
            View::Only(ids) => ids,
        }
    }

    #[test]
    fn without_radius_and_filter_all_seats_share_one_view_of_all() {
        let mut interest = Interest::default();
        interest.update([1, 2], &[at(5, None, 0.0, 0.0)], Bounds::default());
        let (one, two) = (interest.view(1).expect("named"), interest.view(2).expect("named"));
        assert!(Arc::ptr_eq(one, two));
        assert_eq!(**one, View::All);
        assert!(interest.view(3).is_none());
    }

    #[test]
    fn a_body_enters_within_the_radius_and_leaves_beyond_a_tenth_more() {
        let mut interest = Interest::default();
        let mut sees_at = |x: f32| {
            interest.update([1], &[at(5, Some(1), 0.0, 0.0), at(6, None, x, 0.0)], within(100.0));
            seen(&interest, 1).contains(&6)
        };
        assert_eq!([101.0, 100.0, 109.9, 110.1, 101.0].map(&mut sees_at), [false, true, true, false, false]);
    }

    #[test]
    fn what_is_owned_or_nowhere_is_always_seen() {
        let nowhere = Subject { id: 7, owner: None, place: None };
        let lost = Subject { id: 9, owner: None, place: Some([f32::NAN, 0.0]) };
        let subjects = [at(5, Some(1), 0.0, 0.0), at(6, Some(1), 9e9, -9e9), nowhere, at(8, None, 500.0, 0.0), lost];
        let mut interest = Interest::default();
        interest.update([1], &subjects, Bounds { radius: Some(10.0), filter: Some(&|_, index| index != 0) });
        assert_eq!(seen(&interest, 1), [5, 6, 7, 9]);
    }

    #[test]
    fn a_seat_whose_bodies_are_gone_goes_on_looking_from_where_it_was() {
        let mut interest = Interest::default();
        interest.update([1], &[at(5, Some(1), 50.0, 50.0), at(6, None, 55.0, 50.0)], within(10.0));
        interest.update([1], &[at(6, None, 56.0, 50.0), at(7, None, 500.0, 500.0)], within(10.0));
        assert_eq!(seen(&interest, 1), [6]);
    }

    #[test]
    fn a_seat_that_was_forgotten_looks_from_nowhere_until_it_owns_a_body() {
        let mut interest = Interest::default();
        interest.update([1], &[at(5, Some(1), 50.0, 50.0), at(6, None, 60.0, 50.0)], within(10.0));
        interest.forget(1);
        interest.update([1], &[at(6, None, 60.0, 50.0)], within(10.0));
        assert!(seen(&interest, 1).is_empty());
        interest.update([1], &[at(6, None, 60.0, 50.0), at(7, Some(1), 49.5, 50.0)], within(10.0));
        assert_eq!(seen(&interest, 1), [7], "what its former holder saw is not near enough to enter its view");
    }

    #[test]
    fn an_unchanged_view_stays_the_same_allocation() {
        let subjects = [at(5, Some(1), 0.0, 0.0)];
        let mut interest = Interest::default();
        interest.update([1], &subjects, within(10.0));
        let before = Arc::clone(interest.view(1).expect("named"));
        interest.update([1], &subjects, within(10.0));
        assert!(Arc::ptr_eq(&before, interest.view(1).expect("named")));
    }

    #[test]
    fn the_grid_finds_what_comparing_every_pair_finds() {
        for seed in 0..200 {
            let mut random = fastrand::Rng::with_seed(seed);
            let radius = random.f32() * 300.0;
            let mut bodies: Vec<Subject> = (0..40).map(|id| at(id, (id < 8).then_some(id % 5), 0.0, 0.0)).collect();
            let mut interest = Interest::default();
            let mut expected = vec![Vec::new(); 5];
            for _ in 0..10 {
                for body in &mut bodies {
                    body.place = Some([random.f32(), random.f32()].map(|share| share * 1000.0 - 500.0));
                }
                interest.update(0..5, &bodies, within(radius));
                for (seat, expected) in (0..).zip(&mut expected) {
                    *expected = by_every_pair(seat, &bodies, radius, expected);
                    assert_eq!(seen(&interest, seat), expected, "seed {seed}, seat {seat}");
                }
            }
        }
    }

    fn by_every_pair(seat: u32, bodies: &[Subject], radius: f32, before: &[u32]) -> Vec<u32> {
        let is_near = |body: &Subject| {
            let reach = if before.contains(&body.id) { radius * LEAVE_FACTOR } else { radius };
            let own = bodies.iter().filter(|own| own.owner == Some(seat));
            let mut offsets = own.filter_map(|own| Some((own.place?, body.place?)));
            offsets.any(|([x, y], [to_x, to_y])| (to_x - x) * (to_x - x) + (to_y - y) * (to_y - y) <= reach * reach)
        };
        bodies.iter().filter(|body| body.owner == Some(seat) || is_near(body)).map(|body| body.id).collect()
    }
}
