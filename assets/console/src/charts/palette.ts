// The colours of the console's charts, on the same ink as arena.

export const MAIN = "#6ff0c0";
export const SECOND = "#5cc8ff";
export const WARN = "#ffc24d";
export const BAD = "#ff5f57";
export const DIM = "#8f9db3";

/** For things of one kind, in turn. */
const KINDS = ["#5cc8ff", "#c79bff", "#ffb454", "#6ff0a0", "#ff7ac8", "#7c9cff", "#ffe27a", "#f59fb0"] as const;

export function kind(index: number): string {
  return KINDS[index % KINDS.length] ?? DIM;
}
