//! `slow-reader`: plays, but takes what the server sends at a fraction of its rate, through a small buffer.
//!
//! Its snapshots must be skipped, not queued. Its times are not noted: they would tell of its own slowness.

use std::time::{Duration, Instant};

use super::Player;
use crate::client::{Ended, Reading};

/// From message to message.
const READING: Reading = Reading::Every(Duration::from_millis(400));
/// What the kernel may hold for it: a few snapshots.
const RECEIVE_BUFFER_BYTES: u32 = 4096;
const STAY: Duration = Duration::from_secs(24 * 3600);

pub(super) async fn play(player: &mut Player) -> Result<(), Ended> {
    player.receive_buffer = Some(RECEIVE_BUFFER_BYTES);
    let session = player.join(Instant::now()).await?;
    player.play_reading(session, Instant::now() + STAY, READING).await?.leave().await;
    Ok(())
}
