// All settings of the match, by group, and a field that finds one.

import { signal } from "@preact/signals";
import type { Setting } from "../api/shapes.js";
import { settings, tuningRefused } from "../state/tuning.js";
import { capital, label, sentence } from "../ui/format.js";
import { SettingRow } from "./row.js";

const wanted = signal("");

const GROUPS: Readonly<Record<string, string>> = {
  engine: "Engine: how often the game is computed and sent",
};

export function Settings() {
  const all = settings.value;
  if (tuningRefused.value !== null) return <p class="empty">{sentence(tuningRefused.value)}</p>;
  if (all === null) return <p class="empty">Loading the settings …</p>;
  const found = all.filter((setting) => fits(setting, wanted.value));
  return (
    <section class="settings" aria-label="Settings">
      <header>
        <input
          id="find-setting"
          type="search"
          placeholder="Find a setting  ( / )"
          aria-label="Find a setting"
          value={wanted.value}
          onInput={(event) => (wanted.value = event.currentTarget.value)}
        />
        <span class="dim">{moved(all)}</span>
      </header>
      {found.length === 0 && <p class="empty">No setting has “{wanted.value}” in its name or help.</p>}
      {grouped(found).map(([group, rows]) => (
        <details key={group} open>
          <summary>
            {GROUPS[group] ?? capital(group.replaceAll(".", " · "))}
            <span class="dim">{rows.length}</span>
          </summary>
          {rows.map((setting) => (
            <SettingRow key={setting.key} setting={setting} />
          ))}
        </details>
      ))}
    </section>
  );
}

function grouped(all: readonly Setting[]): [string, Setting[]][] {
  const groups = new Map<string, Setting[]>();
  for (const setting of all) groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting]);
  return [...groups];
}

function fits({ key, help }: Setting, text: string): boolean {
  return `${key} ${label(key)} ${help}`.toLowerCase().replaceAll("_", " ").includes(text.trim().toLowerCase());
}

function moved(all: readonly Setting[]): string {
  const count = all.filter(({ value, default: usual }) => value !== usual).length;
  return count === 0 ? "all at their defaults" : `${count} of ${all.length} not at the default`;
}
