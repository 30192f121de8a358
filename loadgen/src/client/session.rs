//! One connection that plays: sends inputs when they are due, applies every snapshot, and notes how long things took.
//!
//! Invariant: the schedule of inputs never waits for the server. An input that could not be sent in time still counts from the moment at which it
//! was due until the server's ack of whatever was sent in its place; how late the generator itself was is a figure of its own.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use skirmish_protocol::{ClientMessage, Pong, ServerMessage, Settings};
use tokio_tungstenite::tungstenite::Bytes;

use super::inputs::Inputs;
use super::socket::{Close, Socket, violation};
use super::ticks::TickClock;
use super::{Observed, Refusal, Seat, View};
use crate::field::{Desk, Stop};
use crate::metrics::{Basis, Kind, Metric};
use crate::random::Random;
use crate::relay::Relay;
use crate::schedule::Alarm;

/// Spreads the players' phases evenly, however many there are: without it all would start just after the tick of their welcome.
const GOLDEN_RATIO: f64 = 0.618_033_988_7;
/// From ping to ping.
const PING_PERIOD: Duration = Duration::from_secs(2);
/// How often a player says something, on average.
const CHAT_PERIOD: Duration = Duration::from_secs(30);
/// An ack goes by itself if no input follows within this time.
const ACK_WAIT: Duration = Duration::from_millis(50);
/// Inputs that wait for their ack; older ones count as lost.
const UNACKED_MAX: usize = 4096;
/// Skipped snapshots that one gap may stand for.
const GAP_MAX: u32 = 1000;
/// How long the server may take to say goodbye.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(2);
/// What can be wrong with a view.
const DIFFERS: &str = "a view checksum that differs";

/// Why a player's doing came to an end before its time.
#[derive(Debug)]
pub(crate) enum Ended {
    /// We were told to stop.
    Stopped,
    /// The server, or the network, ended it.
    Closed(Close),
    /// There was no seat, or no connection.
    Refused(Refusal),
    /// The server did something that no correct one does.
    Violation(String),
}

/// How a client reads its socket.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reading {
    /// What comes, when it comes.
    AtOnce,
    /// One message in this time.
    Every(Duration),
}

/// What a session needs to know of its player.
pub(crate) struct Manner {
    pub(crate) number: u64,
    pub(crate) random: Random,
    /// Whether its times count. Those of clients that are slow on purpose would not tell of the server.
    pub(crate) timed: bool,
    pub(crate) chats: bool,
    /// The kernel's buffer for what comes, in bytes; none: the usual.
    pub(crate) receive_buffer: Option<u32>,
    pub(crate) relay: Rc<Relay>,
}

struct Unacked {
    seq: u32,
    due: Instant,
    /// None: it was due, and the next one was sent instead.
    sent: Option<Instant>,
}

/// The newest snapshot.
#[derive(Clone, Copy)]
struct Newest {
    tick: u32,
    came: Instant,
}

/// A connection that was welcomed.
pub(crate) struct Session {
    /// The seat, with the newest token as its ticket.
    pub(crate) seat: Seat,
    /// The newest input that the welcome says was applied.
    pub(crate) input_seq: u32,
    /// The newest input sent.
    pub(crate) seq: u32,
    /// The newest input that a snapshot included.
    pub(crate) input_ack: u32,
    pub(crate) view: View,
    pub(crate) settings: Settings,
    desk: Rc<Desk>,
    manner: Manner,
    socket: Socket,
    inputs: Inputs,
    ticks: TickClock,
    newest: Option<Newest>,
    input_period: Duration,
    next_input: Alarm,
    /// Until when the last send took: what was due meanwhile was held up by the server.
    free: Instant,
    unacked: VecDeque<Unacked>,
    ping: Option<(u32, Instant)>,
    pinged: Option<Instant>,
}

