// One moment of the match as the page draws it: others a little in the past, yourself in the present.

import type { Match } from "skirmish-client";
import type { Arena } from "./types.js";

export interface Actor {
  readonly id: number;
  readonly seat: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly aim: number;
  readonly hp: number;
  readonly alive: boolean;
  readonly me: boolean;
}

/** What the rules say about sizes, until the first snapshot a guess. */
export interface Sizes {
  readonly width: number;
  readonly height: number;
  readonly fighterRadius: number;
  readonly shotRadius: number;
  readonly health: number;
  readonly magazine: number;
}

export interface Scene {
  readonly sizes: Sizes;
  /** Shots left in the own weapon, if there is one; 0 while it reloads. */
  readonly ammo: number | undefined;
  readonly walls: readonly { readonly x: number; readonly y: number; readonly w: number; readonly h: number }[];
  readonly actors: readonly Actor[];
  readonly shots: readonly { readonly id: number; readonly x: number; readonly y: number; readonly vx: number; readonly vy: number; readonly mine: boolean }[];
  readonly me: Actor | undefined;
}

/** How far the own fighter is carried beyond its newest snapshot, in seconds. */
const AHEAD_S_MAX = 0.1;

export function scene(match: Match<Arena>, ownAim: number): Scene {
  const bodies = new Map(match.drawn("Body").map((body) => [body.id, body]));
  const aims = new Map(match.drawn("Aim").map((view) => [view.id, view.aim]));
  const ahead = Math.min(match.figures.snapshotAgeMs / 1000, AHEAD_S_MAX);
  const actors: Actor[] = [];
  for (const fighter of match.entities("Fighter")) {
    const me = fighter.seat === match.seat;
    const body = me ? match.entity("Body", fighter.id) : bodies.get(fighter.id);
    if (!body) continue;
    const carry = me && fighter.alive ? ahead : 0;
    actors.push({
      id: fighter.id,
      seat: fighter.seat,
      name: match.roster.get(fighter.seat)?.name ?? "",
      x: body.x + body.vx * carry,
      y: body.y + body.vy * carry,
      aim: me ? ownAim : (aims.get(fighter.id) ?? 0),
      hp: fighter.hp,
      alive: fighter.alive,
      me,
    });
  }
  const shots = [];
  for (const shot of match.drawn("Shot")) {
    const body = bodies.get(shot.id);
    if (body) shots.push({ id: shot.id, x: body.x, y: body.y, vx: body.vx, vy: body.vy, mine: shot.by === match.seat });
  }
  const me = actors.find((actor) => actor.me);
  const ammo = me && match.entity("Weapon", me.id)?.ammo;
  return { sizes: sizes(match), ammo, walls: match.entities("Wall"), actors, shots, me };
}

function sizes(match: Match<Arena>): Sizes {
  const facts = match.entities("Facts")[0];
  return {
    width: facts?.width ?? 0,
    height: facts?.height ?? 0,
    fighterRadius: facts?.fighter_radius ?? 16,
    shotRadius: facts?.shot_radius ?? 4,
    health: facts?.health ?? 100,
    magazine: facts?.magazine ?? 0,
  };
}
