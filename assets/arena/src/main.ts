// Arena in the browser: joins at once, draws every frame, and tells what the connection is doing.
//
// The address may name the player and the match: /?name=Ada&match=duel.

import { ConnectionClosed, JoinError, join, type Match, type StateChange } from "skirmish-client";
import { Chat } from "./chat.js";
import { Controls } from "./controls.js";
import { Field } from "./field.js";
import { Hud } from "./hud.js";
import { NetGraph } from "./netgraph.js";
import { element, sentence } from "./page.js";
import { scene } from "./scene.js";
import { StateCard } from "./state.js";
import type { Arena } from "./types.js";

const MATCH_OVER = 4202;
const SHUTDOWN = 4203;

const address = new URL(location.href);
const canvas = element<HTMLCanvasElement>("field");
const field = new Field(canvas);
const controls = new Controls(canvas);
const hud = new Hud();
const netGraph = new NetGraph();
const card = new StateCard((name) => void play(name), () => canvas.focus());
let player = address.searchParams.get("name") ?? localStorage.getItem("name") ?? `guest-${Math.floor(1000 + Math.random() * 9000)}`;
let match: Match<Arena> | undefined;
let countdown: ReturnType<typeof setInterval> | undefined;
const chat = new Chat(() => match, () => canvas.focus());

async function play(name: string): Promise<void> {
  player = name;
  const before = match;
  match = undefined;
  before?.leave();
  showState({ state: "connecting" });
  const wanted = address.searchParams.get("match");
  try {
    const joined = await join<Arena>(location.origin, { game: "arena", name, ...(wanted ? { match: wanted } : {}), storage: sessionStorage });
    localStorage.setItem("name", name);
    enter(joined);
  } catch (error) {
    document.body.dataset["state"] = "refused";
    card.show({ title: "Could not join", text: why(error), name });
  }
}

function enter(joined: Match<Arena>): void {
  match = joined;
  joined.on("state", (change) => {
    if (joined === match) showState(change);
  });
  joined.on("chat", ({ seat, text }) => chat.show(joined.roster.get(seat)?.name ?? "somebody", text));
  joined.on("event", (event) => {
    if (event.name === "Hit") field.flash(event.x, event.y);
    if (event.name === "Kill") hud.kill(joined, event.by, event.target);
    if (event.name === "RoundEnd") hud.roundEnd(joined, event.winner, event.score);
  });
  showState({ state: joined.state });
  canvas.focus();
}

function showState(change: StateChange): void {
  clearInterval(countdown);
  document.body.dataset["state"] = change.state;
  switch (change.state) {
    case "connecting":
      return card.show({ title: "Connecting", text: "Asking the server for a seat …" });
    case "open":
      return card.hide();
    case "reconnecting":
      return showCountdown(change);
    case "closed":
      if (change.code === MATCH_OVER) return void play(player);
      return card.show({ title: "Disconnected", text: sentence(change.reason || "the connection was closed"), name: player });
  }
}

function showCountdown({ code, reason, retryInMs = 0 }: StateChange): void {
  const at = performance.now() + retryInMs;
  const lost = sentence(reason || "the network or the server went away");
  const gone = code !== undefined && (code === SHUTDOWN || Math.floor(code / 100) === 41);
  const seat = gone ? "" : "\nYour seat is kept for a while.";
  const show = (): void => {
    const leftS = Math.ceil((at - performance.now()) / 1000);
    const next = leftS > 0 ? `Trying again in ${leftS} s.` : "Trying again now …";
    card.show({ title: "Connection lost", text: `${lost}\n${next}${seat}` });
  };
  show();
  countdown = setInterval(show, 250);
}

function why(error: unknown): string {
  if (error instanceof JoinError && error.status > 0) return sentence(error.message);
  if (error instanceof ConnectionClosed && error.reason) return sentence(error.reason);
  return "The server can't be reached. It may be down, or this device offline.";
}

function frame(): void {
  requestAnimationFrame(frame);
  if (!match) return;
  const wish = controls.wish(field.origin);
  match.input = wish;
  const now = scene(match, wish.aim);
  field.draw(now);
  hud.draw(match, now);
  netGraph.draw(match.figures);
}

/** A page out of sight draws no frames: its last wish must not be to walk on. */
function letGo(): void {
  controls.release();
  if (match) match.input = controls.wish(field.origin);
}

addEventListener("blur", letGo);
document.addEventListener("visibilitychange", letGo);
element("rename").addEventListener("click", () => {
  card.show({ title: "Change name", text: "You will join again under the new name, with a new score.", name: player, back: true });
});
// For the developer console and for tests: what the page holds.
Object.defineProperty(globalThis, "arena", { get: () => match });
requestAnimationFrame(frame);
void play(player);
