//! Looks at server and generator once a second, beside the players, and tells how it goes.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::client::{self, Http};
use crate::field::Run;
use crate::metrics::{Metric, Second};
use crate::server_view::{Look, ServerView};
use crate::watch::{Effort, Watched};

/// How long the server may take to show its metrics.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);

/// Both sides at a moment.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// None: the server did not show its metrics.
    pub(crate) look: Option<Look>,
    pub(crate) effort: Effort,
}

impl Moment {
    pub(crate) async fn now(run: &Run, http: &Http) -> Self {
        let effort = Effort::now();
        let text = timeout(LOOK_TIMEOUT, client::get_text(http, &run.target, "/metrics")).await;
        Self { look: text.ok().and_then(Result::ok).map(|text| Look::of_text(&text)), effort }
    }

    /// What happened since an earlier one.
    pub(crate) fn since(&self, before: &Moment, tick_hz: Option<u32>) -> Beside {
        let looks = self.look.as_ref().zip(before.look.as_ref());
        Beside {
            server: looks.map(|(now, before)| now.since(before, tick_hz)),
            generator: self.effort.since(&before.effort),
        }
    }
}

/// What lies beside the players' own figures: of a second, or of the whole steady window.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Beside {
    /// None: the server has no metrics.
    pub(crate) server: Option<ServerView>,
    pub(crate) generator: Watched,
}

/// Seconds by Unix time.
pub(crate) type BesideSeries = BTreeMap<u64, Beside>;

/// The thread that looks.
pub(crate) struct Monitor {
    stop: watch::Sender<bool>,
    thread: JoinHandle<BesideSeries>,
}

impl Monitor {
    /// Starts looking; with `progress` each second is told on stderr.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub(crate) fn start(run: Arc<Run>, progress: bool) -> std::io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::Builder::new().name("monitor".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("the system gives an epoll instance").block_on(look_on(&run, progress, stopped))
        })?;
        Ok(Self { stop, thread })
    }

    /// Stops looking.
    pub(crate) fn finish(self) -> BesideSeries {
        drop(self.stop);
        self.thread.join().expect("the monitor does not panic")
    }
}

async fn look_on(run: &Run, progress: bool, mut stopped: watch::Receiver<bool>) -> BesideSeries {
    let http = client::http().expect("an HTTP client without any files can be made");
    let mut series = BesideSeries::new();
    let mut before = Moment::now(run, &http).await;
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Skip);
    second.tick().await;
    while tokio::select! { _ = second.tick() => true, _ = stopped.changed() => false } {
        let moment = Moment::now(run, &http).await;
        let beside = moment.since(&before, run.tick_hz());
        before = moment;
        let unix_s = run.clock.unix_s(Instant::now()) - 1;
        if progress {
            tell(run, unix_s, &beside);
        }
        series.insert(unix_s, beside);
    }
    series
}

fn tell(run: &Run, unix_s: u64, beside: &Beside) {
    let second = run.live.lock().expect("nobody panics with it").0.get(&unix_s).cloned().unwrap_or_default();
    let passed = run.clock.began().elapsed().as_secs();
    let line = format!("{:02}:{:02}  {}", passed / 60, passed % 60, line(&second, beside, run.window.is_steady()));
    // Nobody may be reading, which is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn line(second: &Second, beside: &Beside, steady: bool) -> String {
    let ms = |metric, part| {
        let ms = second.at_ms(metric, part);
        if ms.is_nan() { "-".to_owned() } else { format!("{ms:.1}") }
    };
    let server = beside.server.as_ref().map_or("no metrics".to_owned(), |server| {
        let part = |part: Option<f64>| part.map_or("-".to_owned(), |part| format!("{:.0} %", part * 100.0));
        let budget = server.tick_budget.map(|budget| budget.p99);
        format!("cpu {} tick p99 {}", part(server.cpu_cores), part(budget))
    });
    format!(
        "{} {:>5} players {:>6} inputs/s  ack p50 {} p99 {} ms  age p99 {} ms  server {server}  generator cpu {:.0} % lag p99 {} ms",
        if steady { "steady" } else { "      " },
        second.players,
        second.inputs,
        ms(Metric::InputAck, 0.5),
        ms(Metric::InputAck, 0.99),
        ms(Metric::SnapshotAge, 0.99),
        beside.generator.cpu_cores * 100.0,
        ms(Metric::SendLag, 0.99),
    )
}
