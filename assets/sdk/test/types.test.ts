import { expectTypeOf, test } from "vitest";
import type { AnyGame, ComponentName, GameEvent, join, Match, View } from "../src/index.js";

interface Tag {
  components: { Body: Body; Round: { phase: number } };
  input: { move_x: number; fire: boolean };
  events: { hit: { by: number }; over: { winner: number } };
}

interface Body {
  x: number;
  alive: boolean;
  ammo?: number;
}

test("a game's types narrow views, input and events", () => {
  expectTypeOf<ReturnType<typeof join<Tag>>>().resolves.toEqualTypeOf<Match<Tag>>();
  expectTypeOf<View<Tag, "Body">>().toExtend<Readonly<Body> & { readonly id: number }>();
  expectTypeOf<ComponentName<Tag>>().toEqualTypeOf<"Body" | "Round">();
  expectTypeOf<NonNullable<Match<Tag>["input"]>>().toEqualTypeOf<{
    readonly move_x?: number;
    readonly fire?: boolean;
  }>();
  expectTypeOf<Extract<GameEvent<Tag>, { name: "hit" }>["by"]>().toEqualTypeOf<number>();
  expectTypeOf<GameEvent<Tag>["name"]>().toEqualTypeOf<"hit" | "over">();
});

test("a game of which nothing is known has fields that are numbers or booleans", () => {
  expectTypeOf<View<AnyGame, "Whatever">["x"]>().toEqualTypeOf<number | boolean>();
  expectTypeOf<View<AnyGame, "Whatever">["id"]>().toEqualTypeOf<number>();
  expectTypeOf<GameEvent<AnyGame>["tick"]>().toEqualTypeOf<number>();
});
