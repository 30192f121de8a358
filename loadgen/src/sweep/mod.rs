//! `sweep`: what each tick rate costs, and what it gives.
//!
//! Invariant: every rate has a server of its own, and the same players with the same seed; nothing else differs.

mod page;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::{self, Common, Sweep};
use crate::crowd::{self, Crowd, Found, Shape};
use crate::environment::Environment;
use crate::exit::Failure;
use crate::field::{Field, Options, Run};
use crate::launch::{self, Server};
use crate::metrics::{Counts, Metric};
use crate::report::write_both;
use crate::verdict::{Outcome, Verdict};
use crate::watch;

/// Players let in each second.
const JOIN_RATE: f64 = 50.0;

/// What one tick rate came to.
#[derive(Clone, Debug, Serialize)]
struct Rate {
    tick_hz: u32,
    players: u32,
    /// The server's CPU, in cores.
    server_cpu_cores: Option<f64>,
    tick_budget_p99: Option<f64>,
    bytes_per_client_s: f64,
    input_ack_p50_ms: Option<f64>,
    input_ack_p99_ms: Option<f64>,
    /// How far a player is drawn from where it is, in the game's units.
    displayed_error_p50: Option<f64>,
    displayed_error_p99: Option<f64>,
    /// Why the generator was the bottleneck, if it was.
    void: Vec<String>,
    violations: Vec<String>,
    missing: u32,
}

/// All rates.
#[derive(Clone, Debug, Serialize)]
struct Answer {
    verdict: Verdict,
    game: String,
    seed: u64,
    players: u32,
    window_s: f64,
    interrupted: bool,
    environment: Environment,
    rates: Vec<Rate>,
}

pub(crate) async fn run(flags: Sweep) -> Result<Outcome, Failure> {
    crowd::mind_interrupts();
    let mut rates = Vec::new();
    for tick_hz in &flags.tick_hz {
        if crowd::is_interrupted() {
            break;
        }
        let rate = measure(&flags, *tick_hz).await?;
        if !flags.common.no_progress {
            eprintln!("{}", page::line(&rate));
        }
        rates.push(rate);
    }
    let answer = Answer {
        verdict: verdict(&rates),
        game: flags.common.game.clone(),
        seed: flags.common.seed,
        players: flags.players,
        window_s: flags.window_s,
        interrupted: crowd::is_interrupted(),
        environment: Environment::here(),
        rates,
    };
    print!("{}", page::print(&answer));
    let json = serde_json::to_string(&answer).expect("an answer has nothing that JSON lacks");
    let [_, page] = write_both(&flags.common.out, &json, &page::show(&answer))?;
    println!("report: {}", page.display());
    Ok(answer.verdict.outcome)
}

async fn measure(flags: &Sweep, tick_hz: u32) -> Result<Rate, Failure> {
    let (settle, window) = (cli::seconds("--settle-s", flags.settle_s)?, cli::seconds("--window-s", flags.window_s)?);
    let game = GameFile::with_seats(flags.players)?;
    let program = flags.server.clone().unwrap_or_else(launch::beside);
    let server = Server::start(&program, &arguments(&game.0, tick_hz))?;
    let Common { game, .. } = &flags.common;
    let target = crate::target::Target::new(&server.url, game, false)?;
    // All players on one thread, so that the newest state that any of them has is the newest of all.
    let cores = &flags.common.own_cores()?[..1];
    let options = Options { stage: true, verify: true, ..flags.common.options()? };
    let mut crowd = Crowd::new(Field::start(Run::new(target, options), cores)?, Shape::Matches(1), JOIN_RATE);
    crowd.resize(flags.players).await;
    let found = crowd.measure(settle, window).await;
    crowd.finish();
    Ok(Rate::new(tick_hz, &found))
}

fn arguments(game: &Path, tick_hz: u32) -> Vec<String> {
    let game = game.display().to_string();
    let tick_hz = tick_hz.to_string();
    ["serve", "--listen", "127.0.0.1:0", "--bots", "0", "--tick-hz", &tick_hz, "--game-config", &game]
        .map(str::to_owned)
        .to_vec()
}

