//! The threads on which players live.
//!
//! Invariant: a player stays on one thread, which shares nothing with the others while the run lasts but the series' finished seconds. Not
//! here: what players do (`scenarios`), who wants them to (`attack`, `crowd`).

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use skirmish_protocol::Settings;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::LocalSet;

use crate::client::{self, Http, View};
use crate::metrics::{Recorder, Series, Tally};
use crate::relay::{Relay, Sample};
use crate::reserve::{self, Reserved};
use crate::run::{Clock, Window};
use crate::scenarios::{Player, Role};
use crate::schedule::Schedule;
use crate::stage::Stage;
use crate::target::Target;

/// How long players have to leave at the end.
const LEAVE_TIME: Duration = Duration::from_secs(5);

/// How players play.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    /// Apply every snapshot and verify checksums; else only heads are read.
    pub(crate) verify: bool,
    /// Inputs a second, at most the tick rate; none: the tick rate.
    pub(crate) input_hz: Option<f64>,
    /// Whether the players' displayed error is measured.
    pub(crate) stage: bool,
}

/// What all threads of a run share.
pub(crate) struct Run {
    pub(crate) target: Target,
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) window: Arc<Window>,
    pub(crate) live: Arc<Mutex<Series>>,
    /// Players connected now, on all threads.
    pub(crate) connected: AtomicU32,
    /// What the newest welcome or settings said.
    pub(crate) seen: Mutex<Option<Seen>>,
}

/// What the server says of its matches.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Seen {
    pub(crate) game: String,
    pub(crate) tick_hz: u32,
    pub(crate) snapshot_interval: u32,
    pub(crate) interp_delay_ms: u32,
}

impl Run {
    pub(crate) fn new(target: Target, options: Options) -> Arc<Self> {
        Arc::new(Self {
            target,
            options,
            clock: Clock::start(),
            window: Arc::default(),
            live: Arc::default(),
            connected: AtomicU32::default(),
            seen: Mutex::default(),
        })
    }

    /// Notes what a match is like.
    pub(crate) fn see(&self, settings: &Settings) {
        let &Settings { tick_hz, snapshot_interval, interp_delay_ms, .. } = settings;
        let seen = Seen { game: self.target.game.clone(), tick_hz, snapshot_interval, interp_delay_ms };
        *self.seen.lock().expect("nobody panics with it") = Some(seen);
    }

    /// The newest tick rate seen.
    pub(crate) fn tick_hz(&self) -> Option<u32> {
        self.seen.lock().expect("nobody panics with it").as_ref().map(|seen| seen.tick_hz)
    }
}

/// What the players of one thread share.
pub(crate) struct Desk {
    pub(crate) run: Arc<Run>,
    pub(crate) schedule: Rc<Schedule>,
    pub(crate) recorder: RefCell<Recorder>,
    pub(crate) http: Http,
    stage: Option<RefCell<Stage>>,
}

impl Desk {
    /// A client has applied a snapshot, whose tick was due then, if that is known.
    pub(crate) fn witness(&self, player: u64, seat: u32, view: &View, settings: &Settings, due: Option<Instant>) {
        if let (Some(stage), View::Whole(mirror), Some(due)) = (&self.stage, view, due) {
            stage.borrow_mut().saw(player, seat, mirror, settings, due);
        }
    }

    /// A frame is drawn.
    fn frame(&self) {
        if let Some(stage) = self.stage.as_ref().filter(|_| self.run.window.is_steady()) {
            stage.borrow_mut().frame(Instant::now());
        }
    }
}

