/**
 * Takes apart what travels in a `bin` of a table change: packed lists of integers, and bitmaps.
 *
 * Reading is strict: there is one end to a list, and every bit of it has a meaning or is 0. What lists there are is in
 * `lists.ts`.
 */

import { MirrorError } from "./errors.js";

const WIDTH_MASK = 0x3f;
const WIDTH_MAX = 32;
const OUTLIERS = 0x40;
const STRIDE = 0x80;

/** Takes the parts of a `bin` off its front. */
export class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Takes a byte. */
  byte(): number {
    if (this.#at === this.#bytes.length) throw new MirrorError("a list ends too early");
    return this.#bytes[this.#at++];
  }

  /** Takes an unsigned number of 32 bits. */
  varint(): number {
    let number = 0;
    for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
      const byte = this.byte();
      number += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (number >= 2 ** 32 || (byte === 0 && factor > 1)) break;
        return number;
      }
    }
    throw new MirrorError("a varint is not the shortest form of a number below 2^32");
  }

  /** Takes a packed list of so many integers, which ends the `bin`. */
  integers(length: number): Int32Array {
    const first = this.byte();
    const width = first & WIDTH_MASK;
    if (width > WIDTH_MAX) throw new MirrorError(`codes of ${width} bits, at most ${WIDTH_MAX} allowed`);
    const base = this.#signed();
    const stride = first & STRIDE ? this.#stride() : 1;
    const list = this.#codes(length, width);
    if (first & OUTLIERS) this.#putOutliers(list, width);
    this.#end();
    for (let i = 0; i < length; i++) list[i] = base + Math.imul(stride, list[i]);
    return list;
  }

  /** Takes a bitmap of so many rows, which ends the `bin`; gives the rows whose bits are 1. */
  bitmap(rows: number): Int32Array {
    const bits = this.#codes(rows, 1);
    this.#end();
    let count = 0;
    for (let row = 0; row < rows; row++) if (bits[row] !== 0) bits[count++] = row;
    return bits.subarray(0, count);
  }

  #signed(): number {
    const number = this.varint();
    return (number >>> 1) ^ -(number & 1);
  }

  #stride(): number {
    const stride = this.varint();
    if (stride < 2) throw new MirrorError(`a stride of ${stride}, at least 2 expected`);
    return stride;
  }

  /** Takes so many codes of so many bits. Those beyond 16 bits are put together from two pieces, so that 32 bits suffice. */
  #codes(length: number, width: number): Int32Array {
    const bytes = this.#bytes;
    let at = this.#at;
    // Not `Math.ceil`: its result would make a floating-point number of the index below, at several times the cost.
    this.#at += (length * width + 7) >>> 3;
    if (this.#at > bytes.length) throw new MirrorError("a list ends too early");
    const codes = new Int32Array(length);
    const lowWidth = width < 16 ? width : 16;
    const highWidth = width - lowWidth;
    const lowMask = (1 << lowWidth) - 1;
    const highMask = (1 << highWidth) - 1;
    let bits = 0;
    let held = 0;
    for (let i = 0; i < length; i++) {
      for (; held < lowWidth; held += 8) bits |= bytes[at++] << held;
      let code = bits & lowMask;
      bits >>= lowWidth;
      held -= lowWidth;
      if (highWidth > 0) {
        for (; held < highWidth; held += 8) bits |= bytes[at++] << held;
        code |= (bits & highMask) << 16;
        bits >>= highWidth;
        held -= highWidth;
      }
      codes[i] = code;
    }
    if (bits !== 0) throw new MirrorError("unused bits are not 0");
    return codes;
  }

  /** Replaces the codes whose bits are all 1 by the outliers. */
  #putOutliers(codes: Int32Array, width: number): void {
    const standIn = (2 ** width - 1) | 0;
    let found = false;
    for (let i = 0; i < codes.length; i++) {
      if (codes[i] !== standIn) continue;
      codes[i] = this.#signed();
      found = true;
    }
    if (!found) throw new MirrorError("no code stands for an outlier, as announced");
  }

  #end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw new MirrorError(`${left} bytes after a list`);
  }
}
