/** The package as `npm pack` makes it, in an empty project: what it holds, its types, and the example of its README. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, Running, serve } from "./running.js";

const SDK = `${ROOT}assets/sdk`;
const TSC = `${ROOT}assets/node_modules/typescript/bin/tsc`;
const SKIRMISH = `${ROOT}target/release/skirmish`;

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "skirmish-client-"));
  run("npm", ["pack", "--silent", "--pack-destination", project], SDK);
  const [tarball] = readdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`]);
}, 60_000);

afterAll(() => rmSync(project, { recursive: true }));

function run(command: string, args: readonly string[], cwd = project): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  }
}

/** The first example in the package's README. */
function example(): string {
  const [, code] = /```ts\n(.*?)```/s.exec(readFileSync(installed("README.md"), "utf8")) ?? [];
  if (code === undefined) throw new Error("the README has no example");
  return code;
}

const installed = (file: string) => join(project, "node_modules/skirmish-client", file);
const compilerOptions = { strict: true, target: "es2022", module: "nodenext", types: [] };

function check(name: string, options: object): void {
  writeFileSync(join(project, `${name}.json`), JSON.stringify({ compilerOptions: options, files: [`${name}.ts`] }));
  run(process.execPath, [TSC, "-p", `${name}.json`]);
}

test("it holds modules with types and maps, their sources, the one file, licences and the README", () => {
  const files = readdirSync(installed("."), { recursive: true, encoding: "utf8" });
  const wanted = ["dist/index.js", "dist/index.d.ts", "dist/index.js.map", "dist/index.d.ts.map", "src/index.ts"];
  expect(files).toEqual(expect.arrayContaining([...wanted, "dist/skirmish-client.min.js", "README.md", "LICENSE-MIT"]));
  for (const map of files.filter((file) => /^dist\/\w+\.(js|d\.ts)\.map$/.test(file))) {
    const { sources } = JSON.parse(readFileSync(installed(map), "utf8")) as { sources: string[] };
    for (const source of sources) expect(files, map).toContain(join("dist", source));
  }
});

test("its types need no browser's and no Node.js's, and hold when they are checked themselves", () => {
  writeFileSync(join(project, "bare.ts"), 'import * as client from "skirmish-client";\nexport { client };\n');
  check("bare", { ...compilerOptions, lib: ["es2022"], skipLibCheck: false });
});

test("the example of the README has ten lines, is typed all the way, and plays on a server", async () => {
  await using server = await serve("--bots", "2");
  const lines = example().split("\n").filter((line) => line.trim() !== "");
  expect(lines).toHaveLength(10);
  writeFileSync(join(project, "example.ts"), example().replace("http://127.0.0.1:8080", server.url));
  writeFileSync(join(project, "arena.ts"), run(SKIRMISH, ["types", "--game", "arena"]));
  check("example", { ...compilerOptions, lib: ["es2022", "dom"], skipLibCheck: false });
  const flag = "WebSocket" in globalThis ? [] : ["--experimental-websocket"];
  await using playing = new Running(process.execPath, [...flag, join(project, "example.js")]);
  await playing.line(/^\d+ is at \d+/);
});

test("a mistake in a name or a value of the game does not compile", () => {
  const mistakes = [
    "match.input = { move_z: 1 };",
    "match.input = { fire: 1 };",
    'match.entities("Figther");',
    'match.entities("Body").map((body) => body.z);',
    'match.on("event", (event) => event.name === "Hitt");',
    'match.on("events", () => {});',
  ];
  const head = 'import { join } from "skirmish-client";\nimport type { Arena } from "./arena.js";\n';
  const program = `${head}const match = await join<Arena>("", { game: "arena", name: "Ada" });\n`;
  const expected = mistakes.map((mistake) => `// @ts-expect-error\n${mistake}\n`).join("");
  writeFileSync(join(project, "arena.ts"), run(SKIRMISH, ["types", "--game", "arena"]));
  writeFileSync(join(project, "mistakes.ts"), program + expected);
  check("mistakes", { ...compilerOptions, lib: ["es2022"], noEmit: true });
});
