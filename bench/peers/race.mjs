// The race: the same job for Dayshelf and its peers, one after the other on this machine. Start at `main`.
//
//   cargo xtask race [--only NAME] [--quick]     installs what is missing, builds, and runs this
//
// Here: who runs, in which order, and what is written. Not here: the jobs (`lib/job.mjs`), how each contestant is
// started and asked (`peers/`).
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RUSHES, STEADY_BUYERS, rush, steady } from "./lib/job.mjs";
import { environment } from "./lib/machine.mjs";
import { machine } from "./lib/about.mjs";
import { steadyTable, rushTable } from "./lib/table.mjs";
import * as dayshelf from "./peers/dayshelf.mjs";
import { byHandPostgres } from "./peers/by-hand-postgres.mjs";
import { byHandRedis } from "./peers/by-hand-redis.mjs";
import * as pretix from "./peers/pretix.mjs";
import * as vendure from "./peers/vendure.mjs";

const CONTESTANTS = [
  dayshelf.sqlite,
  dayshelf.onPostgres,
  dayshelf.threeNodes,
  vendure.sqlite,
  vendure.onPostgres,
  pretix.rest,
  pretix.shop,
  byHandPostgres,
  byHandRedis,
];

const FULL = { rounds: 3, limitMs: 120_000, steadyMs: 5_000 };
const QUICK = { rounds: 1, limitMs: 60_000, steadyMs: 1_000 };
// Not the folder for temporary files, which may be in memory: what is durable here must reach a disk.
const DATA_PREFIX = "/var/tmp/dayshelf-race-";
const LOOK_MS = 100;
const STILL_MS_MAX = 2_000;
const TRIES_MAX = 3;
/** A job that took longer than this is not repeated. */
const REPEAT_MS_MAX = 30_000;

/** What is there now and must not stay. */
const now = { folder: null, running: null, ending: false };

