import { readFile } from "node:fs/promises";
import { Designer } from "../designer.js";
import { expect, SIGNED_OUT, test } from "../fixtures.js";

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly "x-needs"?: "operator" | "viewer" | "nobody" }>>>>;
}

const METHODS = ["get", "put", "post", "patch", "delete"];

test("the printed address signs in, and the token does not stay in it", async ({ serve, design, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "2"]);
  await server.admin("matches", "POST", { game: "arena" });
  const { page } = await design(server);
  expect(page.url()).not.toContain("token");
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await expect(page.locator("#sidebar .matches li")).toHaveCount(1);
  await page.reload();
  await expect(page.locator("#sidebar .matches li")).toHaveCount(1);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("textbox", { name: "Token" })).toBeVisible();
});

test("without a token there is no console and no answer, with a wrong one a sentence", async ({ serve, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const { url } = await serve([]);
  const page = await visit(`${url}/console`);
  for (const path of ["matches", "feed", "audit", "presets", "session"])
    expect((await page.request.get(`${url}/api/admin/${path}`)).status()).toBe(401);
  await page.keyboard.type("not-the-token");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("This token is not valid here.");
});

test("who signs in to look on sees everything, may change nothing, and reads why", async ({ serve, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "2"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const { page } = await Designer.at(await visit(server.consoles.viewer, { viewport: { width: 1280, height: 800 } }));
  await expect(page.locator("#banners")).toContainText("only an operator can change something");
  for (const name of ["Pause", "Step", "End …", "Open a match"]) {
    await expect(page.getByRole("button", { name })).toBeDisabled();
    await expect(page.getByRole("button", { name })).toHaveAttribute("title", /only an operator/);
  }
  await expect(page.locator('.setting[data-key="tick_hz"] input[type=number]')).toBeDisabled();
  const refused = await page.evaluate(async () => {
    const answer = await fetch("/api/admin/matches/e2e", { method: "PATCH", body: '{"tick_hz":60}' });
    return { status: answer.status, body: await answer.text() };
  });
  expect(refused.status).toBe(403);
  expect(refused.body).toContain("read_only");
});

test("every endpoint refuses a missing and a wrong token, and one that acts a token that may only look", async ({ serve }) => {
  const server = await serve(["--bots", "2"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const document = JSON.parse(await readFile(new URL("../../../docs/openapi.json", import.meta.url), "utf8")) as OpenApi;
  const viewer = new URL(server.consoles.viewer).hash.replace("#token=", "");
  const status = async (path: string, method: string, token?: string): Promise<number> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const filled = path.replace("{id}", "e2e").replaceAll(/\{\w+\}/g, "1");
    const answer = await fetch(server.url + filled, { method: method.toUpperCase(), headers });
    await answer.body?.cancel();
    return answer.status;
  };
  let asked = 0;
  for (const [path, operations] of Object.entries(document.paths))
    for (const method of METHODS.filter((method) => method in operations)) {
      const needs = operations[method]?.["x-needs"];
      if (!needs || needs === "nobody") continue;
      asked++;
      expect(await status(path, method), `${method} ${path} without a token`).toBe(401);
      expect(await status(path, method, "wrong-token"), `${method} ${path} with a wrong token`).toBe(401);
      if (needs === "operator") expect(await status(path, method, viewer), `${method} ${path} by a viewer`).toBe(403);
    }
  expect(asked).toBeGreaterThan(20);
});