/// Tells a player to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until it is time; then returns at once.
    pub(crate) async fn wait(&mut self) {
        // Whoever held the other end is gone: that means the same.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// A player that plays as long as this is held.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "dropping it is what it is for")] watch::Sender<bool>);

type Doing = Box<dyn FnOnce(Rc<Desk>) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

enum Order {
    Do(Doing),
    /// What was recorded since the last time.
    Report(tokio::sync::oneshot::Sender<(Tally, Vec<f64>)>),
}

/// All threads.
pub(crate) struct Field {
    pub(crate) run: Arc<Run>,
    pub(crate) reserved: Reserved,
    threads: Vec<(UnboundedSender<Order>, JoinHandle<()>)>,
}

impl Field {
    /// Starts one thread on each of these cores.
    ///
    /// # Errors
    /// The system refuses threads or timers.
    pub(crate) fn start(run: Arc<Run>, cores: &[usize]) -> std::io::Result<Self> {
        let reserved = Reserved::new(cores);
        let mut threads = Vec::new();
        for (index, core) in cores.iter().copied().enumerate() {
            let (orders, received) = unbounded_channel();
            let (run, reserved) = (Arc::clone(&run), reserved.clone());
            let body = move || {
                reserve::take(core, &reserved);
                live(run, received);
            };
            let thread = std::thread::Builder::new().name(format!("{}{index}", reserve::THREAD)).spawn(body)?;
            threads.push((orders, thread));
        }
        Ok(Self { run, reserved, threads })
    }

    /// Player `number` enters, and plays its role until what is given back is dropped.
    pub(crate) fn enter(&self, role: Role, number: u64, goose: Option<UnboundedSender<Vec<Sample>>>) -> Held {
        let (stop, stopped) = watch::channel(false);
        let doing: Doing = Box::new(move |desk| {
            Box::pin(async move {
                let player = Player::new(desk, number, Stop(stopped), Rc::new(Relay::new(goose)));
                role.run(player).await;
            })
        });
        self.order(number, Order::Do(doing));
        Held(stop)
    }

    fn order(&self, number: u64, order: Order) {
        let (orders, _) = &self.threads[number as usize % self.threads.len()];
        assert!(orders.send(order).is_ok(), "a thread of players lives as long as the field");
    }

    /// What all threads recorded since the last time, and displayed errors if they are measured.
    pub(crate) async fn report(&self) -> (Tally, Vec<f64>) {
        let (mut sum, mut errors) = (Tally::default(), Vec::new());
        for number in 0..self.threads.len() {
            let (answer, answered) = tokio::sync::oneshot::channel();
            self.order(number as u64, Order::Report(answer));
            let (tally, more) = answered.await.expect("a thread of players answers");
            sum.add(&tally);
            errors.extend(more);
        }
        sum.series.add(&self.run.live.lock().expect("nobody panics with it"));
        (sum, errors)
    }

    /// Players connected now.
    pub(crate) fn connected(&self) -> u32 {
        self.run.connected.load(Ordering::Relaxed)
    }

    /// Lets all players leave, and ends the threads. Whoever holds players must have dropped them.
    pub(crate) fn finish(self) {
        for (orders, thread) in self.threads {
            drop(orders);
            thread.join().expect("a thread of players does not panic");
        }
    }
}

fn live(run: Arc<Run>, mut orders: UnboundedReceiver<Order>) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("the system gives an epoll instance");
    let players = LocalSet::new();
    players.block_on(&runtime, async {
        let schedule = Schedule::new().expect("the system gives a timer");
        tokio::task::spawn_local(Rc::clone(&schedule).run());
        let desk = Rc::new(Desk {
            recorder: RefCell::new(Recorder::new(run.clock, Arc::clone(&run.window), Arc::clone(&run.live))),
            http: client::http().expect("an HTTP client without any files can be made"),
            stage: run.options.stage.then(RefCell::default),
            schedule,
            run,
        });
        let mut second = tokio::time::interval(Duration::from_millis(250));
        let mut frames = tokio::time::interval(Duration::from_secs(1) / 60);
        let mut playing = tokio::task::JoinSet::new();
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Do(doing)) => drop(playing.spawn_local(doing(Rc::clone(&desk)))),
                    Some(Order::Report(answer)) => {
                        let errors = desk.stage.as_ref().map_or(Vec::new(), |stage| stage.borrow_mut().take());
                        // Whoever asked may have gone.
                        let _ = answer.send((desk.recorder.borrow_mut().take(), errors));
                    }
                    None => break,
                },
                _ = second.tick() => desk.recorder.borrow_mut().roll(Instant::now()),
                _ = frames.tick(), if desk.stage.is_some() => desk.frame(),
                Some(ended) = playing.join_next() => ended.expect("a player does not panic"),
            }
        }
        let _ = tokio::time::timeout(LEAVE_TIME, async { while playing.join_next().await.is_some() {} }).await;
    });
}
