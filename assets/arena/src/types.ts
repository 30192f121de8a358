// What arena replicates: names and fields as the server's schema has them.

export interface Arena {
  components: {
    Body: { x: number; y: number; vx: number; vy: number };
    Aim: { aim: number };
    Fighter: { seat: number; hp: number; alive: boolean };
    Shot: { by: number };
    Wall: { x: number; y: number; w: number; h: number };
    Weapon: { ammo: number };
    Facts: {
      width: number;
      height: number;
      fighter_radius: number;
      shot_radius: number;
      health: number;
      magazine: number;
      score_to_win: number;
      map: number;
      speed: number;
      acceleration: number;
      haste: number;
      reload_s: number;
      respawn_s: number;
      pickup_radius: number;
      rapid: number;
    };
    Standing: { seat: number; score: number; deaths: number; skill: number };
    Boosts: { haste_s: number; rapid_s: number };
    Pickup: { kind: number; x: number; y: number; ready: boolean };
    Round: { phase: number; number: number; ends_tick: number };
  };
  input: { move_x: number; move_y: number; aim: number; fire: boolean };
  events: {
    Hit: { by: number; target: number; damage: number; x: number; y: number };
    Kill: { by: number; target: number };
    RoundEnd: { winner: number; score: number };
    Spawn: { seat: number; x: number; y: number };
    Taken: { seat: number; kind: number; x: number; y: number };
  };
}
