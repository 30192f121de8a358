// What was refused or done, in a corner, until it is read.

import { signal } from "@preact/signals";
import { Refusal } from "../api/http.js";
import { label, sentence } from "./format.js";

interface Notice {
  readonly id: number;
  readonly mood: "done" | "refused";
  readonly text: string;
}

const DONE_MS = 4000;
const notices = signal<readonly Notice[]>([]);
let lastId = 0;

function add(mood: Notice["mood"], text: string): number {
  const id = ++lastId;
  notices.value = [...notices.value.slice(-3), { id, mood, text }];
  return id;
}

function remove(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Says that something was done. */
export function done(text: string): void {
  const id = add("done", text);
  setTimeout(() => remove(id), DONE_MS);
}

/** What went wrong, as a sentence. If it is about a setting, that is named as the page names it. */
export function why(error: unknown, key = ""): string {
  if (!(error instanceof Refusal)) throw error;
  return sentence(error.message.startsWith(key) ? label(key) + error.message.slice(key.length) : error.message);
}

/** Does something, and says why if it is refused. */
export async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    add("refused", why(error));
    return false;
  }
}

export function Notices() {
  return (
    <ul id="notices" aria-live="polite">
      {notices.value.map(({ id, mood, text }) => (
        <li key={id} class={mood} role={mood === "refused" ? "alert" : undefined}>
          <span>{text}</span>
          <button type="button" aria-label="Dismiss" onClick={() => remove(id)}>
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}
