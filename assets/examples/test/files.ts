/** A server of files, for pages. */

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { ROOT } from "./running.js";

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

/** Serves the folder `assets` on a free port. */
export async function serveFiles(): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    // Browsers ask for one by themselves.
    if (pathname === "/favicon.ico") return void response.writeHead(204).end();
    readFile(join(ROOT, "assets", pathname)).then(
      (content) => response.setHeader("content-type", TYPES[extname(pathname)] ?? "text/plain").end(content),
      () => response.writeHead(404).end(),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, [Symbol.asyncDispose]: async () => void server.close() };
}
