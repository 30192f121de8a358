//! The tasks that feeds share: one for the server, one for each match that somebody watches.
//!
//! Invariant: a task ends when nobody listens, and then its match hands over no more samples; who comes at that moment gets a new task. Each event is rendered
//! once, however many listen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use crossbeam_channel::{TryRecvError, bounded};
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio::time::{MissedTickBehavior, interval};

use super::process::{self, ServerEvents};
use super::shown::MatchEvents;
use crate::channels::{MatchSample, SimCommand};
use crate::control::App;
use crate::control::admin::AdminError;
use crate::match_key::MatchKey;

/// From event to event.
const EVENTS: Duration = Duration::from_millis(100);
/// Events that a feed may be behind: some seconds of them.
const BEHIND_MAX: usize = 64;
/// Samples that may wait for a task: a second of them.
const SAMPLES_MAX: usize = 10;

/// The tasks that run now, as the way to listen to each.
#[derive(Default)]
pub(in crate::control) struct Hubs(Mutex<Open>);

#[derive(Default)]
struct Open {
    server: Option<Sender<Bytes>>,
    matches: BTreeMap<MatchKey, Sender<Bytes>>,
}

impl Hubs {
    /// Listens to the server, from its next event on.
    pub(super) fn of_server(&self, app: &Arc<App>) -> Receiver<Bytes> {
        let mut open = self.lock();
        if let Some(sender) = &open.server {
            return sender.subscribe();
        }
        let (sender, receiver) = broadcast::channel(BEHIND_MAX);
        open.server = Some(sender.clone());
        tokio::spawn(tell_of_server(Arc::clone(app), sender));
        receiver
    }

    /// Listens to the match of that name, from its next event on.
    pub(super) fn of_match(&self, app: &Arc<App>, match_id: &str) -> Result<Receiver<Bytes>, AdminError> {
        let found = app.directory.find(match_id);
        let (key, sim) = found.ok_or_else(|| AdminError::NoMatch(match_id.to_owned()))?;
        let mut open = self.lock();
        if let Some(sender) = open.matches.get(&key) {
            return Ok(sender.subscribe());
        }
        let (samples_in, samples) = bounded(SAMPLES_MAX);
        sim.send(SimCommand::Watch { key, samples: samples_in }).map_err(|_| AdminError::NoAnswer)?;
        let (sender, receiver) = broadcast::channel(BEHIND_MAX);
        open.matches.insert(key, sender.clone());
        let events = MatchEvents::new(key, match_id.to_owned());
        tokio::spawn(tell_of_match(Arc::clone(app), (key, events), samples, sender));
        Ok(receiver)
    }

    /// Whether nobody listens to the server any more: then its task is forgotten.
    fn leave_server(&self, sender: &Sender<Bytes>) -> bool {
        let mut open = self.lock();
        let is_over = sender.receiver_count() == 0;
        if is_over {
            open.server = None;
        }
        is_over
    }

    /// The same of a match.
    fn leave_match(&self, key: MatchKey, sender: &Sender<Bytes>) -> bool {
        let mut open = self.lock();
        let is_over = sender.receiver_count() == 0;
        if is_over {
            open.matches.remove(&key);
        }
        is_over
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }
}

async fn tell_of_server(app: Arc<App>, sender: Sender<Bytes>) {
    let mut events = ServerEvents::default();
    let mut acts = app.acts();
    let mut ticks = interval(EVENTS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if app.directory.is_stopping() || app.hubs.leave_server(&sender) {
            return;
        }
        // Nobody listens: the next look sees to it.
        let _ = sender.send(events.next(&app).await);
        while let Ok(act) = acts.try_recv() {
            process::of_act(&act).into_iter().for_each(|event| drop(sender.send(event)));
        }
    }
}

async fn tell_of_match(
    app: Arc<App>,
    (key, mut events): (MatchKey, MatchEvents),
    samples: crossbeam_channel::Receiver<MatchSample>,
    sender: Sender<Bytes>,
) {
    let mut ticks = interval(EVENTS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if app.hubs.leave_match(key, &sender) {
            return;
        }
        events.impairments(&app).into_iter().for_each(|event| drop(sender.send(event)));
        loop {
            match samples.try_recv() {
                Ok(sample) => events.of(&app, sample).into_iter().for_each(|event| drop(sender.send(event))),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    drop(sender.send(events.ended()));
                    app.hubs.lock().matches.remove(&key);
                    return;
                }
            }
        }
    }
}
