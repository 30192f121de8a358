//! What players do with their connections, one file for each scenario.
//!
//! Invariant: what a player does follows from the run's seed and the player's number; when the server answers plays no part in it. A scenario ends
//! only when it is told to: what the server does to it is recorded, and it tries again as a well-meaning client would.

mod background_tab;
mod churn;
mod crowd;
mod herd;
mod player;
mod reconnect;
mod slow_reader;

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::client::{self, Ended, Manner, Reading, Refusal, Seat, Session};
use crate::field::{Desk, Stop};
use crate::metrics::Metric;
use crate::random::Random;
use crate::relay::Relay;

/// The wait after the first refusal; it doubles with each, up to [`RETRY_MAX`].
const RETRY_MIN: Duration = Duration::from_millis(500);
const RETRY_MAX: Duration = Duration::from_secs(15);
/// The first snapshot must come within this time.
const SNAPSHOT_TIMEOUT: Duration = Duration::from_secs(10);
/// A snapshot this old or younger is a fresh one.
const FRESH: Duration = Duration::from_secs(1);

/// What kind of player.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scenario {
    Player,
    Crowd,
    Churn,
    Reconnect,
    SlowReader,
    BackgroundTab,
    Herd,
}

impl Scenario {
    pub(crate) const ALL: [Scenario; 7] = [
        Scenario::Player,
        Scenario::Crowd,
        Scenario::Churn,
        Scenario::Reconnect,
        Scenario::SlowReader,
        Scenario::BackgroundTab,
        Scenario::Herd,
    ];

    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Scenario::Player => "player",
            Scenario::Crowd => "crowd",
            Scenario::Churn => "churn",
            Scenario::Reconnect => "reconnect",
            Scenario::SlowReader => "slow-reader",
            Scenario::BackgroundTab => "background-tab",
            Scenario::Herd => "herd",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Scenario> {
        Scenario::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// Whether its times tell of the server, and not of its own slowness.
    fn is_timed(self) -> bool {
        !matches!(self, Scenario::SlowReader | Scenario::BackgroundTab)
    }
}

/// A scenario, and where.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) scenario: Scenario,
    /// None: wherever the server likes.
    pub(crate) match_id: Option<String>,
}

impl Role {
    /// Plays it until told to stop.
    pub(crate) async fn run(self, mut player: Player) {
        player.match_id = self.match_id;
        player.timed = self.scenario.is_timed();
        let mut wait = RETRY_MIN;
        loop {
            let ended = match self.scenario {
                Scenario::Player => player::play(&mut player).await,
                Scenario::Crowd => crowd::play(&mut player).await,
                Scenario::Churn => churn::play(&mut player).await,
                Scenario::Reconnect => reconnect::play(&mut player).await,
                Scenario::SlowReader => slow_reader::play(&mut player).await,
                Scenario::BackgroundTab => background_tab::play(&mut player).await,
                Scenario::Herd => herd::play(&mut player).await,
            };
            match ended {
                Ok(()) => wait = RETRY_MIN,
                Err(Ended::Stopped) => return,
                Err(ended) => {
                    player.tell(ended);
                    let shortened = wait.mul_f64(1.0 - player.random.unit() / 2.0);
                    if player.rest(shortened).await.is_err() {
                        return;
                    }
                    wait = (wait * 2).min(RETRY_MAX);
                }
            }
        }
    }
}

/// One virtual player.
pub(crate) struct Player {
    pub(crate) desk: Rc<Desk>,
    pub(crate) number: u64,
    pub(crate) random: Random,
    pub(crate) stop: Stop,
    relay: Rc<Relay>,
    match_id: Option<String>,
    timed: bool,
    chats: bool,
    receive_buffer: Option<u32>,
}

impl Player {
    pub(crate) fn new(desk: Rc<Desk>, number: u64, stop: Stop, relay: Rc<Relay>) -> Self {
        let random = Random::of_player(desk.run.options.seed, number);
        Self { desk, number, random, stop, relay, match_id: None, timed: true, chats: false, receive_buffer: None }
    }

    /// Gets a seat, connects, and waits for the first snapshot. All of it counts from `intended`.
    async fn join(&mut self, intended: Instant) -> Result<Session, Ended> {
        let asked = Instant::now();
        let name = format!("load-{}", self.number);
        let run = Rc::clone(&self.desk);
        let joining = client::join(&run.http, &run.run.target, &name, self.match_id.as_deref());
        let seat = tokio::select! {
            () = self.stop.wait() => return Err(Ended::Stopped),
            seat = joining => seat.map_err(Ended::Refused)?,
        };
        self.desk.recorder.borrow_mut().joined();
        self.took(Metric::Join, intended, asked, Instant::now());
        self.connect(&seat, Metric::FirstSnapshot, intended, asked).await
    }

