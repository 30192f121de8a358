// Small helpers for the page's own elements.

/** The element with this id; the page always has it. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
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

/** Appends a line to a list and removes it again, or the oldest beyond `max`. Returns the new line. */
export function addLine(list: HTMLElement, text: string, max: number, lifeMs: number): HTMLElement {
  const line = document.createElement("li");
  line.append(text);
  list.append(line);
  while (list.children.length > max) list.firstElementChild?.remove();
  setTimeout(() => line.remove(), lifeMs);
  return line;
}
