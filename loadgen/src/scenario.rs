//! How goose sees a player: one transaction, run again and again, that hands the connection's samples to goose's tables.
//!
//! A transaction lasts half a second at most, because goose never aborts one and divides by the planned time.

use std::sync::Arc;
use std::time::Duration;

use goose::prelude::*;
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, timeout_at};

use crate::connection::{self, Sample};
use crate::join;

/// How long one transaction collects samples.
const COLLECT: Duration = Duration::from_millis(500);
/// The pause after a failed join, so that a refusing server is not hammered.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// A player's samples, kept in goose's session data as an `Option`: none before joining and after a close.
type Samples = Arc<Mutex<mpsc::Receiver<Sample>>>;

/// The scenario `player`: joins, plays with seeded random inputs, joins again when thrown out.
pub(crate) fn player() -> Scenario {
    scenario!("player").register_transaction(transaction!(play).set_name("play"))
}

async fn play(user: &mut GooseUser) -> TransactionResult {
    let samples = match user.get_session_data::<Option<Samples>>() {
        Some(Some(samples)) => Arc::clone(samples),
        _ => match enter(user).await {
            Ok(samples) => samples,
            Err(reason) => {
                record(user, "connect", Duration::ZERO, Some(&reason)).await?;
                tokio::time::sleep(RETRY_PAUSE).await;
                return Ok(());
            }
        },
    };
    let mut samples = samples.lock().await;
    let until = Instant::now() + COLLECT;
    while let Ok(Some(sample)) = timeout_at(until, samples.recv()).await {
        if let Sample::Closed(reason) = &sample {
            record(user, "closed", Duration::ZERO, Some(reason)).await?;
            user.set_session_data(None::<Samples>);
            break;
        }
        record_sample(user, &sample).await?;
    }
    Ok(())
}

async fn enter(user: &mut GooseUser) -> Result<Samples, String> {
    let number = user.weighted_users_index;
    let joined = join::join(user, number).await?;
    let started = Instant::now();
    let receiver = connection::connect(&joined, number as u64).await?;
    record(user, "connect", started.elapsed(), None).await.map_err(|error| error.to_string())?;
    let samples: Samples = Arc::new(Mutex::new(receiver));
    user.set_session_data(Some(Arc::clone(&samples)));
    Ok(samples)
}

async fn record_sample(user: &mut GooseUser, sample: &Sample) -> TransactionResult {
    match sample {
        Sample::InputToAck(latency) => record(user, "input-to-ack", *latency, None).await,
        Sample::SendLag(lag) => record(user, "generator send lag", *lag, None).await,
        Sample::Checksum(true) => record(user, "view checksum", Duration::ZERO, None).await,
        Sample::Checksum(false) => record(user, "view checksum", Duration::ZERO, Some("checksums differ")).await,
        Sample::Closed(_) => Ok(()),
    }
}

async fn record(user: &mut GooseUser, name: &str, duration: Duration, error: Option<&str>) -> TransactionResult {
    user.record_custom_request_duration("WS", name, duration, error.is_none(), None, error).await
}
