/** What a page that bundles the package gets of it. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "rolldown";
import { expect, test } from "vitest";

const INDEX = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const GZIPPED_BYTES_MAX = 15 * 1024;

/** The text of a bundle whose entry is this program; imports of `external` packages stay. */
async function bundle(program: string, external: string[] = []): Promise<string> {
  const entry = "\0entry";
  const { output } = await build({
    input: entry,
    platform: "browser",
    write: false,
    external,
    output: { minify: true },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : id === "skirmish-client" ? INDEX : null),
        load: (id) => (id === entry ? program : null),
      },
    ],
  });
  return output[0].code;
}

test("the whole package takes less than 15 KB gzipped, MessagePack aside", async () => {
  const code = await bundle('export * from "skirmish-client";', ["@msgpack/msgpack"]);
  const bytes = gzipSync(code, { level: 9 }).length;
  console.log(`the whole package: ${bytes} bytes gzipped, MessagePack aside`);
  expect(code).toContain("@msgpack/msgpack");
  expect(bytes).toBeLessThan(GZIPPED_BYTES_MAX);
});

test("importing the package and using nothing of it leaves nothing", async () => {
  expect(await bundle('import "skirmish-client";')).toBe("");
  expect((await bundle('import { join } from "skirmish-client"; void 0;')).trim()).toBe("");
});

test("a page that only tells errors apart gets the errors, and neither the match nor MessagePack", async () => {
  const code = await bundle('import { JoinError } from "skirmish-client"; console.log(JoinError);');
  expect(code).toContain("match_full");
  expect(code).not.toContain("WebSocket(");
  expect(code.length).toBeLessThan(3000);
});

test("a page that does not speak JSON gets nothing of it", async () => {
  const join = await bundle('export { join } from "skirmish-client";');
  const both = await bundle('export { join, json } from "skirmish-client";');
  expect(both).toContain("skirmish.v1.json");
  expect(join).not.toContain("skirmish.v1.json");
});
