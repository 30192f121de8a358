// The view in which a designer works: every setting, and beside it what changing it did.

import { BytesOut, InputAck, RoundTrip, TickTime } from "../charts/charts.js";
import { compared } from "../state/tuning.js";
import { Comparison } from "../tune/comparison.js";
import { Settings } from "../tune/settings.js";

export function Tune() {
  return (
    <div class="tune">
      <Settings />
      <div class="side">
        {compared.value === null ? (
          <section id="comparison" class="panel hint">
            <h2>Before and after</h2>
            <p>Move a slider and let go. What the change did to players, to the network and to the processor shows here, and can be undone.</p>
          </section>
        ) : (
          <Comparison />
        )}
        <div class="charts">
          <TickTime />
          <InputAck />
          <BytesOut />
          <RoundTrip />
        </div>
      </div>
    </div>
  );
}
