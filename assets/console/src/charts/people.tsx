// One thin line for each player; the one who is looked at stands out.

import { course } from "../state/live.js";
import type { PlayerMoment } from "../state/course.js";
import { seat } from "../state/place.js";
import { ms } from "../ui/format.js";
import { people } from "../ui/whose.js";
import { Chart, type Line } from "./chart.js";
import { byKey } from "./moments.js";
import { kind, MAIN } from "./palette.js";

interface Props {
  readonly title: string;
  readonly hint: string;
  readonly of: (moment: PlayerMoment) => number | null;
}

/** More players than that are not named one by one. */
const NAMED_MAX = 5;

function ByPlayer({ title, hint, of }: Props) {
  // The chosen one comes last, so as to lie above the others.
  const shown = people.value.toSorted((a, b) => Number(a.seat === seat.value) - Number(b.seat === seat.value));
  const lines = shown.map(({ seat: own, name }, index): Line => {
    const isChosen = own === seat.value;
    return { label: name, color: isChosen ? MAIN : `${kind(index)}b0`, width: isChosen ? 2.5 : 1, quiet: !isChosen && shown.length > NAMED_MAX };
  });
  const keys = shown.map(({ seat }) => String(seat));
  return <Chart plain={shown.length > 2 && shown.length <= NAMED_MAX} title={title} hint={hint} lines={lines} data={() => byKey(course.people, keys, of)} format={ms} top={50} />;
}

export function RoundTripByPlayer() {
  return (
    <ByPlayer
      title="Round trip by player"
      hint="One line for each player: a bad network stands out from the others."
      of={({ rttMs }) => rttMs}
    />
  );
}

export function InputAckByPlayer() {
  return (
    <ByPlayer
      title="Input to ack by player"
      hint="One line for each player, from an input to the snapshot that shows what it did."
      of={({ ackMs }) => ackMs}
    />
  );
}
