//! `capacity`: how many players a server holds, and what gives out first.
//!
//! The number is searched for several times, because a limit that is found once may be luck; their median is held through some windows more, and
//! lowered until it holds.

mod page;
mod resource;
mod search;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::cli::{self, Capacity};
use crate::crowd::{self, Crowd, Found, Shape};
use crate::environment::Environment;
use crate::exit::Failure;
use crate::field::{Field, Run};
use crate::metrics::{Counts, Metric};
use crate::report::write_both;
use crate::slo::Judged;
use crate::verdict::{Outcome, Verdict};
use crate::watch;
use search::{End, Search, Step};

/// What is asked of a server when no objectives are given.
const USUAL_SLOS: [&str; 2] = ["input_ack_p99<100ms", "tick_budget_p99<80%"];
/// The phase in which what was found must hold.
const HOLD: &str = "hold";
/// By which part a number that does not hold is lowered.
const STEP_DOWN: f64 = 0.05;
/// How often.
const STEPS_DOWN_MAX: u32 = 4;

/// One measurement of the search.
#[derive(Clone, Debug, Serialize)]
struct Measured {
    round: u32,
    phase: &'static str,
    players: u32,
    met: bool,
    judged: Vec<Judged>,
    /// Why the generator was the bottleneck, if it was.
    void: Vec<String>,
    /// Whether the server spared matches something because it could not keep up.
    relieved: bool,
    input_ack_p99_ms: Option<f64>,
    tick_budget_p99: Option<f64>,
    server_cpu_cores: Option<f64>,
    generator_cpu_cores: f64,
    generator_busiest_part: f64,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
struct Answer {
    verdict: Verdict,
    /// The knee, or what the generator reached.
    players: u32,
    /// Whether the generator gave out first.
    generator_bound: bool,
    /// What each search found.
    found: Vec<u32>,
    /// What gave out first.
    gave_out: String,
    slos: Vec<String>,
    shape: String,
    target: String,
    reserved: String,
    interrupted: bool,
    environment: Environment,
    measured: Vec<Measured>,
}

/// The work of one command.
struct Work {
    flags: Capacity,
    crowd: Crowd,
    settle: Duration,
    window: Duration,
    cores: usize,
    measured: Vec<Measured>,
    gave_out: Option<String>,
    violations: Vec<String>,
    anybody: bool,
}

pub(crate) async fn run(mut flags: Capacity) -> Result<Outcome, Failure> {
    let shape = shape(&flags)?;
    if flags.common.slo.is_empty() {
        flags.common.slo = USUAL_SLOS.map(|slo| slo.parse().expect("our own objectives are sound")).to_vec();
    }
    let (settle, window) = (cli::seconds("--settle-s", flags.settle_s)?, cli::seconds("--window-s", flags.window_s)?);
    if !(0.1..=100_000.0).contains(&flags.join_rate) || flags.rounds == 0 || flags.start == 0 {
        return Err(Failure::Arguments("--join-rate, --rounds and --start must be above 0".to_owned()));
    }
    crowd::mind_interrupts();
    let run = Run::new(flags.common.target(&flags.host)?, flags.common.options()?);
    let field = Field::start(Arc::clone(&run), &flags.common.own_cores()?)?;
    let crowd = Crowd::new(field, shape, flags.join_rate);
    let environment = Environment::here();
    let mut work = Work {
        crowd,
        settle,
        window,
        cores: environment.cores,
        measured: Vec::new(),
        gave_out: None,
        violations: Vec::new(),
        anybody: false,
        flags,
    };
    let (found, end) = work.hunt().await;
    let answer = work.answer(found, end, format!("{shape:?}"), environment);
    work.crowd.finish();
    print!("{}", page::print(&answer));
    let json = serde_json::to_string(&answer).expect("an answer has nothing that JSON lacks");
    let [_, page] = write_both(&work.flags.common.out, &json, &page::show(&answer))?;
    println!("report: {}", page.display());
    Ok(answer.verdict.outcome)
}

fn shape(flags: &Capacity) -> Result<Shape, Failure> {
    match (flags.matches, flags.seats) {
        (Some(0), _) | (_, Some(0)) => Err(Failure::Arguments("--matches and --seats must be above 0".to_owned())),
        (Some(_), Some(_)) => Err(Failure::Arguments(
            "--matches spreads players over a number of matches, --seats gives each match a number of players: one of the two".to_owned(),
        )),
        (Some(matches), None) => Ok(Shape::Matches(matches)),
        (None, Some(seats)) => Ok(Shape::Seats(seats)),
        (None, None) => Ok(Shape::Any),
    }
}

/// The middle one; of an even number the lower of the two.
fn median(values: &[u32]) -> u32 {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get((values.len().max(1) - 1) / 2).copied().unwrap_or(0)
}

impl Work {
    /// What each search found, and what was confirmed.
    async fn hunt(&mut self) -> (Vec<u32>, End) {
        let mut found = Vec::new();
        let mut start = self.flags.start;
        let mut end = End::Knee(0);
        for round in 1..=self.flags.rounds {
            if self.must_stop() {
                break;
            }
            end = self.search(round, start).await;
            match end {
                End::AtLeast(players) => return (vec![players], End::AtLeast(players)),
                End::Knee(players) => {
                    found.push(players);
                    // The next search need not start from the bottom.
                    start = (players * 3 / 4).max(1);
                }
            }
        }
        if let End::Knee(_) = end {
            end = End::Knee(self.confirm(median(&found)).await);
        }
        (found, end)
    }

