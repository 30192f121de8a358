// Presets: settings kept in files that a designer can commit.

import { useEffect, useState } from "preact/hooks";
import type { Preset, Setting } from "../api/shapes.js";
import { acts, row } from "../state/live.js";
import { readOnly } from "../state/session.js";
import { applyPreset, loadPresets, presets, removePreset, savePreset, settings } from "../state/tuning.js";
import { Comparison } from "../tune/comparison.js";
import { Act } from "../ui/act.js";
import { askFor } from "../ui/ask.js";
import { label, sentence, value } from "../ui/format.js";
import { attempt, done } from "../ui/notices.js";

export function Presets() {
  useEffect(() => void attempt(loadPresets), [acts.value]);
  const game = row.value?.game;
  const fitting = presets.value.filter((preset) => preset.game === game || preset.error !== undefined);
  return (
    <div class="halves">
      <section class="panel" aria-label="Presets">
        <header>
          <h2>Presets</h2>
        </header>
        <p class="dim">A preset is a file in assets/config/presets: what differs from the defaults, with comments, to read and to commit.</p>
        <Save />
        {fitting.length === 0 && <p class="empty">There is no preset for {game ?? "this game"} yet.</p>}
        <ul class="presets">
          {fitting.map((preset) => (
            <One key={preset.name} preset={preset} />
          ))}
        </ul>
      </section>
      <Comparison />
    </div>
  );
}

function Save() {
  const [name, setName] = useState("");
  const save = async (): Promise<void> => {
    await savePreset(name);
    done(`Saved as ${name}.toml.`);
    setName("");
  };
  return (
    <form
      class="line"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(save);
      }}
    >
      <label for="preset-name">Save what is in force as</label>
      <input
        id="preset-name"
        value={name}
        required
        maxLength={40}
        autocomplete="off"
        placeholder="a-z 0-9 -"
        disabled={readOnly.value !== null}
        title={readOnly.value ?? undefined}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={readOnly.value !== null} title={readOnly.value ?? undefined}>
        {presets.value.some((preset) => preset.name === name) ? "Replace" : "Save"}
      </button>
    </form>
  );
}

function One({ preset: { name, values, error } }: { readonly preset: Preset }) {
  const known = settings.value ?? [];
  const remove = (): void =>
    askFor({ title: `Remove ${name}`, text: "The file is deleted.", act: "Remove", danger: true, fields: () => null, run: () => removePreset(name) });
  return (
    <li data-preset={name}>
      <header>
        <h3>{name}</h3>
        <Act run={() => applyPreset(name)} tone="primary" label={`Apply ${name}`} unable={error ?? null}>
          Apply
        </Act>
        <Act run={async () => remove()} label={`Remove ${name}`}>
          Remove …
        </Act>
      </header>
      {error && <p class="refusal">{sentence(error)}</p>}
      <dl>
        {Object.entries(values).map(([key, to]) => (
          <div key={key}>
            <dt title={key}>{label(key)}</dt>
            <dd>{told(known.find((setting) => setting.key === key), to)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function told(setting: Setting | undefined, to: number | boolean): string {
  return setting ? `${value(to, setting.step)} ${setting.unit}` : String(to);
}
