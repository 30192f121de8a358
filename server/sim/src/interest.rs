//! Stage 4: which entities each seat may know, computed at every tick, whether anything is sent or not.
//!
//! A seat looks from the places of the entities it owns; while it owns none with a place, from where it looked last.
//! An entity enters its view within the radius and leaves it beyond `LEAVE_FACTOR` times that, so that a body on
//! the edge does not flicker. Owned entities are always in view; entities without a place, and those that the game marks as always
//! relevant, are in view from anywhere; the game's filter may hide any entity from all but its owner.
//!
//! Invariant: views are a function of the simulation's history alone; no session, acknowledgement or skipped snapshot
//! reaches this file.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::grid::{Cell, Found, Grid};
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
    /// Whether views are narrower than that.
    is_narrowed: bool,
    /// By seat: whether it was among the seats of the newest tick.
    named: Vec<bool>,
    /// By seat.
    seats: Vec<SeatInterest>,
    map: Map,
    /// The named seats in the order in which they look: those in one cell one after the other.
    turns: Vec<(Cell, u32)>,
    glance: Glance,
    kinds: Kinds,
    /// The kind of a view of all: the seats' own if nothing narrows it, else one beyond theirs.
    kind_of_all: usize,
    retired: Retired,
}

/// What a seat sees, and which of the tick's views that several seats have that is: these seats share one, and their kinds are equal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight<'a> {
    pub(crate) view: &'a Arc<View>,
    /// Counted from 0. None: no other seat has this view.
    pub(crate) kind: Option<usize>,
}

#[derive(Clone, Debug)]
struct SeatInterest {
    viewpoints: Vec<[f32; 2]>,
    view: Arc<View>,
    fingerprint: u64,
    kind: Option<usize>,
}

/// What the seat at hand sees. Its memory serves the next seat's.
#[derive(Debug, Default)]
struct Glance {
    found: Vec<Found>,
    ids: Vec<u32>,
}

impl Default for Interest {
    fn default() -> Self {
        Self {
            all: Arc::new(View::All),
            is_narrowed: false,
            named: Vec::new(),
            seats: Vec::new(),
            map: Map::default(),
            turns: Vec::new(),
            glance: Glance::default(),
            kinds: Kinds::default(),
            kind_of_all: 0,
            retired: Retired::default(),
        }
    }
}

impl Interest {
    /// What a seat sees at the newest tick; none if it was not among the seats then.
    pub(crate) fn sight(&self, seat: u32) -> Option<Sight<'_>> {
        let seat = seat as usize;
        if !*self.named.get(seat)? {
            return None;
        }
        Some(match self.is_narrowed {
            true => Sight { view: &self.seats[seat].view, kind: self.seats[seat].kind },
            false => Sight { view: &self.all, kind: Some(0) },
        })
    }

    /// Everything there is at the newest tick.
    pub(crate) fn overview(&self) -> Sight<'_> {
        Sight { view: &self.all, kind: Some(self.kind_of_all) }
    }

    /// The seat's occupant is gone: whoever takes it next looks with eyes of its own.
    pub(crate) fn forget(&mut self, seat: u32) {
        if let Some(interest) = self.seats.get_mut(seat as usize) {
            *interest = SeatInterest::new(&self.all);
        }
    }

    /// Computes the views of `seats` for a new tick from all `subjects`, ascending in id.
    pub(crate) fn update(&mut self, seats: impl IntoIterator<Item = u32>, subjects: &[Subject], bounds: Bounds<'_>) {
        let was_narrowed = std::mem::replace(&mut self.is_narrowed, bounds.radius.is_some() || bounds.filter.is_some());
        self.named.fill(false);
        for seat in seats {
            let places = self.named.len().max(seat as usize + 1);
            self.named.resize(places, false);
            self.named[seat as usize] = true;
        }
        if self.is_narrowed {
            self.narrow(subjects, bounds);
        } else if was_narrowed {
            self.seats.iter_mut().for_each(|interest| interest.view = Arc::clone(&self.all));
            self.kind_of_all = 0;
        }
    }

    fn narrow(&mut self, subjects: &[Subject], bounds: Bounds<'_>) {
        let Self { all, named, seats, map, turns, glance, kinds, retired, .. } = self;
        map.fill(subjects, bounds.radius);
        retired.update += 1;
        seats.resize(named.len(), SeatInterest::new(all));
        turns.clear();
        for (seat, interest) in (0..).zip(&mut *seats).filter(|(seat, _)| named[*seat as usize]) {
            interest.stand(subjects, map.owned_by(seat));
            turns.push((interest.viewpoints.first().map_or(0, |&place| map.grid.cell(place)), seat));
        }
        turns.sort_unstable();
        for &(_, seat) in &*turns {
            let interest = &mut seats[seat as usize];
            interest.look(seat, subjects, bounds, &mut map.grid, glance);
            interest.see(&glance.ids, retired);
        }
        self.kind_of_all = kinds.assign(named, seats, retired);
    }
}

