//! The control plane: HTTP on the server's one port, up to and including the WebSocket handshake.
//!
//! One file each: `listener` (accepting connections, their limits), `router` (which path goes where), `origin` (which pages
//! may ask), `join`, `rate` (how often an address may join and open matches), `upgrade` (the handshake and the hand-over of the socket), `admin`, `bearer`
//! (who may), `feed` (what is going on, for consoles), `pages`, `health`.
//!
//! Invariant: nothing here knows a message of the protocol, and no request waits for a tick except an operator's.
//! Not here: sockets after the handshake (`edge`), which seats are free (`directory`), matches (`driver`).

mod admin;
mod bearer;
mod feed;
mod health;
mod join;
pub(crate) mod listener;
mod origin;
mod pages;
mod rate;
mod router;
mod upgrade;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::config::Config;
use crate::directory::Directory;
use crate::edge::Edge;
use crate::match_key::MatchKey;
use bearer::Bearer;
pub use origin::Origins;
use rate::{AddressRate, Allowance};
pub use router::router;

/// Largest body of a request, in bytes.
const BODY_BYTES_MAX: usize = 4 * 1024;
/// How often one address may join.
const JOINS: Allowance = Allowance { burst: 20.0, per_s: 2.0 };
/// How often one address may open a match by joining: the matches that nobody visits must not use up those there may be.
const OPENINGS: Allowance = Allowance { burst: 5.0, per_s: 0.2 };

/// What the routes share.
pub struct App {
    directory: Arc<Directory>,
    edge: Arc<Edge>,
    origins: Origins,
    public_url: Option<String>,
    json_subprotocol: bool,
    bearer: Bearer,
    joins: AddressRate,
    openings: AddressRate,
    page_dir: PathBuf,
    hubs: feed::Hubs,
    feeds: feed::Count,
    /// Held by whoever changes a match.
    changes: Mutex<()>,
}

/// The other end of a connection, attached to each of its requests.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

impl App {
    /// The control plane of these matches and reader threads.
    pub fn new(config: Config, admin_token: &str, directory: Arc<Directory>, edge: Arc<Edge>) -> Self {
        Self {
            directory,
            edge,
            origins: Origins::new(&config.origins),
            public_url: config.public_url,
            json_subprotocol: config.json_subprotocol,
            bearer: Bearer::new(admin_token),
            joins: AddressRate::new(JOINS),
            openings: AddressRate::new(OPENINGS),
            page_dir: config.assets_dir.join("arena/dist"),
            hubs: feed::Hubs::default(),
            feeds: feed::Count::default(),
            changes: Mutex::default(),
        }
    }

    /// The impairment in force on this seat's line, as it is shown; none if there is none.
    fn impairment_of(&self, _key: MatchKey, _seat: u32) -> Option<serde_json::Value> {
        None
    }
}