    fn must_stop(&self) -> bool {
        crowd::is_interrupted() || !self.violations.is_empty()
    }

    async fn search(&mut self, round: u32, start: u32) -> End {
        let mut search = Search::new(start, self.flags.players_max);
        let mut ramping = true;
        while let Some(players) = search.next() {
            let step = self.try_with(round, if ramping { "ramp" } else { "bisect" }, players).await;
            if self.must_stop() {
                break;
            }
            ramping &= step == Step::Met;
            search.told(step);
        }
        search.end().unwrap_or(End::Knee(search.met()))
    }

    /// Holds a number through some windows, and lowers it until it holds.
    async fn confirm(&mut self, mut players: u32) -> u32 {
        for _ in 0..STEPS_DOWN_MAX {
            let mut held = true;
            for _ in 0..self.flags.hold_windows {
                if players == 0 || self.must_stop() {
                    return players;
                }
                held &= self.try_with(0, HOLD, players).await == Step::Met;
                if !held {
                    break;
                }
            }
            if held {
                break;
            }
            players -= ((f64::from(players) * STEP_DOWN) as u32).max(1);
        }
        players
    }

    /// Measures with so many players; what is void, or in a search a miss, is measured once more, so that one disturbance decides nothing.
    async fn try_with(&mut self, round: u32, phase: &'static str, players: u32) -> Step {
        // A server takes relief back later than it grants it: what a number too many did to a match is not the next one's.
        if self.measured.last().is_some_and(|measured| !measured.met) {
            self.crowd.clear().await;
        }
        self.crowd.resize(players).await;
        let first = self.measure(round, phase).await;
        if first == Step::Met || (phase == HOLD && first == Step::Missed) || self.must_stop() {
            return first;
        }
        self.measure(round, phase).await
    }

