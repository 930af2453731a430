// Dayshelf: the program as it is released, by its public API. A buyer claims a unit and pays for it by the sandbox
// provider's good card: two requests, three where the payment takes longer than the confirmation waits.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Connection } from "../lib/connection.mjs";
import { environment, freePort, run, serve, stopAll } from "../lib/machine.mjs";
import { postgres } from "../lib/postgres.mjs";

const PAYMENT_LOOKS_MAX = 300;

export const sqlite = {
  name: "dayshelf-sqlite",
  about: "Dayshelf, one node, embedded SQLite",
  start: (folder) => start(folder, 1, null),
};
export const onPostgres = {
  name: "dayshelf-postgres",
  about: "Dayshelf, one node, PostgreSQL",
  start: async (folder) => start(folder, 1, await postgres(folder)),
};
export const threeNodes = {
  name: "dayshelf-3-nodes",
  about: "Dayshelf, three nodes, PostgreSQL; a buyer claims at one node and confirms at the next",
  start: async (folder) => start(folder, 3, await postgres(folder)),
};

async function start(folder, nodes, database) {
  const bin = environment("DAYSHELF_BIN");
  const servers = database ? [database] : [];
  try {
    await database?.database("dayshelf");
    const ports = [];
    for (let number = 0; number < nodes; number += 1) {
      const { server, port } = await node(bin, folder, number, database);
      servers.push(server);
      ports.push(port);
    }
    return { ...shop(bin, join(folder, "node-0"), ports), stop: () => stopAll(servers) };
  } catch (cause) {
    await stopAll(servers);
    throw cause;
  }
}

async function node(bin, folder, number, database) {
  const data = join(folder, `node-${number}`);
  await mkdir(data);
  const port = await freePort();
  const env = {
    ...process.env,
    // All buyers come from one address here.
    DAYSHELF_LIMITS_CLAIMS_BURST: "0",
    ...(database && { DAYSHELF_STORE_URL: database.url("dayshelf") }),
  };
  const command = [bin, "serve", "--data", data, "--listen", `127.0.0.1:${port}`];
  const server = serve(folder, `node-${number}`, command, { env });
  const look = new Connection(port);
  await server.until(async () => (await look.ask("GET", "/readyz")).status === 200);
  look.close();
  return { server, port };
}

function shop(bin, data, ports) {
  let puts = 0;
  const read = async (path, headers = {}) => {
    const connection = new Connection(ports[0]);
    const answer = await connection.ask("GET", path, { headers });
    connection.close();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.json();
  };
  return {
    requests: "2",
    /** Puts a drop of so many units on the shelf. */
    async put(units) {
      const slug = `drop-${(puts += 1)}`;
      const file = join(data, `${slug}.toml`);
      await writeFile(file, plan(slug, units));
      const server = `http://127.0.0.1:${ports[0]}`;
      await run(bin, ["apply", file, "--server", server, "--data", data]);
      const { items } = await read("/v1/organisers/race-shop/slots?limit=100");
      const { id } = items.find((one) => one.slug === slug);
      const slot = await read(`/v1/slots/${id}`);
      return { slug, slot: id, offer: slot.offers[0].id };
    },
    buyer: (drop, number) => buyer(drop, number, ports),
    async counters(drop) {
      const key = (await readFile(join(data, "keys/race-shop.key"), "utf8")).trim();
      const { items } = await read("/v1/pools?limit=100", { authorization: `Bearer ${key}` });
      const { balance } = items.find((one) => one.key === `${drop.slug}-stock`);
      const { free, held, sold } = balance;
      return { sold, left: free, counters: `free ${free}, held ${held}, sold ${sold}` };
    },
  };
}

function buyer(drop, number, ports) {
  const claims = new Connection(ports[number % ports.length]);
  const confirms = ports.length === 1 ? claims : new Connection(ports[(number + 1) % ports.length]);
  const post = (connection, path, body, secret) =>
    connection.ask("POST", path, {
      headers: { "idempotency-key": randomUUID(), ...(secret && { authorization: `Bearer ${secret}` }) },
      body,
    });
  return {
    async buy() {
      const lines = [{ offer: drop.offer, quantity: 1 }];
      const held = await post(claims, "/v1/holds", { slot: drop.slot, lines });
      if (held.status === 409 && held.json().type.endsWith("too_few_left")) return false;
      if (held.status !== 201) throw new Error(`hold: ${held.status} ${held.text}`);
      const { id, secret } = held.json();
      const order = {
        buyer: { name: `Buyer ${number}`, email: `buyer-${number}@example.org` },
        payment: { method: "sandbox", token: "tok_success" },
      };
      const bought = await post(confirms, `/v1/holds/${id}/confirm`, order, secret);
      if (bought.status === 201) return true;
      if (bought.status === 202) return paid(confirms, id, secret);
      throw new Error(`confirm: ${bought.status} ${bought.text}`);
    },
    close() {
      claims.close();
      confirms.close();
    },
  };
}

/** The payment is under way: looks until the hold has ended, as the API says. */
async function paid(connection, id, secret) {
  for (let look = 0; look < PAYMENT_LOOKS_MAX; look += 1) {
    const headers = { authorization: `Bearer ${secret}` };
    const hold = (await connection.ask("GET", `/v1/holds/${id}`, { headers })).json();
    if (hold.order) return true;
    if (hold.state !== "confirming") throw new Error(`the hold ended as ${hold.state}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the payment did not end");
}

const plan = (slug, units) => `
[organiser]
slug = "race-shop"
name = "Race Shop"
about = "Sells in races."
zone = "Europe/Berlin"
currency = "EUR"

[[pools]]
key = "${slug}-stock"
title = "Stock"
units = ${units}

[[slots]]
slug = "${slug}"
title = "Drop ${slug}"
story = "A story."
place = "Kiln Lane 7"
start = "now - 1m"
end = "start + 2h"

    [[slots.windows]]
    key = "public"
    title = "Everyone"
    audience = "public"
    opens = "start"
    closes = "end"
    hold = { for = "8m" }

    [[slots.offers]]
    key = "vase"
    title = "Vase"
    about = "A vase."
    recipe = [{ pool = "${slug}-stock" }]
    units_max = 4
    ladder = [{ title = "Standard", price = "28.00" }]
`;
