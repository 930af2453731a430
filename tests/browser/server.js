// A Dayshelf server of the test's own, with the drops that the tests sell.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const bin = process.env.DAYSHELF_BIN;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function until(what, check) {
  const end = Date.now() + 20_000;
  for (;;) {
    if (await check().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A server; its configuration may say otherwise than the default, by its environment. */
export async function start(env = {}) {
  if (!bin) throw new Error("DAYSHELF_BIN must name the dayshelf binary");
  const data = await mkdtemp(join(tmpdir(), "dayshelf-browser-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const flags = ["--data", data, "--listen", listen];
  const child = spawn(bin, ["serve", ...flags], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
  // What the first start prints for whoever may set the server up.
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text) => { printed += text; });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await until("the server", async () => (await fetch(`${url}/readyz`)).ok);
  const link = () => /http\S+#setup=\w+/.exec(printed)?.[0];
  await until("the setup link", async () => Boolean(link()));
  return {
    url,
    /** The link of the first start. */
    setup: link(),
    /** The address of a drop's overlay, as its organiser is told it. */
    async overlay(slug) {
      const ask = async (path, headers = {}) => (await fetch(`${url}/v1/${path}`, { headers })).json();
      const key = (await readFile(join(data, "keys", "browser-shop.key"), "utf8")).trim();
      const { items } = await ask("organisers/browser-shop/slots");
      const { id } = items.find((slot) => slot.slug === slug);
      return (await ask(`slots/${id}/overlay`, { authorization: `Bearer ${key}` })).url;
    },
    /** Puts a drop up, and answers the address of its page. */
    async put(drop) {
      const file = join(data, `${drop.slug}.toml`);
      await writeFile(file, plan(drop));
      await run(bin, ["apply", file, "--server", url, ...flags]);
      return `${url}/browser-shop/${drop.slug}`;
    },
    /** The operator's link for somebody who can't sign in. */
    async recover(email) {
      const { stdout } = await run(bin, ["recover-access", email, "--server", url, ...flags]);
      return /http\S+#recovery=\w+/.exec(stdout)[0];
    },
    /** Ends the server, as if its network were cut; its data stay until `stop`. */
    async cut() {
      child.kill("SIGTERM");
      await ended;
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** A plan with one product, in words that a test can vary. */
function plan({ slug, units = 5, price = "28.00", hold = "8m", turn = "5m", windows, more = "", word = "" }) {
  return `
[organiser]
slug = "browser-shop"
name = "Browser Shop"
about = "Sold in tests."
zone = "Europe/Berlin"
currency = "EUR"

[[pools]]
key = "${slug}-stock"
title = "Stock"
units = ${units}

[[codes]]
group = "friends-${slug}"
code = "KILN-${slug}"

[[slots]]
slug = "${slug}"
title = "Drop ${word || slug}"
story = "A story about the drop. ${word}"
place = "Kiln Lane 7 ${word}"
start = "now - 1m"
end = "start + 2h"

    ${windows ?? `[[slots.windows]]
    key = "public"
    title = "Everyone ${word}"
    audience = "public"
    opens = "start"
    closes = "end"
    hold = { for = "${hold}", extensions = 1 }
    waitlist = { fairness = "first_come", turn = "${turn}" }`}

    [[slots.offers]]
    key = "vase"
    title = "Vase ${word}"
    about = "A vase. ${word}"
    recipe = [{ pool = "${slug}-stock" }]
    units_max = 4
    ladder = [{ title = "Standard", price = "${price}" }]

    [[slots.extras]]
    title = "The film"
    url = "https://example.org/film"
${more}`;
}
