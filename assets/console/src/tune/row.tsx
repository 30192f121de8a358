// One setting: what it is, its slider, its number, its default.

import { useRef } from "preact/hooks";
import type { Setting } from "../api/shapes.js";
import { readOnly } from "../state/session.js";
import * as format from "../ui/format.js";
import { type Draft, useDraft } from "./draft.js";
import { fromPosition, nudged, part, toPosition, track } from "./scale.js";

export function SettingRow({ setting }: { readonly setting: Setting }) {
  const draft = useDraft(setting);
  const row = useRef<HTMLDivElement>(null);
  const { key, unit, live, step } = setting;
  const locked = live ? readOnly.value : (setting.why_not_live ?? "This can't be changed while the match runs.");
  const isDefault = draft.shown === setting.default;
  const left = (event: FocusEvent): void => {
    if (!row.current?.contains(event.relatedTarget as Node | null)) draft.apply();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Enter") draft.apply();
    if (event.key === "Escape" && draft.takeBack()) event.stopPropagation();
  };
  return (
    <div
      ref={row}
      class={`setting${isDefault ? "" : " moved"}${draft.pending ? " pending" : ""}${locked ? " locked" : ""}`}
      data-key={key}
      title={locked ?? undefined}
      onFocusOut={left}
      onKeyDown={pressed}
    >
      <label for={`set-${key}`}>{format.capital(format.label(key))}</label>
      {setting.type === "boolean" ? (
        <Switch setting={setting} draft={draft} locked={locked !== null} />
      ) : (
        <Slider setting={setting} draft={draft} locked={locked !== null} />
      )}
      <span class="unit">{unit}</span>
      <button
        type="button"
        class="reset"
        disabled={locked !== null || isDefault}
        title={`Back to the default, ${format.value(setting.default, step)} ${unit}`}
        aria-label={`${format.label(key)}: back to the default, ${format.value(setting.default, step)} ${unit}`}
        onClick={() => draft.apply(setting.default)}
      >
        ↺
      </button>
      <Notes setting={setting} draft={draft} locked={locked !== null} />
    </div>
  );
}

/** What the setting means, its range, and what was refused. */
function Notes({ setting: { type, help, min, max, step, live, why_not_live: why }, draft }: Parts) {
  const range = type === "boolean" ? "" : `${bound(min, step)} to ${bound(max, step)}`;
  return (
    <>
      <p class="help">
        <span>{format.capital(help)}</span>
        <span class="range">{draft.pending ? <b>Enter applies, Escape takes back</b> : range}</span>
      </p>
      {!live && why && <p class="why">{format.sentence(why)}</p>}
      {draft.refusal && (
        <p class="refusal" role="alert">
          {draft.refusal}
        </p>
      )}
    </>
  );
}

interface Parts {
  readonly setting: Setting;
  readonly draft: Draft;
  readonly locked: boolean;
}

const ARROWS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

function Slider({ setting, draft, locked }: Parts) {
  const { key, step, unit } = setting;
  const ends = track(setting);
  const shown = Number(draft.shown);
  const text = draft.pending || draft.busy ? String(draft.shown) : format.value(shown, step);
  return (
    <>
      <span class="slider" style={{ "--default": part(setting, Number(setting.default)), "--part": part(setting, shown) }}>
        <input
          type="range"
          min={ends.min}
          max={ends.max}
          step={ends.step}
          value={toPosition(setting, shown)}
          disabled={locked}
          aria-label={format.label(key)}
          aria-valuetext={`${format.value(shown, step)} ${unit}`}
          onInput={(event) => draft.move(fromPosition(setting, event.currentTarget.valueAsNumber))}
          onKeyDown={(event) => {
            const by = ARROWS[event.key];
            if (by === undefined) return;
            event.preventDefault();
            draft.move(nudged(setting, shown, by));
          }}
          onPointerUp={() => draft.apply()}
        />
      </span>
      <input
        id={`set-${key}`}
        type="number"
        step="any"
        value={text}
        disabled={locked}
        onInput={({ currentTarget: { valueAsNumber: typed } }) => (Number.isNaN(typed) ? draft.forget() : draft.move(typed))}
        onBlur={({ currentTarget: field }) => {
          if (Number.isNaN(field.valueAsNumber)) field.value = text;
        }}
      />
    </>
  );
}

function Switch({ setting, draft, locked }: Parts) {
  return (
    <input
      id={`set-${setting.key}`}
      type="checkbox"
      role="switch"
      checked={draft.shown === true}
      disabled={locked}
      onChange={(event) => draft.apply(event.currentTarget.checked)}
    />
  );
}

function bound(value: number, step: number): string {
  return Number.isInteger(value) ? format.count(value) : format.value(value, step);
}
