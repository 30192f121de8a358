/**
 * Sending: inputs at the match's tick rate, and an acknowledgement of every snapshot.
 *
 * A snapshot is acknowledged at once: by an input if one is due, else by a message of its own. So a page whose timers
 * are throttled still sends an input with each snapshot. What could not be sent in time is not made up for: there is no
 * queue of old inputs.
 */

import type { Message } from "./codec.js";
import type { Environment } from "./environment.js";
import * as say from "./say.js";
import type { Field } from "./schema.js";

/** An input that is due within this is sent with an acknowledgement, in milliseconds. */
const EARLY_MS = 4;
/** Inputs wait while more than this is unsent in the socket: they would only grow old there. */
const UNSENT_BYTES_MAX = 4096;
/** Sent inputs that are remembered until the server has applied them. */
const UNACKED_MAX = 256;
/** The shortest time between inputs: below the server's limit of 256 a second. */
const PERIOD_MS_MIN = 4;
/** How much of the time between inputs may be changed to aim better. */
const AIM_PART_MAX = 1 / 16;

/** Input by field name, in units. */
export type RawInput = { readonly [field: string]: number | boolean };

/** An input that the server has not applied yet, as far as is known. */
export interface SentInput {
  readonly seq: number;
  readonly atMs: number;
  /** In the order of the schema's input fields, in their integers. */
  readonly values: readonly number[];
}

/** Where messages go. */
export interface Outlet {
  send(message: Message): void;
  /** Bytes that the socket has not sent yet. */
  readonly unsentBytes: number;
}

/** Sends inputs and acknowledgements on one connection after the other. */
export class InputSender {
  readonly #environment: Environment;
  readonly #outlet: Outlet;
  readonly #aimMs: (atMs: number) => number;
  #fields: readonly Field[] = [];
  #input: RawInput | null = null;
  #seq = 0;
  #snapshotAck = 0;
  #unacked: SentInput[] = [];
  #newest: SentInput | undefined;
  /** Null while not connected. */
  #dueMs: number | null = null;
  /** Infinity while the match is paused. */
  #periodMs = Infinity;
  #timer: unknown = null;

  /** `aimMs` tells how much later than at a time an input had better go out; negative: sooner. */
  constructor(environment: Environment, outlet: Outlet, aimMs: (atMs: number) => number) {
    this.#environment = environment;
    this.#outlet = outlet;
    this.#aimMs = aimMs;
  }

  get input(): RawInput | null {
    return this.#input;
  }

  /** Null: send none. */
  set input(input: RawInput | null) {
    const unknown = Object.keys(input ?? {}).find((name) => !this.#fields.some((field) => field.name === name));
    if (unknown !== undefined)
      throw new RangeError(
        `no input field ${unknown}; there are: ${this.#fields.map((field) => field.name).join(", ")}`,
      );
    this.#input = input;
    this.#schedule();
  }

  /** Inputs sent on this connection that no snapshot includes yet, oldest first. */
  get unacked(): readonly SentInput[] {
    return this.#unacked;
  }

  /** The newest input sent on this connection, whether or not a snapshot includes it. */
  get newest(): SentInput | undefined {
    return this.#newest;
  }

  /** Begins on a new connection, of which the server has applied inputs up to `inputSeq`. */
  start(fields: readonly Field[], inputSeq: number): void {
    this.#fields = fields;
    this.#seq = inputSeq;
    this.#snapshotAck = 0;
    this.#unacked = [];
    this.#newest = undefined;
    this.#dueMs = this.#environment.now();
    this.#schedule();
  }

  /** The connection is gone. */
  stop(): void {
    this.#dueMs = null;
    this.#schedule();
  }

  /** Sends at this rate of real time; 0: not at all. */
  setRate(hz: number): void {
    this.#periodMs = Math.max(PERIOD_MS_MIN, 1000 / hz);
    if (this.#dueMs !== null) this.#dueMs = Math.min(this.#dueMs, this.#environment.now() + this.#periodMs);
    this.#schedule();
  }

  /** A snapshot has been applied: acknowledges it. */
  snapshot(tick: number, inputAck: number): void {
    this.#snapshotAck = tick;
    this.#unacked = this.#unacked.filter((sent) => sent.seq > inputAck);
    if (!this.#sendIfDue()) this.#outlet.send(say.ack(tick));
  }

  #schedule(): void {
    this.#environment.clearTimeout(this.#timer);
    if (this.#dueMs === null || this.#input === null || this.#periodMs === Infinity) return;
    const delayMs = Math.max(0, this.#dueMs - this.#environment.now());
    this.#timer = this.#environment.setTimeout(() => {
      if (!this.#sendIfDue()) this.#schedule();
    }, delayMs);
  }

  /** Sends an input if one is due and the socket takes it. Tells whether it did. */
  #sendIfDue(): boolean {
    const nowMs = this.#environment.now();
    if (this.#dueMs === null || this.#input === null || this.#periodMs === Infinity || nowMs < this.#dueMs - EARLY_MS)
      return false;
    this.#dueMs = this.#next(nowMs > this.#dueMs + this.#periodMs ? nowMs : this.#dueMs);
    if (this.#outlet.unsentBytes > UNSENT_BYTES_MAX) return false;
    this.#send(this.#input, nowMs);
    this.#schedule();
    return true;
  }

  /** When the next input is due after one that was due at `dueMs`: a period later, and a little better aimed. */
  #next(dueMs: number): number {
    const shiftMsMax = this.#periodMs * AIM_PART_MAX;
    const shiftMs = Math.min(Math.max(this.#aimMs(dueMs + this.#periodMs), -shiftMsMax), shiftMsMax);
    return dueMs + Math.max(PERIOD_MS_MIN, this.#periodMs + shiftMs);
  }

  #send(input: RawInput, nowMs: number): void {
    const sent = { seq: ++this.#seq, atMs: nowMs, values: quantise(this.#fields, input) };
    this.#newest = sent;
    this.#unacked = [...this.#unacked.slice(1 - UNACKED_MAX), sent];
    this.#outlet.send(say.input(sent.seq, this.#snapshotAck, sent.values));
  }
}

/** An input in the integers of the schema, within their ranges; a field that is not given is 0. */
export function quantise(fields: readonly Field[], input: RawInput): number[] {
  return fields.map((field) => {
    const quanta = Math.round(Number(input[field.name] ?? 0) / field.quantum);
    return Math.min(Math.max(quanta || 0, field.min), field.max);
  });
}
