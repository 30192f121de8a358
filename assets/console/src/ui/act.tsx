// A button that does something on the server: once at a time, not while signed in to look on, and with the refusal told.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { readOnly } from "../state/session.js";
import { attempt } from "./notices.js";

interface Props {
  readonly run: () => Promise<unknown>;
  readonly children: ComponentChildren;
  readonly title?: string;
  readonly tone?: "plain" | "primary" | "danger";
  /** Why it can't be done just now. */
  readonly unable?: string | null;
  readonly label?: string;
  readonly shortcut?: string;
}

export function Act({ run, children, title, tone = "plain", unable = null, label, shortcut }: Props) {
  const [busy, setBusy] = useState(false);
  const reason = readOnly.value ?? unable;
  const click = async (): Promise<void> => {
    setBusy(true);
    await attempt(run);
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={tone}
      disabled={busy || reason !== null}
      title={reason ?? title}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      onClick={() => void click()}
    >
      {children}
    </button>
  );
}
