// What this tab remembers over a reload. A duplicated tab begins with a copy of all that the first one does: it is told
// apart, so that it does not take the first one's seat.

import { Memory } from "./memory.js";

const ID = "arena tab";
/** How long a reloaded page waits for the page before it to be gone, in milliseconds. */
const GONE_MS_MAX = 500;

/** This tab's memory: empty in a new tab, and in a duplicate of one that is still there. */
export async function tabMemory(): Promise<Memory> {
  const session = new Memory(() => sessionStorage);
  let id = session.getItem(ID);
  if (id === null || !(await isOurs(id))) {
    id = Math.random().toString(36).slice(2);
    session.setItem(ID, id);
    await isOurs(id);
  }
  return new Memory(() => sessionStorage, `${id} `);
}

/** Takes an id for as long as this page is there; false if another page has it. */
function isOurs(id: string): Promise<boolean> {
  // Pages that came neither over TLS nor from this machine have no locks, and can't tell.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {});
    };
    const inTime = { signal: AbortSignal.timeout(GONE_MS_MAX) };
    navigator.locks.request(`${ID} ${id}`, inTime, hold).catch(() => resolve(false));
  });
}
