//! Counts heap allocations, thread by thread, in a program whose allocator is a [`Counting`] one.
//!
//! Invariant: counting allocates nothing and waits for nobody. Threads beyond `THREADS_MAX` share the last count.

#![expect(unsafe_code, reason = "an allocator can't be written without")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::fs;
use std::sync::atomic::{AtomicI32, AtomicU64, AtomicUsize, Ordering};

use rustix::thread::gettid;

/// Threads that are told apart.
const THREADS_MAX: usize = 1024;

static THREADS: AtomicUsize = AtomicUsize::new(0);
static IDS: [AtomicI32; THREADS_MAX] = [const { AtomicI32::new(0) }; THREADS_MAX];
static COUNTS: [AtomicU64; THREADS_MAX] = [const { AtomicU64::new(0) }; THREADS_MAX];

thread_local! {
    /// This thread's place in the lists above, once it has one.
    static PLACE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// An allocator that counts what it is asked for: each allocation, and each growing or shrinking.
#[derive(Debug)]
pub struct Counting<A>(pub A);

/// How many allocations each thread that lives has made so far, with its name; nothing if the allocator is another one.
pub fn by_thread() -> Vec<(String, u64)> {
    let threads = THREADS.load(Ordering::Relaxed).min(THREADS_MAX);
    let of_thread = |(id, count): (&AtomicI32, &AtomicU64)| {
        let name = fs::read_to_string(format!("/proc/self/task/{}/comm", id.load(Ordering::Relaxed))).ok()?;
        Some((name.trim().to_owned(), count.load(Ordering::Relaxed)))
    };
    IDS.iter().zip(&COUNTS).take(threads).filter_map(of_thread).collect()
}

fn count() {
    PLACE.with(|place| {
        let index = place.get().unwrap_or_else(|| {
            let index = THREADS.fetch_add(1, Ordering::Relaxed).min(THREADS_MAX - 1);
            IDS[index].store(gettid().as_raw_nonzero().get(), Ordering::Relaxed);
            place.set(Some(index));
            index
        });
        COUNTS[index].fetch_add(1, Ordering::Relaxed);
    });
}

// SAFETY: everything is left to the allocator inside.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.realloc(pointer, layout, new_size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.dealloc(pointer, layout) }
    }
}
