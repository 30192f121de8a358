//! What was taken runs out.

use bevy_ecs::prelude::{Query, Res};
use skirmish_sim::Clock;

use super::components::Boosts;

pub(super) fn fade(clock: Res<Clock>, mut boosts: Query<&mut Boosts>) {
    for mut boosts in &mut boosts {
        boosts.haste_s = (boosts.haste_s - clock.dt_s).max(0.0);
        boosts.rapid_s = (boosts.rapid_s - clock.dt_s).max(0.0);
    }
}
