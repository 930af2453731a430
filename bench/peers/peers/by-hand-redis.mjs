// By hand: a Lua script in Redis that takes a unit if there is one and writes who has it, synced to disk before the
// answer (appendfsync always), by redis-benchmark. No HTTP, no payment, no hold that ends, no waitlist.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { run } from "../lib/machine.mjs";
import { redis } from "../lib/redis.mjs";
import { STEADY_UNITS } from "../lib/job.mjs";

const SCRIPT = fileURLToPath(new URL("take.lua", import.meta.url));
/** redis-benchmark counts requests, not seconds: a first run says how many fill the span. */
const FIRST_REQUESTS = 2_000;

export const byHandRedis = {
  name: "by-hand-redis",
  about: "by hand: a Lua script in Redis, appendfsync always, redis-benchmark",
  async start(folder) {
    const store = await redis(folder, "always");
    const script = await store.ask("script", "load", await readFile(SCRIPT, "utf8"));
    let pools = 0;
    const put = async (units) => {
      await store.ask("set", `free:${(pools += 1)}`, String(units));
      return pools;
    };
    const counters = async (pool) => {
      const left = Number(await store.ask("get", `free:${pool}`));
      const sold = Number(await store.ask("hlen", `orders:${pool}`));
      return { sold, left, counters: `free ${left}, orders ${sold}` };
    };
    const bench = (pool, clients, requests) => benchmark(store.port, script, pool, clients, requests);
    return {
      requests: "1",
      async rush(job) {
        const pool = await put(job.units);
        const { wallMs, p50Ms, p99Ms } = await bench(pool, job.buyers, job.buyers);
        const after = await counters(pool);
        const told = { acknowledged: after.sold, refused: job.buyers - after.sold, failed: 0, unfinished: 0 };
        return { ...job, ...told, wallMs, perSecond: (1000 * after.sold) / wallMs, p50Ms, p99Ms, ...after };
      },
      async steady(buyers, spanMs) {
        const first = await bench(await put(STEADY_UNITS), buyers, FIRST_REQUESTS);
        const requests = Math.max(Math.round((FIRST_REQUESTS * spanMs) / first.wallMs), buyers);
        const pool = await put(STEADY_UNITS);
        const { wallMs, p50Ms, p99Ms } = await bench(pool, buyers, requests);
        const { sold } = await counters(pool);
        if (sold !== Math.min(requests, STEADY_UNITS)) throw new Error(`${requests} asked, ${sold} are there`);
        const perSecond = (1000 * requests) / wallMs;
        return { buyers, spanMs: wallMs, acknowledged: sold, failed: 0, failures: [], perSecond, p50Ms, p99Ms };
      },
      stop: () => store.stop(),
    };
  },
};

async function benchmark(port, script, pool, clients, requests) {
  const load = ["-p", String(port), "-c", String(clients), "-n", String(requests), "--csv", "-r", "1000000000"];
  const call = ["evalsha", script, "2", `free:${pool}`, `orders:${pool}`, "buyer-__rand_int__"];
  const said = await run("redis-benchmark", [...load, ...call]);
  // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
  const [, perSecond, , , p50Ms, , p99Ms, slowestMs] = said.trim().split("\n").at(-1).replaceAll('"', "").split(",").slice(-8);
  // It counts whole milliseconds: what takes less than one comes out as an infinite rate. Then the slowest one tells.
  const rate = perSecond === "inf" ? (1000 * clients) / slowestMs : perSecond;
  const figures = [rate, p50Ms, p99Ms].map(Number);
  if (!figures.every(Number.isFinite)) throw new Error(`redis-benchmark said nothing to read:\n${said}`);
  return { wallMs: (1000 * requests) / figures[0], p50Ms: figures[1], p99Ms: figures[2] };
}
