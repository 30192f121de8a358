import { defineConfig } from "vitest/config";

// Each test starts servers and browsers of its own, and some wait for players to meet.
export default defineConfig({ test: { testTimeout: 60_000, expect: { poll: { timeout: 30_000 } }, fileParallelism: false } });