impl Session {
    /// Connects with a seat's ticket.
    pub(crate) async fn open(desk: &Rc<Desk>, seat: &Seat, manner: Manner) -> Result<Self, Ended> {
        let (socket, welcome) = Socket::open(seat, manner.receive_buffer).await.map_err(Ended::Refused)?;
        let schema = welcome.schema.ok_or_else(|| Ended::Violation("a welcome without a schema".to_owned()))?;
        let inputs = Inputs::new(manner.random.clone(), schema.input.clone());
        let view = View::new(schema, &welcome.settings, desk.run.options.verify).map_err(Ended::Violation)?;
        desk.run.see(&welcome.settings);
        desk.recorder.borrow_mut().connected();
        desk.run.connected.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let mut session = Self {
            seat: Seat { match_id: welcome.match_id, seat: welcome.seat, ticket: welcome.token, ..seat.clone() },
            input_seq: welcome.input_seq,
            seq: welcome.input_seq,
            input_ack: welcome.input_seq,
            view,
            settings: welcome.settings,
            desk: Rc::clone(desk),
            manner,
            socket,
            inputs,
            ticks: TickClock::new(&welcome.settings),
            newest: None,
            input_period: Duration::MAX,
            next_input: desk.schedule.alarm(now),
            free: now,
            unacked: VecDeque::new(),
            ping: None,
            pinged: None,
        };
        session.pace_inputs();
        Ok(session)
    }

    /// Inputs at the tick rate, or as the options say, in this player's phase.
    fn pace_inputs(&mut self) {
        let tick_hz = f64::from(self.settings.tick_hz);
        let period = Duration::from_secs_f64(1.0 / self.desk.run.options.input_hz.unwrap_or(tick_hz).min(tick_hz));
        if period != self.input_period {
            self.input_period = period;
            let phase = (self.manner.number as f64 * GOLDEN_RATIO).fract();
            self.next_input = self.desk.schedule.alarm(Instant::now() + period.mul_f64(phase));
        }
    }

    /// Plays until that moment.
    pub(crate) async fn play(&mut self, until: Instant, reading: Reading, stop: &mut Stop) -> Result<(), Ended> {
        let mut end = self.desk.schedule.alarm(until);
        let mut read_again = self.desk.schedule.alarm(Instant::now());
        loop {
            let may_read = match reading {
                Reading::AtOnce => true,
                Reading::Every(_) => read_again.due <= Instant::now(),
            };
            tokio::select! {
                biased;
                () = stop.wait() => return Err(Ended::Stopped),
                () = &mut end => return Ok(()),
                () = &mut self.next_input => self.send_due().await?,
                frame = self.socket.next(), if may_read => {
                    self.take(&frame.map_err(Ended::Closed)?).await?;
                    if let Reading::Every(wait) = reading {
                        read_again = self.desk.schedule.alarm(Instant::now() + wait);
                    }
                }
                () = &mut read_again, if !may_read => {}
            }
        }
    }

    /// Does nothing at all until that moment: neither reads nor sends.
    pub(crate) async fn freeze(&mut self, until: Instant, stop: &mut Stop) -> Result<(), Ended> {
        let frozen = tokio::select! {
            () = stop.wait() => Err(Ended::Stopped),
            () = self.desk.schedule.until(until) => Ok(()),
        };
        // Nobody sat at the keys meanwhile.
        self.next_input = self.desk.schedule.alarm(Instant::now() + self.input_period);
        frozen
    }

    /// Plays until a snapshot has been applied whose tick was due at most so long ago; gives the moment.
    pub(crate) async fn until_fresh(&mut self, age_max: Duration, stop: &mut Stop) -> Result<Instant, Ended> {
        loop {
            tokio::select! {
                biased;
                () = stop.wait() => return Err(Ended::Stopped),
                () = &mut self.next_input => self.send_due().await?,
                frame = self.socket.next() => {
                    self.take(&frame.map_err(Ended::Closed)?).await?;
                    if let Some(Newest { tick, came }) = self.newest
                        && self.ticks.due(tick).is_none_or(|due| came.saturating_duration_since(due) <= age_max)
                    {
                        return Ok(came);
                    }
                }
            }
        }
    }

    /// Gives the seat up, and waits for the server to close.
    pub(crate) async fn leave(mut self) {
        if self.socket.send(&ClientMessage::Leave).await.is_ok() {
            // A server that does not close in time is not waited for: the socket is dropped next.
            let _ = tokio::time::timeout(LEAVE_TIMEOUT, async { while self.socket.next().await.is_ok() {} }).await;
        }
    }

