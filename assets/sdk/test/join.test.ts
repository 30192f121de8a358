import { expect, test } from "vitest";
import { ConnectionClosed, JoinError } from "../src/errors.js";
import { connect, join } from "../src/join.js";
import { Stage } from "./fakes.js";

const SEAT = { match: "duel", seat: 0, ws_url: "ws://test/ws", ticket: "ticket", expires_in_s: 30 };

/** A stage whose server answers join requests with this. */
function answering(status: number, body: unknown) {
  const asked: { url: string; body: unknown }[] = [];
  const stage = new Stage((url, init) => {
    asked.push({ url, body: JSON.parse(init.body as string) });
    return Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));
  });
  return { stage, asked };
}

class Shelf {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

async function joined(stage: Stage, storage: Shelf) {
  const joining = join("http://test/", { game: "tag", name: "Ada", storage }, stage.environment);
  await stage.socketOpened();
  stage.welcome();
  return joining;
}

test("whoever wants to look on says so", async () => {
  const { stage, asked } = answering(200, { ...SEAT, seat: 1024 });
  const joining = join("http://test/", { game: "tag", name: "Eve", match: "duel", spectate: true }, stage.environment);
  await stage.socketOpened();
  stage.welcome();
  await joining;
  expect(asked[0].body).toEqual({ game: "tag", name: "Eve", match: "duel", spectate: true });
});

test("joining asks for a seat, connects with the ticket, and is done at the welcome", async () => {
  const { stage, asked } = answering(200, SEAT);
  const joining = join("http://test/", { game: "tag", name: "Ada", match: "duel" }, stage.environment);
  await stage.socketOpened();
  stage.welcome({
    roster: [
      [0, "Ada", 1],
      [4, "bot", 3],
    ],
  });
  const match = await joining;
  expect(asked).toEqual([{ url: "http://test/api/join", body: { game: "tag", name: "Ada", match: "duel" } }]);
  expect(stage.socket.url).toBe("ws://test/ws?ticket=ticket");
  expect([match.id, match.game, match.seat, match.state]).toEqual(["duel", "tag", 0, "open"]);
  expect([...match.roster]).toEqual([
    [0, { name: "Ada", connected: true, bot: false }],
    [4, { name: "bot", connected: true, bot: true }],
  ]);
});

test("who has a ticket from elsewhere connects with it, and gets another when the seat is gone", async () => {
  const stage = new Stage();
  let asked = 0;
  const claimSeat = () => Promise.resolve({ wsUrl: "ws://test/ws", ticket: `ticket-${++asked}` });
  const connecting = connect(claimSeat, {}, stage.environment);
  await stage.socketOpened();
  expect(stage.socket.url).toBe("ws://test/ws?ticket=ticket-1");
  stage.welcome({ seat: 1024 });
  const match = await connecting;
  expect([match.seat, match.state, asked]).toEqual([1024, "open", 1]);
});

test("what asks for a seat and gets none is heard", async () => {
  const none = () => Promise.reject(new Error("no such seat"));
  await expect(connect(none, {}, new Stage().environment)).rejects.toThrow("no such seat");
});

test("a refusal carries the server's code, status and words", async () => {
  const { stage } = answering(409, { error: { code: "match_full", message: "duel has no free seat" } });
  const refused = join("http://test", { game: "tag", name: "Ada" }, stage.environment);
  await expect(refused).rejects.toEqual(new JoinError("match_full", 409, "duel has no free seat"));
});

test("an answer that cannot be read is a refusal too", async () => {
  const proxy = join("http://test", { game: "tag", name: "Ada" }, answering(502, "<html>").stage.environment);
  await expect(proxy).rejects.toMatchObject({ name: "JoinError", code: "bad_response", status: 502 });
  const empty = join("http://test", { game: "tag", name: "Ada" }, answering(200, {}).stage.environment);
  await expect(empty).rejects.toMatchObject({ name: "JoinError", code: "bad_response", status: 200 });
});

test("a server that cannot be reached says so", async () => {
  const away = join("http://test", { game: "tag", name: "Ada" }, new Stage().environment);
  await expect(away).rejects.toMatchObject({ name: "JoinError", code: "unreachable", status: 0 });
});

test("a connection that is refused tells why, in the server's words", async () => {
  const { stage } = answering(200, SEAT);
  const joining = join("http://test", { game: "tag", name: "Ada" }, stage.environment);
  await stage.socketOpened();
  stage.socket.accept();
  stage.socket.deliverText("this ticket has been used; join again");
  stage.socket.drop(4103, "ticket_used");
  await expect(joining).rejects.toEqual(new ConnectionClosed(4103, "this ticket has been used; join again"));
});

test("a reloaded page returns to its seat with the newest token", async () => {
  const storage = new Shelf();
  const first = answering(200, SEAT);
  (await joined(first.stage, storage)).close();
  const second = answering(200, SEAT);
  await joined(second.stage, storage);
  expect(second.stage.socket.url).toBe("ws://test/ws?ticket=token-1");
  expect(second.asked).toEqual([]);
});

test("a seat that is gone is forgotten, and a new one asked for", async () => {
  const storage = new Shelf();
  await joined(answering(200, SEAT).stage, storage);
  const { stage, asked } = answering(200, SEAT);
  const joining = join("http://test/", { game: "tag", name: "Ada", storage }, stage.environment);
  await stage.socketOpened();
  stage.socket.drop(4102);
  await stage.socketOpened(2);
  stage.welcome();
  await joining;
  expect(asked).toHaveLength(1);
  expect(stage.socket.url).toBe("ws://test/ws?ticket=ticket");
});

test("a seat is kept while the network is away", async () => {
  const storage = new Shelf();
  await joined(answering(200, SEAT).stage, storage);
  const { stage } = answering(200, SEAT);
  const joining = join("http://test/", { game: "tag", name: "Ada", storage }, stage.environment);
  await stage.socketOpened();
  stage.socket.drop(1006);
  await expect(joining).rejects.toMatchObject({ code: 1006 });
  expect(storage.items.size).toBe(1);
});

test("leaving forgets the seat", async () => {
  const storage = new Shelf();
  (await joined(answering(200, SEAT).stage, storage)).leave();
  expect(storage.items.size).toBe(0);
});

test("a seat that another page has claimed since is left to it", async () => {
  const storage = new Shelf();
  const { stage } = answering(200, SEAT);
  await joined(stage, storage);
  const [key] = storage.items.keys();
  storage.setItem(key, JSON.stringify({ wsUrl: "ws://test/ws", ticket: "token-of-the-other" }));
  stage.socket.drop(4200);
  expect(storage.getItem(key)).toContain("token-of-the-other");
});

test("a seat that is gone when the connection comes back is replaced by another, which is kept", async () => {
  const storage = new Shelf();
  const { stage, asked } = answering(200, { ...SEAT, ws_url: "ws://other/ws" });
  const match = await joined(stage, storage);
  stage.socket.drop(1006);
  stage.clock.advance(500);
  stage.socket.drop(4101);
  stage.clock.advance(1000);
  await stage.socketOpened(3);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toEqual(asked[0]);
  stage.welcome({ seat: 5, token: "token-of-5" });
  expect(match.seat).toBe(5);
  expect([...storage.items.values()]).toEqual([JSON.stringify({ wsUrl: "ws://other/ws", ticket: "token-of-5" })]);
});
