// The last minute in figures, for the charts. Times are in seconds of the server's clock.

import { Ring } from "../charts/ring.js";
import type { BytesFigures, FieldBytes, MatchFigures, PlayersFigures, ServerFigures } from "../feed/events.js";

/** How much of the past charts show. */
export const SHOWN_S = 60;
/** Rates are those of about the last second; before half of one has passed there are none. */
const [RATE_MS, RATE_S_MIN] = [1000, 0.5];
/** At 240 Hz the most that come in that time. */
const TICKS_MAX = 240 * SHOWN_S;
const EVENTS_MAX = 12 * SHOWN_S;

export const TICK = { t: 0, work: 1, budget: 2, overrun: 3 } as const;
export const MATCH = { t: 0, ack50: 1, ack99: 2, rtt50: 3, rtt99: 4, sent: 5, skipped: 6, bytes: 7 } as const;
export const SERVER = { t: 0, cpu: 1, rss: 2, in: 3, out: 4 } as const;

/** What was so at a time, by key. */
export interface Moment<T> {
  readonly t: number;
  readonly by: ReadonlyMap<string, T>;
}

export interface PlayerMoment {
  readonly rttMs: number | null;
  readonly ackMs: number | null;
}

export class Course {
  readonly ticks = new Ring(4, TICKS_MAX);
  readonly pace = new Ring(8, EVENTS_MAX);
  readonly machine = new Ring(5, EVENTS_MAX);
  readonly fields: Moment<number>[] = [];
  readonly people: Moment<PlayerMoment>[] = [];
  /** The newest time of all. */
  nowS = 0;
  /** Events that the server left out for us. */
  missed = 0;
  /** The figures of the last second, oldest first. */
  #lately: MatchFigures[] = [];

  /** Forgets a match; what is known of the server stays. */
  clear(): void {
    this.ticks.clear();
    this.pace.clear();
    this.fields.length = 0;
    this.people.length = 0;
    this.#lately = [];
  }

  server({ t_ms, cpu_permille, rss_bytes, bytes_in_per_s, bytes_out_per_s }: ServerFigures): void {
    this.nowS = t_ms / 1000;
    this.machine.push(this.nowS, cpu_permille / 10, rss_bytes, bytes_in_per_s, bytes_out_per_s);
  }

  match(event: MatchFigures): void {
    this.nowS = event.t_ms / 1000;
    this.#ticks(event);
    this.#lately.push(event);
    while ((this.#lately[1]?.t_ms ?? Number.POSITIVE_INFINITY) <= event.t_ms - RATE_MS) this.#lately.shift();
    const [before = event] = this.#lately;
    const seconds = (event.t_ms - before.t_ms) / 1000;
    if (seconds < RATE_S_MIN) return;
    const { input_ack_ms: ack, rtt_ms: rtt } = event;
    const none = Number.NaN;
    this.pace.push(
      this.nowS,
      ack.p50 ?? none,
      ack.p99 ?? none,
      rtt.p50 ?? none,
      rtt.p99 ?? none,
      (event.snapshots - before.snapshots) / seconds,
      (skips(event) - skips(before)) / seconds,
      (event.bytes - before.bytes) / seconds,
    );
  }

  bytes({ t_ms, bytes }: BytesFigures): void {
    remember(this.fields, t_ms / 1000, new Map(merged(bytes).map((of) => [key(of), of.bytes_per_s])));
  }

  players({ t_ms, players }: PlayersFigures): void {
    const connected = players.filter(({ connected, bot }) => connected && !bot);
    const moments = connected.map(
      ({ seat, rtt_ms, input_ack_ms }) => [String(seat), { rttMs: rtt_ms, ackMs: input_ack_ms }] as const,
    );
    remember(this.people, t_ms / 1000, new Map(moments));
  }

  gap(missed: number): void {
    this.missed += missed;
  }

  /** Ticks have no times of their own: they lie a period apart, the newest at the event's time. */
  #ticks({ t_ms, ticks, budget_us, settings, tick: newest }: MatchFigures): void {
    const paceHz = Math.max(0.1, (settings.tick_hz * settings.dilation_permille) / 1000);
    for (const [tick, workUs, , overrun] of ticks) {
      const t = t_ms / 1000 - Math.max(0, newest - tick) / paceHz;
      const workMs = workUs / 1000;
      const at = Math.max(t, this.ticks.last(TICK.t) ?? 0);
      this.ticks.push(at, workMs, budget_us / 1000, overrun === 1 ? workMs : Number.NaN);
    }
  }
}

/** Each field once, though its component may have it in a public and in a private table. */
export function merged(bytes: readonly FieldBytes[]): FieldBytes[] {
  const sums = new Map<string, FieldBytes>();
  for (const field of bytes) {
    const before = sums.get(key(field))?.bytes_per_s ?? 0;
    sums.set(key(field), { ...field, bytes_per_s: before + field.bytes_per_s });
  }
  return [...sums.values()];
}

/** By which the bytes of a field are remembered. */
export function key({ component, field }: Pick<FieldBytes, "component" | "field">): string {
  return `${component ?? ""}.${field ?? ""}`;
}

function skips({ skips: { outbox, window } }: MatchFigures): number {
  return outbox + window;
}

function remember<T>(moments: Moment<T>[], t: number, by: ReadonlyMap<string, T>): void {
  moments.push({ t, by });
  while (moments.length > 0 && moments[0].t < t - SHOWN_S) moments.shift();
}