    async fn send(&mut self, kind: Kind, message: &ClientMessage) -> Result<(), Ended> {
        let bytes = self.socket.send(message).await.map_err(Ended::Closed)?;
        self.desk.recorder.borrow_mut().sent(kind, bytes);
        Ok(())
    }

    /// Sends the input that is due, in place of those that it is too late for.
    async fn send_due(&mut self) -> Result<(), Ended> {
        let (due, now) = (self.next_input.due, Instant::now());
        let missed = (now.saturating_duration_since(due).as_nanos() / self.input_period.as_nanos()) as u32;
        self.seq += 1;
        for late in 0..missed.min(GAP_MAX) {
            self.await_ack(due + self.input_period * late, None);
        }
        let newest = due + self.input_period * missed;
        self.await_ack(newest, Some(now));
        let held_up = self.free > due;
        {
            let mut recorder = self.desk.recorder.borrow_mut();
            recorder.inputs(u64::from(missed) + 1, if held_up { 0 } else { missed.into() });
            recorder.both(Metric::SendLag, now.saturating_duration_since(due.max(self.free)), now);
        }
        let values = self.inputs.next_input();
        self.send(
            Kind::Input,
            &ClientMessage::Input { seq: self.seq, snapshot_ack: self.view.tick(), values: values.into() },
        )
        .await?;
        self.next_input = self.desk.schedule.alarm(newest + self.input_period);
        self.talk(now).await?;
        self.free = Instant::now();
        self.manner.relay.flush_sometimes(now);
        Ok(())
    }

    fn await_ack(&mut self, due: Instant, sent: Option<Instant>) {
        if self.unacked.len() == UNACKED_MAX {
            self.unacked.pop_front();
            self.desk.recorder.borrow_mut().unacked(1);
        }
        self.unacked.push_back(Unacked { seq: self.seq, due, sent });
    }

    /// What goes out besides inputs, now and then.
    async fn talk(&mut self, now: Instant) -> Result<(), Ended> {
        if self.pinged.is_none_or(|pinged| now - pinged >= PING_PERIOD) {
            let token = self.seq;
            (self.ping, self.pinged) = (Some((token, now)), Some(now));
            self.send(Kind::Ping, &ClientMessage::Ping { token }).await?;
        }
        let chance = self.input_period.as_secs_f64() / CHAT_PERIOD.as_secs_f64();
        if self.manner.chats && self.manner.random.chance(chance) {
            let text = format!("player {} at tick {}", self.manner.number, self.view.tick());
            self.send(Kind::Chat, &ClientMessage::Chat { text }).await?;
        }
        Ok(())
    }

    async fn take(&mut self, frame: &Bytes) -> Result<(), Ended> {
        let message = ServerMessage::decode(frame).map_err(|error| Ended::Violation(violation(&error)))?;
        let kind = match &message {
            ServerMessage::Snapshot => return self.take_snapshot(frame).await,
            ServerMessage::Settings(settings) => {
                self.adopt(*settings);
                Kind::Settings
            }
            ServerMessage::Pong(pong) => {
                self.take_pong(pong);
                Kind::Pong
            }
            ServerMessage::Welcome(_) => return Err(Ended::Violation("a second welcome".to_owned())),
            ServerMessage::Roster(_) => Kind::Roster,
            ServerMessage::Chat { .. } => Kind::Chat,
            ServerMessage::Goodbye { .. } => Kind::Goodbye,
            ServerMessage::Notice { .. } => Kind::Notice,
        };
        self.desk.recorder.borrow_mut().received(kind, frame.len(), Instant::now());
        Ok(())
    }

    fn adopt(&mut self, settings: Settings) {
        self.view.settings(&settings);
        let pace = |settings: &Settings| (settings.tick_hz, settings.dilation_permille, settings.paused);
        if pace(&settings) != pace(&self.settings) {
            self.ticks.settings(&settings);
            // When ticks are due must be learnt anew.
            self.pinged = None;
        }
        self.desk.run.see(&settings);
        self.settings = settings;
        self.pace_inputs();
    }

