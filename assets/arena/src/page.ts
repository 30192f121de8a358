// Small helpers for the page's own elements.

/** The element with this id; the page always has it. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** A new element with a class and this content. */
export function made(tag: string, className: string, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

/** Sets an element's text, if it is another one: what is read aloud is read once. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Somebody else's words as a sentence of this page. */
export function sentence(words: string): string {
  const end = /[.!?…]$/.test(words) ? "" : ".";
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${end}`;
}

/** Appends a line to a list and removes it again, or the oldest of its kind, the first class, beyond `max`. */
export function addLine(list: HTMLElement, line: HTMLElement, max: number, lifeMs: number): void {
  list.append(line);
  const alike = [...list.children].filter(({ classList }) => classList[0] === line.classList[0]);
  for (const old of alike.slice(0, -max)) old.remove();
  setTimeout(() => line.remove(), lifeMs);
}

/** Whether the match is in sight: no card lies over it. */
export function isPlaying(): boolean {
  return document.body.classList.contains("playing");
}

/** Whether a key goes into a text field. */
export function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLInputElement;
}
