// Display objects by the id of what they show: made when it comes, removed when it is gone.

import type { Container } from "pixi.js";

export class Pool<Shown extends Container> {
  readonly #layer: Container;
  readonly #make: () => Shown;
  readonly #shown = new Map<number, Shown>();
  readonly #spare: Shown[] = [];

  constructor(layer: Container, make: () => Shown) {
    this.#layer = layer;
    this.#make = make;
  }

  /** Shows these and no others; `came` and `gone` tell of the changes. */
  show<Item extends { readonly id: number }>(
    items: Iterable<Item>,
    draw: (shown: Shown, item: Item) => void,
    came?: (item: Item, shown: Shown) => void,
    gone?: (shown: Shown) => void,
  ): void {
    const left = new Set(this.#shown.keys());
    for (const item of items) {
      let shown = this.#shown.get(item.id);
      if (!shown) {
        shown = this.#spare.pop() ?? this.#layer.addChild(this.#make());
        shown.visible = true;
        this.#shown.set(item.id, shown);
        came?.(item, shown);
      }
      left.delete(item.id);
      draw(shown, item);
    }
    for (const id of left) this.#retire(id, gone);
  }

  #retire(id: number, gone: ((shown: Shown) => void) | undefined): void {
    const shown = this.#shown.get(id);
    if (!shown) return;
    gone?.(shown);
    shown.visible = false;
    this.#shown.delete(id);
    this.#spare.push(shown);
  }
}
