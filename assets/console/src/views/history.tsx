// What was changed, by whom, with the way back; and every act of every operator.

import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/http.js";
import type { Act as Done, Change } from "../api/shapes.js";
import { acts } from "../state/live.js";
import { chosen } from "../state/place.js";
import { changes, compared, isWayBack, undo } from "../state/tuning.js";
import { Comparison, What } from "../tune/comparison.js";
import { Act } from "../ui/act.js";
import { clock, count } from "../ui/format.js";
import { why } from "../ui/notices.js";

const ACTS_SHOWN = 100;

export function History() {
  return (
    <div class="halves">
      <div class="halves one">
        <section class="panel" aria-label="Changes">
          <h2>Changes</h2>
          {changes.value.length === 0 ? <p class="empty">Nothing was changed yet.</p> : <Changes />}
        </section>
        <Comparison />
      </div>
      <Audit />
    </div>
  );
}

function Changes() {
  return (
    <table class="figures" id="changes">
      <thead>
        <tr>
          <th>when</th>
          <th class="number">tick</th>
          <th>who</th>
          <th>what</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {changes.value.map((change) => (
          <tr key={change.id} data-change={change.id}>
            <td>{clock(change.at_ms)}</td>
            <td class="number">{count(change.tick)}</td>
            <td>{change.who}</td>
            <td class="wide">
              <What change={change} />
            </td>
            <td class="buttons">
              <button type="button" class="quiet" onClick={() => (compared.value = change.id)}>
                Compare
              </button>
              <Undo change={change} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Undo({ change }: { readonly change: Change }) {
  if (change.undone_by) return <span class="dim">undone</span>;
  return <Act run={() => undo(change.id)}>{isWayBack(change) ? "Redo" : "Undo"}</Act>;
}

function Audit() {
  const [everywhere, setEverywhere] = useState(false);
  const [rows, setRows] = useState<readonly Done[] | null>(null);
  const [refusal, setRefusal] = useState("");
  const match = chosen.value;
  useEffect(() => {
    const gone = new AbortController();
    const only = everywhere || match === null ? "" : `&match=${encodeURIComponent(match)}`;
    ask<readonly Done[]>("GET", `audit?limit=${ACTS_SHOWN}${only}`, undefined, gone.signal).then(
      setRows,
      (error: unknown) => gone.signal.aborted || setRefusal(why(error)),
    );
    return () => gone.abort();
  }, [everywhere, match, acts.value]);
  return (
    <section class="panel" aria-label="Who did what">
      <header>
        <h2>Who did what</h2>
        <label class="check">
          <input type="checkbox" checked={everywhere} onChange={(event) => setEverywhere(event.currentTarget.checked)} />
          in all matches
        </label>
      </header>
      {refusal && <p class="refusal">{refusal}</p>}
      {rows?.length === 0 && <p class="empty">Nobody did anything yet.</p>}
      <table class="figures" id="audit">
        <tbody>
          {(rows ?? []).map((row, index) => (
            <tr key={`${row.at_ms} ${index}`}>
              <td>{clock(row.at_ms)}</td>
              <td>{row.who}</td>
              <td>{row.match ?? ""}</td>
              <td class="number">{row.tick === null ? "" : count(row.tick)}</td>
              <td class="wide">
                {row.act} <span class="dim">{shortly(row.what)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What was done, without the brackets; a change as from and to. */
function shortly(what: unknown): string {
  if (typeof what !== "object" || what === null) return String(what ?? "");
  const values = "what" in what ? what.what : what;
  return Object.entries(values as object)
    .map(([key, value]: [string, unknown]) => `${key} ${told(value)}`)
    .join(", ");
}

function told(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("from" in value && "to" in value) return `${String(value.from)} → ${String(value.to)}`;
  return JSON.stringify(value).replace(/[{}"]/g, "").replaceAll(":", " ");
}
