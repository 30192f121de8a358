import { defineConfig } from "vite";

// `npm run dev` serves the console with hot reload and hands the API and the WebSocket to a running server.
const server = "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  build: { target: "es2022", sourcemap: true },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": server, "/ws": { target: server, ws: true } },
  },
});
