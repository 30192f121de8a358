//! `herd`: everyone comes at once, again and again, as after a server's restart.
//!
//! All players drop their sockets and return at the same moments, which lie on the run's own clock.

use std::time::{Duration, Instant};

use super::{Left, Player};
use crate::client::{Ended, Refusal};

/// From one stampede to the next.
const PERIOD: Duration = Duration::from_secs(5);
/// How long before each they are all away.
const AWAY: Duration = Duration::from_millis(500);

pub(super) async fn play(player: &mut Player) -> Result<(), Ended> {
    let mut left: Option<Left> = None;
    loop {
        let stampede = next(player.desk.run.clock.began());
        player.rest(stampede.saturating_duration_since(Instant::now())).await?;
        let session = match left.take() {
            None => player.join(stampede).await?,
            Some(left) => match player.reconnect(&left, stampede).await {
                // After a restart the token is worth nothing: then a seat is asked for anew.
                Err(Ended::Refused(Refusal::Ticket(_))) => player.join(stampede).await?,
                returned => returned?,
            },
        };
        let stay = next(player.desk.run.clock.began()).saturating_duration_since(Instant::now() + AWAY);
        left = Some(Left::by_dropping(player.play(session, stay).await?));
    }
}

fn next(began: Instant) -> Instant {
    let passed = began.elapsed().as_nanos() / PERIOD.as_nanos() + 1;
    began + PERIOD * passed as u32
}
