/** What is known of the game by one schema: its newest state, what to draw, and its events, by name and in units. */

import { MessageError } from "./errors.js";
import { Interpolation } from "./interpolation.js";
import type { EventRecord, Snapshot } from "./messages.js";
import { Mirror } from "./mirror.js";
import { type Schema, shown, tableLayouts } from "./schema.js";
import { type ComponentPlaces, placesByComponent, quantaAt, type RawView, rowOf, viewOf, viewsOf } from "./views.js";

/** An event by name and in units. */
export type RawEvent = { readonly name: string; readonly tick: number; readonly own: boolean } & {
  readonly [field: string]: unknown;
};

/** Holds the game of one schema. */
export class World {
  readonly schema: Schema;
  readonly schemaHash: number;
  readonly mirror: Mirror;
  readonly interpolation: Interpolation;
  readonly #components: ReadonlyMap<string, ComponentPlaces>;

  constructor(schema: Schema, schemaHash: number, delayMs: number) {
    const layouts = tableLayouts(schema);
    this.schema = schema;
    this.schemaHash = schemaHash;
    this.mirror = new Mirror(layouts);
    this.interpolation = new Interpolation(delayMs);
    this.#components = placesByComponent(layouts);
  }

  /** All entities of a component, as the newest state has them. */
  entities(name: string): RawView[] {
    return viewsOf(this.#component(name), this.mirror.state);
  }

  /** One entity as the newest state has it. */
  entity(name: string, id: number): RawView | undefined {
    const component = this.#component(name);
    const { state } = this.mirror;
    const row = rowOf(state.tables[component.table], id);
    return row < 0 ? undefined : viewOf(component, state, row, (place, at) => quantaAt(state, place, at));
  }

  /** All entities of a component at a moment to draw. */
  drawn(name: string, drawMs: number, intervalMs: number): RawView[] {
    return this.interpolation.drawn(this.#component(name), drawMs, intervalMs);
  }

  /** A snapshot's events in the order in which they happened. */
  events(snapshot: Snapshot): RawEvent[] {
    const own = snapshot.ownEvents.map((record) => this.#event(record, true));
    const all = snapshot.events.map((record) => this.#event(record, false));
    return [...own, ...all].sort((a, b) => a.tick - b.tick);
  }

  #component(name: string): ComponentPlaces {
    const component = this.#components.get(name);
    if (component === undefined)
      throw new RangeError(`no component ${name}; there are: ${[...this.#components.keys()].join(", ")}`);
    return component;
  }

  #event({ tick, event, values }: EventRecord, own: boolean): RawEvent {
    const schema = this.schema.events.find(({ id }) => id === event);
    if (schema === undefined || schema.fields.length !== values.length)
      throw new MessageError(`event ${event} with ${values.length} values is not in the schema`);
    const fields = schema.fields.map((field, index) => [field.name, shown(field, values[index])]);
    return { ...Object.fromEntries(fields), name: schema.name, tick, own };
  }
}
