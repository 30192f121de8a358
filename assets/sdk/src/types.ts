/** What a game may say about itself in types, and what follows from it. */

import type { StateChange } from "./connection.js";
import type { ProtocolError } from "./errors.js";
import type { Player, Settings } from "./messages.js";

/**
 * A game's components, input and events: objects whose keys are names and whose values are numbers (in units) or
 * booleans.
 */
export interface GameTypes {
  /** Fields by component. */
  components: object;
  /** The fields of the input. */
  input: object;
  /** Fields by event. */
  events: object;
}

/** A game of which nothing is known in advance. */
export interface AnyGame extends GameTypes {
  components: { readonly [component: string]: { readonly [field: string]: number | boolean } };
  input: { readonly [field: string]: number | boolean };
  events: { readonly [event: string]: { readonly [field: string]: unknown } };
}

/** A game's component names. */
export type ComponentName<Game extends GameTypes> = keyof Game["components"] & string;

/**
 * One entity's fields of one component, in units. Private fields are there only in the views of the player's own
 * entities.
 */
export type View<Game extends GameTypes, Component extends ComponentName<Game>> = Readonly<
  Game["components"][Component]
> & {
  /** The entity, a number that no other of this match ever has. */
  readonly id: number;
};

/** Something that happened in the game. */
export type GameEvent<Game extends GameTypes> = {
  [Name in keyof Game["events"] & string]: Readonly<Game["events"][Name]> & {
    readonly name: Name;
    /** The tick at which it happened. */
    readonly tick: number;
    /** Whether only this player was told. */
    readonly own: boolean;
  };
}[keyof Game["events"] & string];

/** What a match reports, by name. */
export interface MatchEvents<Game extends GameTypes> {
  /** Something happened in the game; each exactly once, in order, after the state in which it shows. */
  event: GameEvent<Game>;
  /** Somebody said something. */
  chat: { readonly seat: number; readonly text: string };
  /** The server, or who runs it, says something: a number was changed, for example. */
  notice: { readonly text: string };
  /** Somebody came, went, or changed: everybody there is now, by seat. */
  roster: ReadonlyMap<number, Player>;
  /** These settings are in force now. */
  settings: Settings;
  /** There is a newer state. */
  snapshot: { readonly tick: number; readonly keyframe: boolean };
  /** The connection is in another state. */
  state: StateChange;
  /** The server broke the protocol, or the two disagree about the state; the client connects anew by itself. */
  error: ProtocolError;
}
