// A choice among the people in the match. Bots play inside the server: they have no network and no view of their own.

import { computed } from "@preact/signals";
import { players } from "../state/live.js";

export const people = computed(() => (players.value ?? []).filter(({ bot }) => !bot));

interface Props {
  readonly id: string;
  readonly label: string;
  /** What it means to choose nobody. */
  readonly nobody: string;
  readonly seat: number | null;
  readonly choose: (seat: number | null) => void;
}

export function Whose({ id, label, nobody, seat, choose }: Props) {
  return (
    <label class="field">
      <span>{label}</span>
      <select id={id} value={seat === null ? "" : String(seat)} onChange={({ currentTarget: { value } }) => choose(value === "" ? null : Number(value))}>
        <option value="">{nobody}</option>
        {people.value.map(({ seat, name }) => (
          <option key={seat} value={seat}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
