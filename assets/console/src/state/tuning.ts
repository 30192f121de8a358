// The settings of the chosen match, what was changed, and how to change and undo.

import { computed, effect, signal, untracked } from "@preact/signals";
import { ask, Refusal } from "../api/http.js";
import type { Change, Comparison, Preset, Setting, Value } from "../api/shapes.js";
import { done } from "../ui/notices.js";
import { changes as changeCount, ended, opened } from "./live.js";
import { chosen } from "./place.js";

/** Null until they came. */
export const settings = signal<readonly Setting[] | null>(null);
/** Newest first. */
export const changes = signal<readonly Change[]>([]);
export const presets = signal<readonly Preset[]>([]);
/** Why they could not be had. */
export const tuningRefused = signal<string | null>(null);
/** The change whose before and after is looked at. */
export const compared = signal<number | null>(null);

/** The newest change that can still be undone, is no way back itself, and is no mere pause: that has a key of its own. */
export const undoable = computed(() =>
  changes.value.find((change) => !change.undone_by && !isWayBack(change) && Object.keys(change.what).some((key) => key !== "paused")),
);

/** Whether a change took another one back; one that took that back in turn leads forward again. */
export function isWayBack({ undoes }: Change): boolean {
  if (!undoes) return false;
  const undone = changes.value.find(({ id }) => id === undoes);
  return !undone || !isWayBack(undone);
}

/** Keeps all of it up to date from now on. */
export function followTuning(): void {
  effect(() => {
    opened.value;
    settings.value = null;
    changes.value = [];
    compared.value = null;
  });
  effect(() => {
    changeCount.value;
    if (chosen.value !== null && ended.value === null) void untracked(load);
  });
}

async function load(): Promise<void> {
  const match = chosen.value;
  try {
    const [now, past] = await Promise.all([
      ask<{ settings: readonly Setting[] }>("GET", path("settings")),
      ask<readonly Change[]>("GET", path("changes")),
    ]);
    if (match !== chosen.value) return;
    settings.value = now.settings;
    changes.value = past;
    tuningRefused.value = null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (match === chosen.value) tuningRefused.value = error.message;
  }
}

/** A path below the chosen match. */
export function path(rest = ""): string {
  return `matches/${encodeURIComponent(chosen.value ?? "")}${rest && `/${rest}`}`;
}

/** Changes one setting; the panel with its before and after opens. */
export async function turn(setting: Setting, to: Value): Promise<void> {
  const change = setting.group === "engine" ? { [setting.key]: to } : { numbers: { [setting.key]: to } };
  const { change: id } = await ask<{ change: number | null }>("PATCH", path(), change);
  compared.value = id;
  await load();
}

export async function undo(id: number): Promise<void> {
  await ask("POST", path(`changes/${id}/undo`));
  done("Undone.");
  await load();
}

export function compare(id: number, signal: AbortSignal): Promise<Comparison> {
  return ask("GET", path(`changes/${id}/compare`), undefined, signal);
}

export async function loadPresets(): Promise<void> {
  presets.value = await ask<readonly Preset[]>("GET", "presets");
}

export async function applyPreset(name: string): Promise<void> {
  const { change } = await ask<{ change: number | null }>("POST", path("preset"), { name });
  compared.value = change;
  await load();
}

export async function savePreset(name: string): Promise<void> {
  await ask("PUT", `presets/${encodeURIComponent(name)}`, { match: chosen.value });
  await loadPresets();
}

export async function removePreset(name: string): Promise<void> {
  await ask("DELETE", `presets/${encodeURIComponent(name)}`);
  await loadPresets();
}
