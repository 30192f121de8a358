// Server-sent events out of a response's text, as the HTML standard defines them.

export interface SseEvent {
  readonly name: string;
  readonly data: string;
}

/** Takes text as it comes and hands out events as they are complete. */
export class SseReader {
  #rest = "";
  #name = "";
  #data: string[] = [];

  read(text: string): SseEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): SseEvent | undefined {
    if (line === "") return this.#dispatch();
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") this.#name = value ?? "";
    if (field === "data") this.#data.push(value ?? "");
    return undefined;
  }

  #dispatch(): SseEvent | undefined {
    const event = { name: this.#name || "message", data: this.#data.join("\n") };
    const isEmpty = this.#data.length === 0;
    this.#name = "";
    this.#data = [];
    return isEmpty ? undefined : event;
  }
}