/// A game configuration with enough seats; removed when dropped.
struct GameFile(PathBuf);

impl GameFile {
    fn with_seats(seats: u32) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("skirmish-sweep-{}-{seats}.toml", std::process::id()));
        std::fs::write(&path, format!("[match]\nseats = {seats}\n")).map_err(|error| Failure::file(&path, error))?;
        Ok(Self(path))
    }
}

impl Drop for GameFile {
    fn drop(&mut self) {
        // It lies among temporary files: whoever cleans up there will find it.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Rate {
    fn new(tick_hz: u32, found: &Found) -> Self {
        let server = found.beside.server.as_ref();
        let counts = &found.tally.counts;
        let received: u64 = counts.received.values().map(|traffic| traffic.bytes).sum();
        let ack = found.tally.corrected(Metric::InputAck);
        let mut errors = found.errors.clone();
        errors.sort_by(f64::total_cmp);
        let error = |part: f64| errors.get((part * errors.len() as f64) as usize).copied();
        Self {
            tick_hz,
            players: found.players,
            server_cpu_cores: server.and_then(|server| server.cpu_cores),
            tick_budget_p99: server.and_then(|server| Some(server.tick_budget?.p99)),
            bytes_per_client_s: received as f64 / counts.client_s(),
            input_ack_p50_ms: ack.map(|times| times.at_ms(0.5)),
            input_ack_p99_ms: ack.map(|times| times.at_ms(0.99)),
            displayed_error_p50: error(0.5),
            displayed_error_p99: error(0.99),
            void: watch::void_reasons(&found.beside.generator, &found.tally),
            violations: counts.violations.keys().cloned().collect(),
            missing: found.missing.max(Counts::total(&counts.refusals) as u32),
        }
    }
}

fn verdict(rates: &[Rate]) -> Verdict {
    let named = |what: fn(&Rate) -> &Vec<String>| -> Vec<String> {
        rates
            .iter()
            .flat_map(|rate| what(rate).iter().map(move |text| format!("at {} Hz: {text}", rate.tick_hz)))
            .collect()
    };
    let (violations, void) = (named(|rate| &rate.violations), named(|rate| &rate.void));
    let (outcome, headline, reasons) = if rates.iter().all(|rate| rate.input_ack_p50_ms.is_none()) {
        (Outcome::Unreachable, "Nobody got in, so nothing was measured.".to_owned(), Vec::new())
    } else if !violations.is_empty() {
        (Outcome::Mismatch, "The server did what no correct server does.".to_owned(), violations)
    } else if !void.is_empty() {
        (Outcome::Void, "At some rates the generator was the bottleneck.".to_owned(), void)
    } else {
        (Outcome::Passed, headline(rates), Vec::new())
    };
    Verdict { outcome, headline, reasons }
}

/// What the highest rate costs and gives, in terms of the lowest.
fn headline(rates: &[Rate]) -> String {
    let (Some(low), Some(high)) =
        (rates.iter().min_by_key(|rate| rate.tick_hz), rates.iter().max_by_key(|rate| rate.tick_hz))
    else {
        return String::new();
    };
    let times = |figure: fn(&Rate) -> Option<f64>| {
        figure(high)
            .zip(figure(low))
            .map_or("an unknown multiple".to_owned(), |(high, low)| format!("{:.1} x", high / low))
    };
    format!(
        "From {} to {} Hz: {} the CPU and {} the bytes; input to ack p50 from {:.0} to {:.0} ms.",
        low.tick_hz,
        high.tick_hz,
        times(|rate| rate.server_cpu_cores),
        times(|rate| Some(rate.bytes_per_client_s)),
        low.input_ack_p50_ms.unwrap_or(f64::NAN),
        high.input_ack_p50_ms.unwrap_or(f64::NAN),
    )
}
