// Everything that is charted, at once.

import { BytesOut, InputAck, Memory, Network, Processor, RoundTrip, Skipped, Snapshots, TickTime } from "../charts/charts.js";
import { BytesByComponent, FieldTable } from "../charts/fields.js";
import { InputAckByPlayer, RoundTripByPlayer } from "../charts/people.js";

export function Charts() {
  return (
    <div class="charts all">
      <TickTime />
      <InputAck />
      <RoundTrip />
      <BytesByComponent />
      <InputAckByPlayer />
      <RoundTripByPlayer />
      <BytesOut />
      <Snapshots />
      <Skipped />
      <Network />
      <Processor />
      <Memory />
      <section class="panel wide">
        <FieldTable />
      </section>
    </div>
  );
}
