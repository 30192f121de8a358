import { expect, test } from "vitest";
import { ChecksumError, MessageError, MirrorError, type ProtocolError } from "../src/errors.js";
import { Stage } from "./fakes.js";
import { BODY_TABLE, enter, keyframe, OWN_BODY_TABLE, snapshot } from "./frames.js";

/** What the client makes of a message that comes after a keyframe of tick 101 with entities 3 and 5. */
function after(message: unknown) {
  const stage = new Stage();
  const match = stage.match();
  const errors: ProtocolError[] = [];
  match.on("error", (error) => errors.push(error));
  stage.socket.deliver(keyframe(101, { id: 3 }, { id: 5 }));
  stage.socket.deliver(message);
  return { stage, match, errors };
}

const change = (...parts: unknown[]) => snapshot({ tick: 102, baseline: 101, tables: [[BODY_TABLE, ...parts]] });
const plain = (presence: unknown, ints: unknown) => change(null, null, [null, null, null, [presence, ints], null]);
const motion = (presence: unknown, ints: unknown, fractions: unknown) =>
  change(null, null, [[presence, ints, fractions], null, null, null, null]);

const BROKEN: [string, unknown, abstract new (...given: never) => ProtocolError, string][] = [
  ["a map", { a: 1 }, MessageError, "message: an array expected"],
  ["bytes after the message", new Uint8Array([0x92, 21, 0, 0]), MessageError, "not one MessagePack value"],
  ["an unknown type", [99], MessageError, "message type 99 is not known"],
  ["a message of another length", [21, 0], MessageError, "chat: an array of 3 expected"],
  ["a negative tick", snapshot({ tick: -1 }), MessageError, "snapshot tick: a u32 expected, -1 given"],
  ["a float for an integer", plain(null, [0.5, 1]), MessageError, "entries: an i32 expected, 0.5 given"],
  ["an integer too great", plain(null, [2 ** 31, 1]), MessageError, "an i32 expected"],
  ["a second welcome", [16, 1, "", 0, "", 1, 0, "", [1, 20, 1, 0, 1000, false], [], 7, null], MessageError, "order"],
  ["settings without ticks", [18, [1, 0, 1, 0, 1000, false]], MessageError, "tick_hz"],
  [
    "an event not in the schema",
    snapshot({ tick: 102, baseline: 101, events: [[102, 9, []]] }),
    MessageError,
    "event 9",
  ],
  ["another baseline", snapshot({ tick: 102, baseline: 100 }), MirrorError, "refers to tick 100"],
  ["a tick before its baseline", snapshot({ tick: 100, baseline: 101 }), MirrorError, "tick 100"],
  [
    "a table that is not in the schema",
    snapshot({ tick: 102, tables: [[8, null, null, null]] }),
    MirrorError,
    "table 8",
  ],
  [
    "a private table among the public",
    snapshot({ tick: 102, tables: [[OWN_BODY_TABLE, null, null, null]] }),
    MirrorError,
    "table 3",
  ],
  ["a table twice", snapshot({ tick: 102, tables: [enter({ id: 1 }), enter({ id: 2 })] }), MirrorError, "table 2"],
  ["the leave of nobody", change([4], null, null), MirrorError, "entity 4 leaves"],
  [
    "the enter of one who is there",
    snapshot({ tick: 102, baseline: 101, tables: [enter({ id: 5 })] }),
    MirrorError,
    "entity 5 enters",
  ],
  ["an id twice", change([3, 0], null, null), MirrorError, "the id 0 after 3 is not above it"],
  ["too few columns", change(null, null, [null]), MessageError, "changes: an array of 5 expected"],
  ["too few entries", plain(null, [1]), MessageError, "entries: an array of 2 expected, an array of 1 given"],
  ["too many entries", plain([1], [1, 2]), MessageError, "entries: an array of 1 expected, an array of 2 given"],
  ["presence of another length", plain(new Uint8Array([0, 1, 0]), [1]), MirrorError, "1 bytes after a list"],
  ["presence of a row that is not there", plain([2], [1]), MirrorError, "at least one of 2 rows, and no other"],
  ["a packed list that ends early", plain(null, new Uint8Array([8, 0, 1])), MirrorError, "a list ends too early"],
  ["a whole quantum as a fraction", motion(null, [0, 0], [0, 2 ** 24]), MirrorError, "a fraction of 16777216"],
  ["too few fractions", motion(null, [0, 0], [0]), MessageError, "fractions: an array of 2 expected"],
  ["a wrong checksum", snapshot({ tick: 102, baseline: 101, checksum: 1 }), ChecksumError, "checksum of tick 102"],
];

test.each(BROKEN)("%s is reported and counted, and the client connects anew", (_, message, kind, words) => {
  const { stage, match, errors } = after(message);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeInstanceOf(kind);
  expect(errors[0].message).toContain(words);
  expect(match.figures.errors).toBe(1);
  expect(match.state).toBe("reconnecting");
  expect(stage.socket.closedWith).toBe(1000);
});

test("a snapshot that does not fit changes nothing that can be seen", () => {
  const { match } = after(snapshot({ tick: 102, baseline: 101, checksum: 1, tables: [enter({ id: 9 })] }));
  expect(match.entities("Body").map(({ id }) => id)).toEqual([3, 5]);
  expect(match.figures.tick).toBe(101);
  expect(match.figures).toMatchObject({ checksumsChecked: 1, checksumsWrong: 1 });
});

test("a snapshot that does not fit is not acknowledged", () => {
  const { stage } = after(snapshot({ tick: 102, baseline: 100 }));
  expect(stage.socket.sentOf(3)).toEqual([[3, 101]]);
});

test("errors one after the other are met with longer and longer waits", () => {
  const { stage, match } = after([99]);
  const waits: (number | undefined)[] = [];
  match.on("state", ({ retryInMs }) => retryInMs !== undefined && waits.push(retryInMs));
  for (let time = 0; time < 3; time++) {
    stage.clock.advance(2000);
    stage.welcome({ schema: null });
    stage.socket.deliver([99]);
  }
  expect(waits).toEqual([1000, 2000, 4000]);
});
