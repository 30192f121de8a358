// The views of a match.

import { go, type View, view, VIEWS } from "../state/place.js";

const TITLES: Readonly<Record<View, string>> = {
  tune: "Tune",
  charts: "Charts",
  watch: "Watch",
  players: "Players",
  network: "Bad network",
  presets: "Presets",
  history: "History",
};

export function Tabs() {
  const walk = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = VIEWS[(VIEWS.indexOf(view.value) + by + VIEWS.length) % VIEWS.length] ?? "tune";
    go({ view: next });
    requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus());
  };
  return (
    <div id="tabs" role="tablist" aria-label="Views" onKeyDown={walk}>
      {VIEWS.map((name, index) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={view.value === name}
          aria-controls="view"
          tabIndex={view.value === name ? 0 : -1}
          aria-keyshortcuts={String(index + 1)}
          onClick={() => go({ view: name })}
        >
          {TITLES[name]} <kbd>{index + 1}</kbd>
        </button>
      ))}
    </div>
  );
}
