//! Reader threads, sim threads and the directory, as the server puts them together, without HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use skirmish_server::channels::Fabric;
use skirmish_server::directory::{Directory, DirectoryLimits, Hosted};
use skirmish_server::driver::{Driver, DriverConfig};
use skirmish_server::edge::{Admission, Edge, EdgeConfig, Verdict};
use skirmish_server::ticket::TicketKey;
use skirmish_sim::Tuning;

use crate::client::Client;
use crate::game::Pushing;
use crate::socket_pair;

pub(crate) struct RealSim {
    pub(crate) edge: Edge,
    pub(crate) driver: Driver,
    pub(crate) directory: Arc<Directory>,
}

impl RealSim {
    /// One thread of each kind.
    pub(crate) fn start(edge: &EdgeConfig, driver: &DriverConfig) -> RealSim {
        RealSim::start_on(Fabric::new(1, 1), edge, driver)
    }

    /// As many threads as the fabric is for.
    pub(crate) fn start_on(fabric: Fabric, edge: &EdgeConfig, driver: &DriverConfig) -> RealSim {
        let limits = DirectoryLimits {
            matches_max: 10,
            sessions_max: 100,
            bots: 1,
            ticket_ttl: Duration::from_secs(60),
            tuning: Tuning::default(),
        };
        let game = Hosted::new(Arc::new(Pushing), json!({})).expect("its rules are sound");
        let key = TicketKey::new(b"a test's secret");
        let handles = fabric.handles.clone();
        let directory = Directory::new(vec![game], handles, limits, key, 1, Box::new(Instant::now));
        let directory = Arc::new(directory);
        RealSim {
            edge: Edge::start(edge, fabric.edges).expect("a thread can be started"),
            driver: Driver::start(driver, fabric.sims, fabric.handles, &directory).expect("a thread can be started"),
            directory,
        }
    }

    /// A client with a claim on a seat in the match of that name, before its hello.
    pub(crate) fn connect(&self, match_name: &str) -> Client {
        let joined = self.directory.join("pushing", "Ada", Some(match_name), || true).expect("there is room");
        self.claim(&joined.ticket)
    }

    /// A client with this ticket or reconnect token.
    pub(crate) fn claim(&self, ticket: &str) -> Client {
        let claim = self.directory.claim(ticket).expect("the ticket is good");
        let (client, stream) = socket_pair();
        let peer = client.local_addr().expect("it is connected");
        let verdict = Verdict::Admit(claim);
        self.edge.admit(Admission { stream, read_buf: Vec::new(), peer, json: false, verdict });
        Client::new(client)
    }

    /// A client that was welcomed.
    pub(crate) fn join(&self, match_name: &str) -> Client {
        let mut client = self.connect(match_name);
        client.hello();
        client.hear_welcome();
        client
    }

    /// Stops as the server does.
    pub(crate) fn stop(&self) {
        self.driver.stop(3_000);
        self.edge.stop();
    }
}
