//! What a round is won by, and how the next begins.
//!
//! The highest score wins; of several, the one that died least; if that does not decide it, nobody. When phases begin
//! and end is the engine's business, but for the score that ends a round early.

use bevy_ecs::prelude::{Commands, Entity, Query, Res, ResMut, With};
use skirmish_sim::{EntityId, Outgoing, Phase, RoundState};

use super::components::{ArenaEvent, Body, Boosts, Fighter, Shot, Standing};
use super::config::ArenaConfig;
use super::shoot::remove_shots;
use super::spawn::Entrance;
use super::weapon::Weapon;

/// A round's first tick: all stand in new places with nothing counted.
pub(super) fn begin(
    round: Res<RoundState>,
    mut entrance: Entrance,
    mut fighters: Query<(&EntityId, &mut Fighter, &mut Body, &mut Weapon, &mut Boosts)>,
    mut standings: Query<&mut Standing>,
) {
    if !round.just_started() {
        return;
    }
    for mut standing in &mut standings {
        (standing.score, standing.deaths) = (0, 0);
    }
    let mut fighters: Vec<_> = fighters.iter_mut().collect();
    fighters.sort_by_key(|(id, ..)| **id);
    let mut living = Vec::new();
    for (_, mut fighter, mut body, mut weapon, mut boosts) in fighters {
        *boosts = Boosts::default();
        entrance.enter(&mut fighter, &mut body, &mut weapon, &mut living);
    }
}

/// The first tick of the results: the winner is named.
pub(super) fn end(round: Res<RoundState>, mut events: ResMut<Outgoing<ArenaEvent>>, standings: Query<&Standing>) {
    if round.just_ended() {
        let score = standings.iter().map(|standing| standing.score).max().unwrap_or(0);
        events.to_all(ArenaEvent::RoundEnd { winner: winner(standings.iter()), score: u32::from(score) });
    }
}

/// No shot outlives the phase it was fired in.
pub(super) fn clear(round: Res<RoundState>, mut commands: Commands, shots: Query<(Entity, &Shot), With<Body>>) {
    if round.just_started() || round.just_ended() {
        remove_shots(&mut commands, &shots, |_| true);
    }
}

/// Ends the round once somebody has the score for it.
pub(super) fn decide(config: Res<ArenaConfig>, mut round: ResMut<RoundState>, standings: Query<&Standing>) {
    let won = standings.iter().any(|standing| standing.score >= config.round.score_to_win);
    if won && round.phase == Phase::Playing {
        round.finish();
    }
}

fn winner<'a>(standings: impl Iterator<Item = &'a Standing> + Clone) -> i32 {
    let rank = |standing: &Standing| (standing.score, u16::MAX - standing.deaths);
    let best = standings.clone().map(rank).max();
    let mut first = standings.filter(|standing| Some(rank(standing)) == best);
    match (first.next(), first.next()) {
        (Some(standing), None) => standing.seat as i32,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(seat: u32, score: u16, deaths: u16) -> Standing {
        Standing { seat, score, deaths, skill: 0 }
    }

    #[test]
    fn the_highest_score_wins_then_the_fewest_deaths_then_nobody() {
        assert_eq!(winner([standing(0, 3, 0), standing(1, 5, 9), standing(2, 4, 0)].iter()), 1);
        assert_eq!(winner([standing(0, 5, 4), standing(1, 5, 3), standing(2, 1, 0)].iter()), 1);
        assert_eq!(winner([standing(0, 5, 3), standing(1, 5, 3), standing(2, 1, 0)].iter()), -1);
        assert_eq!(winner([].iter()), -1);
    }
}
