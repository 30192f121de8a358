import { expect, test } from "vitest";
import { MessageError } from "../src/errors.js";
import { decodeSchema, tableLayouts } from "../src/schema.js";
import { SCHEMA } from "./frames.js";

interface FieldParts {
  id?: number;
  kind?: number;
  quantum?: number;
  wrap?: number | null;
  own?: boolean;
  velocity?: number | null;
}

const field = ({ id = 0, kind = 0, quantum = 1, wrap = null, own = false, velocity = null }: FieldParts) => {
  return [id, `f${id}`, kind, quantum, 0, 9, wrap, own, velocity];
};
const component = (...fields: FieldParts[]) => [[[1, "Body", fields.map(field)]], [], []];
const velocityOf = (velocity: FieldParts) => component({ id: 0, velocity: 1 }, { id: 1, ...velocity });

test("public and private fields of a component lie in tables of their own, in ascending order", () => {
  const layouts = tableLayouts(decodeSchema(SCHEMA));
  const names = layouts.map(({ table, columns }) => [table, columns.map((column) => column.field.name)]);
  expect(names).toEqual([
    [2, ["x", "vx", "aim", "hp", "alive"]],
    [3, ["ammo"]],
  ]);
  expect(layouts[0].columns[0].motion).toEqual({ velocityColumn: 1, quantaPerS: 8 });
});

test("a component of private fields alone has a public table without columns", () => {
  const layouts = tableLayouts(decodeSchema(component({ own: true })));
  expect(layouts.map(({ table, columns }) => [table, columns.length])).toEqual([
    [2, 0],
    [3, 1],
  ]);
});

test.each<[string, unknown]>([
  ["fields out of order", component({ id: 1 }, { id: 0 })],
  ["an id twice", component({ id: 1 }, { id: 1 })],
  [
    "components out of order",
    [
      [
        [2, "B", []],
        [1, "A", []],
      ],
      [],
      [],
    ],
  ],
  ["a component id beyond 127", [[[128, "Body", []]], [], []]],
  ["a field id beyond 31", component({ id: 32 })],
  ["a kind that is not known", component({ kind: 2 })],
  ["a quantum of 0", component({ quantum: 0 })],
  ["an infinite quantum", component({ quantum: Infinity })],
  ["a modulus beyond 2^30", component({ wrap: 2 ** 30 + 1 })],
  ["a velocity that does not exist", component({ velocity: 5 })],
  ["a velocity that moves itself", velocityOf({ velocity: 0 })],
  ["a velocity that wraps", velocityOf({ wrap: 9 })],
  ["a private velocity of a public field", velocityOf({ own: true })],
  ["a private field of the input", [[], [field({ own: true })], []]],
  ["a cyclic field of an event", [[], [], [[1, "hit", [field({ wrap: 9 })]]]]],
])("%s is refused", (_, schema) => {
  expect(() => decodeSchema(schema)).toThrow(MessageError);
});