impl SeatInterest {
    /// Of a seat that has not looked yet.
    fn new(all: &Arc<View>) -> Self {
        Self { viewpoints: Vec::new(), view: Arc::clone(all), fingerprint: 0, kind: None }
    }

    /// Takes its stand where the owned subjects are, if any is somewhere.
    fn stand(&mut self, subjects: &[Subject], owned: &[(u32, usize)]) {
        let mut places = owned.iter().filter_map(|&(_, index)| subjects[index].finite_place()).peekable();
        if places.peek().is_some() {
            self.viewpoints.clear();
            self.viewpoints.extend(places);
        }
    }

    /// Finds the ids, ascending, of the subjects that the seat sees. The owned ones are near a viewpoint, or near everybody.
    fn look(&self, seat: u32, subjects: &[Subject], bounds: Bounds<'_>, grid: &mut Grid, glance: &mut Glance) {
        let Glance { found, ids } = glance;
        found.clear();
        if bounds.radius.is_none() {
            found.extend((0..).zip(subjects).map(|(index, subject)| Found { index, id: subject.id }));
        } else if let [viewpoint] = *self.viewpoints {
            grid.find(subjects, viewpoint, self.held(), found);
        } else {
            grid.find_everywhere(subjects, found);
            self.viewpoints.iter().for_each(|&viewpoint| grid.find(subjects, viewpoint, self.held(), found));
            found.sort_unstable();
            found.dedup();
        }
        if let Some(filter) = bounds.filter {
            let is_owned = |index: usize| subjects[index].owner == Some(seat);
            found.retain(|found| is_owned(found.index as usize) || filter(seat, found.index as usize));
        }
        ids.clear();
        ids.extend(found.iter().map(|found| found.id));
    }

    /// The ids in its view so far, unless that is of all.
    fn held(&self) -> &[u32] {
        match &*self.view {
            View::All => &[],
            View::Only(ids) => ids,
        }
    }

    /// Makes these ids the view. One that is equal stays the same allocation.
    fn see(&mut self, ids: &[u32], retired: &mut Retired) {
        if !matches!(&*self.view, View::Only(held) if held == ids) {
            let before = std::mem::replace(&mut self.view, retired.renewed(ids));
            self.fingerprint = fingerprint(ids);
            retired.add(before);
        }
    }
}

/// One tick's subjects, in the orders that seats ask for them. Its memory serves the next tick's.
#[derive(Debug, Default)]
struct Map {
    /// Up to date where views have a radius.
    grid: Grid,
    /// Owner and index of the owned subjects, ascending.
    owned: Vec<(u32, usize)>,
}

impl Map {
    fn fill(&mut self, subjects: &[Subject], radius: Option<f32>) {
        let owners = subjects.iter().enumerate().filter_map(|(index, subject)| Some((subject.owner?, index)));
        self.owned.clear();
        self.owned.extend(owners);
        self.owned.sort_unstable();
        if let Some(radius) = radius {
            self.grid.fill(subjects, radius);
        }
    }

    fn owned_by(&self, seat: u32) -> &[(u32, usize)] {
        let start = self.owned.partition_point(|&(owner, _)| owner < seat);
        let end = self.owned.partition_point(|&(owner, _)| owner <= seat);
        &self.owned[start..end]
    }
}

/// Finds the seats with equal views.
#[derive(Debug, Default)]
struct Kinds {
    /// The fingerprint of each seat's view, and the seat.
    order: Vec<(u64, usize)>,
}

impl Kinds {
    /// Has named seats with equal views share one, and numbers those that are shared. Returns how many they are.
    fn assign(&mut self, named: &[bool], seats: &mut [SeatInterest], retired: &mut Retired) -> usize {
        self.order.clear();
        let fingerprints = seats.iter().enumerate().map(|(seat, interest)| (interest.fingerprint, seat));
        self.order.extend(fingerprints.filter(|&(_, seat)| named[seat]));
        self.order.sort_unstable();
        let mut kinds = 0;
        let mut before = None;
        for &(fingerprint, seat) in &self.order {
            seats[seat].kind = None;
            if let Some((of_before, other)) = before
                && of_before == fingerprint
                && share(seats, other, seat, retired)
            {
                let kind = *seats[other].kind.get_or_insert_with(|| {
                    kinds += 1;
                    kinds - 1
                });
                seats[seat].kind = Some(kind);
            }
            before = Some((fingerprint, seat));
        }
        kinds
    }
}

/// Has a seat share the view of another, if they are equal. Tells whether they are.
fn share(seats: &mut [SeatInterest], with: usize, seat: usize, retired: &mut Retired) -> bool {
    let view = Arc::clone(&seats[with].view);
    let is_equal = view == seats[seat].view;
    if is_equal && !Arc::ptr_eq(&view, &seats[seat].view) {
        retired.add(std::mem::replace(&mut seats[seat].view, view));
    }
    is_equal
}

