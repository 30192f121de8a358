//! Players that are let in and sent away as a search likes, and measurements of what they find.
//!
//! Goose can't take players away again, so here we hold them ourselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::client::{self, Http};
use crate::field::{Field, Held, Run};
use crate::metrics::Tally;
use crate::monitor::{Beside, Moment};
use crate::scenarios::{Role, Scenario};

/// How often it is looked whether everybody is in.
const LOOK: Duration = Duration::from_millis(50);
/// How long letting in may take beyond what the rate says.
const ENTRY_TIMEOUT: Duration = Duration::from_secs(15);

/// How players are spread over matches.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Wherever the server likes.
    Any,
    /// Over so many matches, evenly.
    Matches(u32),
    /// So many in each match.
    Seats(u32),
}

/// What was found in one window.
pub(crate) struct Found {
    pub(crate) players: u32,
    /// Players that were not in when they should have been.
    pub(crate) missing: u32,
    pub(crate) tally: Tally,
    pub(crate) beside: Beside,
    /// Whether the server has spared matches something since the number of players was last changed.
    pub(crate) relieved: bool,
    /// Displayed errors, if they are measured.
    pub(crate) errors: Vec<f64>,
}

/// The players.
pub(crate) struct Crowd {
    field: Field,
    http: Http,
    shape: Shape,
    rate: f64,
    players: Vec<Held>,
    /// How often everybody was sent away: matches have new names each time.
    generation: u32,
    /// The moment before the number of players was last changed.
    changed: Option<Moment>,
}

impl Shape {
    /// The match of a player.
    fn match_id(self, seed: u64, generation: u32, number: u32) -> Option<String> {
        let index = match self {
            Shape::Any => return None,
            Shape::Matches(matches) => number % matches,
            Shape::Seats(seats) => number / seats,
        };
        Some(format!("load-{seed}-{generation}-{index}"))
    }
}

impl Crowd {
    /// Nobody, yet. Players are let in at `rate` a second.
    pub(crate) fn new(field: Field, shape: Shape, rate: f64) -> Self {
        let http = client::http().expect("an HTTP client without any files can be made");
        Self { field, http, shape, rate, players: Vec::new(), generation: 0, changed: None }
    }

    pub(crate) fn run(&self) -> &Arc<Run> {
        &self.field.run
    }

    pub(crate) fn reserved(&self) -> String {
        self.field.reserved.shown()
    }

    /// Sends everybody away, so that the next come to matches that nothing has happened to.
    pub(crate) async fn clear(&mut self) {
        self.resize(0).await;
        self.generation += 1;
    }

    /// Lets players in, or sends the newest away, until there are so many.
    pub(crate) async fn resize(&mut self, players: u32) {
        self.changed = Some(Moment::now(&self.field.run, &self.http).await);
        self.players.truncate(players as usize);
        let began = Instant::now();
        let first = self.players.len() as u32;
        for number in first..players {
            let due = began + Duration::from_secs_f64(f64::from(number - first) / self.rate);
            tokio::time::sleep_until(due.into()).await;
            let match_id = self.shape.match_id(self.run().options.seed, self.generation, number);
            let role = Role { scenario: Scenario::Player, match_id };
            self.players.push(self.field.enter(role, number.into(), None));
        }
        let until = Instant::now() + ENTRY_TIMEOUT;
        while self.connected() != players && Instant::now() < until && !is_interrupted() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Players connected now.
    fn connected(&self) -> u32 {
        self.field.connected()
    }

    /// Measures for some time, once things have settled.
    pub(crate) async fn measure(&mut self, settle: Duration, window: Duration) -> Found {
        tokio::time::sleep(settle).await;
        // What was recorded until now belongs to nothing.
        self.field.report().await;
        let (run, players) = (Arc::clone(self.run()), self.players.len() as u32);
        let opened = Moment::now(&run, &self.http).await;
        run.window.open();
        let until = Instant::now() + window;
        while Instant::now() < until && !is_interrupted() {
            tokio::time::sleep(LOOK.min(until - Instant::now())).await;
        }
        run.window.close();
        let closed = Moment::now(&run, &self.http).await;
        let beside = closed.since(&opened, run.tick_hz());
        let since_change = self.changed.as_ref().and_then(|changed| closed.since(changed, run.tick_hz()).server);
        let relieved = since_change.and_then(|server| server.reliefs).is_some_and(|reliefs| reliefs > 0.0);
        let missing = players.saturating_sub(self.connected());
        let (tally, errors) = self.field.report().await;
        Found { players, missing, tally, beside, relieved, errors }
    }

    /// Sends everybody away.
    pub(crate) fn finish(self) {
        drop(self.players);
        self.field.finish();
    }
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C ends the measurement, and a second one the process.
pub(crate) fn mind_interrupts() {
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            eprintln!("Ctrl-C: the report of what there is follows; again to end at once");
            INTERRUPTED.store(true, Ordering::Relaxed);
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
}

/// Whether Ctrl-C was pressed.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