    async fn measure(&mut self, round: u32, phase: &'static str) -> Step {
        let found = self.crowd.measure(self.settle, self.window).await;
        self.anybody |= found.tally.counts.snapshots().messages > 0;
        self.violations.extend(found.tally.counts.violations.keys().cloned());
        let server = found.beside.server.as_ref();
        let judged: Vec<_> = self.flags.common.slo.iter().map(|slo| slo.judge(&found.tally, server)).collect();
        let void = watch::void_reasons(&found.beside.generator, &found.tally);
        let lost = Counts::total(&found.tally.counts.closes) > 0;
        // A server that spares its matches something is beyond what it holds, whatever the rest looks like.
        let relieved = found.relieved;
        let met = found.missing == 0 && !lost && !relieved && judged.iter().all(|judged| judged.met);
        let step = match (void.is_empty(), met) {
            (false, _) => Step::Void,
            (true, true) => Step::Met,
            (true, false) => Step::Missed,
        };
        if step == Step::Missed {
            self.gave_out = Some(resource::gave_out(&found, self.cores));
        }
        let measured = Measured { relieved, ..Measured::new(round, phase, &found, met, judged, void) };
        if !self.flags.common.no_progress {
            eprintln!("{}", page::line(&measured));
        }
        self.measured.push(measured);
        step
    }

    fn answer(&mut self, found: Vec<u32>, end: End, shape: String, environment: Environment) -> Answer {
        let (players, generator_bound) = match end {
            End::Knee(players) => (players, false),
            End::AtLeast(players) => (players, true),
        };
        let gave_out = match (generator_bound, self.gave_out.take()) {
            (true, _) if players >= self.flags.players_max => format!("nothing: --players-max {players} was reached"),
            (true, _) => "the generator".to_owned(),
            (false, gave_out) => gave_out.unwrap_or_else(|| "nothing yet: the search was cut short".to_owned()),
        };
        Answer {
            verdict: self.verdict(players, generator_bound, &found, &gave_out),
            players,
            generator_bound,
            found,
            gave_out,
            slos: self.flags.common.slo.iter().map(ToString::to_string).collect(),
            shape,
            target: self.crowd.run().target.shown(),
            reserved: self.crowd.reserved(),
            interrupted: crowd::is_interrupted(),
            environment,
            measured: std::mem::take(&mut self.measured),
        }
    }

    fn verdict(&self, players: u32, generator_bound: bool, found: &[u32], gave_out: &str) -> Verdict {
        let (least, most) = (found.iter().min().unwrap_or(&0), found.iter().max().unwrap_or(&0));
        let spread = match found {
            [one] => format!("one search found {one}"),
            _ => format!("{} searches found {least} to {most}, median {}", found.len(), median(found)),
        };
        let (outcome, headline, reasons) = if !self.violations.is_empty() {
            (Outcome::Mismatch, "The server did what no correct server does.".to_owned(), self.violations.clone())
        } else if !self.anybody {
            (Outcome::Unreachable, "Nobody got in, so nothing was measured.".to_owned(), vec![gave_out.to_owned()])
        } else if generator_bound {
            let why = self.measured.iter().rev().find(|measured| !measured.void.is_empty());
            let why = why.map_or(vec![gave_out.to_owned()], |measured| measured.void.clone());
            (Outcome::GeneratorBound, format!("At least {players} players, generator-bound."), why)
        } else if players == 0 {
            (Outcome::SloMissed, "The objectives are not met with one player.".to_owned(), vec![gave_out.to_owned()])
        } else {
            let headline = format!("{players} players; the first to give out was {gave_out}.");
            (Outcome::Passed, headline, vec![spread])
        };
        Verdict { outcome, headline, reasons }
    }
}

impl Measured {
    fn new(round: u32, phase: &'static str, found: &Found, met: bool, judged: Vec<Judged>, void: Vec<String>) -> Self {
        let server = found.beside.server.as_ref();
        Self {
            round,
            phase,
            players: found.players,
            met,
            judged,
            void,
            relieved: false,
            input_ack_p99_ms: found.tally.corrected(Metric::InputAck).map(|times| times.at_ms(0.99)),
            tick_budget_p99: server.and_then(|server| Some(server.tick_budget?.p99)),
            server_cpu_cores: server.and_then(|server| server.cpu_cores),
            generator_cpu_cores: found.beside.generator.cpu_cores,
            generator_busiest_part: found.beside.generator.busiest_part,
        }
    }
}
