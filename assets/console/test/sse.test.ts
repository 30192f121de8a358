import { expect, test } from "vitest";
import { SseReader } from "../src/feed/sse.js";

test("events come out whole, however the text is cut", () => {
  const text = 'event: server\ndata: {"a":1}\n\n: heartbeat\n\nevent: match\r\ndata: one\r\ndata: two\r\n\r\ndata: bare\n\n';
  const whole = new SseReader().read(text);
  expect(whole).toEqual([
    { name: "server", data: '{"a":1}' },
    { name: "match", data: "one\ntwo" },
    { name: "message", data: "bare" },
  ]);
  const reader = new SseReader();
  expect([...text].flatMap((letter) => reader.read(letter))).toEqual(whole);
});

test("an event that is not complete is kept back", () => {
  const reader = new SseReader();
  expect(reader.read("event: a\ndata: b\n")).toEqual([]);
  expect(reader.read("\n")).toEqual([{ name: "a", data: "b" }]);
});
