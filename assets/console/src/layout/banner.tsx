// What hangs over everything: a lost connection, a match that ended, a pause, bad networks that are on, and being allowed only to look.

import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { ended, figures, link, matches, reconnect } from "../state/live.js";
import { impairments } from "../state/impairments.js";
import { chosen, go } from "../state/place.js";
import { readOnly } from "../state/session.js";
import { sentence } from "../ui/format.js";

export function Banners() {
  return (
    <div id="banners" aria-live="polite">
      <Lost />
      {ended.value !== null && link.value.state !== "lost" && <Ended why={ended.value} />}
      {readOnly.value !== null && <Banner mood="info">{readOnly.value}</Banner>}
      {impairments.value.length > 0 && (
        <Banner mood="warn">
          {impairments.value.length === 1 ? "A bad network is on" : `${impairments.value.length} bad networks are on`}: what these players
          see is not the server's doing. <a href="#" onClick={(event) => show(event)}>Show</a>
        </Banner>
      )}
      <Relieved />
      {figures.value?.settings.paused && ended.value === null && (
        <Banner mood="info">The match is paused: players see it stand still.</Banner>
      )}
    </div>
  );
}

function Relieved() {
  if (!figures.value?.is_relieved || ended.value !== null) return null;
  const { dilation_permille: speed, snapshot_interval: interval } = figures.value.settings;
  return (
    <Banner mood="warn">
      The server has more work than time, so match time goes at {Math.round(speed / 10)} % and players get a snapshot every{" "}
      {interval === 1 ? "tick" : `${interval} ticks`}. Fewer ticks or bodies give it room.
    </Banner>
  );
}

function show(event: Event): void {
  event.preventDefault();
  go({ view: "network" });
}

function Banner({ mood, children }: { readonly mood: "info" | "warn" | "bad"; readonly children: ComponentChildren }) {
  return <p class={`banner ${mood}`}>{children}</p>;
}

function Lost() {
  const now = useNow(link.value.state === "lost");
  if (link.value.state !== "lost") return null;
  const { why, retryAtMs } = link.value;
  const seconds = Math.max(0, Math.ceil((retryAtMs - now) / 1000));
  return (
    <p class="banner bad" id="lost">
      <span>
        <b>Disconnected.</b> {sentence(why)} The figures are those from before. Trying again in{" "}
        <span class="seconds" aria-live="off">
          {seconds} s
        </span>
      </span>
      <button type="button" onClick={reconnect}>
        Try now
      </button>
    </p>
  );
}

function Ended({ why }: { readonly why: string }) {
  const others = (matches.value ?? []).filter(({ match }) => match !== chosen.value);
  return (
    <p class="banner bad" id="ended">
      <b>{chosen.value} is no more.</b> {sentence(why)} {figures.value && "The figures are its last."}
      {others[0] && (
        <button type="button" onClick={() => go({ match: others[0].match })}>
          Go to {others[0].match}
        </button>
      )}
    </p>
  );
}

/** The time, four times a second while it matters. */
function useNow(matters: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!matters) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [matters]);
  return now;
}
