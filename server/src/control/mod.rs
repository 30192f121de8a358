//! The control plane: HTTP on the server's one port, up to and including the WebSocket handshake.
//!
//! One file each: `listener` (accepting connections, their limits), `router` (which path goes where), `origin` (which pages
//! may ask), `join`, `rate` (how often an address may join and open matches), `upgrade` (the handshake and the hand-over of the socket), `pages`, `health`.
//! For those who run matches: `auth` (who may), `session` (signing in), `admin` (what is shown), `settings` and `engine_numbers` (which numbers there are), `tune` (turning them),
//! `presets` (keeping them), `people` (kick, tell, bots), `lifecycle` (open, step, end), `audit` (who did what), `feed` (what is going on),
//! `compare` (before and since a change), `impairments` (bad networks on demand), `watch` (looking on).
//!
//! Invariant: nothing here knows a message of the protocol, and no request waits for a tick except an operator's.
//! Not here: sockets after the handshake (`edge`), which seats are free (`directory`), matches (`driver`).

mod admin;
mod audit;
mod auth;
mod compare;
mod engine_numbers;
mod feed;
mod health;
mod impairments;
mod join;
mod lifecycle;
pub(crate) mod listener;
mod origin;
mod pages;
mod people;
mod presets;
mod rate;
mod router;
mod session;
mod settings;
mod tune;
mod upgrade;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Mutex, broadcast};

use crate::clock::{now_us, wall_ms};
use crate::config::Config;
use crate::directory::Directory;
use crate::edge::{Edge, Whose};
use crate::match_key::MatchKey;
use audit::Audit;
pub use audit::Entry as AuditEntry;
use auth::Auth;
pub use auth::Role;
pub use origin::Origins;
use rate::{AddressRate, Allowance};
pub use router::{AdminRoute, admin_routes, router};
use settings::Usual;
use tune::Changes;

/// Largest body of a request, in bytes.
const BODY_BYTES_MAX: usize = 4 * 1024;
/// How often one address may join.
const JOINS: Allowance = Allowance { burst: 20.0, per_s: 2.0 };
/// How often one address may open a match by joining: the matches that nobody visits must not use up those there may be.
const OPENINGS: Allowance = Allowance { burst: 5.0, per_s: 0.2 };
/// How often one address may try to sign in.
const SIGN_INS: Allowance = Allowance { burst: 10.0, per_s: 0.2 };

/// What the routes share.
pub struct App {
    directory: Arc<Directory>,
    edge: Arc<Edge>,
    origins: Origins,
    public_url: Option<String>,
    json_subprotocol: bool,
    auth: Auth,
    joins: AddressRate,
    openings: AddressRate,
    sign_ins: AddressRate,
    page_dir: PathBuf,
    hubs: feed::Hubs,
    feeds: feed::Count,
    console_dir: PathBuf,
    preset_dir: PathBuf,
    /// What matches begin with.
    usual: Usual,
    /// Held by whoever changes a match.
    turn: Mutex<()>,
    changes: Changes,
    audit: Audit,
    started_ms: u64,
}

/// What the control plane is told besides the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Entrance<'a> {
    /// The port that it listens on.
    pub port: u16,
    /// The token of those who may act.
    pub admin_token: &'a str,
    /// The token of those who may look.
    pub viewer_token: &'a str,
}

/// The other end of a connection, attached to each of its requests.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

impl App {
    /// The control plane of these matches and reader threads.
    pub fn new(config: Config, entrance: Entrance<'_>, directory: Arc<Directory>, edge: Arc<Edge>) -> Self {
        let Entrance { port, admin_token, viewer_token } = entrance;
        let usual = Usual { tuning: config.tuning(), limits: config.room_limits() };
        let is_secure = config.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
        Self {
            directory,
            edge,
            origins: Origins::new(&config.origins),
            public_url: config.public_url,
            json_subprotocol: config.json_subprotocol,
            auth: Auth::new(admin_token, viewer_token, port, is_secure),
            joins: AddressRate::new(JOINS),
            openings: AddressRate::new(OPENINGS),
            page_dir: config.assets_dir.join("arena/dist"),
            hubs: feed::Hubs::default(),
            feeds: feed::Count::default(),
            console_dir: config.assets_dir.join("console/dist"),
            preset_dir: config.preset_dir.unwrap_or_else(|| config.assets_dir.join("config/presets")),
            sign_ins: AddressRate::new(SIGN_INS),
            usual,
            turn: Mutex::default(),
            changes: Changes::default(),
            audit: Audit::new(),
            started_ms: wall_ms(),
        }
    }

    /// Hears of every act through `/api/admin` from now on.
    pub fn acts(&self) -> broadcast::Receiver<Arc<AuditEntry>> {
        self.audit.listen()
    }

    /// The impairment in force on this seat's line, as it is shown; none if there is none.
    fn impairment_of(&self, key: MatchKey, seat: u32) -> Option<serde_json::Value> {
        let in_force = self.edge.impairments().of_match(key, now_us());
        let own = in_force.iter().find(|held| matches!(held.whose, Whose::One { seat: given, .. } if given == seat));
        own.or_else(|| in_force.iter().find(|held| held.whose == Whose::All)).map(impairments::shown)
    }
}
