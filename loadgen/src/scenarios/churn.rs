//! `churn`: joins, plays for a few seconds, leaves, and comes again.

use std::time::{Duration, Instant};

use super::Player;
use crate::client::Ended;

const STAY_MIN: Duration = Duration::from_millis(500);
const STAY_MAX: Duration = Duration::from_secs(5);
const AWAY_MAX: Duration = Duration::from_secs(1);

pub(super) async fn play(player: &mut Player) -> Result<(), Ended> {
    let away = player.random.time(Duration::ZERO, AWAY_MAX);
    let intended = Instant::now() + away;
    player.rest(away).await?;
    let session = player.join(intended).await?;
    let stay = player.random.time(STAY_MIN, STAY_MAX);
    player.play(session, stay).await?.leave().await;
    Ok(())
}
