//! Which sockets of one reader thread are ready: their wakers put their slots on one list, and a turn takes all that are on it.
//!
//! Invariant: a slot is listed for every wake since it was last taken; twice does no harm. Not here: what a turn does with them (`sockets`).

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};

use super::lock;

/// The list. Only its reader thread uses it: a waker has to be shareable all the same.
#[derive(Debug, Default)]
pub(super) struct Ready(Mutex<List>);

#[derive(Debug, Default)]
struct List {
    slots: Vec<usize>,
    thread: Option<Waker>,
}

/// Lists one slot.
struct Lister {
    slot: usize,
    ready: Arc<Ready>,
}

impl Ready {
    /// A waker that lists this slot.
    pub(super) fn waker(self: &Arc<Self>, slot: usize) -> Waker {
        Arc::new(Lister { slot, ready: Arc::clone(self) }).into()
    }

    /// Waits until a slot is listed.
    pub(super) async fn listed(&self) {
        poll_fn(|context| {
            let mut list = lock(&self.0);
            if list.slots.is_empty() {
                list.thread.get_or_insert_with(|| context.waker().clone()).clone_from(context.waker());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Moves the listed slots into this empty list, whose memory serves the next.
    pub(super) fn take(&self, slots: &mut Vec<usize>) {
        std::mem::swap(&mut lock(&self.0).slots, slots);
    }
}

impl Wake for Lister {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut list = lock(&self.ready.0);
        list.slots.push(self.slot);
        if let (1, Some(thread)) = (list.slots.len(), &list.thread) {
            thread.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    #[test]
    fn slots_are_listed_in_the_order_of_their_wakes_and_taken_once() {
        let ready = Arc::new(Ready::default());
        let [a, b] = [7, 3].map(|slot| ready.waker(slot));
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(ready.listed()).poll(&mut context).is_pending());
        a.wake_by_ref();
        b.wake();
        assert!(pin!(ready.listed()).poll(&mut context).is_ready());
        let mut taken = Vec::new();
        ready.take(&mut taken);
        assert_eq!(taken, [7, 3]);
        assert!(pin!(ready.listed()).poll(&mut context).is_pending());
    }
}
