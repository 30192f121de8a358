// Builds what is published: modules with types and maps for bundlers and Node.js, and one file for pages without a bundler. With
// `--licenses` the licence texts of the repository are put beside it, as `npm pack` needs them.

import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

rmSync(here("dist"), { recursive: true, force: true });
execFileSync(process.execPath, [here("../node_modules/typescript/bin/tsc"), "-p", here("tsconfig.build.json")], { stdio: "inherit" });
await build({
  input: here("src/index.ts"),
  platform: "browser",
  logLevel: "warn",
  output: { file: here("dist/skirmish-client.min.js"), minify: true, sourcemap: true },
});
if (process.argv.includes("--licenses"))
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(here(`../../${name}`), here(name));
