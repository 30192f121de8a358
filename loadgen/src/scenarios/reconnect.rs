//! `reconnect`: drops its socket, returns to its seat, and checks that it is the same.

use std::time::{Duration, Instant};

use super::{Left, Player};
use crate::client::Ended;

const STAY_MIN: Duration = Duration::from_secs(1);
const STAY_MAX: Duration = Duration::from_secs(4);
const AWAY_MAX: Duration = Duration::from_secs(2);

pub(super) async fn play(player: &mut Player) -> Result<(), Ended> {
    let mut session = player.join(Instant::now()).await?;
    loop {
        let stay = player.random.time(STAY_MIN, STAY_MAX);
        session = player.play(session, stay).await?;
        let left = Left::by_dropping(session);
        let away = player.random.time(Duration::ZERO, AWAY_MAX);
        let intended = Instant::now() + away;
        player.rest(away).await?;
        session = player.reconnect(&left, intended).await?;
    }
}
