// What a hand at a slider or in a field has chosen and not yet let go: one change for each gesture.
//
// With the mouse the gesture ends when the button is let go. With keys it ends with Enter, or when the focus leaves the row;
// Escape takes it back.

import { useRef, useState } from "preact/hooks";
import type { Setting, Value } from "../api/shapes.js";
import { turn } from "../state/tuning.js";
import { value } from "../ui/format.js";
import { why } from "../ui/notices.js";

export interface Draft {
  /** What to show. */
  readonly shown: Value;
  /** Whether it has yet to be applied. */
  readonly pending: boolean;
  readonly busy: boolean;
  /** The server's sentence if it refused. */
  readonly refusal: string;
  move(to: Value): void;
  /** What stands in the field is no number: there is nothing to apply. */
  forget(): void;
  apply(to?: Value): void;
  /** Whether there was something to take back. */
  takeBack(): boolean;
}

export function useDraft(setting: Setting): Draft {
  const [draft, setDraft] = useState<Value | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  // Enter and the loss of the focus that follows are one gesture.
  const held = useRef<Value | null>(null);

  const hold = (to: Value | null): void => {
    held.current = to;
    setDraft(to);
  };
  const apply = async (to: Value | null): Promise<void> => {
    if (to === null) return busy ? undefined : setDraft(null);
    held.current = null;
    setRefusal("");
    if (to === setting.value) return hold(null);
    setBusy(true);
    try {
      await turn(setting, to);
    } catch (error) {
      setRefusal(`${why(error, setting.key)} It stays at ${value(setting.value, setting.step)}.`);
    } finally {
      setBusy(false);
      if (held.current === null) setDraft(null);
    }
  };
  return {
    shown: draft ?? setting.value,
    pending: draft !== null && draft !== setting.value && !busy,
    busy,
    refusal,
    move(to) {
      setRefusal("");
      hold(to);
    },
    forget() {
      held.current = null;
    },
    apply: (to) => void apply(to ?? held.current),
    takeBack() {
      if (held.current === null && (draft === null || busy)) return false;
      setRefusal("");
      hold(null);
      return true;
    },
  };
}
