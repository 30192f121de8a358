//! A whole match in memory: a room, virtual clients, fake links, virtual time. For our tests and those of games.
//!
//! A client holds, after every tick, what a real one would hold; one that can't apply a frame, or computes another checksum
//! than the room, makes the harness panic with seed, tick and seat. Nothing waits: a virtual hour takes what its ticks cost.
//! The same calls give the same match, to the bit.
//!
//! A link starts without latency, so that after [`Harness::run_ticks`] clients hold the newest state; what a client sends
//! reaches the room at the beginning of the next tick. Change it through [`Harness::link`].
//!
//! ```
//! use bevy_ecs::prelude::*;
//! use skirmish_protocol::{Input, Replicate};
//! use skirmish_sim::harness::Harness;
//! use skirmish_sim::{Game, GameError, Ids, Inputs, Owner, Rules, SeatChange, Seats};
//!
//! #[derive(Component, Replicate)]
//! #[replicate(id = 1)]
//! struct Counter {
//!     #[replicate(id = 0, range = 0..=1000)]
//!     count: u16,
//! }
//!
//! #[derive(Clone, Default, Input)]
//! struct Click {
//!     #[input(id = 0)]
//!     pressed: bool,
//! }
//!
//! fn seat(seats: Res<Seats>, mut ids: ResMut<Ids>, mut commands: Commands) {
//!     for change in seats.changes() {
//!         if let SeatChange::Joined(seat) = change {
//!             commands.spawn((ids.next(), Owner(*seat), Counter { count: 0 }));
//!         }
//!     }
//! }
//!
//! fn click(inputs: Res<Inputs<Click>>, mut counters: Query<(&Owner, &mut Counter)>) {
//!     for (owner, mut counter) in &mut counters {
//!         counter.count += inputs.of(owner.0).iter().filter(|click| click.pressed).count() as u16;
//!     }
//! }
//!
//! struct Clicker;
//! impl Game for Clicker {
//!     fn name(&self) -> &str {
//!         "clicker"
//!     }
//!     fn rules(&self, _: &serde_json::Value) -> Result<Rules, GameError> {
//!         Ok(Rules::new::<Click>().replicate::<Counter>().systems((seat, click)))
//!     }
//! }
//!
//! let mut harness = Harness::new(&Clicker, serde_json::json!({}), 1);
//! let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
//! harness.run_ticks(1);
//! harness.input(ada, &Click { pressed: true });
//! harness.run_ticks(1);
//! let seen_by_bob = harness.client(bob).mirror();
//! let counts: Vec<_> = seen_by_bob.ids("Counter").iter().map(|&id| seen_by_bob.value("Counter", "count", id)).collect();
//! assert_eq!(counts, [Some(1.0), Some(0.0)]);
//! ```
//!
//! Not here: sockets, threads and the real clock, which have tests in the server.

mod client;
mod link;
mod transit;

use serde_json::Value;
use skirmish_protocol::{Account, ClientMessage, CloseCode, Input};

pub use client::{Received, Seen, VirtualClient};
pub use link::{BUFFER_BYTES_DEFAULT, Link};

use crate::{Arrival, Departures, Game, LOG_FORMAT, MatchHeader, Relief, Room, RoomLimits, SeatId, SessionId, Tuning};

/// A virtual client of a [`Harness`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientId(usize);

/// A room with virtual clients, in virtual time.
pub struct Harness {
    seed: u64,
    now_us: u64,
    room: Room,
    clients: Vec<VirtualClient>,
    /// What is on its way to the room, in the order of sending, and when it gets there.
    under_way: Vec<(u64, Arrival)>,
    sessions: u64,
}

impl Harness {
    /// A match of `game` with this configuration and seed, and a checksum in every snapshot.
    ///
    /// # Panics
    /// If the game refuses the configuration.
    #[must_use]
    pub fn new(game: &dyn Game, config: Value, seed: u64) -> Self {
        Self::with_limits(game, config, seed, RoomLimits { checksum_interval_s: 0.0, ..RoomLimits::default() })
    }

    /// The same with limits of one's own.
    ///
    /// # Panics
    /// If the game refuses the configuration.
    #[must_use]
    pub fn with_limits(game: &dyn Game, config: Value, seed: u64, limits: RoomLimits) -> Self {
        let header = MatchHeader {
            format: LOG_FORMAT,
            match_id: "harness".to_owned(),
            game: game.name().to_owned(),
            seed,
            config,
            tuning: Tuning::default(),
        };
        let room = Room::open(game, header, limits).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        Self { seed, now_us: 0, room, clients: Vec::new(), under_way: Vec::new(), sessions: 0 }
    }

    /// A new player takes the lowest free seat; it is welcomed at the next tick.
    ///
    /// # Panics
    /// If every seat is taken.
    pub fn join(&mut self, name: &str) -> ClientId {
        let seat = self.free_seat().expect("a free seat");
        self.claim(name, seat)
    }

    /// The lowest seat that nobody holds.
    #[must_use]
    pub fn free_seat(&self) -> Option<u32> {
        let seats = self.room.sim().seats();
        let held = |seat| self.clients.iter().any(|client| client.seat == seat && client.holds_seat);
        (0..seats.seats_max()).find(|&seat| seats.get(SeatId(seat)).is_none() && !held(seat))
    }

    /// A new client claims this seat, whoever holds it.
    pub fn claim(&mut self, name: &str, seat: u32) -> ClientId {
        let client = ClientId(self.clients.len());
        self.clients.push(VirtualClient::new(name, seat));
        self.reconnect(client);
        client
    }

