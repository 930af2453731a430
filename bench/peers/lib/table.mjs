// The results as the tables that docs/peers.md shows.
const median = (values) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];

/** Rounds of one job by one contestant become one line: the units sold in each, the median of the rest. */
export function rushTable(results) {
  const head = ["contestant", "job", "sold, each round", "counters afterwards", "oversold"];
  const lines = [[...head, "orders/s", "p50 ms", "p99 ms", "wall s", "else"]];
  for (const { name, rushes, fault } of results) {
    if (fault) lines.push([name, "did not run", fault.split("\n")[0], ..."       "]);
    for (const job of [...new Set(rushes.map((one) => one.job))]) {
      const rounds = rushes.filter((one) => one.job === job);
      const middle = (of) => median(rounds.map(of));
      lines.push([
        name,
        job,
        rounds.map(said).join(", "),
        rounds.at(-1).counters,
        oversold(rounds),
        rounded(middle((one) => one.perSecond)),
        rounded(middle((one) => one.p50Ms)),
        rounded(middle((one) => one.p99Ms)),
        rounded(middle((one) => one.wallMs / 1000)),
        notes(rounds),
      ]);
    }
  }
  return drawn(lines);
}

export function steadyTable(results) {
  const lines = [["contestant", "buyers at once", "orders/s", "p50 ms", "p99 ms", "else"]];
  for (const { name, steady } of results) {
    for (const one of steady) {
      const figures = [one.perSecond, one.p50Ms, one.p99Ms].map(rounded);
      lines.push([name, String(one.buyers), ...figures, one.failed ? `${one.failed} failed: ${first(one)}` : ""]);
    }
  }
  return drawn(lines);
}

const said = ({ sold, acknowledged }) =>
  sold === acknowledged ? `${sold}` : `${sold ?? "?"} (${acknowledged} told)`;

function oversold(rounds) {
  const times = rounds.filter((one) => one.oversold).length;
  return times ? `yes, ${times} of ${rounds.length}` : "no";
}

function notes(rounds) {
  const sum = (of) => rounds.reduce((total, one) => total + of(one), 0);
  const failed = sum((one) => one.failed);
  const unfinished = sum((one) => one.unfinished);
  const texts = [];
  if (failed) texts.push(`${failed} failed: ${first(rounds.find((one) => one.failed))}`);
  if (unfinished) texts.push(`${unfinished} unfinished at the limit`);
  return texts.join("; ");
}

const first = ({ failures }) => (failures[0] ?? "").replaceAll(/[\s|]+/g, " ").slice(0, 80);

/** Three figures that say something. */
function rounded(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+$)/g, digits ? "" : ",");
}

function drawn(lines) {
  const rows = lines.map((cells) => `| ${cells.join(" | ")} |`);
  rows.splice(1, 0, `|${lines[0].map(() => "---|").join("")}`);
  return rows.join("\n");
}
