// The colours of arena. Light on ink: what acts glows, what stands still does not.

export const INK = 0x0a0d14;
export const FLOOR = 0x121925;
export const WALL_TOP = 0x2b374c;
export const WALL_SIDE = 0x1a2331;
export const WALL_EDGE = 0x53668a;
export const ME = 0x6ff0c0;
export const HURT = 0xff5f57;
export const WHITE = 0xffffff;

/** By kind of pickup: health, haste, rapid fire. */
export const PICKUPS = [0x6ff0a0, 0x5cc8ff, 0xffc24d] as const;
export const PICKUP_NAMES = ["health", "haste", "rapid fire"] as const;

/** By map, in turn. */
const ACCENTS = [0xff8a4c, 0x4cb8ff, 0xb58cff, 0xffd34c];

/** By seat, in turn; none is near the own colour. */
const SEATS = [0xff7a6b, 0xffb454, 0x7c9cff, 0xff7ac8, 0xc79bff, 0xffe27a, 0x5cc8ff, 0xf59fb0, 0xe6c79c, 0x9ea8ff];

export function colourOf(seat: number, me: boolean): number {
  return me ? ME : (SEATS[seat % SEATS.length] ?? WHITE);
}

export function accentOf(map: number): number {
  return ACCENTS[map % ACCENTS.length] ?? WHITE;
}

/** A colour for style sheets. */
export function css(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}
