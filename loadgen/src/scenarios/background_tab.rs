//! `background-tab`: stops reading and sending, as a browser's tab that nobody looks at, and returns.
//!
//! What counts is how soon after the return it holds a fresh state again: a server that queues would feed it the past first.

use std::time::{Duration, Instant};

use super::{FRESH, Player};
use crate::client::Ended;
use crate::metrics::Metric;

const LOOKING_MIN: Duration = Duration::from_secs(1);
const LOOKING_MAX: Duration = Duration::from_secs(3);
const AWAY_MIN: Duration = Duration::from_secs(2);
const AWAY_MAX: Duration = Duration::from_secs(8);

pub(super) async fn play(player: &mut Player) -> Result<(), Ended> {
    let mut session = player.join(Instant::now()).await?;
    loop {
        let looking = player.random.time(LOOKING_MIN, LOOKING_MAX);
        session = player.play(session, looking).await?;
        let away = player.random.time(AWAY_MIN, AWAY_MAX);
        let back = Instant::now() + away;
        if let Err(ended) = session.freeze(back, &mut player.stop).await {
            session.leave().await;
            return Err(ended);
        }
        let returned = Instant::now();
        let fresh = session.until_fresh(FRESH, &mut player.stop).await?;
        player.took(Metric::Return, back, returned, fresh);
    }
}
