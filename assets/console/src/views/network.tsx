// Bad networks on demand: for one player or everybody, for a while.

import { useState } from "preact/hooks";
import type { Impairment } from "../api/shapes.js";
import { impair, impairments, lift, type Wish } from "../state/impairments.js";
import { players } from "../state/live.js";
import { seat as chosenSeat } from "../state/place.js";
import { readOnly } from "../state/session.js";
import { Act } from "../ui/act.js";
import { attempt } from "../ui/notices.js";
import { Remaining } from "../ui/remaining.js";
import { people, Whose } from "../ui/whose.js";

interface Kind {
  readonly name: string;
  readonly hint: string;
  readonly wish: Omit<Wish, "seat" | "duration_s">;
}

const NONE = { delay_ms: 0, jitter_ms: 0, stall_ms: 0, stall_every_ms: 0 };

const KINDS: readonly Kind[] = [
  { name: "Far away", hint: "150 ms more, steadily: another continent.", wish: { ...NONE, delay_ms: 150 } },
  { name: "Shaky", hint: "40 to 100 ms more, now so, now so: busy Wi-Fi.", wish: { ...NONE, delay_ms: 40, jitter_ms: 60 } },
  { name: "Stalling", hint: "Nothing for 700 ms, every 4 s: a train, a lift.", wish: { ...NONE, stall_ms: 700, stall_every_ms: 4000 } },
  { name: "Thin", hint: "8 kB/s: a crowded mobile network.", wish: { ...NONE, bytes_per_s: 8000 } },
];

export function BadNetwork() {
  return (
    <div class="halves">
      <Form />
      <section class="panel" aria-label="On now">
        <h2>On now</h2>
        {impairments.value.length === 0 ? (
          <p class="empty">No bad network is on. One that is ends by itself, even if this page is closed.</p>
        ) : (
          <ul class="impairments">
            {impairments.value.map((impairment) => (
              <One key={impairment.impairment} {...impairment} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function One(impairment: Impairment) {
  return (
    <li data-impairment={impairment.impairment}>
      <b>{whose(impairment.seat)}</b>
      <span>{described(impairment)}</span>
      <Remaining untilMs={impairment.ends_ms} />
      <Act run={() => lift(impairment.impairment)}>End it</Act>
    </li>
  );
}

function whose(seat: number | null): string {
  return seat === null ? "Everybody" : (players.value?.find((player) => player.seat === seat)?.name ?? `Seat ${seat}`);
}

export function described({ delay_ms, jitter_ms, stall_ms, stall_every_ms, bytes_per_s }: Omit<Impairment, "impairment" | "seat" | "ends_ms">): string {
  const parts = [
    delay_ms > 0 && `${delay_ms} ms more`,
    jitter_ms > 0 && `up to ${jitter_ms} ms on top, at random`,
    stall_ms > 0 && `silent for ${stall_ms} ms every ${stall_every_ms} ms`,
    bytes_per_s !== null && bytes_per_s !== undefined && `at most ${bytes_per_s} B/s`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** The fields of the form: name, unit, what they mean, and what may be asked for. */
const FIELDS = [
  { name: "delay_ms", label: "Delay", unit: "ms", max: 2000, hint: "more, for everything" },
  { name: "jitter_ms", label: "Jitter", unit: "ms", max: 1000, hint: "up to so much on top" },
  { name: "stall_ms", label: "Stall", unit: "ms", max: 10000, hint: "of silence" },
  { name: "stall_every_ms", label: "Stall every", unit: "ms", max: 60000, hint: "from stall to stall" },
  { name: "bytes_per_s", label: "At most", unit: "B/s", max: 10_000_000, hint: "from 1000; empty: no limit" },
  { name: "duration_s", label: "Ends after", unit: "s", max: 600, hint: "whatever happens" },
] as const;

type Name = (typeof FIELDS)[number]["name"];
type Entered = Readonly<Record<Name, string>>;

const START: Entered = { delay_ms: "150", jitter_ms: "0", stall_ms: "0", stall_every_ms: "0", bytes_per_s: "", duration_s: "30" };

function Form() {
  const [entered, setEntered] = useState<Entered>(START);
  const wanted = people.value.some(({ seat }) => seat === chosenSeat.value) ? chosenSeat.value : null;
  const [seat, setSeat] = useState<number | null>(wanted);
  const take = ({ wish }: Kind): void => {
    const text = Object.fromEntries(Object.entries(wish).map(([name, value]) => [name, String(value)]));
    setEntered({ ...START, bytes_per_s: "", ...text, duration_s: entered.duration_s });
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    void attempt(() => impair(wish(entered, seat)));
  };
  return (
    <form class="panel impair" onSubmit={submit} aria-label="A bad network">
      <h2>A bad network, on demand</h2>
      <div class="kinds" role="group" aria-label="Kinds">
        {KINDS.map((kind) => (
          <button key={kind.name} type="button" title={kind.hint} onClick={() => take(kind)}>
            {kind.name}
          </button>
        ))}
      </div>
      <Whose id="impair-seat" label="For" nobody="everybody, and whoever joins" seat={seat} choose={setSeat} />
      <div class="grid">
        {FIELDS.map(({ name, label, unit, max, hint }) => (
          <label key={name} class="field">
            <span>
              {label} <i>{unit}</i>
            </span>
            <input
              name={name}
              type="number"
              min={0}
              max={max}
              value={entered[name]}
              onInput={(event) => setEntered({ ...entered, [name]: event.currentTarget.value })}
            />
            <small>{hint}</small>
          </label>
        ))}
      </div>
      <footer>
        <button type="submit" class="primary" disabled={readOnly.value !== null} title={readOnly.value ?? undefined}>
          Turn it on
        </button>
        <span class="dim">at the server's edge; nothing is lost, only late</span>
      </footer>
    </form>
  );
}

function wish({ bytes_per_s, ...entered }: Entered, seat: number | null): Wish {
  const number = (name: Exclude<Name, "bytes_per_s">): number => Number(entered[name]);
  return {
    ...(seat === null ? {} : { seat }),
    delay_ms: number("delay_ms"),
    jitter_ms: number("jitter_ms"),
    stall_ms: number("stall_ms"),
    stall_every_ms: number("stall_every_ms"),
    ...(bytes_per_s === "" ? {} : { bytes_per_s: Number(bytes_per_s) }),
    duration_s: number("duration_s"),
  };
}
