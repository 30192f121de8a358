// Made from the schema of the game "arena" by `skirmish types`. Not to be edited.

/** The game's components, input and events: `join<Arena>(…)` checks them. */
export interface Arena {
  components: {
    Round: {
      /** 0 to 2. */
      phase: number;
      /** 0 to 2147483647. */
      number: number;
      /** 0 to 2147483647. */
      ends_tick: number;
    };
    Body: {
      /** 0 to 4095, in steps of 0.0625. */
      x: number;
      /** 0 to 4095, in steps of 0.0625. */
      y: number;
      /** -2047 to 2047, in steps of 0.0625. */
      vx: number;
      /** -2047 to 2047, in steps of 0.0625. */
      vy: number;
    };
    Aim: {
      /** From 0 around to 6.28319, in steps of 0.00600113. */
      aim: number;
    };
    Fighter: {
      /** 0 to 199. */
      seat: number;
      /** 0 to 1000. */
      hp: number;
      alive: boolean;
    };
    Shot: {
      /** 0 to 199. */
      by: number;
    };
    Wall: {
      /** -128 to 4224, in steps of 0.0625. */
      x: number;
      /** -128 to 4224, in steps of 0.0625. */
      y: number;
      /** 0 to 4352, in steps of 0.0625. */
      w: number;
      /** 0 to 4352, in steps of 0.0625. */
      h: number;
    };
    Weapon: {
      /** 0 to 250. Only in views of the player's own entities. */
      ammo?: number;
    };
    Facts: {
      /** 0 to 4095, in steps of 0.0625. */
      width: number;
      /** 0 to 4095, in steps of 0.0625. */
      height: number;
      /** 0 to 64, in steps of 0.0625. */
      fighter_radius: number;
      /** 0 to 32, in steps of 0.0625. */
      shot_radius: number;
      /** 0 to 1000. */
      health: number;
      /** 0 to 250. */
      magazine: number;
      /** 0 to 9999. */
      score_to_win: number;
      /** 0 to 7. */
      map: number;
      /** 0 to 1000, in steps of 0.0625. */
      speed: number;
      /** 0 to 100000, in steps of 0.0625. */
      acceleration: number;
      /** 1 to 4, in steps of 0.001. */
      haste: number;
      /** 0 to 60, in steps of 0.01. */
      reload_s: number;
      /** 0 to 60, in steps of 0.01. */
      respawn_s: number;
      /** 0 to 64, in steps of 0.0625. */
      pickup_radius: number;
      /** 1 to 10, in steps of 0.001. */
      rapid: number;
    };
    Standing: {
      /** 0 to 199. */
      seat: number;
      /** 0 to 9999. */
      score: number;
      /** 0 to 9999. */
      deaths: number;
      /** 0 to 3. */
      skill: number;
    };
    Boosts: {
      /** 0 to 60, in steps of 0.25. */
      haste_s: number;
      /** 0 to 60, in steps of 0.25. */
      rapid_s: number;
    };
    Pickup: {
      /** 0 to 2. */
      kind: number;
      /** 0 to 4095, in steps of 0.0625. */
      x: number;
      /** 0 to 4095, in steps of 0.0625. */
      y: number;
      ready: boolean;
    };
  };
  input: {
    /** -1 to 1, in steps of 0.01. */
    move_x: number;
    /** -1 to 1, in steps of 0.01. */
    move_y: number;
    /** 0 to 6.284, in steps of 0.001. */
    aim: number;
    fire: boolean;
  };
  events: {
    Hit: {
      /** 0 to 199. */
      by: number;
      /** 0 to 199. */
      target: number;
      /** 0 to 1000. */
      damage: number;
      /** 0 to 4095, in steps of 0.0625. */
      x: number;
      /** 0 to 4095, in steps of 0.0625. */
      y: number;
    };
    Kill: {
      /** 0 to 199. */
      by: number;
      /** 0 to 199. */
      target: number;
    };
    RoundEnd: {
      /** -1 to 199. */
      winner: number;
      /** 0 to 9999. */
      score: number;
    };
    Spawn: {
      /** 0 to 199. */
      seat: number;
      /** 0 to 4095, in steps of 0.0625. */
      x: number;
      /** 0 to 4095, in steps of 0.0625. */
      y: number;
    };
    Taken: {
      /** 0 to 199. */
      seat: number;
      /** 0 to 2. */
      kind: number;
      /** 0 to 4095, in steps of 0.0625. */
      x: number;
      /** 0 to 4095, in steps of 0.0625. */
      y: number;
    };
  };
}
