//! The workload on a whole server, sockets included: what its threads allocate once they are warm.

use skirmish_benches::allocations::Counting;
use skirmish_benches::report::Heap;

#[global_allocator]
static ALLOCATOR: Counting<std::alloc::System> = Counting(std::alloc::System);

#[test]
fn a_warm_tick_of_sim_and_reader_threads_allocates_nothing() {
    let windows = Heap::measure().expect("the server can be played on");
    println!("{windows:?}");
    // A window in which something else held up the machine may have had to catch up.
    let without = windows.iter().filter(|window| window.per_tick() == 0.0).count();
    assert!(2 * without > windows.len(), "{windows:?}");
}
