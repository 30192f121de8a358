//! A warm tick of the workload takes no memory, from the arrival of every player's input to the frames and the log.

use skirmish_benches::player::Player;
use skirmish_benches::record::header;
use skirmish_benches::workload::Workload;
use skirmish_protocol::Input;
use skirmish_sim::harness::FullRoom;

const PLAYERS: u32 = 100;
/// What is used again has grown to its size after this many ticks: the views of those who see but some take longest.
const WARM_TICKS: u32 = 10_000;

/// What each tick of ten seconds of a warm match allocates.
fn warm_allocations(game: &Workload) -> Vec<u64> {
    let mut room = FullRoom::new(game, header(game), PLAYERS);
    let mut players: Vec<_> = (0..PLAYERS.into()).map(Player::new).collect();
    let mut step = || {
        let steer = |seat: u32| {
            let mut values = Vec::new();
            players[seat as usize].steer().to_values(&mut values);
            values.as_slice().into()
        };
        room.step(steer, |work| allocation_counter::measure(work).count_total)
    };
    for _ in 0..WARM_TICKS {
        step();
    }
    (0..200).map(|_| step()).collect()
}

#[test]
fn a_warm_tick_of_the_workload_allocates_nothing() {
    assert_eq!(warm_allocations(&Workload::default()), [0; 200]);
}

#[test]
fn neither_does_one_in_which_everybody_sees_but_some() {
    let game = Workload { interest_radius: 400.0, walkers: 200, ..Workload::default() };
    assert_eq!(warm_allocations(&game), [0; 200]);
}
