// The last so many samples of several columns of numbers, oldest first: what a chart draws.

export class Ring {
  readonly #capacity: number;
  #columns: Float64Array[];
  #start = 0;
  #length = 0;

  constructor(columns: number, capacity: number) {
    this.#capacity = capacity;
    // Twice as long as it holds, so that the samples always lie in one piece and move but rarely.
    this.#columns = Array.from({ length: columns }, () => new Float64Array(capacity * 2));
  }

  get length(): number {
    return this.#length;
  }

  push(...sample: readonly number[]): void {
    if (this.#start + this.#length === this.#capacity * 2) this.#compact();
    const end = this.#start + this.#length;
    this.#columns.forEach((column, index) => (column[end] = sample[index] ?? Number.NaN));
    if (this.#length < this.#capacity) this.#length++;
    else this.#start++;
  }

  /** A column's samples. Valid until the next push. */
  column(index: number): Float64Array {
    return this.#columns[index].subarray(this.#start, this.#start + this.#length);
  }

  /** The newest sample of a column. */
  last(index: number): number | undefined {
    return this.#length === 0 ? undefined : this.#columns[index][this.#start + this.#length - 1];
  }

  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }

  #compact(): void {
    for (const column of this.#columns) column.copyWithin(0, this.#start, this.#start + this.#length);
    this.#start = 0;
  }
}
