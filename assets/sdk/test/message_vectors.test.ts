import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Codec, type Message, messagePack } from "../src/codec.js";
import { json } from "../src/json.js";
import * as messages from "../src/messages.js";
import * as say from "../src/say.js";
import type { Field, RecordSchema, Schema } from "../src/schema.js";

type Fields = { readonly [key: string]: unknown };

interface Golden {
  name: string;
  direction: "client" | "server";
  hex: string;
  json: unknown[];
  message: { type: string } & { readonly [key: string]: never };
}

const golden = JSON.parse(
  readFileSync(new URL("../../../protocol/vectors/messages.json", import.meta.url), "utf8"),
) as Golden[];
const named = (direction: string) =>
  golden.filter((vector) => vector.direction === direction).map((vector) => [vector.name, vector] as const);

function said({ type, ...fields }: Golden["message"]): Message {
  switch (type) {
    case "hello":
      return say.hello(fields.agent, fields.schema_hash);
    case "input":
      return say.input(fields.seq, fields.snapshot_ack, fields.values);
    case "ack":
      return say.ack(fields.snapshot_ack);
    case "ping":
      return say.ping(fields.token);
    case "chat":
      return say.chat(fields.text);
    case "leave":
      return say.leave();
    default:
      throw new Error(`no client says ${type}`);
  }
}

/** An object as the golden file writes it, which names things as the protocol does. */
function snakeCase(fields: object): Fields {
  const entries = Object.entries(fields).map(([key, value]) => [key.replace(/[A-Z]/g, "_$&").toLowerCase(), value]);
  return Object.fromEntries(entries) as Fields;
}

const goldenRoster = (entries: readonly messages.RosterChange[]) =>
  entries.map(({ seat, player }) => ({ seat, ...(player ?? { name: null, connected: false, bot: false }) }));

function goldenSchema({ components, input, events }: Schema) {
  const field = ({ boolean, ...rest }: Field) => ({ ...rest, kind: boolean ? "boolean" : "number" });
  const record = ({ id, name, fields }: RecordSchema) => ({ id, name, fields: fields.map(field) });
  return { components: components.map(record), input: input.map(field), events: events.map(record) };
}

function goldenMessage(message: messages.ServerMessage): Fields {
  switch (message.type) {
    case "welcome": {
      const { settings, roster, schema } = message;
      const parts = {
        settings: snakeCase(settings),
        roster: goldenRoster(roster),
        schema: schema && goldenSchema(schema),
      };
      return { ...snakeCase(message), ...parts };
    }
    case "settings":
      return { type: "settings", settings: snakeCase(message.settings) };
    case "roster":
      return { type: "roster", entries: goldenRoster(message.entries) };
    default:
      return snakeCase(message);
  }
}

const arrayBuffer = (hex: string) => new Uint8Array(Buffer.from(hex, "hex")).buffer;
const read = (codec: Codec, frame: string | ArrayBuffer) => goldenMessage(messages.readMessage(codec.decode(frame)));

test.each(named("client"))("a client's message is written to the bit: %s", (_, { hex, message }) => {
  expect(Buffer.from(messagePack.encode(said(message)) as Uint8Array).toString("hex")).toBe(hex);
});

test.each(named("client"))("a client's message is written as the golden text: %s", (_, { json: golden, message }) => {
  expect(json.encode(said(message))).toBe(JSON.stringify(golden));
});

test.each(named("server"))("a server's message says what it should: %s", (_, { hex, message }) => {
  expect(read(messagePack, arrayBuffer(hex))).toEqual(message);
});

test.each(named("server"))("a server's message says the same as text: %s", (_, { json: golden, message }) => {
  expect(read(json, JSON.stringify(golden))).toEqual(message);
});
