/**
 * Checked reading of decoded MessagePack values. Every function throws a {@link MessageError} that says what was wrong
 * where.
 */

import { MessageError } from "./errors.js";

function fail(what: string, expected: string, given: unknown): never {
  const shown = Array.isArray(given)
    ? `an array of ${given.length}`
    : given === null
      ? "nil"
      : typeof given === "object"
        ? "an object"
        : String(given);
  throw new MessageError(`${what}: ${expected} expected, ${shown} given`);
}

/** An array; of exactly this length, if one is given. */
export function array(value: unknown, what: string, length?: number): readonly unknown[] {
  if (!Array.isArray(value)) fail(what, "an array", value);
  if (length !== undefined && value.length !== length) fail(what, `an array of ${length}`, value);
  return value;
}

/** An integer from 0 to 4,294,967,295. */
export function u32(value: unknown, what: string): number {
  return typeof value === "number" && value >>> 0 === value ? value : fail(what, "a u32", value);
}

/** An integer from −2,147,483,648 to 2,147,483,647. */
export function i32(value: unknown, what: string): number {
  return typeof value === "number" && (value | 0) === value ? value : fail(what, "an i32", value);
}

/** A u32 of at most `max`. */
export function u32UpTo(value: unknown, max: number, what: string): number {
  const given = u32(value, what);
  return given <= max ? given : fail(what, `at most ${max}`, given);
}

/** A finite number above 0. */
export function positive(value: unknown, what: string): number {
  return typeof value === "number" && value > 0 && value < Infinity
    ? value
    : fail(what, "a finite number above 0", value);
}

/** `true` or `false`. */
export function boolean(value: unknown, what: string): boolean {
  return typeof value === "boolean" ? value : fail(what, "a boolean", value);
}

/** A string. */
export function string(value: unknown, what: string): string {
  return typeof value === "string" ? value : fail(what, "a string", value);
}

/** What `read` makes of it, or null for nil. */
export function orNull<T>(value: unknown, what: string, read: (value: unknown, what: string) => T): T | null {
  return value === null ? null : read(value, what);
}
