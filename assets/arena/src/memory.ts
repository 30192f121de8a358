// What the page remembers beyond itself. A browser that keeps nothing for pages throws: then the page remembers until it
// is left.

export class Memory {
  readonly #storage: () => Storage;
  readonly #prefix: string;
  readonly #here = new Map<string, string>();

  /** `storage` gives the browser's; all keys in it begin with `prefix`. */
  constructor(storage: () => Storage, prefix = "") {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  getItem(key: string): string | null {
    return this.#try((storage) => storage.getItem(this.#prefix + key)) ?? this.#here.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#here.set(key, value);
    this.#try((storage) => storage.setItem(this.#prefix + key, value));
  }

  removeItem(key: string): void {
    this.#here.delete(key);
    this.#try((storage) => storage.removeItem(this.#prefix + key));
  }

  #try<T>(act: (storage: Storage) => T): T | undefined {
    try {
      return act(this.#storage());
    } catch {
      return undefined;
    }
  }
}

/** What is remembered from one visit to the next. */
export const lasting = new Memory(() => localStorage);
