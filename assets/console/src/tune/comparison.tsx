// Before and after a change, side by side, live; and the way back.

import { useEffect, useState } from "preact/hooks";
import type { Change, Comparison as Sides } from "../api/shapes.js";
import { changes, compare, compared, settings, undo } from "../state/tuning.js";
import { Act } from "../ui/act.js";
import { clock, label, value } from "../ui/format.js";
import { why } from "../ui/notices.js";
import { difference, FIGURES } from "./verdict.js";

const EVERY_MS = 1000;

/** Of the change that is looked at; before there is one, the same panel says how to get it. */
export function Comparison() {
  const id = compared.value;
  return id === null ? <Empty /> : <Panel key={id} id={id} />;
}

function Empty() {
  return (
    <section id="comparison" class="panel" aria-label="Before and after">
      <header>
        <h2>Before and after</h2>
        <span class="what">Move a slider and let go: what the change did shows here, and can be undone.</span>
      </header>
      <Figures sides={null} />
    </section>
  );
}

function Panel({ id }: { readonly id: number }) {
  const { sides, refusal } = useSides(id);
  const change = changes.value.find((known) => known.id === id);
  return (
    <section id="comparison" class="panel" aria-label="Before and after" data-change={id}>
      <header>
        <h2>Before and after</h2>
        <span class="what">{change && <What change={change} />}</span>
        {!change?.undone_by ? (
          <Act run={() => undo(id)} tone="primary" title="Put everything back as it was (U)" shortcut="u">
            Undo
          </Act>
        ) : (
          <b class="undone">undone</b>
        )}
        <button type="button" class="quiet" aria-label="Close" onClick={() => (compared.value = null)}>
          ×
        </button>
      </header>
      <Figures sides={sides} />
      <p class="refusal">{refusal}</p>
    </section>
  );
}

function Figures({ sides }: { readonly sides: Sides | null }) {
  return (
    <table class="figures">
      <thead>
        <tr>
          <th />
          <th class="number">{sides ? `${sides.before.seconds.toFixed(0)} s before` : "before"}</th>
          <th class="number">{sides ? `${sides.since.seconds.toFixed(0)} s since` : "since"}</th>
          <th class="number">difference</th>
        </tr>
      </thead>
      <tbody>
        {FIGURES.map((figure) => {
          const { text, mood } = sides ? difference(figure, sides) : { text: "–", mood: "same" };
          return (
            <tr key={figure.label} title={figure.hint}>
              <th scope="row">{figure.label}</th>
              <td class="number">{sides ? figure.format(figure.of(sides.before)) : "–"}</td>
              <td class="number">{sides ? figure.format(figure.of(sides.since)) : "–"}</td>
              <td class={`number ${mood}`}>{text}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The change in words: each key, from and to. */
export function What({ change }: { readonly change: Change }) {
  const all = settings.value ?? [];
  return (
    <span class="changed">
      {Object.entries(change.what).map(([key, { from, to }]) => {
        const setting = all.find((known) => known.key === key);
        const shown = (given: number | boolean): string => value(given, setting?.step ?? 0.01);
        return (
          <span key={key} title={`${key}, by ${change.who} at ${clock(change.at_ms)}, tick ${change.tick}`}>
            {label(key)} {shown(from)} → <b>{shown(to)}</b> {setting?.unit}{" "}
          </span>
        );
      })}
    </span>
  );
}

/** Asks anew every second, as long as somebody looks. */
function useSides(id: number): { sides: Sides | null; refusal: string } {
  const [sides, setSides] = useState<Sides | null>(null);
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    const gone = new AbortController();
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      try {
        setSides(await compare(id, gone.signal));
        setRefusal("");
      } catch (error) {
        if (!gone.signal.aborted) setRefusal(why(error));
      }
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, [id]);
  return { sides, refusal };
}
