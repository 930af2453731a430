// pretix: gunicorn and a celery worker, PostgreSQL and Redis, set up as its guide for a manual installation says. The
// reverse proxy is left out: TLS and static files are no part of the job.
//
// Two ways to buy: an order by its REST API (one request, told to be paid), and the shop's own way of a visitor, cart
// and checkout, for goods that are free, so that no payment has to follow.
import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Browser, Connection } from "../lib/connection.mjs";
import { environment, freePort, run, serve, stopAll } from "../lib/machine.mjs";
import { mail } from "../lib/mail.mjs";
import { postgres } from "../lib/postgres.mjs";
import { redis } from "../lib/redis.mjs";

const SHOP = "/race/drops";
const EVENT = "/api/v1/organizers/race/events/drops";
const LOOKS_MAX = 600;
const LOOK_MS = 100;
// The guide's own figures.
const GUNICORN = ["--workers", "5", "--max-requests", "1200", "--max-requests-jitter", "50", "--log-level", "warning"];

export const rest = {
  name: "pretix-rest",
  about: "pretix, PostgreSQL and Redis, an order by its REST API",
  start: (folder) => start(folder, { requests: "1", price: "28.00", buyer: restBuyer }),
};
export const shop = {
  name: "pretix-shop",
  about: "pretix, PostgreSQL and Redis, cart and checkout in its shop",
  start: (folder) => start(folder, { requests: "6 and looks", price: "0.00", buyer: shopBuyer }),
};

async function start(folder, way) {
  const servers = [];
  try {
    const database = await postgres(folder);
    servers.push(database);
    const cache = await redis(folder, null);
    servers.push(cache);
    const sink = await mail();
    servers.push(sink);
    await database.database("pretix");
    const port = await freePort();
    const env = await configured(folder, { database, cache, sink, port });
    const programs = environment("RACE_PRETIX");
    const options = { env, cwd: folder };
    await migrated(database, join(programs, "../migrated.sql"), () =>
      run(join(programs, "python"), ["-m", "pretix", "migrate", "--verbosity", "0"], options),
    );
    const gunicorn = [join(programs, "gunicorn"), "pretix.wsgi", ...GUNICORN, "--bind", `127.0.0.1:${port}`];
    const web = serve(folder, "gunicorn", gunicorn, options);
    servers.push(web);
    const celery = [join(programs, "celery"), "-A", "pretix.celery_app", "worker", "-l", "warning"];
    servers.push(serve(folder, "celery", celery, options));
    await web.until(async () => {
      const look = new Connection(port);
      return (await look.ask("GET", "/healthcheck/").finally(() => look.close())).status === 200;
    });
    const owner = await founded(port);
    return { ...event(port, owner, way), stop: () => stopAll(servers) };
  } catch (cause) {
    await stopAll(servers);
    throw cause;
  }
}

/** Its migrations take minutes; what they have made is kept beside the installation for the next start. */
async function migrated(database, kept, migrate) {
  if (await access(kept).then(() => true, () => false)) {
    await database.feed("pretix", kept);
    return;
  }
  await migrate();
  await writeFile(kept, await database.tool("pg_dump", [...database.reach, "-d", "pretix"]));
}

async function configured(folder, { database, cache, sink, port }) {
  const data = join(folder, "pretix");
  await mkdir(data);
  const file = join(folder, "pretix.cfg");
  const text = `
[pretix]
instance_name=Race
url=http://127.0.0.1:${port}
currency=EUR
datadir=${data}
registration=off
ecb_rates=off

[database]
backend=postgresql
name=pretix
user=${database.user}
host=127.0.0.1
port=${database.port}

[mail]
from=race@example.org
host=127.0.0.1
port=${sink.port}

[redis]
location=${cache.url(0)}
sessions=true

[celery]
backend=${cache.url(1)}
broker=${cache.url(2)}
`;
  await writeFile(file, text);
  return { ...process.env, PRETIX_CONFIG_FILE: file, PYTHONDONTWRITEBYTECODE: "1" };
}

