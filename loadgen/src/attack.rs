//! The plain command: goose starts and stops the players, and shows in its own tables what they measure.
//!
//! Each of goose's users has one player on a thread of ours, and a transaction that hands that player's samples to goose. A transaction lasts half a second,
//! because goose never aborts one and divides by the planned time.
//! Invariant: figures count from the moment at which all users have started to the one at which the first is told to stop.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use goose::GooseError;
use goose::config::GooseConfiguration;
use goose::prelude::*;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::client;
use crate::field::{Field, Held};
use crate::monitor::Moment;
use crate::relay::Sample;
use crate::scenarios::{Role, Scenario as Kind};

/// How long a transaction gathers samples.
const GATHER: Duration = Duration::from_millis(500);
/// How long the last users may take to get in; scenarios that come and go are never in all at once.
const ENTRY: Duration = Duration::from_secs(2);
/// How often it is looked whether the load has become steady, or has ceased to be.
const LOOK: Duration = Duration::from_millis(20);

/// What the transactions share.
struct Attack {
    field: Arc<Field>,
    started: AtomicUsize,
    stopping: AtomicBool,
}

/// A player as its user in goose holds it.
struct Playing {
    #[expect(dead_code, reason = "dropping it tells the player to stop")]
    held: Held,
    samples: Mutex<UnboundedReceiver<Vec<Sample>>>,
}

/// What came of it.
pub(crate) struct Attacked {
    /// Both ends of the steady window, if there was one.
    pub(crate) ends: Option<(Moment, Moment)>,
    /// Thresholds of goose's that were missed, in words.
    pub(crate) missed: Vec<String>,
}

/// Runs goose with these scenarios and their weights.
///
/// # Errors
/// What goose says of its flags.
pub(crate) async fn run(
    mut flags: GooseConfiguration,
    weights: &[(Kind, usize)],
    field: Arc<Field>,
) -> Result<Attacked, GooseError> {
    flags.host = Some(field.run.target.shown());
    let users = users_at_full_load(&flags);
    let attack = Arc::new(Attack { field, started: AtomicUsize::new(0), stopping: AtomicBool::new(false) });
    let mut goose = GooseAttack::initialize_with_config(flags)?;
    for default in [GooseDefault::NoTelnet, GooseDefault::NoTransactionMetrics, GooseDefault::NoScenarioMetrics] {
        goose = *goose.set_default(default, true)?;
    }
    for (kind, weight) in weights {
        goose = goose.register_scenario(scenario(&attack, *kind).set_weight(*weight)?);
    }
    let conducting = tokio::spawn(conduct(Arc::clone(&attack), users));
    let executed = goose.execute().await;
    attack.stopping.store(true, Ordering::Relaxed);
    let ends = conducting.await?;
    match executed {
        Ok(_) => Ok(Attacked { ends, missed: Vec::new() }),
        Err(GooseError::ThresholdsFailed { failed, .. }) => {
            let missed = failed.iter().map(|result| format!("{}: {}", result.rule, result.observed));
            Ok(Attacked { ends, missed: missed.collect() })
        }
        Err(error) => Err(error),
    }
}

/// How many users there are when all have started; none: the number changes, and everything counts from the first.
fn users_at_full_load(flags: &GooseConfiguration) -> usize {
    let usual = std::thread::available_parallelism().map_or(1, usize::from);
    let planned = serde_json::to_value(flags).is_ok_and(|flags| !flags["test_plan"].is_null());
    if planned || flags.no_reset_metrics { 1 } else { flags.users.unwrap_or(usual) }
}

fn scenario(attack: &Arc<Attack>, kind: Kind) -> Scenario {
    let (playing, stopping) = (Arc::clone(attack), Arc::clone(attack));
    let play = Transaction::new(Arc::new(move |user: &mut GooseUser| {
        let attack = Arc::clone(&playing);
        Box::pin(async move { play(&attack, kind, user).await }) as Pin<Box<dyn Future<Output = _> + Send + '_>>
    }));
    let stop = Transaction::new(Arc::new(move |user: &mut GooseUser| {
        stopping.stopping.store(true, Ordering::Relaxed);
        user.set_session_data(None::<Arc<Playing>>);
        Box::pin(async move { Ok(()) }) as Pin<Box<dyn Future<Output = _> + Send + '_>>
    }));
    Scenario::new(kind.name())
        .register_transaction(play.set_name("play"))
        .register_transaction(stop.set_name("stop").set_on_stop())
}

async fn play(attack: &Attack, kind: Kind, user: &mut GooseUser) -> TransactionResult {
    let playing = match user.get_session_data::<Option<Arc<Playing>>>() {
        Some(Some(playing)) => Arc::clone(playing),
        _ => {
            let (sender, samples) = unbounded_channel();
            let number = user.weighted_users_index as u64;
            let held = attack.field.enter(Role { scenario: kind, match_id: None }, number, Some(sender));
            let playing = Arc::new(Playing { held, samples: Mutex::new(samples) });
            user.set_session_data(Some(Arc::clone(&playing)));
            attack.started.fetch_add(1, Ordering::Relaxed);
            playing
        }
    };
    tokio::time::sleep(GATHER).await;
    let mut samples = playing.samples.lock().await;
    while let Ok(gathered) = samples.try_recv() {
        for sample in gathered {
            record(user, sample).await?;
        }
    }
    Ok(())
}

async fn record(user: &mut GooseUser, sample: Sample) -> TransactionResult {
    match sample {
        Sample::Time(metric, time) => {
            user.record_custom_request_duration("WS", metric.title(), time, true, None, None).await
        }
        Sample::Failure { name, reason } => {
            user.record_custom_request_duration("WS", name, Duration::ZERO, false, None, Some(&reason)).await
        }
    }
}

/// Opens the window when the load is steady, closes it when that is over, and looks at both sides then.
async fn conduct(attack: Arc<Attack>, users: usize) -> Option<(Moment, Moment)> {
    let run = &attack.field.run;
    let http = client::http().expect("an HTTP client without any files can be made");
    let is_stopping = || attack.stopping.load(Ordering::Relaxed) || goose::is_killswitch_triggered();
    while attack.started.load(Ordering::Relaxed) < users {
        if is_stopping() {
            return None;
        }
        tokio::time::sleep(LOOK).await;
    }
    let until = Instant::now() + ENTRY;
    while (attack.field.connected() as usize) < users && Instant::now() < until {
        tokio::time::sleep(LOOK).await;
    }
    let opened = Moment::now(run, &http).await;
    run.window.open();
    while !is_stopping() {
        tokio::time::sleep(LOOK).await;
    }
    run.window.close();
    Some((opened, Moment::now(run, &http).await))
}
