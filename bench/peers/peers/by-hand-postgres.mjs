// By hand: a conditional UPDATE and an INSERT on PostgreSQL, by pgbench. No HTTP, no payment, no buyer's name, no hold
// that ends, no waitlist: what remains when all of that is somebody else's work.
import { mkdir, readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { postgres } from "../lib/postgres.mjs";
import { quantiles, STEADY_UNITS } from "../lib/job.mjs";
import { chownLike } from "../lib/machine.mjs";

const SCRIPT = fileURLToPath(new URL("take.sql", import.meta.url));
const TABLES = `
create table pools (id integer primary key, free integer not null check (free >= 0)) with (fillfactor = 50);
create table orders (id bigint generated always as identity primary key, pool integer not null, at timestamptz not null default now());
`;
/** More connections than this a pool in front would hold back; each takes its turn several times. */
const CONNECTIONS_MAX = 100;

export const byHandPostgres = {
  name: "by-hand-postgres",
  about: "by hand: UPDATE … WHERE free > 0 and INSERT, PostgreSQL, pgbench",
  async start(folder) {
    const database = await postgres(folder);
    await database.database("hand");
    await database.query("hand", TABLES);
    let pools = 0;
    const put = async (units) => {
      await database.query("hand", `insert into pools values (${(pools += 1)}, ${units})`);
      return pools;
    };
    const counters = async (pool) => {
      const sums = `select free, (select count(*) from orders where pool = ${pool}) from pools where id = ${pool}`;
      const [left, sold] = (await database.query("hand", sums)).trim().split("|").map(Number);
      return { sold, left, counters: `free ${left}, orders ${sold}` };
    };
    return {
      requests: "1",
      async rush(job) {
        const pool = await put(job.units);
        const clients = Math.min(job.buyers, CONNECTIONS_MAX);
        const bench = await pgbench(database, folder, pool, ["-c", clients, "-t", job.buyers / clients]);
        const after = await counters(pool);
        // The statement answers how many rows it wrote; pgbench does not keep that, so the table is asked.
        const told = { acknowledged: after.sold, refused: job.buyers - after.sold, failed: 0, unfinished: 0 };
        const wallMs = bench.spanMs;
        return { ...job, ...told, wallMs, perSecond: (1000 * after.sold) / wallMs, ...quantiles(bench.times), ...after };
      },
      async steady(buyers, spanMs) {
        const pool = await put(STEADY_UNITS);
        const bench = await pgbench(database, folder, pool, ["-c", buyers, "-T", Math.ceil(spanMs / 1000)]);
        const { sold } = await counters(pool);
        const acknowledged = bench.times.length;
        if (sold !== acknowledged) throw new Error(`${acknowledged} were acknowledged, ${sold} are there`);
        const perSecond = (1000 * acknowledged) / bench.spanMs;
        return { buyers, spanMs, acknowledged, failed: 0, failures: [], perSecond, ...quantiles(bench.times) };
      },
      stop: () => database.stop(),
    };
  },
};

let runs = 0;

/** Runs pgbench; answers each transaction's time, and the span without the connecting, as pgbench counts it. */
async function pgbench(database, folder, pool, load) {
  const logs = join(folder, `pgbench-${(runs += 1)}`);
  await mkdir(logs);
  await chownLike(logs, database.home);
  const flags = ["-n", "-M", "prepared", "-j", "2", "-f", SCRIPT, "-D", `pool=${pool}`, "-l", ...load.map(String)];
  const said = await database.tool("pgbench", [...database.reach, ...flags, "hand"], { cwd: logs });
  const perSecond = Number(/tps = ([\d.]+) \(without/.exec(said)?.[1]);
  const times = [];
  for (const name of await readdir(logs)) {
    for (const line of (await readFile(join(logs, name), "utf8")).split("\n")) {
      if (line) times.push(Number(line.split(" ")[2]) / 1000);
    }
  }
  if (!perSecond || !times.length) throw new Error(`pgbench said nothing to read:\n${said}`);
  return { times, spanMs: (1000 * times.length) / perSecond };
}