/** Founds an organiser as its administrator would, in a browser, and answers an asker with a token of its API. */
async function founded(port) {
  const browser = new Browser(port);
  const token = () => ({ csrfmiddlewaretoken: browser.cookie("pretix_csrftoken") });
  const submit = async (path, fields) => {
    await browser.ask("GET", path);
    const answer = await browser.form(path, { ...token(), ...fields });
    if (answer.status !== 302) throw new Error(`${path}: ${answer.status} ${plain(answer.text)}`);
  };
  // The account that a new installation comes with.
  await submit("/control/login", { email: "admin@localhost", password: "admin" });
  await submit("/control/sudo/", {});
  await submit("/control/organizers/add", { name_0: "Race", name: "Race", slug: "race" });
  const call = async (method, path, body, headers) => {
    const answer = await browser.ask(method, path, { headers, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer.json();
  };
  const teams = await call("GET", "/api/v1/organizers/race/teams/");
  const tokens = `/api/v1/organizers/race/teams/${teams.results[0].id}/tokens/`;
  const made = await call("POST", tokens, { name: "race" }, { "x-csrftoken": browser.cookie("pretix_csrftoken") });
  browser.close();
  return asker(port, made.token);
}

function asker(port, token) {
  const authorization = `Token ${token}`;
  return {
    authorization,
    async ask(method, path, body) {
      const connection = new Connection(port);
      const answer = await connection.ask(method, path, { headers: { authorization }, body });
      connection.close();
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
      return answer.json();
    },
  };
}

function event(port, owner, way) {
  let puts = 0;
  const opened = owner.ask("POST", "/api/v1/organizers/race/events/", {
    name: { en: "Drops" },
    slug: "drops",
    currency: "EUR",
    date_from: "2099-01-01T18:00:00Z",
    is_public: true,
    timezone: "Europe/Berlin",
  });
  return {
    requests: way.requests,
    async put(units) {
      await opened;
      const name = `Drop ${(puts += 1)}`;
      const goods = { name: { en: name }, default_price: way.price, active: true, admission: false };
      const item = await owner.ask("POST", `${EVENT}/items/`, { ...goods, tax_rule: null, max_per_order: 1 });
      const limit = { name, size: units, items: [item.id], variations: [], subevent: null };
      const quota = await owner.ask("POST", `${EVENT}/quotas/`, limit);
      if (puts === 1 && way.price === "0.00") await owner.ask("PATCH", `${EVENT}/`, { live: true });
      return { item: item.id, quota: quota.id };
    },
    buyer: (drop, number) => way.buyer(port, owner, drop, number),
    async counters(drop) {
      const quota = await owner.ask("GET", `${EVENT}/quotas/${drop.quota}/availability/`);
      const orders = await owner.ask("GET", `${EVENT}/orders/?status=p&item=${drop.item}&page_size=1`);
      const { available_number: left, paid_orders: paid, cart_positions: carts } = quota;
      return { sold: orders.count, left, counters: `available ${left}, paid ${paid}, in carts ${carts}` };
    },
  };
}

function restBuyer(port, owner, drop, number) {
  const connection = new Connection(port);
  return {
    close: () => connection.close(),
    async buy() {
      const answer = await connection.ask("POST", `${EVENT}/orders/`, {
        headers: { authorization: owner.authorization },
        body: {
          email: `buyer-${number}@example.org`,
          locale: "en",
          status: "p",
          payment_provider: "manual",
          positions: [{ item: drop.item, variation: null, price: "28.00", answers: [] }],
        },
      });
      if (answer.status === 201) return true;
      if (answer.status === 400 && answer.text.includes("quota")) return false;
      throw new Error(`order: ${answer.status} ${answer.text.slice(0, 200)}`);
    },
  };
}

function shopBuyer(port, owner, drop, number) {
  const browser = new Browser(port);
  return {
    close: () => browser.close(),
    async buy() {
      await page(browser, `${SHOP}/`);
      const put = await task(browser, `${SHOP}/cart/add`, { [`item_${drop.item}`]: "1" });
      if (!put.success) return refusal(put);
      await page(browser, `${SHOP}/checkout/start`);
      const email = `buyer-${drop.item}-${number}@example.org`;
      const asked = await browser.form(`${SHOP}/checkout/questions/`, { ...token(browser), email });
      if (asked.status !== 302) throw new Error(`questions: ${asked.status} ${plain(asked.text)}`);
      await page(browser, `${SHOP}/checkout/confirm/`);
      const bought = await task(browser, `${SHOP}/checkout/confirm/`, {});
      return bought.success || refusal(bought);
    },
  };
}

const token = (browser) => ({ csrfmiddlewaretoken: browser.cookie("pretix_csrftoken") });

/** Too little left is an answer; everything else that was not done is a failure. */
function refusal({ message }) {
  if (/no longer available|sold out|not available|reduced/i.test(message)) return false;
  throw new Error(`not done: ${message}`);
}

/** Opens a page, and follows where it leads. */
async function page(browser, path) {
  for (let hop = 0; hop < 5; hop += 1) {
    const answer = await browser.ask("GET", path);
    if (answer.status === 200) return answer;
    if (answer.status !== 302) throw new Error(`${path}: ${answer.status} ${plain(answer.text)}`);
    path = local(answer.headers.location);
  }
  throw new Error(`${path} leads nowhere`);
}

/** Sends a form whose work a worker does, as the shop's script does it, and looks until it is done. */
async function task(browser, path, fields) {
  let answer = await browser.form(path, { ...token(browser), ajax: "1", ...fields });
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${plain(answer.text)}`);
    const said = answer.json();
    if (said.ready) return said;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    answer = await browser.ask("GET", local(said.check_url ?? `${path}?async_id=${said.async_id}&ajax=1`));
  }
  throw new Error(`${path}: not done in time`);
}

function local(address) {
  const url = new URL(address, "http://127.0.0.1");
  return `${url.pathname}${url.search}`;
}

const plain = (html) =>
  html
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .slice(0, 300);
