/**
 * What this client holds: the tables of the newest snapshot.
 *
 * Invariant: a snapshot either fits, and there is a new state, or it throws and the state is the one before. States are
 * never changed, so that `interpolation.ts` can keep some.
 */

import { viewChecksum } from "./checksum.js";
import { applyChange, emptyTable, type Table } from "./delta.js";
import { ChecksumError, MirrorError } from "./errors.js";
import type { Snapshot, TableChange } from "./messages.js";
import type { TableLayout } from "./schema.js";

/** All that a seat sees at a tick; one table for each layout. */
export interface State {
  readonly tick: number;
  readonly tables: readonly Table[];
}

/** Holds the newest state. */
export class Mirror {
  readonly layouts: readonly TableLayout[];
  #state: State;
  /** The tick that a delta must refer to, null if only a keyframe will do. */
  #baseline: number | null = null;

  constructor(layouts: readonly TableLayout[]) {
    this.layouts = layouts;
    this.#state = { tick: 0, tables: layouts.map(emptyTable) };
  }

  get state(): State {
    return this.#state;
  }

  /** The next snapshot is the first of a new connection. Until it comes, the state stays. */
  expectKeyframe(): void {
    this.#baseline = null;
  }

  /**
   * Applies a snapshot; `tickHz` is the tick rate at its tick.
   * @throws MirrorError if it does not fit, ChecksumError if the result is not what the server holds.
   */
  apply(snapshot: Snapshot, tickHz: number): State {
    const { tick, baseline } = snapshot;
    if (baseline !== null && (baseline !== this.#baseline || tick < baseline)) {
      throw new MirrorError(
        `snapshot of tick ${tick} refers to tick ${baseline}, this client holds ${this.#baseline ?? "none"}`,
      );
    }
    const changes = changesByTable(snapshot, this.layouts);
    const span = { ticks: tick - (baseline ?? tick), tickHz };
    const tables = this.layouts.map((layout, index) => {
      const before = baseline === null ? emptyTable(layout) : this.#state.tables[index];
      return applyChange(layout, before, changes.get(layout.table), span);
    });
    this.#verify(snapshot, tables);
    this.#state = { tick, tables };
    this.#baseline = tick;
    return this.#state;
  }

  #verify({ tick, checksum }: Snapshot, tables: readonly Table[]): void {
    if (checksum === null) return;
    const computed = viewChecksum(this.layouts, tables);
    if (computed !== checksum) throw new ChecksumError(tick, checksum, computed);
  }
}

/** The table changes of a snapshot by table, each of a table that exists and is of the list's privacy. */
function changesByTable(snapshot: Snapshot, layouts: readonly TableLayout[]): Map<number, TableChange> {
  const changes = new Map<number, TableChange>();
  for (const [list, own] of [
    [snapshot.ownTables, true],
    [snapshot.tables, false],
  ] as const) {
    let before = -1;
    for (const change of list) {
      const known = layouts.some((layout) => layout.table === change.table && layout.private === own);
      if (!known || change.table <= before) throw new MirrorError(`table ${change.table} is not expected here`);
      changes.set(change.table, change);
      before = change.table;
    }
  }
  return changes;
}
