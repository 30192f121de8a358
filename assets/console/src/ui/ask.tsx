// A dialog that asks for something before it is done.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { why } from "./notices.js";

interface Question {
  readonly title: string;
  readonly text?: string;
  readonly fields: () => ComponentChildren;
  readonly act: string;
  readonly danger?: boolean;
  /** Does it with what was entered. A refusal is shown in the dialog, which stays. */
  readonly run: (given: FormData) => Promise<unknown>;
}

const asked = signal<Question | null>(null);

export function askFor(question: Question): void {
  asked.value = question;
}

export function Asking() {
  const question = asked.value;
  return question ? <Dialog key={question.title} {...question} /> : null;
}

function Dialog({ title, text, fields, act, danger = false, run }: Question) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await run(new FormData(event.currentTarget as HTMLFormElement));
      dialog.current?.close();
    } catch (error) {
      setRefused(why(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="asking-title" onClose={() => (asked.value = null)}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="asking-title">{title}</h2>
        {text && <p>{text}</p>}
        {fields()}
        <p class="refusal" role="alert">
          {refused}
        </p>
        <footer>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={danger ? "danger" : "primary"} disabled={busy}>
            {act}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

/** A labelled field of such a dialog. */
export function Field({ label, hint, children }: { label: string; hint?: string; children: ComponentChildren }) {
  return (
    <label class="field">
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  );
}
