//! `crowd`: everyone plays in one match, which is the dearest shape there is.

use super::{Player, player};
use crate::client::Ended;

/// The match that all of them join.
const MATCH: &str = "crowd";

pub(super) async fn play(player: &mut Player) -> Result<(), Ended> {
    player.match_id.get_or_insert_with(|| MATCH.to_owned());
    player::play(player).await
}
