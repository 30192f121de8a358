// The match from above, as everybody and as one player knows it.

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../api/http.js";
import { BAD, DIM, kind, MAIN } from "../charts/palette.js";
import { changes, link } from "../state/live.js";
import { go, seat as chosenSeat } from "../state/place.js";
import { path } from "../state/tuning.js";
import { sentence } from "../ui/format.js";
import { people, Whose } from "../ui/whose.js";
import { Painter } from "../watch/painter.js";
import { bodies, bounds, boxes, extent, type Scene } from "../watch/scene.js";
import { Watcher } from "../watch/watcher.js";

const counts = signal("");
const shows = signal({ names: true, interest: true, sizes: true });

const SWITCHES = [
  ["names", "names"],
  ["interest", "how far the player is told about others"],
  ["sizes", "hit boxes"],
] as const;

export function Watch() {
  const { scene, refusal } = useScene();
  const chosen = people.value.find(({ seat }) => seat === chosenSeat.value);
  return (
    <div class="watch">
      <div class="field-of-play">
        {scene && <Field scene={scene} seat={chosen?.seat ?? null} />}
        <p class="over">{refusal ? sentence(refusal) : chosen ? `What ${chosen.name} knows` : "All that there is"}</p>
      </div>
      <aside class="panel">
        <Whose
          id="watch-seat"
          label="Through whose eyes"
          nobody="nobody's: all that there is"
          seat={chosen?.seat ?? null}
          choose={(seat) => go({ seat })}
        />
        {SWITCHES.map(([name, label]) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={shows.value[name]}
              onChange={(event) => (shows.value = { ...shows.value, [name]: event.currentTarget.checked })}
            />
            {label}
          </label>
        ))}
        <ul class="legend">
          {scene?.bodies.map(({ component }, index) => (
            <li key={component} style={{ "--line-color": kind(index) }}>
              {component}
            </li>
          ))}
          {shows.value.sizes && <li style={{ "--line-color": BAD }}>hit box</li>}
          {chosen && <li style={{ "--line-color": MAIN }}>{chosen.name}</li>}
          {chosen && <li style={{ "--line-color": DIM }}>there, but not known to {chosen.name}, or known to be elsewhere</li>}
        </ul>
        <p class="dim" id="watch-counts">
          {counts}
        </p>
      </aside>
    </div>
  );
}

/** How the game says it is to be drawn; asked anew after each change, since sizes may be among what changed. */
function useScene(): { scene: Scene | null; refusal: string } {
  const [scene, setScene] = useState<Scene | null>(null);
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    const gone = new AbortController();
    ask<Scene>("GET", path("scene"), undefined, gone.signal).then(setScene, (error: unknown) => {
      if (!gone.signal.aborted) setRefusal(error instanceof Error ? error.message : String(error));
    });
    return () => gone.abort();
  }, [changes.value]);
  return { scene, refusal };
}

interface FieldProps {
  readonly scene: Scene;
  readonly seat: number | null;
}

function Field({ scene, seat }: FieldProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failure, setFailure] = useState("");
  const visible = link.value.state !== "hidden";
  const newest = useRef(scene);
  newest.current = scene;

  useEffect(() => {
    if (!canvas.current || !visible) return;
    const failed = (error: unknown): void => setFailure(error instanceof Error ? error.message : String(error));
    setFailure("");
    const painter = new Painter(canvas.current);
    const everything = new Watcher(null, failed);
    const theirs = seat === null ? null : new Watcher(seat, failed);
    let frame = 0;
    const draw = (nowMs: number): void => {
      frame = requestAnimationFrame(draw);
      if (everything.match) paint(painter, newest.current, everything.match, theirs?.match ?? null, seat, nowMs);
    };
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
      everything.close();
      theirs?.close();
    };
  }, [seat, visible]);

  return (
    <>
      <canvas ref={canvas} role="img" aria-label="The match from above" data-failure={failure} />
      {failure && <p class="over refusal">{sentence(failure)}</p>}
    </>
  );
}

type Seen = NonNullable<Watcher["match"]>;

function paint(painter: Painter, scene: Scene, everything: Seen, theirs: Seen | null, seat: number | null, nowMs: number): void {
  const all = bodies(everything, scene, nowMs);
  const known = theirs ? bodies(theirs, scene, nowMs) : null;
  const edge = bounds(everything, scene);
  painter.paint({
    extent: edge ?? extent(all),
    hasEdge: edge !== null,
    interestRadius: scene.interest_radius,
    boxes: boxes(everything, scene),
    all,
    known,
    seat,
    nameOf: (of) => everything.roster.get(of)?.name,
    shows: shows.value,
  });
  counts.value = known ? `${known.length} of ${all.length} bodies are known to this player.` : `${all.length} bodies.`;
}
