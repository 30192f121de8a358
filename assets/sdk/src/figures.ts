/** How well a connection does, in figures for a net graph. */

import { ChecksumError, type ProtocolError } from "./errors.js";
import type { Snapshot } from "./messages.js";

/** Rates are taken over this long, in milliseconds. */
const WINDOW_MS = 2000;

/** The figures of a match at one moment. */
export interface Figures {
  /** Smoothed round trip in milliseconds, null before the first is known. */
  readonly rttMs: number | null;
  /** Smoothed deviation from it, in milliseconds. */
  readonly jitterMs: number;
  /** How old the newest state is, in milliseconds of match time. */
  readonly snapshotAgeMs: number;
  readonly snapshotsPerSecond: number;
  /** Of all messages received. */
  readonly bytesPerSecond: number;
  /** Snapshots that the server left out because this client or its network could not keep up. */
  readonly skipped: number;
  /** The newest state's tick. */
  readonly tick: number;
  readonly tickHz: number;
  readonly interpDelayMs: number;
  readonly checksumsChecked: number;
  readonly checksumsWrong: number;
  /** Messages that broke the protocol, wrong checksums among them. */
  readonly errors: number;
  /** Inputs sent that no state includes yet. */
  readonly inputsUnacked: number;
}

/** A sum per second over the time just passed. */
export class Rate {
  #entries: { readonly atMs: number; readonly amount: number }[] = [];

  add(amount: number, nowMs: number): void {
    this.#forget(nowMs);
    this.#entries.push({ atMs: nowMs, amount });
  }

  perSecond(nowMs: number): number {
    this.#forget(nowMs);
    return (this.#entries.reduce((sum, entry) => sum + entry.amount, 0) * 1000) / WINDOW_MS;
  }

  #forget(nowMs: number): void {
    const first = this.#entries.findIndex((entry) => entry.atMs > nowMs - WINDOW_MS);
    this.#entries = first < 0 ? [] : this.#entries.slice(first);
  }
}

/** What is counted as messages come in. */
export class Meter {
  readonly bytes = new Rate();
  readonly snapshots = new Rate();
  skipped = 0;
  checksumsChecked = 0;
  checksumsWrong = 0;
  errors = 0;

  /** A snapshot has been applied; they are due every `interval` ticks. */
  snapshot({ tick, baseline, checksum }: Snapshot, interval: number, nowMs: number): void {
    this.snapshots.add(1, nowMs);
    if (baseline !== null) this.skipped += Math.max(0, Math.round((tick - baseline) / interval) - 1);
    if (checksum !== null) this.checksumsChecked++;
  }

  /** The server broke the protocol. */
  failed(error: ProtocolError): void {
    this.errors++;
    if (!(error instanceof ChecksumError)) return;
    this.checksumsChecked++;
    this.checksumsWrong++;
  }
}
