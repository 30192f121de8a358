// What the feed tells, for the views: the newest figures as signals, the course of them in rings.
//
// Rings are no signals: a chart draws them when `beat` says that there is more.

import { batch, computed, effect, signal } from "@preact/signals";
import type { MatchRow, PlayerRow } from "../api/shapes.js";
import type { FeedEventName, FeedEvents, FieldBytes, MatchFigures, ServerFigures } from "../feed/events.js";
import { Feed, type Link } from "../feed/feed.js";
import { done } from "../ui/notices.js";
import { Course, merged } from "./course.js";
import { chosen, go } from "./place.js";
import { toSignIn } from "./session.js";

export const link = signal<Link>({ state: "connecting" });
export const server = signal<ServerFigures | null>(null);
/** Null until the first list came. */
export const matches = signal<readonly MatchRow[] | null>(null);
export const figures = signal<MatchFigures | null>(null);
export const fields = signal<readonly FieldBytes[]>([]);
export const players = signal<readonly PlayerRow[] | null>(null);
/** Grows whenever another match is looked at, be it one that took the name of one that has ended. */
export const opened = signal(0);
/** Why the chosen match is no more. */
export const ended = signal<string | null>(null);
/** Grows with every sample in the rings. */
export const beat = signal(0);
/** Grows whenever somebody did something to the match: time to ask what. */
export const acts = signal(0);
export const changes = signal(0);
export const impairing = signal(0);

export const course = new Course();

/** Figures that are no longer true. */
export const isStale = computed(() => link.value.state === "lost" || ended.value !== null);
export const row = computed(() => matches.value?.find(({ match }) => match === chosen.value) ?? null);

const feed = new Feed({
  linked(next) {
    if (next.state === "signed-out") return toSignIn();
    if (next.state === "ended") return over(next.why);
    link.value = next;
  },
  heard: (name, event) => batch(() => take(name, event)),
});

export const reconnect = (): void => feed.restart();

/** Follows what is chosen from now on. */
export function follow(): void {
  effect(() => {
    const match = chosen.value;
    batch(() => {
      ended.value = null;
      figures.value = null;
      players.value = null;
      fields.value = [];
      opened.value = opened.peek() + 1;
    });
    course.clear();
    feed.follow(match);
  });
}

/** The chosen match is no more: its last figures stay, the list goes on. */
function over(why: string): void {
  ended.value = why;
  feed.follow(null);
}

/** Another match of the same name was opened, maybe by those who played in the one that has ended. */
function resume(): void {
  done(`${chosen.value} has ended, and a new match of that name is open.`);
  ended.value = null;
  opened.value++;
  course.clear();
  feed.follow(chosen.value);
}

function take<Name extends FeedEventName>(name: Name, event: FeedEvents[Name]): void {
  const handle = HANDLERS[name];
  // Events of a newer server are none of ours.
  if (handle) handle(event);
}

const HANDLERS: { readonly [Name in FeedEventName]: (event: FeedEvents[Name]) => void } = {
  server(event) {
    server.value = event;
    course.server(event);
    if (event.matches) listed(event.matches);
    beat.value++;
  },
  match(event) {
    figures.value = event;
    course.match(event);
    beat.value++;
  },
  bytes(event) {
    fields.value = merged(event.bytes);
    course.bytes(event);
  },
  players(event) {
    players.value = event.players;
    course.players(event);
  },
  // These come from all matches.
  act: () => acts.value++,
  change({ match }) {
    if (match === chosen.value) changes.value++;
  },
  impairment({ match }) {
    if (match === chosen.value) impairing.value++;
  },
  ended: ({ reason }) => over(reason),
  gap: ({ missed }) => course.gap(missed),
};

function listed(rows: readonly MatchRow[]): void {
  const known = matches.value !== null && row.value !== null;
  matches.value = rows;
  const match = chosen.value;
  if (match === null && rows.length > 0) go({ match: rows[0].match });
  else if (ended.value !== null && row.value !== null) resume();
  else if (known && match !== null && row.value === null && ended.value === null) over("The match has ended.");
}
