// A studio with a month of work on its shelf, for the console's tests and pictures: set up through the first
// start's link, filled through the same API that the console uses, and bought from as buyers do.
import { start } from "./server.js";

export const OWNER = { name: "Ann", email: "ann@example.org", password: "three cups on a shelf" };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Calls the API as a page of the server would. */
export class Caller {
  constructor(url) {
    this.url = url;
    this.cookie = "";
  }

  async call(method, path, body, headers = {}) {
    const reply = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(method === "POST" ? { "idempotency-key": crypto.randomUUID() } : {}),
        origin: this.url,
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const cookie = reply.headers.get("set-cookie");
    if (cookie) this.cookie = cookie.split(";")[0];
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}

/** A server whose owner is signed in. */
export async function studio(env = {}) {
  const server = await start(env);
  const owner = new Caller(server.url);
  const token = server.setup.split("#setup=")[1];
  const organiser = { slug: "moon-kiln", name: "Moon Kiln", about: "Small batches from a wood-fired kiln, opened live.", zone: "Europe/Berlin", currency: "EUR" };
  await owner.call("POST", "/v1/setup", { token, person: OWNER, organiser });
  return { ...server, owner, slug: organiser.slug };
}

/** Local time in the studio's zone, which the plan takes as written. */
function wall(ms) {
  return new Date(ms).toLocaleString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 16).replace(" ", "T");
}

const WINDOWS = [
  { key: "friends", title: "Friends of the kiln", audience: { code: "friends" }, opens: "start - 1d", closes: "start", hold: { for: "10m", extensions: 1, limit: 2 }, unsold: { roll: "public" } },
  { key: "public", title: "Everyone", audience: "public", opens: "start", closes: "end", hold: { for: "8m", extensions: 1, limit: 4 }, waitlist: { fairness: "first_come", turn: "5m" } },
];

function pickup(place) {
  return { key: "pickup", title: "Pickup at the studio", kind: "pickup", place, opens: "end + 1d at 10:00", closes: "end + 1d at 14:00", boxes_of: { length: "1h", places: 12 } };
}

function drop(slug, title, start, hours, offers, more = {}) {
  return {
    slug, title, start: wall(start), end: wall(start + hours * HOUR), place: "Kiln Lane 7, Leipzig",
    blocks: [
      { key: "stream", title: "From the studio", when: "start - 5m", until: "end", broadcast: { sources: [{ kind: "hls", url: "https://example.org/kiln.m3u8" }, { kind: "still", url: "https://example.org/kiln.jpg" }] } },
      { key: "soon", title: "Tomorrow at this time", when: "start - 1d", reminder: { audience: "waiting", channel: "mail", text: "It begins tomorrow." } },
      { key: "doors", title: "It has begun", when: "start", announcement: { audience: "followers", channel: "page", text: "The kiln is open." } },
      { key: "first", title: "First shelf", when: "start + 10m", cue: { host: "Ann", camera: "Close, from above" } },
      { key: "second", title: "Second shelf", when: "start + 50m", cue: { host: "Ben", camera: "Wide" } },
      { key: "packing", title: "Packing", when: "end", until: "end + 2h", shift: { person: "Ben", tasks: ["Pack", "Label"] } },
    ],
    story: "Opened live, one shelf at a time. What you hold is yours for the minutes shown.",
    publish: true, windows: WINDOWS, fulfilments: [pickup("Kiln Lane 7, Leipzig")], offers, ...more,
  };
}

function offer(key, title, pool, price, early) {
  const ladder = early
    ? [{ title: "First ten", price: early }, { title: "Standard", price, after_units: 10 }]
    : [{ title: "Standard", price }];
  return { key, title, about: "Wood-fired stoneware, signed.", recipe: [{ pool }], units_max: 4, ladder };
}

