//! Moments that do not wait for the server: an open-loop schedule, kept to a tenth of a millisecond.
//!
//! The runtime's own timers have steps of a millisecond, which would be in every latency. So each thread has one timer of the system's,
//! set to the earliest alarm; when it fires, all that are due are woken together.
//! Invariant: an alarm never comes early, and what is due when stands in the alarm, not in when it came.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// The alarms of one thread.
pub(crate) struct Schedule {
    timer: AsyncFd<OwnedFd>,
    due: RefCell<BinaryHeap<Reverse<Entry>>>,
    set_for: Cell<Option<Instant>>,
    entries: Cell<u64>,
}

struct Entry {
    due: Instant,
    number: u64,
    ring: Rc<Ring>,
}

/// Whether an alarm has come, and whom to wake.
#[derive(Default)]
struct Ring {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// A moment to wait for.
pub(crate) struct Alarm {
    /// When it is due.
    pub(crate) due: Instant,
    ring: Rc<Ring>,
}

impl Schedule {
    /// A schedule for the thread whose runtime this is called in; [`Schedule::run`] keeps it.
    ///
    /// # Errors
    /// The system gives no timer.
    pub(crate) fn new() -> io::Result<Rc<Self>> {
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        #[expect(deprecated, reason = "what its successor asks for in unsafe code, an OwnedFd keeps by itself")]
        let timer = AsyncFd::with_interest(timer, Interest::READABLE)?;
        Ok(Rc::new(Self { timer, due: RefCell::default(), set_for: Cell::default(), entries: Cell::default() }))
    }

    /// An alarm for that moment.
    pub(crate) fn alarm(&self, due: Instant) -> Alarm {
        let ring = Rc::new(Ring::default());
        let number = self.entries.get();
        self.entries.set(number + 1);
        self.due.borrow_mut().push(Reverse(Entry { due, number, ring: Rc::clone(&ring) }));
        if self.set_for.get().is_none_or(|set_for| due < set_for) {
            self.set(due);
        }
        Alarm { due, ring }
    }

    /// Waits until that moment.
    pub(crate) async fn until(&self, due: Instant) {
        self.alarm(due).await;
    }

    /// Wakes who is due, for ever.
    pub(crate) async fn run(self: Rc<Self>) {
        loop {
            let mut ready = self.timer.readable().await.expect("the thread's runtime runs");
            ready.clear_ready();
            self.set_for.set(None);
            self.ring_due();
        }
    }

    fn ring_due(&self) {
        let mut due = self.due.borrow_mut();
        let now = Instant::now();
        while let Some(Reverse(first)) = due.peek() {
            if first.due > now {
                let next = first.due;
                drop(due);
                return self.set(next);
            }
            let Some(Reverse(Entry { ring, .. })) = due.pop() else { return };
            ring.rung.set(true);
            if let Some(waker) = ring.waker.take() {
                waker.wake();
            }
        }
    }

    fn set(&self, due: Instant) {
        // Zero would switch it off.
        let wait = due.saturating_duration_since(Instant::now()).max(Duration::from_nanos(1));
        let it_value = Timespec::try_from(wait).expect("a wait is shorter than time itself");
        let never = Timespec { tv_sec: 0, tv_nsec: 0 };
        timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::empty(), &Itimerspec { it_interval: never, it_value })
            .expect("a timer takes every moment");
        self.set_for.set(Some(due));
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.ring.rung.get() {
            return Poll::Ready(());
        }
        let mut waker = self.ring.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|held| held.will_wake(context.waker())) {
            *waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.number).cmp(&(other.due, other.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::LocalSet;

    #[test]
    fn alarms_come_in_the_order_of_their_moments_and_never_early() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        LocalSet::new().block_on(&runtime, async {
            let schedule = Schedule::new().unwrap();
            let running = tokio::task::spawn_local(Rc::clone(&schedule).run());
            let order = Rc::new(RefCell::new(Vec::new()));
            let began = Instant::now();
            let waiting: Vec<_> = [30, 10, 20, 10]
                .into_iter()
                .map(|ms| {
                    let (schedule, order) = (Rc::clone(&schedule), Rc::clone(&order));
                    tokio::task::spawn_local(async move {
                        let due = began + Duration::from_millis(ms);
                        schedule.until(due).await;
                        assert!(Instant::now() >= due);
                        order.borrow_mut().push(ms);
                    })
                })
                .collect();
            for one in waiting {
                one.await.unwrap();
            }
            running.abort();
            assert_eq!(*order.borrow(), [10, 10, 20, 30]);
        });
    }
}
