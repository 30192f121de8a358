//! The workload on a whole server, sockets included: what its threads allocate once they are warm.

use skirmish_benches::allocations::Counting;
use skirmish_benches::report::Heap;

#[global_allocator]
static ALLOCATOR: Counting<std::alloc::System> = Counting(std::alloc::System);

/// Fewer than there are players: nothing is allocated for each. The aim is none at all; the batches between threads are what is left.
const PER_TICK_MAX: f64 = 8.0;

#[test]
fn a_warm_tick_of_sim_and_reader_threads_allocates_nothing_for_each_player() {
    let windows = Heap::measure().expect("the server can be played on");
    println!("{windows:?}");
    // A window in which something else held up the machine may have had to catch up.
    let within = windows.iter().filter(|window| window.per_tick() <= PER_TICK_MAX).count();
    assert!(2 * within > windows.len(), "{windows:?}");
}