/** Fills the shelf around now: one drop that sells, others before and after it. */
export async function fill({ owner, slug }, now = Date.now()) {
  const hour = Math.floor(now / HOUR) * HOUR;
  const day = (days, clock) => Math.floor(now / DAY) * DAY + days * DAY + (clock - 1) * HOUR;
  const pool = (key, title, units) => ({ key, title, units });
  await owner.call("PUT", "/v1/plan", {
    organiser: { slug, name: "Moon Kiln", about: "Small batches from a wood-fired kiln, opened live.", zone: "Europe/Berlin", currency: "EUR" },
    pools: [
      pool("moon-vases", "Moon vases", 40), pool("tea-bowls", "Tea bowls", 24), pool("plates", "Ash plates", 60),
      pool("workshop-seats", "Workshop seats", 8), pool("cups", "Kiln cups", 90), pool("lamps", "Paper lamps", 12),
    ],
    codes: [{ group: "friends", code: "EMBER" }],
    slots: [
      drop("moon-vases", "Moon vases, third firing", hour, 3, [offer("vase", "Moon vase", "moon-vases", "68.00", "58.00"), offer("bowl", "Tea bowl", "tea-bowls", "34.00")]),
      drop("plates", "Ash plates", day(3, 18), 2, [offer("plate", "Ash plate", "plates", "28.00")]),
      drop("workshop-1", "Hand-building for two", day(5, 10), 3, [offer("seat", "Seat", "workshop-seats", "85.00")]),
      drop("cups", "Kiln cups, Saturday batch", day(7, 18), 2, [offer("cup", "Kiln cup", "cups", "22.00", "18.00")]),
      drop("open-studio", "Open studio morning", day(7, 10), 4, [offer("seat", "Visit", "workshop-seats", "0.00")]),
      drop("lamps", "Paper lamps", day(12, 19), 1, [offer("lamp", "Lamp", "lamps", "140.00")]),
      drop("winter", "Winter shelf", day(16, 18), 2, [offer("vase", "Moon vase", "moon-vases", "72.00")], { publish: false }),
    ],
  });
  const { items } = await owner.call("GET", "/v1/slots?limit=50");
  const slot = Object.fromEntries(items.map((one) => [one.slug, one.id]));
  return { slot };
}

const NAMES = ["Ada Berg", "Ben Okoye", "Cleo Marin", "Dana Wolf", "Emil Sato", "Fay Lindqvist", "Gus Adler", "Hana Petit", "Ilja Novak", "Juno Reyes", "Kai Brandt", "Lena Fox"];

/** Buyers who buy what a slot sells; some hold only. */
export async function buy({ url }, slot, count, holding = 0, payment = { method: "sandbox", token: "tok_success" }) {
  const buyer = new Caller(url);
  const sale = await buyer.call("GET", `/v1/slots/${slot}`);
  const offers = sale.offers.filter((one) => one.state === "open");
  const orders = [];
  for (let index = 0; index < count + holding; index += 1) {
    const name = NAMES[index % NAMES.length];
    const email = `${name.toLowerCase().replace(/\W+/g, ".")}.${index}@example.org`;
    const chosen = offers[index % offers.length];
    const hold = await buyer.call("POST", "/v1/holds", { slot, lines: [{ offer: chosen.id, quantity: 1 + (index % 2) }], contact: { email } });
    if (index >= count) continue;
    const free = hold.total?.amount === 0;
    orders.push(await buyer.call("POST", `/v1/holds/${hold.id}/confirm`, {
      buyer: { name, email }, payment: free ? { method: "free" } : payment,
    }, { authorization: `Bearer ${hold.secret}` }));
  }
  return orders;
}

/** A picture of this size in two colours, as a browser writes it. */
export async function drawn(page, width, height, [left, right]) {
  const text = await page.evaluate(async ([width, height, left, right]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const brush = canvas.getContext("2d");
    brush.fillStyle = left;
    brush.fillRect(0, 0, width, height);
    brush.fillStyle = right;
    brush.fillRect(width / 2, 0, width / 2, height);
    return canvas.toDataURL("image/png").split(",")[1];
  }, [width, height, left, right]);
  return Buffer.from(text, "base64");
}
