// How long something still lasts, counted down.

import { useEffect, useState } from "preact/hooks";

export function Remaining({ untilMs }: { readonly untilMs: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return <time class="seconds">{Math.max(0, Math.ceil((untilMs - now) / 1000))} s left</time>;
}
