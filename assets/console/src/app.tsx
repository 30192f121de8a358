// The console: matches at the left, the chosen one beside them.

import { matches, isStale, opened } from "./state/live.js";
import { chosen, type View, view } from "./state/place.js";
import { readOnly } from "./state/session.js";
import { Banners } from "./layout/banner.js";
import { Header } from "./layout/header.js";
import { Help } from "./layout/help.js";
import { askToOpen } from "./layout/questions.js";
import { Sidebar } from "./layout/sidebar.js";
import { Tabs } from "./layout/tabs.js";
import { Act } from "./ui/act.js";
import { Asking } from "./ui/ask.js";
import { Notices } from "./ui/notices.js";
import { BadNetwork } from "./views/network.js";
import { Charts } from "./views/charts.js";
import { History } from "./views/history.js";
import { Players } from "./views/players.js";
import { Presets } from "./views/presets.js";
import { Tune } from "./views/tune.js";
import { Watch } from "./views/watch.js";

const SHOWN: Readonly<Record<View, () => preact.JSX.Element>> = {
  tune: Tune,
  charts: Charts,
  watch: Watch,
  players: Players,
  network: BadNetwork,
  presets: Presets,
  history: History,
};

export function App() {
  const Shown = SHOWN[view.value];
  return (
    <>
      <Sidebar />
      <main>
        <Banners />
        {chosen.value === null ? (
          <Nothing />
        ) : (
          <>
            <Header />
            <Tabs />
            <div id="view" role="tabpanel" aria-labelledby={`tab-${view.value}`} class={isStale.value ? "stale" : ""}>
              <Shown key={opened.value} />
            </div>
          </>
        )}
      </main>
      <Asking />
      <Help />
      <Notices />
    </>
  );
}

function Nothing() {
  if (matches.value === null) return <p class="empty nothing">Connecting to the server …</p>;
  return (
    <section class="nothing">
      <h2>No match is open</h2>
      <p>Matches open when somebody joins the game. You can also open one here, with bots in it, and tune it.</p>
      <Act run={async () => askToOpen()} tone="primary" unable={readOnly.value}>
        Open a match
      </Act>
    </section>
  );
}
