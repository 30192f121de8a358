// The page's own keys and the buttons that do the same.

import { element, isPlaying, isTyping } from "../page.js";

/** Runs `act` when the key is pressed while the match is in sight and nothing is typed, or the button. */
export function onKey(code: string, button: string, act: () => void): void {
  addEventListener("keydown", (event) => {
    if (
      event.code !== code ||
      !isPlaying() ||
      event.repeat ||
      isTyping(event) ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    act();
  });
  element(button).addEventListener("click", (event) => {
    act();
    (event.currentTarget as HTMLElement).blur();
  });
}
