// What keys do while no text is being typed and no dialog is open.

import { pauseOrResume, step } from "../state/acts.js";
import { figures, matches } from "../state/live.js";
import { chosen, go, VIEWS } from "../state/place.js";
import { readOnly } from "../state/session.js";
import { undo, undoable } from "../state/tuning.js";
import { attempt } from "../ui/notices.js";
import { showHelp } from "./help.js";
import { askToOpen } from "./questions.js";

interface Key {
  readonly key: string;
  readonly does: string;
  readonly act: (key: string) => void;
  /** Which keys it is, if it is several. */
  readonly among?: readonly string[];
}

const digits = VIEWS.map((_, index) => String(index + 1));

export const KEYS: readonly Key[] = [
  {
    key: `1 … ${VIEWS.length}`,
    does: `show ${VIEWS.slice(0, -1).join(", ")} or ${VIEWS.at(-1)}`,
    among: digits,
    act: (key) => go({ view: VIEWS[digits.indexOf(key)] ?? "tune" }),
  },
  { key: "[", does: "the match before", act: () => walk(-1) },
  { key: "]", does: "the next match", act: () => walk(1) },
  { key: "p", does: "pause or resume the match", act: () => operate(pauseOrResume) },
  {
    key: ".",
    does: "one tick, while the match is paused",
    act: () => {
      if (figures.value?.settings.paused) operate(() => step());
    },
  },
  {
    key: "u",
    does: "undo the newest change",
    act: () => {
      const change = undoable.value;
      if (change) operate(() => undo(change.id));
    },
  },
  {
    key: "o",
    does: "open a match",
    act: () => {
      if (readOnly.value === null) askToOpen();
    },
  },
  {
    key: "/",
    does: "find a setting",
    act: () => {
      go({ view: "tune" });
      // It is there with the next frame, unless it is already.
      if (!focus("find-setting")) requestAnimationFrame(() => focus("find-setting"));
    },
  },
  { key: "?", does: "this list", act: showHelp },
];

export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
    const key = KEYS.find((known) => (known.among ?? [known.key]).includes(event.key));
    if (!key) return;
    event.preventDefault();
    key.act(event.key);
  });
}

/** Whether the key belongs to a field or a dialog. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  if (target instanceof HTMLInputElement) return target.type !== "range" && target.type !== "checkbox";
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

/** Whether there was something to focus. */
function focus(id: string): boolean {
  const found = document.getElementById(id);
  found?.focus();
  return found !== null;
}

function operate(act: () => Promise<unknown>): void {
  if (readOnly.value === null && chosen.value !== null) void attempt(act);
}

function walk(by: number): void {
  const rows = matches.value ?? [];
  if (rows.length === 0) return;
  const index = rows.findIndex(({ match }) => match === chosen.value);
  go({ match: rows[(index + by + rows.length) % rows.length].match });
}
