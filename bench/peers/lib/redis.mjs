// A Redis of one contestant's own.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort, run, serve } from "./machine.mjs";

/** Starts one under `folder`; `appendfsync` is "always", or null for one that keeps nothing (a cache, a queue). */
export async function redis(folder, appendfsync) {
  const home = join(folder, "redis");
  await mkdir(home);
  const port = await freePort();
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--dir", home, "--save", ""];
  if (appendfsync) flags.push("--appendonly", "yes", "--appendfsync", appendfsync);
  const server = serve(folder, "redis", ["redis-server", ...flags]);
  const ask = async (...words) => (await run("redis-cli", ["-p", String(port), ...words])).trim();
  await server.until(async () => (await ask("ping")) === "PONG");
  return { port, ask, url: (database) => `redis://127.0.0.1:${port}/${database}`, stop: () => server.stop() };
}
