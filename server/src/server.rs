//! A whole server in one value: started from a configuration and games, stopped in order.
//!
//! Invariant: [`Server::start`] returns only when connections are accepted; nothing of the server outlives
//! [`Running::stop`]. Not here: signals (`shutdown`), the command line (the binary), what runs in the threads (`control`, `edge`, `driver`).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use skirmish_sim::Game;
use tokio::sync::watch;

use crate::channels::Fabric;
use crate::config::{Config, ConfigErrors, Realtime};
use crate::control::listener::ListenerLimits;
use crate::control::{self, App, Entrance};
use crate::directory::{Directory, DirectoryLimits, HostError, Hosted};
use crate::driver::{Driver, DriverConfig};
use crate::edge::{Edge, EdgeConfig};
use crate::metrics;
use crate::shutdown::RETRY_AFTER_MS;
use crate::ticket::{TicketKey, random_secret};

/// Silence after which a connection is pinged, if its idle timeout allows as much.
const IDLE_PING_S_MAX: f32 = 10.0;
/// Sockets beyond the sessions: on their way to one, or on their way out.
const GREETINGS: usize = 256;
/// Within this time the head of an HTTP request, a handshake too, must have come.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an HTTP connection may last that is not upgraded.
const HTTP_LIFE: Duration = Duration::from_secs(60);
/// Connections that HTTP may have at once, however few sessions: a browser opens six for one page.
const HTTP_CONNECTIONS_MIN: usize = 64;
/// How often free memory is given back to the system.
const MEMORY_UPKEEP: Duration = Duration::from_secs(2);
/// Large enough for the allocator to take it from among its free pages, and not from what a thread holds.
const LARGE_BLOCK_BYTES: usize = 1024 * 1024;

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// A running server.
pub struct Running {
    /// Where it listens; the real port if 0 was asked for.
    pub addr: SocketAddr,
    /// The bearer token of those who may act through `/api/admin`.
    pub admin_token: String,
    /// The bearer token of those who may look and not act.
    pub viewer_token: String,
    /// Whether these two were made at start, and so are known to nobody yet.
    tokens_made: (bool, bool),
    directory: Arc<Directory>,
    driver: Driver,
    edge: Arc<Edge>,
    stop: watch::Sender<bool>,
    control: Option<JoinHandle<()>>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Values outside their ranges.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// A game's configuration or map that cannot be read.
    #[error("cannot read the game's configuration {}: {reason}", path.display())]
    GameConfig {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A game that cannot be opened with its configuration.
    #[error(transparent)]
    Host(#[from] HostError),
    /// No game to offer.
    #[error("there is no game to offer")]
    NoGame,
    /// An address that cannot be listened on.
    #[error("cannot listen on {addr}: {reason}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// Why.
        reason: io::Error,
    },
    /// The system gave no randomness for secrets.
    #[error("the system has no randomness to give: {0}")]
    Random(getrandom::Error),
    /// The system gave no thread, event queue or directory.
    #[error("cannot start {what}: {reason}")]
    System {
        /// What was to be started.
        what: &'static str,
        /// Why it was not.
        reason: io::Error,
    },
}

impl Server {
    /// Starts a server that offers `games`.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: Config, games: Vec<Arc<dyn Game>>) -> Result<Running, StartError> {
        config.check()?;
        metrics::install();
        let hosted = host(&config, games)?;
        let listener = std::net::TcpListener::bind(config.listen)
            .map_err(|reason| StartError::Listen { addr: config.listen, reason })?;
        let addr = listener.local_addr().map_err(|reason| StartError::Listen { addr: config.listen, reason })?;

        let fabric = Fabric::new(threads(config.sim_threads), threads(config.edge_threads));
        let secret = config.ticket_key.clone().map_or_else(random_secret, Ok).map_err(StartError::Random)?;
        let tickets = TicketKey::new(secret.as_bytes());
        let run = getrandom::u64().map_err(StartError::Random)?;
        let directory =
            Directory::new(hosted, fabric.handles.clone(), limits(&config), tickets, run, Box::new(Instant::now));
        let directory = Arc::new(directory);
        let edge = Edge::start(&edge_config(&config), fabric.edges).map_err(system("the reader threads"))?;
        let driver = Driver::start(&driver_config(&config), fabric.sims, fabric.handles, &directory)
            .map_err(system("the sim threads"))?;

        let edge = Arc::new(edge);
        let token = |given: &Option<String>| given.clone().map_or_else(random_secret, Ok).map_err(StartError::Random);
        let tokens_made = (config.admin_token.is_none(), config.admin_read_token.is_none());
        let (admin_token, viewer_token) = (token(&config.admin_token)?, token(&config.admin_read_token)?);
        let limits = ListenerLimits {
            connections_max: (config.sessions_max as usize).max(HTTP_CONNECTIONS_MIN),
            head_timeout: HEAD_TIMEOUT,
            life: HTTP_LIFE,
        };
        let entrance = Entrance { port: addr.port(), admin_token: &admin_token, viewer_token: &viewer_token };
        let app = App::new(config, entrance, Arc::clone(&directory), Arc::clone(&edge));
        let (stop, stopped) = watch::channel(false);
        let control = serve(listener, app, limits, stopped).map_err(system("the control plane"))?;
        tracing::info!(%addr, "listening");
        Ok(Running {
            addr,
            admin_token,
            viewer_token,
            tokens_made,
            directory,
            driver,
            edge,
            stop,
            control: Some(control),
        })
    }
}