async function main(args) {
  const asked = parse(args);
  const results = [];
  for (const contestant of asked.contestants) {
    if (now.ending) throw new Error("told to end");
    console.log(`\n${contestant.name}: ${contestant.about}`);
    results.push(await one(contestant, asked.quick ? QUICK : FULL));
  }
  const report = { at: new Date().toISOString(), quick: asked.quick, machine: await machine(), results };
  const folder = environment("RACE_OUT");
  await mkdir(folder, { recursive: true });
  const file = join(folder, `race-${report.at.replaceAll(/[:.]/g, "-")}.json`);
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\n${rushTable(results)}\n\n${steadyTable(results)}\n\nwritten to ${file}`);
  const failed = results.filter((result) => result.fault).map((result) => result.name);
  if (failed.length) throw new Error(`did not run: ${failed.join(", ")}`);
  if (asked.prove) prove(results);
}

function parse(args) {
  const asked = { quick: false, prove: false, contestants: [] };
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === "--quick") asked.quick = true;
    else if (args[at] === "--prove") asked.prove = true;
    else if (args[at] === "--only") asked.contestants.push(...named(args[(at += 1)]));
    else throw new Error(`race does not know ${args[at]}`);
  }
  if (!asked.contestants.length) asked.contestants = CONTESTANTS;
  return asked;
}

/** A contestant's name, or the beginning of several. */
function named(name) {
  const found = CONTESTANTS.filter((one) => name && (one.name === name || one.name.startsWith(`${name}-`)));
  if (found.length) return found;
  throw new Error(`--only wants one of ${CONTESTANTS.map((one) => one.name).join(", ")}`);
}

/** Everything that one contestant does, in a folder that goes with it. A contestant that fails does not end the race. */
async function one(contestant, scale) {
  const { name, about } = contestant;
  const result = { name, about, rushes: [], steady: [] };
  const folder = await mkdtemp(DATA_PREFIX);
  now.folder = folder;
  // A database server runs under an account of its own and has to get in.
  await chmod(folder, 0o755);
  let running;
  try {
    running = await contestant.start(folder);
    now.running = running;
    Object.assign(result, { requests: running.requests, setting: running.setting });
    const runRush = watched(running.rush ?? ((job, limitMs) => rush(running, job, limitMs)));
    const runSteady = watched(running.steady ?? ((buyers, spanMs) => steady(running, buyers, spanMs)));
    // The calm jobs first: a rush may leave work behind that would slow down what comes after it.
    for (const buyers of STEADY_BUYERS) {
      result.steady.push(await runSteady(buyers, scale.steadyMs));
      console.log(`  steady, ${buyers}: ${result.steady.at(-1).perSecond.toFixed(1)} orders a second`);
    }
    for (const job of RUSHES) result.rushes.push(...(await rounds(job, scale, runRush)));
  } catch (cause) {
    result.fault = cause.message;
    console.log(`  did not run: ${cause.message}\n${await logs(folder)}`);
  } finally {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
    Object.assign(now, { folder: null, running: null });
  }
  return result;
}

/**
 * On a machine that others use, or that is a guest, everything may stand still for a while. A job in which the driver
 * itself did is done again, so many times; what it says then is kept with the standstill written beside it.
 */
function watched(job) {
  return async (...args) => {
    for (let tries = 1; ; tries += 1) {
      let last = performance.now();
      let stillMs = 0;
      const look = () => {
        const at = performance.now();
        stillMs = Math.max(stillMs, at - last - LOOK_MS);
        last = at;
      };
      const timer = setInterval(look, LOOK_MS);
      const outcome = await job(...args).finally(() => clearInterval(timer));
      look();
      if (stillMs < STILL_MS_MAX || tries === TRIES_MAX) return { ...outcome, stillMs: Math.round(stillMs) };
      console.log(`  (everything stood still for ${(stillMs / 1000).toFixed(0)} s: once more)`);
    }
  };
}

/** The end of every log, for whoever has to find out why. */
async function logs(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".log"));
  const ends = names.map(async (name) => {
    const lines = (await readFile(join(folder, name), "utf8")).trimEnd().split("\n");
    return `--- ${name}\n${lines.slice(-8).join("\n")}`;
  });
  return (await Promise.all(ends)).join("\n");
}

async function rounds(job, scale, runRush) {
  const done = [];
  for (let round = 0; round < scale.rounds; round += 1) {
    const outcome = { job: job.name, ...(await runRush(job, scale.limitMs)) };
    outcome.oversold = Math.max(outcome.sold, outcome.acknowledged) > job.units;
    done.push(outcome);
    console.log(`  ${job.name}: sold ${outcome.sold} in ${(outcome.wallMs / 1000).toFixed(2)} s; ${outcome.counters}`);
    if (outcome.wallMs > REPEAT_MS_MAX) break;
  }
  return done;
}

/** For the tests: Dayshelf sold exactly what there was, told everybody so, and nothing failed. */
function prove(results) {
  for (const { name, rushes, steady: lanes } of results) {
    for (const { job, units, sold, acknowledged, refused, buyers, counters } of rushes) {
      const right = sold === units && acknowledged === units && refused === buyers - units;
      if (!right) throw new Error(`${name}, ${job}: sold ${sold}, told ${acknowledged}, refused ${refused}; ${counters}`);
    }
    const broken = lanes.find((lane) => lane.failed || !lane.acknowledged);
    if (broken) throw new Error(`${name}, ${broken.buyers} steady buyers: ${broken.failures.join("; ") || "no order"}`);
  }
  console.log("exactly what there was was sold");
}


// Told to end, what runs is stopped and its folder goes. (Killed, the servers end all the same, and the folder stays.)
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    now.ending = true;
    await now.running?.stop();
    if (now.folder) await rm(now.folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(1);
  });
}

main(process.argv.slice(2)).catch((cause) => {
  console.error(`race: ${cause.message}`);
  process.exitCode = 1;
});
