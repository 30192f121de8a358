// Who looks at the console, and what that person may do.

import { computed, signal } from "@preact/signals";
import { ask } from "../api/http.js";
import type { Session } from "../api/shapes.js";

export const session = signal<Session | null>(null);

/** Why this person may change nothing; null: may. */
export const readOnly = computed(() =>
  session.value?.role === "viewer" ? "You are signed in to look on: only an operator can change something." : null,
);

export async function loadSession(): Promise<void> {
  session.value = await ask<Session>("GET", "session");
}

/** Back to the page that asks for the token: the server shows it to whoever has no cookie. */
export function toSignIn(): void {
  location.reload();
}

export async function signOut(): Promise<void> {
  await ask("DELETE", "session");
  toSignIn();
}