/// A number that is equal for equal views, and hardly ever for others.
fn fingerprint(ids: &[u32]) -> u64 {
    const SCATTER: u64 = 0x9E37_79B9_7F4A_7C15;
    let scattered = |&id: &u32| {
        let product = u64::from(id).wrapping_mul(SCATTER);
        (product ^ product >> 32).wrapping_mul(SCATTER)
    };
    ids.iter().map(scattered).fold(0, u64::wrapping_add)
}

/// A retired view that is still held after so many updates is left to whoever holds it.
const RETIRED_UPDATES_MAX: u64 = 8;

/// Views that were replaced, oldest first, for their memory: as soon as no session's baseline is one of them.
#[derive(Debug, Default)]
struct Retired {
    update: u64,
    /// Each with the update that retired it. One that seats shared comes once for each of them, and is free when it comes last.
    views: VecDeque<(u64, Arc<View>)>,
}

impl Retired {
    fn add(&mut self, view: Arc<View>) {
        if matches!(*view, View::Only(_)) {
            self.views.push_back((self.update, view));
        }
    }

    /// A view of these ids, in the memory of the oldest retired one if that is free.
    fn renewed(&mut self, ids: &[u32]) -> Arc<View> {
        while let Some((update, view)) = self.views.front_mut() {
            let is_old = *update + RETIRED_UPDATES_MAX <= self.update;
            if let Some(View::Only(held)) = Arc::get_mut(view) {
                held.clear();
                held.extend_from_slice(ids);
                return self.views.pop_front().expect("there is a first one").1;
            }
            if !is_old {
                break;
            }
            self.views.pop_front();
        }
        Arc::new(View::Only(ids.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::LEAVE_FACTOR;

    fn at(id: u32, owner: Option<u32>, x: f32, y: f32) -> Subject {
        Subject { id, owner, place: Some([x, y]), is_always_relevant: false }
    }

    fn within(radius: f32) -> Bounds<'static> {
        Bounds { radius: Some(radius), filter: None }
    }

    fn seen(interest: &Interest, seat: u32) -> &[u32] {
        match &**interest.sight(seat).expect("the seat was named").view {
            View::All => panic!("a view of all"),
            View::Only(ids) => ids,
        }
    }

    #[test]
    fn without_radius_and_filter_all_seats_share_one_view_of_all() {
        let mut interest = Interest::default();
        interest.update([1, 2], &[at(5, None, 0.0, 0.0)], Bounds::default());
        let [one, two] = [1, 2].map(|seat| interest.sight(seat).expect("named"));
        assert!(Arc::ptr_eq(one.view, two.view));
        assert_eq!((&**one.view, one.kind, two.kind), (&View::All, Some(0), Some(0)));
        assert!(interest.sight(3).is_none());
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
    fn what_is_owned_or_nowhere_or_always_relevant_is_seen_from_anywhere() {
        let nowhere = Subject { place: None, ..at(7, None, 0.0, 0.0) };
        let lost = at(9, None, f32::NAN, 0.0);
        let flag = Subject { is_always_relevant: true, ..at(10, None, 9e9, 0.0) };
        let far = at(8, None, 500.0, 0.0);
        let subjects = [at(5, Some(1), 0.0, 0.0), at(6, Some(1), 9e9, -9e9), nowhere, far, lost, flag];
        let mut interest = Interest::default();
        interest.update([1], &subjects, Bounds { radius: Some(10.0), filter: Some(&|_, index| index != 0) });
        assert_eq!(seen(&interest, 1), [5, 6, 7, 9, 10]);
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
        let before = Arc::clone(interest.sight(1).expect("named").view);
        interest.update([1], &subjects, within(10.0));
        assert!(Arc::ptr_eq(&before, interest.sight(1).expect("named").view));
    }

    #[test]
    fn seats_with_equal_views_share_one_of_a_kind_and_who_is_alone_with_a_view_has_none() {
        let mut interest = Interest::default();
        let subjects = [at(5, Some(1), 0.0, 0.0), at(6, Some(2), 500.0, 0.0), at(7, Some(3), 1.0, 0.0)];
        interest.update(1..=3, &subjects, within(10.0));
        let [one, two, three] = [1, 2, 3].map(|seat| interest.sight(seat).expect("named"));
        assert!(Arc::ptr_eq(one.view, three.view));
        assert_eq!([one.kind, two.kind, three.kind], [Some(0), None, Some(0)]);
        assert_eq!(interest.overview().kind, Some(1));
    }

    #[test]
    fn a_view_that_somebody_holds_is_not_written_over() {
        let mut interest = Interest::default();
        let mut held = Vec::new();
        for tick in 0..20 {
            interest.update([1], &[at(5, Some(1), 0.0, 0.0), at(6 + tick, None, 1.0, 0.0)], within(10.0));
            if tick % 3 == 0 {
                held.push((tick, Arc::clone(interest.sight(1).expect("named").view)));
            }
        }
        for (tick, view) in held {
            assert_eq!(*view, View::Only(vec![5, 6 + tick]));
        }
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
