// A player without a page: joins arena, walks up to whoever is nearest and shoots. It knows no walls.
//
//   node bot.js [server] [name] [match]

import { ConnectionClosed, JoinError, join } from "skirmish-client";
import { WebSocket } from "ws"; // Node.js 22 and later have their own, and need neither this nor the third argument of join.

/** @typedef {import("../arena/src/types.js").Arena} Arena */
/** @typedef {import("skirmish-client").View<Arena, "Body">} Body */

const NEAR = 250;

const [server = "http://127.0.0.1:8080", name = "Robot", wanted] = process.argv.slice(2);
const options = { game: "arena", name, ...(wanted === undefined ? {} : { match: wanted }) };
const match = /** @type {import("skirmish-client").Match<Arena>} */ (await join(server, options, { WebSocket }).catch(giveUp));
console.log(`${name} has seat ${match.seat} in ${match.id}`);

match.on("snapshot", () => {
  const me = body(match.entities("Fighter").find((fighter) => fighter.seat === match.seat && fighter.alive));
  const prey = me && nearest(me);
  match.input = me && prey ? hunt(me, prey) : null;
});
match.on("event", (event) => {
  if (event.name === "Kill" && event.by === match.seat) console.log(`got ${match.roster.get(event.target)?.name}`);
});
match.on("state", ({ state, reason }) => {
  console.log(state, reason ?? "");
  if (state === "closed") process.exitCode = 1;
});
process.once("SIGINT", () => match.leave());

/** @param {{ readonly id: number } | undefined} fighter */
function body(fighter) {
  return fighter && match.entity("Body", fighter.id);
}

/** @param {Body} me */
function nearest(me) {
  const others = match.entities("Fighter").filter((fighter) => fighter.alive && fighter.id !== me.id);
  const bodies = others.map(body).filter((other) => other !== undefined);
  return bodies.sort((a, b) => Math.hypot(a.x - me.x, a.y - me.y) - Math.hypot(b.x - me.x, b.y - me.y))[0];
}

/**
 * @param {Body} me
 * @param {Body} prey
 */
function hunt(me, prey) {
  const [x, y] = [prey.x - me.x, prey.y - me.y];
  const far = Math.hypot(x, y);
  const pace = far > NEAR ? 1 / far : 0;
  return { move_x: x * pace, move_y: y * pace, aim: (Math.atan2(y, x) + 2 * Math.PI) % (2 * Math.PI), fire: far < 2 * NEAR };
}

/** @param {unknown} error */
function giveUp(error) {
  if (!(error instanceof JoinError || error instanceof ConnectionClosed)) throw error;
  console.error(`${error.message}. ${error.advice}`);
  process.exit(1);
}
