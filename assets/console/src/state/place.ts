// What is looked at: kept in the address, so that a reload, a bookmark and the back button do what they should.

import { computed, signal } from "@preact/signals";

export const VIEWS = ["tune", "charts", "watch", "players", "network", "presets", "history"] as const;
export type View = (typeof VIEWS)[number];

interface Place {
  readonly match: string | null;
  readonly view: View;
  readonly seat: number | null;
}

export function read(hash: string): Place {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const view = VIEWS.find((known) => known === given.get("view")) ?? "tune";
  const seat = given.get("seat");
  return { match: given.get("match"), view, seat: seat !== null && /^\d+$/.test(seat) ? Number(seat) : null };
}

export function write({ match, view, seat }: Place): string {
  const given = new URLSearchParams();
  if (match !== null) given.set("match", match);
  given.set("view", view);
  if (seat !== null) given.set("seat", String(seat));
  return `#${given}`;
}

const place = signal<Place>(read(location.hash));

export const chosen = computed(() => place.value.match);
export const view = computed(() => place.value.view);
/** The player who is looked at. */
export const seat = computed(() => place.value.seat);

/** Goes somewhere else; what is not given stays, but a player is one of a match. */
export function go(to: Partial<Place>): void {
  const leaves = to.match !== undefined && to.match !== place.value.match;
  const next = { ...place.value, ...(leaves ? { seat: null } : {}), ...to };
  if (write(next) === write(place.value)) return;
  place.value = next;
  history.pushState(null, "", write(next));
}

globalThis.addEventListener?.("popstate", () => (place.value = read(location.hash)));
globalThis.addEventListener?.("hashchange", () => (place.value = read(location.hash)));
