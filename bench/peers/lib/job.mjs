// The two kinds of job, the same for everyone: `rush` (all buyers at once, few units) and `steady` (some buyers, one
// purchase after another, plenty of units). Not here: how a contestant sells (`peers/`).
//
// A buyer is one connection. `buy` answers true when it holds a paid order, false when it was told that there is nothing
// left, and throws otherwise. A buyer's time is that of its whole flow, its connecting included.

/** What one job needs to know. */
export const RUSHES = [
  { name: "24 for 10", buyers: 24, units: 10 },
  { name: "500 for 100", buyers: 500, units: 100 },
];
export const STEADY_BUYERS = [1, 8, 32];
export const STEADY_UNITS = 1_000_000;
const FLOW_MS_MAX = 60_000;

/** All buyers start in one instant; who is not done after `limitMs` is unfinished. */
export async function rush(running, { buyers, units }, limitMs) {
  const drop = await running.put(units);
  const flows = [];
  const begun = performance.now();
  for (let number = 0; number < buyers; number += 1) flows.push(flow(running.buyer(drop, number)));
  await settledWithin(flows, limitMs);
  const wallMs = performance.now() - begun;
  const told = flows.map((one) => one.told);
  const sold = told.filter((one) => one.kind === "sold");
  const of = (kind) => told.filter((one) => one.kind === kind).length;
  return {
    buyers,
    units,
    wallMs,
    acknowledged: sold.length,
    refused: of("refused"),
    failed: of("failed"),
    unfinished: of("unfinished"),
    failures: [...new Set(told.filter((one) => one.kind === "failed").map((one) => one.cause))].slice(0, 5),
    perSecond: sold.length / (Math.max(...sold.map((one) => one.endMs - begun), 1) / 1000),
    ...quantiles(sold.map((one) => one.tookMs)),
    refusals: quantiles(told.filter((one) => one.kind === "refused").map((one) => one.tookMs)),
    ...(await running.counters(drop).catch((cause) => ({ sold: null, counters: `no answer: ${cause.message}` }))),
  };
}

/** Each of `buyers` buys again and again, the last time before `spanMs` is over; the rate is up to the last one's end. */
export async function steady(running, buyers, spanMs) {
  const drop = await running.put(STEADY_UNITS);
  const times = [];
  const failures = new Set();
  let failed = 0;
  const begun = performance.now();
  const end = begun + spanMs;
  let lastMs = begun;
  const lane = async (number) => {
    for (let round = 0; performance.now() < end; round += 1) {
      const one = flow(running.buyer(drop, round * buyers + number));
          await settledWithin([one], spanMs + FLOW_MS_MAX);
      lastMs = performance.now();
      if (one.told.kind === "sold") {
        times.push(one.told.tookMs);
        continue;
      }
      failed += 1;
      failures.add(one.told.cause ?? one.told.kind);
    }
  };
  await Promise.all(Array.from({ length: buyers }, (_, number) => lane(number)));
  return {
    buyers,
    spanMs,
    acknowledged: times.length,
    failed,
    failures: [...failures].slice(0, 5),
    perSecond: times.length / ((lastMs - begun) / 1000),
    ...quantiles(times),
  };
}

/** Runs a buyer's flow; `told` says how it went, "unfinished" until it has ended. */
function flow(buyer) {
  const one = { told: { kind: "unfinished" }, close: () => buyer.close() };
  const began = performance.now();
  const ended = (kind, cause) => {
    const endMs = performance.now();
    if (one.told.kind === "unfinished") one.told = { kind, cause, tookMs: endMs - began, endMs };
  };
  one.done = buyer
    .buy()
    .then((got) => ended(got ? "sold" : "refused"), (cause) => ended("failed", cause.message))
    .finally(() => buyer.close());
  return one;
}

async function settledWithin(flows, limitMs) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([Promise.all(flows.map((one) => one.done)), late]);
  clearTimeout(timer);
  // What still runs stays "unfinished": its end is not looked at any more.
  for (const one of flows) {
    one.told = Object.freeze({ ...one.told });
    if (one.told.kind === "unfinished") one.close();
  }
}

/** p50 and p99 by the nearest rank; null without a value. */
export function quantiles(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share) => (sorted.length ? sorted[Math.ceil(share * sorted.length) - 1] : null);
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
