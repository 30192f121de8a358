// Arena in the browser: asks who it is, joins, draws every frame, and tells what the connection is doing.
//
// The address may name the player and the match: /?name=Ada&match=duel.

import type { Match } from "skirmish-client";
import { StateCard } from "./card.js";
import { Director, type Intent, type Scene, type Shot } from "./scene.js";
import { Controls } from "./input/controls.js";
import { GamepadInput } from "./input/gamepad.js";
import { Chat } from "./hud/chat.js";
import { Feed } from "./hud/feed.js";
import { onKey } from "./hud/keys.js";
import { PadButtons } from "./hud/padbuttons.js";
import { RoundBar } from "./hud/roundbar.js";
import { Scores } from "./hud/scores.js";
import { Vitals } from "./hud/vitals.js";
import { Minimap } from "./draw/minimap.js";
import { View } from "./draw/view.js";
import { Effects } from "./effects.js";
import { nameOf, upright } from "./names.js";
import { NetGraph } from "./netgraph.js";
import { element } from "./page.js";
import { Session } from "./session.js";
import { Sounds } from "./sound/sounds.js";
import { tabMemory } from "./tab.js";
import type { Arena } from "./types.js";
import { Watching } from "./watching.js";

const canvas = element<HTMLCanvasElement>("field");
const sounds = new Sounds();
const vitals = new Vitals(sounds);
const round = new RoundBar(sounds);
const scores = new Scores();
const feed = new Feed();
const minimap = new Minimap();
const netGraph = new NetGraph();
const gamepad = new GamepadInput();
const padButtons = new PadButtons(gamepad);
const controls = new Controls(canvas, gamepad);

/** Script time of the newest frames, in milliseconds: for the developer console and for tests. */
const frameMs: number[] = [];
const FRAMES_KEPT = 600;
/** How often the round's clock and the scores are told anew, in milliseconds: they do not move. */
const TOLD_MS = 100;

/** Says why everything stands still, and when it no longer does. */
function tellPauses(match: Match<Arena>): void {
  let isPaused = false;
  const tell = (paused: boolean): void => {
    if (paused !== isPaused) feed.notice(paused ? "The match is paused" : "The match goes on");
    isPaused = paused;
  };
  tell(match.settings.paused);
  match.on("settings", ({ paused }) => tell(paused));
}

async function main(): Promise<void> {
  const shots = { came: (shot: Shot) => effects.shotCame(shot), gone: (shot: Shot) => effects.shotGone(shot) };
  const [drawn, tab] = await Promise.all([View.on(canvas, shots).catch(cannotDraw), tabMemory()]);
  if (!drawn) return;
  const view: View = drawn;
  const effects = new Effects({ view, feed, vitals, round, sounds });
  let director: Director | undefined;
  let toldMs = 0;
  let middle = { x: innerWidth / 2, y: innerHeight / 2 };

  const session = new Session(tab, {
    entered(match) {
      director = new Director(match);
      match.on("event", (event) => effects.take(match, event, performance.now()));
      match.on("notice", ({ text }) => feed.notice(text));
      tellPauses(match);
      match.on("chat", ({ seat, text }) => chat.show(seat, nameOf(match, seat), upright(text), seat === match.seat));
    },
    told: (text) => feed.notice(text),
    returned: () => feed.announce("Back in your seat"),
    shown(open) {
      document.body.classList.toggle("playing", open);
      for (const covered of [canvas, element("hud")]) covered.inert = !open;
      if (open) canvas.focus();
    },
  });
  const chat = new Chat(
    () => (session.match?.roster.has(session.match.seat) ? session.match : undefined),
    () => canvas.focus(),
  );
  const watching = new Watching(() => void session.play());

  function frame(nowMs: number): void {
    requestAnimationFrame(frame);
    const startedMs = performance.now();
    gamepad.poll();
    padButtons.act();
    draw(nowMs);
    frameMs.push(performance.now() - startedMs);
    if (frameMs.length > FRAMES_KEPT) frameMs.shift();
  }

  function draw(nowMs: number): void {
    const match = session.match;
    if (!match || !director) return view.drawIdle(nowMs);
    const { wish, look } = controls.wish(middle);
    const seated = match.roster.has(match.seat);
    match.input = seated ? wish : null;
    const intent: Intent = { move: { x: wish.move_x, y: wish.move_y }, aim: wish.aim };
    const scene = director.scene(nowMs, intent);
    if (scene) show(scene, seated ? look : { x: 0, y: 0 }, seated, nowMs);
    netGraph.draw(match.figures, nowMs);
  }

  function show(scene: Scene, look: { x: number; y: number }, seated: boolean, nowMs: number): void {
    const focus = watching.focus(scene, !seated) ?? view.camera;
    effects.draw(scene, nowMs);
    view.draw(scene, focus, look, nowMs);
    middle = view.camera.toScreen(focus);
    minimap.draw(scene, view.camera, nowMs);
    vitals.draw(scene, nowMs);
    const match = session.match;
    if (!match || nowMs - toldMs < TOLD_MS) return;
    toldMs = nowMs;
    round.draw(match, scene);
    scores.draw(match, scene);
  }

  /** A page out of sight draws no frames: its last wish must not be to walk on. */
  function letGo(): void {
    controls.release();
    const match = session.match;
    if (match?.input) match.input = { ...match.input, move_x: 0, move_y: 0, fire: false };
  }

  addEventListener("blur", letGo);
  document.addEventListener("visibilitychange", letGo);
  onKey("KeyN", "rename", () => session.rename());
  onKey("KeyM", "mute", toggleSound);
  showSound();
  onKey("KeyI", "invite", () => void invite(session.invitation));
  Object.defineProperty(globalThis, "arena", { get: () => session.match });
  Object.assign(globalThis, { arenaView: view, arenaSounds: sounds, arenaFrameMs: frameMs });
  requestAnimationFrame(frame);
  session.begin();
}

/** Copies the link; where the browser does not let a page do that, shows it. */
async function invite(link: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    feed.announce("Link copied: send it to a friend");
  } catch {
    feed.offer(link);
  }
}

function toggleSound(): void {
  sounds.toggle();
  showSound();
}

function showSound(): void {
  element("mute").classList.toggle("off", sounds.muted);
  element("mute").setAttribute("aria-pressed", String(sounds.muted));
}

/** The browser draws nothing at all: says what its user can do. */
function cannotDraw(error: unknown): void {
  console.warn(error);
  new StateCard(() => {}).show({
    mood: "stopped",
    title: "This browser can't draw the arena",
    text:
      "It offers the page neither WebGL nor a plain canvas. Turn on graphics acceleration in its settings, allow this " +
      "page to draw if something blocks it, or open it in another browser.",
    actions: [{ label: "Try again", act: () => location.reload() }],
  });
}

void main();
