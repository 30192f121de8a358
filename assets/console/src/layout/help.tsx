// The list of keys.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { KEYS } from "./keys.js";

const shown = signal(false);

export function showHelp(): void {
  shown.value = true;
}

export function Help() {
  return shown.value ? <Dialog /> : null;
}

function Dialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} id="help" aria-labelledby="help-title" onClose={() => (shown.value = false)}>
      <h2 id="help-title">Keys</h2>
      <dl>
        {KEYS.map(({ key, does }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>← →</kbd>
          </dt>
          <dd>at a slider: choose a value; Enter applies it, Escape takes it back</dd>
        </div>
      </dl>
      <footer>
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </footer>
    </dialog>
  );
}