    fn take_pong(&mut self, pong: &Pong) {
        if let Some((token, sent)) = self.ping
            && token == pong.token
        {
            self.ticks.pong(pong, sent, Instant::now());
            self.ping = None;
        }
    }

    async fn take_snapshot(&mut self, frame: &Bytes) -> Result<(), Ended> {
        let observed = self.view.apply(frame).map_err(Ended::Violation)?;
        let now = Instant::now();
        let kind = if observed.keyframe { Kind::Keyframe } else { Kind::Snapshot };
        self.desk.recorder.borrow_mut().received(kind, frame.len(), now);
        match observed.agreed {
            Some(true) => self.desk.recorder.borrow_mut().checksum_agreed(),
            Some(false) => return Err(Ended::Violation(DIFFERS.to_owned())),
            None => {}
        }
        self.note_tick(observed, now);
        self.note_acks(observed.input_ack, now);
        self.desk.witness(
            self.manner.number,
            self.seat.seat,
            &self.view,
            &self.settings,
            self.ticks.due(observed.tick),
        );
        self.newest = Some(Newest { tick: observed.tick, came: now });
        if self.next_input.due > now + ACK_WAIT {
            self.send(Kind::Ack, &ClientMessage::Ack { snapshot_ack: observed.tick }).await?;
        }
        Ok(())
    }

    fn note(&self, metric: Metric, basis: Basis, time: Duration, now: Instant) {
        self.desk.recorder.borrow_mut().time(metric, basis, time, now);
        if basis == Basis::Corrected {
            self.manner.relay.time(metric, time);
        }
    }

    /// How old the tick is, and how far from its place in the row; what was skipped before it is known only now.
    fn note_tick(&mut self, observed: Observed, now: Instant) {
        let interval = self.settings.snapshot_interval;
        let skipped = match self.newest {
            Some(newest) if !observed.keyframe => ((observed.tick - newest.tick).div_ceil(interval) - 1).min(GAP_MAX),
            _ => 0,
        };
        self.desk.recorder.borrow_mut().skipped(skipped.into());
        if !self.manner.timed {
            return;
        }
        if let Some(due) = self.ticks.due(observed.tick) {
            let age = now.saturating_duration_since(due);
            self.note(Metric::SnapshotAge, Basis::Raw, age, now);
            for tick in (0..=skipped).map(|back| observed.tick - back * interval) {
                let due = self.ticks.due(tick).expect("the clock knew the tick after it");
                self.note(Metric::SnapshotAge, Basis::Corrected, now.saturating_duration_since(due), now);
            }
            self.desk.recorder.borrow_mut().tick(&self.seat.match_id, observed.tick, age, now);
        }
        if let Some(Newest { tick, came }) = self.newest {
            let off = |came_tick: u32| (now - came).abs_diff(self.ticks.period() * (came_tick - tick));
            self.note(Metric::SnapshotJitter, Basis::Raw, off(observed.tick), now);
            for tick in (0..=skipped).map(|back| observed.tick - back * interval) {
                self.note(Metric::SnapshotJitter, Basis::Corrected, off(tick), now);
            }
        }
    }

    fn note_acks(&mut self, input_ack: u32, now: Instant) {
        self.input_ack = self.input_ack.max(input_ack);
        while let Some(Unacked { due, sent, .. }) = self.unacked.pop_front_if(|unacked| unacked.seq <= input_ack) {
            if self.manner.timed {
                self.note(Metric::InputAck, Basis::Corrected, now - due, now);
                if let Some(sent) = sent {
                    self.note(Metric::InputAck, Basis::Raw, now - sent, now);
                }
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut recorder = self.desk.recorder.borrow_mut();
        recorder.disconnected();
        self.desk.run.connected.fetch_sub(1, Ordering::Relaxed);
        // What was sent within the last moments had no time to be acknowledged.
        let Some(late) = Instant::now().checked_sub(Duration::from_secs(1)) else { return };
        recorder.unacked(self.unacked.iter().filter(|unacked| unacked.due < late).count() as u64);
    }
}
