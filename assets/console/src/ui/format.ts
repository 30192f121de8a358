// Figures as people read them: always the same number of digits, so that they can be compared and do not jump.

const NONE = "–";

/** With thin spaces between thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en").replaceAll(",", "\u2009");
}

export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

export function bytes(value: number): string {
  if (value < 1000) return `${Math.round(value)} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(1)} kB`;
  if (value < 1e9) return `${(value / 1e6).toFixed(1)} MB`;
  return `${(value / 1e9).toFixed(2)} GB`;
}

export function bytesPerS(value: number | null): string {
  return value === null ? NONE : `${bytes(value)}/s`;
}

export function percent(permille: number | null): string {
  return permille === null ? NONE : `${(permille / 10).toFixed(1)} %`;
}

/** A length of time in its two largest units. */
export function age(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

export function clock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString("en-GB");
}

/** A setting's value: as many digits as its step has, and more if it was typed with more. */
export function value(given: number | boolean, step: number): string {
  if (typeof given === "boolean") return given ? "on" : "off";
  const [usual, exact] = [given.toFixed(digits(step)), Number(given.toPrecision(7))];
  return Number(usual) === exact ? usual : String(exact);
}

/** How many digits a step has behind the point. */
export function digits(step: number): number {
  if (Number.isInteger(step)) return 0;
  const text = String(step);
  return text.includes("e-") ? Number(text.split("e-")[1]) : (text.split(".")[1] ?? "").length;
}

/** What the engine's own settings are called. */
const NAMES: Readonly<Record<string, string>> = {
  tick_hz: "tick rate",
  interp_delay_ms: "interpolation delay",
  dilation_permille: "speed of time",
  window_ms: "flow window",
  history_ticks: "history",
};

/** `fighter.input_hold_s` as a label: "input hold". What its unit says is not said twice. */
export function label(key: string): string {
  const name = NAMES[key];
  if (name !== undefined) return name;
  const last = key.split(".").at(-1) ?? key;
  return last.replace(/_(s|ms|us|hz|deg|permille|per_s|ticks)$/, "").replaceAll("_", " ");
}

/** Somebody else's words as a sentence of this page. */
export function sentence(words: string): string {
  return `${capital(words)}${/[.!?…]$/.test(words) ? "" : "."}`;
}

export function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