    /// The client, a spectator whose session the room has, sees through the eyes of this seat from now on.
    pub fn look_through(&mut self, client: ClientId, seat: u32) {
        if let Some(session) = self.clients[client.0].session {
            self.room.look_through(session, seat);
        }
    }

    /// The client connects anew to its seat. A connection that it has is lost, of which the room learns only
    /// afterwards.
    pub fn reconnect(&mut self, client: ClientId) {
        self.sessions += 1;
        let session = SessionId(self.sessions);
        let client = &mut self.clients[client.0];
        let old = client.connect(session);
        let join = Arrival::Join {
            session,
            seat: client.seat,
            name: client.name.clone(),
            token: format!("token-{}", self.sessions),
            schema_hash: client.schema_hash(),
        };
        let due_us = client.link.up_due_us(self.now_us);
        self.under_way.push((due_us, join));
        self.under_way.extend(old.map(|session| (due_us, Arrival::Closed { session })));
    }

    /// The client's connection breaks; the room learns of it after the link's latency, and gets what was sent before.
    pub fn disconnect(&mut self, client: ClientId) {
        let client = &mut self.clients[client.0];
        if let Some(session) = client.disconnect() {
            let due_us = client.link.up_due_us(self.now_us);
            self.under_way.push((due_us, Arrival::Closed { session }));
        }
    }

    /// The client stops reading, or goes on. What it sends goes through all the while.
    pub fn stall(&mut self, client: ClientId, stalled: bool) {
        let now_us = self.now_us;
        self.link(client).stall(stalled, now_us);
    }

    /// The client sends its next input.
    ///
    /// # Panics
    /// If it is not connected and welcomed.
    pub fn input<I: Input>(&mut self, client: ClientId, input: &I) {
        let mut values = Vec::new();
        input.to_values(&mut values);
        assert!(self.client(client).is_open(), "{} is not welcomed: run a tick first", self.client(client).name);
        let message = self.clients[client.0].next_input(values.into());
        self.send(client, message);
    }

    /// The client says something to everybody.
    ///
    /// # Panics
    /// If it is not connected.
    pub fn chat(&mut self, client: ClientId, text: &str) {
        self.send(client, ClientMessage::Chat { text: text.to_owned() });
    }

    /// The client gives its seat up.
    ///
    /// # Panics
    /// If it is not connected.
    pub fn leave(&mut self, client: ClientId) {
        self.send(client, ClientMessage::Leave);
    }

    /// The client sends this message, whatever it is. Hellos and pings get nowhere: servers answer them before the room.
    ///
    /// # Panics
    /// If it is not connected.
    pub fn send(&mut self, client: ClientId, message: ClientMessage) {
        let client = &mut self.clients[client.0];
        let session = client.session.unwrap_or_else(|| panic!("{} is not connected", client.name));
        let due_us = client.link.up_due_us(self.now_us);
        self.under_way.extend(transit::arrival(session, message).map(|arrival| (due_us, arrival)));
    }

    /// Changes the match's tuning from the next tick on.
    pub fn tune(&mut self, tuning: Tuning) {
        self.act(Arrival::Tune(tuning));
    }

    /// Relieves the match, as a server does that can't keep up.
    pub fn relieve(&mut self, relief: Relief) {
        self.room.relieve(relief);
    }

    /// Does this to the room at the beginning of the next tick.
    pub fn act(&mut self, arrival: Arrival) {
        self.under_way.push((self.now_us, arrival));
    }

    /// Closes the room; what it tells the clients is under way.
    pub fn close(&mut self, code: CloseCode, reason: &str, retry_after_ms: Option<u32>) {
        let mut departures = Departures::default();
        self.room.close(code, reason, retry_after_ms, &mut departures);
        self.send_down(&departures);
    }

    /// Lets `ticks` ticks pass. While the match is paused their time passes, but nothing is simulated.
    ///
    /// # Panics
    /// If a client holds something else than the room says it must.
    pub fn run_ticks(&mut self, ticks: u32) {
        (0..ticks).for_each(|_| self.run_tick());
    }

    /// Lets at least this much time pass, in whole ticks.
    ///
    /// # Panics
    /// If a client holds something else than the room says it must.
    pub fn run_s(&mut self, seconds: f64) {
        let end_us = self.now_us + (seconds * 1e6) as u64;
        while self.now_us < end_us {
            self.run_tick();
        }
    }

    /// The virtual time, in microseconds.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        self.now_us
    }

    /// A client.
    #[must_use]
    pub fn client(&self, client: ClientId) -> &VirtualClient {
        &self.clients[client.0]
    }

    /// A client's link.
    pub fn link(&mut self, client: ClientId) -> &mut Link {
        &mut self.clients[client.0].link
    }

    /// The room.
    #[must_use]
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// The log records that the match has written since last asked.
    pub fn take_log(&mut self) -> Vec<u8> {
        let mut log = Vec::new();
        self.room.take_log(&mut log);
        log
    }

    /// See [`Room::take_account`].
    pub fn take_account(&mut self) -> Account {
        self.room.take_account()
    }

    fn run_tick(&mut self) {
        let settings = self.room.settings();
        self.now_us += 1_000_000_000 / (u64::from(settings.tick_hz) * u64::from(settings.dilation_permille));
        self.deliver_down();
        self.deliver_up();
        if !self.room.sim().settings().paused {
            self.room.step();
        }
        self.flush();
        self.deliver_down();
    }
}
