// The view in which a designer works: every setting, and beside it what changing it did.

import { BytesOut, InputAck, RoundTrip, TickTime } from "../charts/charts.js";
import { Comparison } from "../tune/comparison.js";
import { Settings } from "../tune/settings.js";

export function Tune() {
  return (
    <div class="tune">
      <Settings />
      <div class="side">
        <Comparison />
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
