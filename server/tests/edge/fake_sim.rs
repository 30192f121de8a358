//! One reader thread before a sim thread that the test plays.

use std::sync::Arc;
use std::time::{Duration, Instant};

use skirmish_protocol::{CloseCode, Schema};
use skirmish_server::MatchKey;
use skirmish_server::channels::{Fabric, MatchClock, Outbox, SimEnd, ToSim};
use skirmish_server::directory::{Claim, Directory, DirectoryLimits};
use skirmish_server::edge::{Admission, Edge, EdgeConfig, Verdict};
use skirmish_server::ticket::TicketKey;
use skirmish_sim::{Arrival, Departures, FrameKind, SessionId, Tuning};

use crate::client::Client;
use crate::socket_pair;

/// A test to which nothing arrives for so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct FakeSim {
    pub(crate) edge: Edge,
    pub(crate) end: SimEnd,
    pub(crate) clock: Arc<MatchClock>,
    directory: Arc<Directory>,
}

impl FakeSim {
    pub(crate) fn start(config: &EdgeConfig, arrivals_max: usize) -> FakeSim {
        let mut fabric = Fabric::with_room_for(1, 1, arrivals_max);
        let limits = DirectoryLimits {
            matches_max: 1,
            sessions_max: 100,
            bots: 0,
            ticket_ttl: Duration::from_secs(60),
            tuning: Tuning::default(),
        };
        let key = TicketKey::new(b"a test's secret");
        let directory = Directory::new(Vec::new(), fabric.handles, limits, key, 1, Box::new(Instant::now));
        FakeSim {
            edge: Edge::start(config, fabric.edges).expect("a thread can be started"),
            end: fabric.sims.remove(0),
            clock: Arc::new(MatchClock::new()),
            directory: Arc::new(directory),
        }
    }

    /// A client whose socket was admitted, with `read_buf` read from it already.
    pub(crate) fn admit(&self, read_buf: Vec<u8>) -> Client {
        let claim = Claim {
            key: MatchKey(0),
            sim: 0,
            seat: 0,
            name: "Ada".to_owned(),
            token: "token".to_owned(),
            generation: 1,
            eyes: None,
            input: Arc::new(Schema { components: Vec::new(), input: Vec::new(), events: Vec::new() }),
            clock: Arc::clone(&self.clock),
            directory: Arc::clone(&self.directory),
        };
        self.hand_over(Verdict::Admit(claim), read_buf)
    }

    /// A client whose socket is to be refused.
    pub(crate) fn refuse(&self, code: CloseCode, reason: &str) -> Client {
        self.hand_over(Verdict::Refuse { code, reason: reason.to_owned() }, Vec::new())
    }

    fn hand_over(&self, verdict: Verdict, read_buf: Vec<u8>) -> Client {
        let (client, stream) = socket_pair();
        let peer = client.local_addr().expect("it is connected");
        self.edge.admit(Admission { stream, read_buf, peer, json: false, verdict });
        Client::new(client)
    }

    /// A client that said hello, its session and its outbox.
    pub(crate) fn join(&self) -> (Client, SessionId, Arc<Outbox>) {
        let mut client = self.admit(Vec::new());
        client.hello();
        let ToSim { arrival, joining, .. } = self.arrival();
        match (arrival, joining) {
            (Arrival::Join { session, .. }, Some(joining)) => (client, session, joining.outbox),
            other => panic!("expected a join with what belongs to it, got {other:?}"),
        }
    }

    /// The next arrival; the reader thread learns that there is room.
    pub(crate) fn arrival(&self) -> ToSim {
        let arrival = self.end.arrivals.recv_timeout(PATIENCE).expect("something arrives");
        self.end.edges[0].resume();
        arrival
    }

    /// Hands departures to the reader thread, as a sim thread does.
    pub(crate) fn push(&self, departures: Departures) {
        let port = &self.end.edges[0];
        port.departures.send_timeout(departures, PATIENCE).expect("the reader thread takes it");
        port.bell.ring();
    }

    /// Hands one frame to the reader thread.
    pub(crate) fn push_frame(&self, session: SessionId, message: &[u8]) {
        let mut departures = Departures::default();
        departures.frame(session, FrameKind::Reliable, message);
        self.push(departures);
    }
}