    /// Connects with a seat's ticket and waits for the first snapshot, which has come `metric` after `intended`.
    async fn connect(
        &mut self,
        seat: &Seat,
        metric: Metric,
        intended: Instant,
        asked: Instant,
    ) -> Result<Session, Ended> {
        let manner = Manner {
            number: self.number,
            random: Random::of_player(self.random.next_u64(), self.number),
            timed: self.timed,
            chats: self.chats,
            receive_buffer: self.receive_buffer,
            relay: Rc::clone(&self.relay),
        };
        let desk = Rc::clone(&self.desk);
        let mut session = tokio::select! {
            () = self.stop.wait() => return Err(Ended::Stopped),
            session = Session::open(&desk, seat, manner) => session?,
        };
        let first = tokio::time::timeout(SNAPSHOT_TIMEOUT, session.until_fresh(Duration::MAX, &mut self.stop)).await;
        match first {
            Ok(Ok(came)) => self.took(metric, intended, asked, came),
            Ok(Err(Ended::Stopped)) => {
                session.leave().await;
                return Err(Ended::Stopped);
            }
            Ok(Err(ended)) => return Err(ended),
            Err(_) => {
                let reason = format!("no snapshot within {} s of the welcome", SNAPSHOT_TIMEOUT.as_secs());
                return Err(Ended::Refused(Refusal::Unreachable(reason)));
            }
        }
        Ok(session)
    }

    /// Returns to a seat with its newest token. A welcome to another seat, or one that has forgotten inputs, is a violation.
    async fn reconnect(&mut self, left: &Left, intended: Instant) -> Result<Session, Ended> {
        let session = self.connect(&left.seat, Metric::Reconnect, intended, Instant::now()).await?;
        let (before, now) = (&left.seat, &session.seat);
        if (&before.match_id, before.seat) != (&now.match_id, now.seat) {
            let what = format!("a return to seat {} of match {} led to another", before.seat, before.match_id);
            return Err(Ended::Violation(what));
        }
        if !(left.input_ack..=left.seq).contains(&session.input_seq) {
            return Err(Ended::Violation("a return to a seat that has forgotten inputs".to_owned()));
        }
        Ok(session)
    }

    /// Plays for some time. When told to stop it gives the seat up.
    async fn play(&mut self, session: Session, time: Duration) -> Result<Session, Ended> {
        self.play_reading(session, Instant::now() + time, Reading::AtOnce).await
    }

    async fn play_reading(&mut self, mut session: Session, until: Instant, reading: Reading) -> Result<Session, Ended> {
        match session.play(until, reading, &mut self.stop).await {
            Ok(()) => Ok(session),
            Err(Ended::Stopped) => {
                session.leave().await;
                Err(Ended::Stopped)
            }
            Err(ended) => Err(ended),
        }
    }

    /// Does nothing, without a connection.
    async fn rest(&mut self, time: Duration) -> Result<(), Ended> {
        tokio::select! {
            () = self.stop.wait() => Err(Ended::Stopped),
            () = self.desk.schedule.until(Instant::now() + time) => Ok(()),
        }
    }

    fn took(&self, metric: Metric, intended: Instant, done: Instant, now: Instant) {
        use crate::metrics::Basis;
        let mut recorder = self.desk.recorder.borrow_mut();
        recorder.time(metric, Basis::Raw, now.saturating_duration_since(done), now);
        recorder.time(metric, Basis::Corrected, now.saturating_duration_since(intended), now);
        self.relay.time(metric, now.saturating_duration_since(intended));
    }

    /// Records why something ended.
    fn tell(&self, ended: Ended) {
        let mut recorder = self.desk.recorder.borrow_mut();
        match ended {
            Ended::Stopped => {}
            Ended::Closed(close) => {
                recorder.closed(&close.name());
                self.relay.failure("closed", format!("{}: {}", close.name(), close.reason));
            }
            Ended::Refused(Refusal::Violation(what)) | Ended::Violation(what) => {
                recorder.violated(&what);
                self.relay.failure("view", what);
            }
            Ended::Refused(refusal) => {
                recorder.refused(&refusal.to_string());
                self.relay.failure("join", refusal.to_string());
            }
        }
    }
}

/// What a player must know to return to a seat.
struct Left {
    seat: Seat,
    seq: u32,
    input_ack: u32,
}

impl Left {
    /// Drops the socket without a word.
    fn by_dropping(session: Session) -> Self {
        Self { seat: session.seat.clone(), seq: session.seq, input_ack: session.input_ack }
    }
}
