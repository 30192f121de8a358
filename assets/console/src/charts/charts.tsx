// What the console charts of a match and its server.

import type uPlot from "uplot";
import { MATCH, SERVER, TICK } from "../state/course.js";
import { course } from "../state/live.js";
import { bytes, bytesPerS, ms } from "../ui/format.js";
import { Chart } from "./chart.js";
import { BAD, DIM, MAIN, SECOND, WARN } from "./palette.js";
import type { Ring } from "./ring.js";

const columns = (ring: Ring, ...indices: readonly number[]): uPlot.AlignedData => [
  ring.column(0),
  ...indices.map((index) => gapped(ring.column(index))),
];

/** Charts take null, and not NaN, for what there is not. */
function gapped(column: Float64Array): Float64Array | (number | null)[] {
  return column.some(Number.isNaN) ? Array.from(column, (value) => (Number.isNaN(value) ? null : value)) : column;
}

const perS = (value: number): string => `${value.toFixed(1)} /s`;

export function TickTime() {
  return (
    <Chart
      title="Tick time"
      hint="What each tick took of the time from tick to tick. Red dots are ticks that took longer: players see them as lag."
      lines={[
        { label: "tick", color: MAIN, fill: true },
        { label: "budget", color: DIM, dash: [5, 4] },
        { label: "overrun", color: BAD, dots: true, quiet: true },
      ]}
      data={() => columns(course.ticks, TICK.work, TICK.budget, TICK.overrun)}
      format={ms}
      top={1}
    />
  );
}

export function InputAck() {
  return (
    <Chart
      title="Input to ack"
      hint="From a player's input to the snapshot that shows what it did, over all players: what makes a game feel quick or slow."
      lines={[
        { label: "typical", color: MAIN },
        { label: "slowest 1 %", color: WARN },
      ]}
      data={() => columns(course.pace, MATCH.ack50, MATCH.ack99)}
      format={ms}
      top={50}
    />
  );
}

export function RoundTrip() {
  return (
    <Chart
      title="Round trip"
      hint="To the players and back, over all players: the network's part."
      lines={[
        { label: "typical", color: SECOND },
        { label: "slowest 1 %", color: WARN },
      ]}
      data={() => columns(course.pace, MATCH.rtt50, MATCH.rtt99)}
      format={ms}
      top={20}
    />
  );
}

export function BytesOut() {
  return (
    <Chart
      title="Bytes to players"
      hint="All that the match sends in a second, to all players together."
      lines={[{ label: "sent", color: SECOND, fill: true }]}
      data={() => columns(course.pace, MATCH.bytes)}
      format={bytesPerS}
      top={1000}
    />
  );
}

export function Snapshots() {
  return (
    <Chart
      title="Snapshots"
      hint="Pictures of the match sent in a second, to all players together."
      lines={[{ label: "sent", color: MAIN }]}
      data={() => columns(course.pace, MATCH.sent)}
      format={perS}
      top={10}
    />
  );
}

export function Skipped() {
  return (
    <Chart
      title="Skipped snapshots"
      hint="Snapshots that a player could not take in time and that were left out: a slow network or a busy page."
      lines={[{ label: "skipped", color: BAD, fill: true }]}
      data={() => columns(course.pace, MATCH.skipped)}
      format={perS}
      top={5}
    />
  );
}

export function Processor() {
  return (
    <Chart
      title="Processor"
      hint="What the whole server takes of one core; 200 % are two cores."
      lines={[{ label: "server", color: MAIN, fill: true }]}
      data={() => columns(course.machine, SERVER.cpu)}
      format={(value) => `${value.toFixed(1)} %`}
      top={20}
    />
  );
}

export function Memory() {
  return (
    <Chart
      title="Memory"
      hint="What the server holds in memory."
      lines={[{ label: "resident", color: SECOND, fill: true }]}
      data={() => columns(course.machine, SERVER.rss)}
      format={bytes}
      top={16e6}
    />
  );
}

export function Network() {
  return (
    <Chart
      title="Network"
      hint="All that the server receives and sends, over all matches."
      lines={[
        { label: "out", color: SECOND },
        { label: "in", color: MAIN },
      ]}
      data={() => columns(course.machine, SERVER.out, SERVER.in)}
      format={bytesPerS}
      top={1000}
    />
  );
}