impl Running {
    /// The address that a browser on this machine finds the server at.
    pub fn local_url(&self) -> String {
        let mut addr = self.addr;
        match addr.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => addr.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => addr.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{addr}")
    }

    /// Where the game and the console are, and the tokens that were made and not given: lines for whoever started it.
    pub fn greeting(&self) -> String {
        let url = self.local_url();
        let (operator, viewer) = self.tokens_made;
        let fragment = |made, token: &str| if made { format!("#token={token}") } else { String::new() };
        let mut lines = format!("game {url}/\nconsole {url}/console{}\n", fragment(operator, &self.admin_token));
        if viewer {
            lines += &format!("console, to look only {url}/console{}\n", fragment(true, &self.viewer_token));
        }
        if operator {
            lines += &format!("admin token {}\n", self.admin_token);
        }
        lines
    }

    /// Stops in order: refuse whoever comes, say goodbye to whoever is there, flush, close. Blocks until all threads have ended.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(control) = self.control.take() else {
            return;
        };
        self.directory.stop();
        self.driver.stop(RETRY_AFTER_MS);
        self.edge.stop();
        // Fails only if the control plane has ended already.
        let _ = self.stop.send(true);
        if control.join().is_err() {
            tracing::error!("the control plane had panicked");
        }
        tracing::info!("stopped");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs the control plane on a thread and runtime of its own.
fn serve(
    listener: std::net::TcpListener,
    app: App,
    limits: ListenerLimits,
    stopped: watch::Receiver<bool>,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    listener.set_nonblocking(true)?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let router = control::router(Arc::new(app));
    std::thread::Builder::new().name("control".into()).spawn(move || {
        runtime.block_on(async {
            let upkeep = tokio::spawn(give_memory_back());
            control::listener::serve(listener, router, limits, stopped).await;
            upkeep.abort();
        });
        runtime.shutdown_timeout(Duration::from_millis(100));
    })
}

/// Has the allocator give free memory back to the system. It looks for some whenever a large block is taken or freed, which in steady play nobody does:
/// what a crowd took when it came would stay.
async fn give_memory_back() {
    let mut ticks = tokio::time::interval(MEMORY_UPKEEP);
    loop {
        ticks.tick().await;
        drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE_BLOCK_BYTES)));
    }
}

/// Joins each game with its configuration: the first one with `game_config`, if that is set; any with `config/NAME.toml` in the
/// assets, if that is there; and otherwise with an empty one. Its maps, `maps/NAME/MAP.toml`, go into it as `map.MAP`, unless it
/// says itself what that is.
fn host(config: &Config, games: Vec<Arc<dyn Game>>) -> Result<Vec<Hosted>, StartError> {
    let mut given = config.game_config.clone();
    let hosted = games.into_iter().map(|game| {
        let usual = config.assets_dir.join("config").join(format!("{}.toml", game.name()));
        let file = given.take().or_else(|| usual.is_file().then_some(usual));
        let mut value = file.as_deref().map_or_else(|| Ok(Value::Object(Map::new())), read_toml)?;
        add_maps(&mut value, &config.assets_dir.join("maps").join(game.name()))?;
        Ok(Hosted::new(game, value)?)
    });
    let hosted = hosted.collect::<Result<Vec<_>, StartError>>()?;
    if hosted.is_empty() { Err(StartError::NoGame) } else { Ok(hosted) }
}

fn add_maps(config: &mut Value, folder: &Path) -> Result<(), StartError> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let maps = config.as_object_mut().map(|config| config.entry("map").or_insert_with(|| Map::new().into()));
        let Some(maps) = maps.and_then(Value::as_object_mut) else {
            // What stands there instead is for the game to refuse.
            return Ok(());
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !maps.contains_key(&name) {
            maps.insert(name, read_toml(&path)?);
        }
    }
    Ok(())
}

fn read_toml(path: &Path) -> Result<Value, StartError> {
    let failed = |reason: String| StartError::GameConfig { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    toml::from_str(&text).map_err(|error| failed(error.to_string()))
}

/// 0 means one thread for every two cores.
fn threads(configured: u32) -> usize {
    if configured > 0 {
        return configured as usize;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.div_ceil(2)
}

fn limits(config: &Config) -> DirectoryLimits {
    DirectoryLimits {
        matches_max: config.matches_max as usize,
        sessions_max: config.sessions_max as usize,
        bots: config.bots,
        ticket_ttl: Duration::from_secs_f32(config.ticket_ttl_s),
        tuning: config.tuning(),
    }
}

fn edge_config(config: &Config) -> EdgeConfig {
    EdgeConfig {
        idle_timeout_s: config.idle_timeout_s,
        stall_timeout_s: config.stall_timeout_s,
        sockets_max: config.sessions_max as usize + GREETINGS,
        idle_ping_s: IDLE_PING_S_MAX.min(config.idle_timeout_s / 3.0),
        ..EdgeConfig::default()
    }
}

fn driver_config(config: &Config) -> DriverConfig {
    DriverConfig {
        room: config.room_limits(),
        realtime: config.realtime == Realtime::Auto,
        reap_after_s: config.reap_after_s,
        data_dir: config.data_dir.clone(),
        ..DriverConfig::default()
    }
}

fn system(what: &'static str) -> impl FnOnce(io::Error) -> StartError {
    move |reason| StartError::System { what, reason }
}
