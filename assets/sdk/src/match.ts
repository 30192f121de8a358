/**
 * A match as this player sees it: puts the stages together. A message goes from the connection into the mirror, from
 * there into interpolation, and is acknowledged; then the listeners hear of it.
 *
 * Invariant: a match is handed out by `join` once it has been welcomed; from then on there is a world.
 */

import { aimMs } from "./aim.js";
import { Clock } from "./clock.js";
import type { Codec } from "./codec.js";
import { type Claim, Connection, type ConnectionState, type StateChange } from "./connection.js";
import { Emitter } from "./emitter.js";
import type { Environment } from "./environment.js";
import { MessageError, type ProtocolError } from "./errors.js";
import { type Figures, Meter } from "./figures.js";
import { Heartbeat } from "./heartbeat.js";
import { InputSender, type RawInput, type SentInput } from "./input.js";
import {
  type Player,
  type Pong,
  type RosterChange,
  type ServerMessage,
  type Settings,
  type Snapshot,
  type Welcome,
} from "./messages.js";
import * as say from "./say.js";
import { pace, Timeline } from "./timeline.js";
import type { AnyGame, ComponentName, GameEvent, GameTypes, MatchEvents, View } from "./types.js";
import { World } from "./world.js";

const CHAT_BYTES_MAX = 200;

/** A seat in a match; another one, perhaps in another match, if it was gone when the connection came back. */
export class Match<Game extends GameTypes = AnyGame> {
  readonly #environment: Environment;
  readonly #connection: Connection;
  readonly #heartbeat: Heartbeat;
  readonly #sender: InputSender;
  readonly #emitter = new Emitter<MatchEvents<Game>>();
  readonly #clock = new Clock();
  readonly #meter = new Meter();
  readonly #roster = new Map<number, Player>();
  #welcome!: Welcome;
  #world!: World;
  #timeline!: Timeline;
  #settings!: Settings;
  /** Whether the next welcome is the first of its seat, perhaps in a match of which nothing is held. */
  #seatIsNew = true;

