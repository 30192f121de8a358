// The designer console. The server hands it only to whoever has signed in.

import { render } from "preact";
import { Refusal } from "./api/http.js";
import { App } from "./app.js";
import { listenToKeys } from "./layout/keys.js";
import { followImpairments } from "./state/impairments.js";
import { figures, follow } from "./state/live.js";
import { loadSession, toSignIn } from "./state/session.js";
import { followTuning } from "./state/tuning.js";
import { sentence } from "./ui/format.js";

async function main(root: HTMLElement): Promise<void> {
  try {
    await loadSession();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) return toSignIn();
    root.textContent = `${sentence(error.message)} Reload the page to try again.`;
    return;
  }
  follow();
  followTuning();
  followImpairments();
  listenToKeys();
  // For the developer console and for tests.
  Object.defineProperty(globalThis, "skirmishConsole", { value: { get figures() { return figures.value; } } });
  render(<App />, root);
}

const root = document.getElementById("console");
if (root) void main(root);
