//! `player`: joins, plays like a person and chats now and then, stays for rounds.

use std::time::{Duration, Instant};

use super::Player;
use crate::client::Ended;

/// Longer than any test: a person stays until told to stop.
const STAY: Duration = Duration::from_secs(24 * 3600);

pub(super) async fn play(player: &mut Player) -> Result<(), Ended> {
    player.chats = true;
    let session = player.join(Instant::now()).await?;
    player.play(session, STAY).await?.leave().await;
    Ok(())
}