  /** Begins to connect. `rejoin` asks for another seat when this one is gone; it rejects with a `JoinError`. */
  constructor(environment: Environment, codec: Codec, claim: Claim, rejoin: () => Promise<Claim>) {
    this.#environment = environment;
    this.#connection = new Connection(environment, codec, claim, {
      schemaHash: () => this.#world?.schemaHash ?? 0,
      rejoin: async () => {
        const another = await rejoin();
        this.#seatIsNew = true;
        return another;
      },
      message: (message, bytes) => this.#receive(message, bytes),
      changed: (change) => this.#changed(change),
      failed: (error) => this.#failed(error),
    });
    this.#sender = new InputSender(environment, this.#connection, (atMs) => this.#aimMs(atMs));
    const ping = () => this.#connection.send(say.ping(this.#clock.ping(environment.now())));
    this.#heartbeat = new Heartbeat(environment, ping, () => this.#connection.restart("nothing came back"));
    this.#connection.connect();
  }

  /** The match's name. */
  get id(): string {
    return this.#welcome.match;
  }

  /** The game's name. */
  get game(): string {
    return this.#welcome.game;
  }

  /** This player's seat. */
  get seat(): number {
    return this.#welcome.seat;
  }

  /** With this the seat can be claimed again. It changes with each connection. */
  get token(): string {
    return this.#connection.ticket;
  }

  /** What the connection is doing. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** The settings in force. */
  get settings(): Settings {
    return this.#settings;
  }

  /** Who holds which seat. */
  get roster(): ReadonlyMap<number, Player> {
    return this.#roster;
  }

  /**
   * What this player wants: sent at the tick rate until it is replaced. In units; what is beyond a field's range is
   * cut, a field that is not given is 0. Null: send nothing.
   * @throws RangeError if there is no such field.
   */
  get input(): Readonly<Partial<Game["input"]>> | null {
    return this.#sender.input as Readonly<Partial<Game["input"]>> | null;
  }

  set input(input: Readonly<Partial<Game["input"]>> | null) {
    this.#sender.input = input as RawInput | null;
  }

  /** Inputs that the newest state does not include yet, oldest first. */
  get unacked(): readonly SentInput[] {
    return this.#sender.unacked;
  }

  /** All entities of a component, as the newest state has them. */
  entities<Name extends ComponentName<Game>>(component: Name): readonly View<Game, Name>[] {
    return this.#world.entities(component) as unknown as View<Game, Name>[];
  }

  /** One entity as the newest state has it. */
  entity<Name extends ComponentName<Game>>(component: Name, id: number): View<Game, Name> | undefined {
    return this.#world.entity(component, id) as unknown as View<Game, Name> | undefined;
  }

  /**
   * All entities of a component as they were the interpolation delay ago, between two states. Numbers with a quantum of
   * 1 that neither move nor wrap are counts or codes and, like booleans, taken from the older state.
   * @param nowMs the moment at which this will be seen, for example the argument of `requestAnimationFrame`'s callback.
   */
  drawn<Name extends ComponentName<Game>>(
    component: Name,
    nowMs: number = this.#environment.now(),
  ): readonly View<Game, Name>[] {
    const intervalMs = (this.#settings.snapshotInterval * 1000) / this.#settings.tickHz;
    return this.#world.drawn(component, this.#drawMs(nowMs), intervalMs) as unknown as View<Game, Name>[];
  }

  /** Calls `listener` from now on, until the function returned is called. */
  on<Name extends keyof MatchEvents<Game>>(name: Name, listener: (event: MatchEvents<Game>[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /**
   * Says something to everybody; nothing is sent while there is no connection.
   * @throws RangeError unless it is 1 to 200 bytes without control characters.
   */
  chat(text: string): void {
    const bytes = new TextEncoder().encode(text).length;
    if (bytes < 1 || bytes > CHAT_BYTES_MAX || /\p{Cc}/u.test(text))
      throw new RangeError(
        `a chat text has 1 to ${CHAT_BYTES_MAX} bytes and no control characters; this one has ${bytes} bytes`,
      );
    this.#connection.send(say.chat(text));
  }

  /** Gives the seat up. */
  leave(): void {
    this.#connection.leave();
  }

  /** Closes the connection; the seat stays this player's for a while. */
  close(): void {
    this.#connection.close();
  }

  /** How well the connection does. */
  get figures(): Figures {
    const nowMs = this.#environment.now();
    const { tick } = this.#world.mirror.state;
    return {
      rttMs: this.#clock.rttMs,
      jitterMs: this.#clock.jitterMs,
      snapshotAgeMs: tick === 0 ? 0 : Math.max(0, this.#clock.matchMs(nowMs) - this.#timeline.ms(tick)),
      snapshotsPerSecond: this.#meter.snapshots.perSecond(nowMs),
      bytesPerSecond: this.#meter.bytes.perSecond(nowMs),
      skipped: this.#meter.skipped,
      tick,
      tickHz: this.#settings.tickHz,
      interpDelayMs: this.#settings.interpDelayMs,
      checksumsChecked: this.#meter.checksumsChecked,
      checksumsWrong: this.#meter.checksumsWrong,
      errors: this.#meter.errors,
      inputsUnacked: this.#sender.unacked.length,
    };
  }

  #drawMs(nowMs: number): number {
    return this.#world.interpolation.drawMs(this.#clock.matchMs(nowMs), nowMs);
  }

  #aimMs(atMs: number): number {
    return aimMs(this.#clock, this.#timeline.ms(this.#world.mirror.state.tick), this.#settings, atMs);
  }

  #receive(message: ServerMessage, bytes: number): void {
    const nowMs = this.#environment.now();
    this.#heartbeat.heard();
    this.#meter.bytes.add(bytes, nowMs);
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message, nowMs);
      case "snapshot":
        return this.#snapshot(message, nowMs);
      case "settings":
        return this.#announced(message.settings, nowMs);
      case "pong":
        return this.#timed(message, nowMs);
      case "roster":
        return this.#seated(message.entries);
      case "chat":
        return this.#emitter.emit("chat", { seat: message.seat, text: message.text });
      case "notice":
        return this.#emitter.emit("notice", { text: message.text });
    }
  }

  #welcomed(welcome: Welcome, nowMs: number): void {
    const { schema, schemaHash, settings, tick } = welcome;
    if (schema === null && schemaHash !== this.#world?.schemaHash)
      throw new MessageError(`welcome: schema ${schemaHash} is not held here`);
    if (schema !== null || this.#seatIsNew) {
      const { interpDelayMs } = this.#settings ?? settings;
      this.#world = new World(schema ?? this.#world.schema, schemaHash, interpDelayMs);
    }
    this.#world.mirror.expectKeyframe();
    this.#welcome = welcome;
    if (this.#seatIsNew) this.#timeline = new Timeline(settings);
    else this.#timeline.add(settings);
    this.#seatIsNew = false;
    this.#clock.restart(this.#timeline.ms(tick), pace(settings), nowMs);
    this.#settle(tick, nowMs);
    this.#roster.clear();
    this.#seated(welcome.roster);
  }

  #snapshot(snapshot: Snapshot, nowMs: number): void {
    const { tick, baseline, inputAck } = snapshot;
    const { mirror, interpolation } = this.#world;
    const events = this.#world.events(snapshot);
    const state = mirror.apply(snapshot, this.#timeline.at(tick).tickHz);
    this.#sender.snapshot(tick, inputAck);
    interpolation.push(state, this.#timeline.ms(tick), this.#drawMs(nowMs));
    this.#meter.snapshot(snapshot, this.#settings.snapshotInterval, nowMs);
    this.#settle(tick, nowMs);
    for (const event of events) this.#emitter.emit("event", event as unknown as GameEvent<Game>);
    this.#emitter.emit("snapshot", { tick, keyframe: baseline === null });
  }

  #timed(pong: Pong, nowMs: number): void {
    const periodMs = 1000 / this.#timeline.at(pong.tick).tickHz;
    this.#clock.pong(pong, this.#timeline.ms(pong.tick), periodMs, nowMs);
  }

  #announced(settings: Settings, nowMs: number): void {
    this.#timeline.add(settings);
    this.#clock.setPace(pace(settings), nowMs);
    this.#settle(this.#world.mirror.state.tick, nowMs);
  }

  /** Follows the settings in force at a tick. */
  #settle(tick: number, nowMs: number): void {
    const settings = this.#timeline.inForce(tick);
    const before = this.#settings;
    if (
      before !== undefined &&
      (Object.keys(settings) as (keyof Settings)[]).every((key) => settings[key] === before[key])
    )
      return;
    this.#settings = settings;
    this.#world.interpolation.setDelay(settings.interpDelayMs, nowMs);
    this.#sender.setRate(settings.tickHz * pace(settings));
    this.#emitter.emit("settings", settings);
  }

  #seated(entries: readonly RosterChange[]): void {
    for (const { seat, player } of entries) {
      if (player === null) this.#roster.delete(seat);
      else this.#roster.set(seat, player);
    }
    this.#emitter.emit("roster", this.#roster);
  }

  #changed(change: StateChange): void {
    if (change.state === "open") {
      this.#sender.start(this.#world.schema.input, this.#welcome.inputSeq);
      this.#heartbeat.start();
    } else {
      this.#sender.stop();
      this.#heartbeat.stop();
    }
    this.#emitter.emit("state", change);
  }

  #failed(error: ProtocolError): void {
    this.#meter.failed(error);
    this.#emitter.emit("error", error);
  }
}
