// Every page that buyers see, as an eye and a screen reader find it: at the width of a phone and of a desk, light and
// dark. What is cut off, sticks out or lies on something else is a fault, and so is whatever axe finds.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { buy, Caller, fill, studio } from "./studio.js";
import { flaws, hands, listen, mirrored, numbered, pages, restless, secrets } from "./views.js";

let shop;
let all;
let cookie;
test.beforeAll(async () => {
  test.setTimeout(240_000);
  shop = await studio();
  const { slot } = await fill(shop);
  await buy(shop, slot["moon-vases"], 6, 1);
  const own = await secrets(shop, slot["moon-vases"]);
  all = pages(shop.slug, own);
  cookie = numbered(shop, own);
});
test.afterAll(async () => {
  await shop?.stop();
});

test("nothing is cut off or lies on anything else, and axe finds nothing", async ({ browser }) => {
  test.setTimeout(600_000);
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  const quiet = listen(page);
  const found = [];
  for (const [name, address] of all) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    if (name === "waiting-line") await context.addCookies([cookie]);
    await page.goto(shop.url + address);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: width < 700 ? 844 : 900 });
      const all = [...await flaws(page), ...await hands(page), ...await restless(page), ...await mirrored(page)];
      found.push(...all.map((one) => `${name} at ${width}: ${one}`));
    }
    // Without a plate the overlay's words lie on the stream, with a shadow about them that axe does not see.
    const bare = address.includes("theme=clear") ? ["color-contrast"] : [];
    const light = await new AxeBuilder({ page }).disableRules(bare).analyze();
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    const dark = bare.length ? { violations: [] } : await new AxeBuilder({ page }).withRules(["color-contrast"]).analyze();
    for (const [scheme, { violations }] of [["light", light], ["dark", dark]]) {
      found.push(...violations.map(({ id, nodes }) => `${name}, ${scheme}, ${id}: ${nodes[0].html}`));
    }
  }
  expect(found).toEqual([]);
  quiet();
});

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** No hyphen and no space anywhere. */
const WORD = "Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluesselanhaenger";
const OPEN = { key: "public", title: WORD.slice(0, 60), audience: "public", opens: "start", closes: "end", hold: { for: "8m", extensions: 1 } };

/** Puts slots up beside what is there, and answers the ids of all by their names. */
async function put(slots) {
  const full = (slot) => ({ start: "now - 1m", end: "start + 2h", publish: true, windows: [OPEN], ...slot });
  await shop.owner.call("PUT", "/v1/plan", {
    pools: [{ key: "words", title: WORD, units: 40 }, { key: "word", title: WORD, units: 1 }],
    slots: slots.map(full),
  });
  const { items } = await shop.owner.call("GET", "/v1/slots?limit=50");
  return Object.fromEntries(items.map((one) => [one.slug, one.id]));
}

const offer = (key, title, pool = "words") => ({ key, title, about: title, recipe: [{ pool }], ladder: [{ title: "Standard", price: "5.00" }] });

async function taken(buyer, slot, index = 0) {
  const { offers } = await buyer.call("GET", `/v1/slots/${slot}`);
  return buyer.call("POST", "/v1/holds", { slot, lines: [{ offer: offers[index].id, quantity: 1 }], contact: { email: "ada@example.org" } });
}

test("a word without end widens no page of a phone", async ({ browser }) => {
  const lobby = { ...OPEN, lobby: { per_minute: 60, ahead: "8h", for: "5m" } };
  const id = await put([
    {
      slug: "long-word", title: WORD, place: WORD, story: `${WORD} ${WORD}`, offers: [offer("one", WORD), offer("last", WORD, "word")],
      fulfilments: [{ key: "mail", title: WORD, kind: "delivery", opens: "end", closes: "end + 72h" }],
    },
    { slug: "long-line", title: WORD, story: WORD, start: "now + 5h", windows: [lobby], offers: [offer("one", WORD)] },
  ]);
  const buyer = new Caller(shop.url);
  const hold = await taken(buyer, id["long-word"]);
  await taken(buyer, id["long-word"], 1);
  const { offers } = await buyer.call("GET", `/v1/slots/${id["long-word"]}`);
  const wait = await buyer.call("POST", `/v1/slots/${id["long-word"]}/waitlist`, { offer: offers[1].id, quantity: 1, contact: { email: "bea@example.org" } });
  const bought = await taken(buyer, id["long-word"]);
  const order = await buyer.call("POST", `/v1/holds/${bought.id}/confirm`, {
    buyer: { name: WORD, email: "ada@example.org", address: { street: WORD, city: WORD, country: "DE" } }, payment: { method: "sandbox", token: "tok_success" },
  }, { authorization: `Bearer ${bought.secret}` });
  const { number } = await buyer.call("POST", `/v1/slots/${id["long-line"]}/lobby`, {});
  const context = await browser.newContext(PHONE);
  await context.addCookies([{ name: "dayshelf_number", value: number, url: `${shop.url}/${shop.slug}/long-line` }]);
  const page = await context.newPage();
  for (const address of [
    `/${shop.slug}`, `/${shop.slug}?view=list`, `/${shop.slug}/long-word`, `/${shop.slug}/long-line`, `/${shop.slug}/long-line/lobby`,
    `/h/${hold.secret}`, `/o/${order.secret}`, `/w/${wait.secret}`,
  ]) {
    await page.goto(shop.url + address);
    expect(new URL(page.url()).pathname).toBe(address.split("?")[0]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), address).toBeLessThanOrEqual(390);
  }
  await context.close();
});

test("on a phone the button to buy is in reach, and lies on nothing at the end", async ({ browser }) => {
  // Nobody can wait here, so that the page asks for nothing and says that nothing is charged yet.
  await put([{ slug: "in-reach", title: "In reach", story: "A story. ".repeat(80), offers: ["a", "b", "c", "d"].map((key) => offer(key, `Seat ${key}`)) }]);
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.goto(`${shop.url}/${shop.slug}/in-reach`);
  await expect(page.getByText("Nothing is charged yet.")).toBeAttached();
  const button = page.locator("#buy .button-main");
  const box = () => button.evaluate((one) => one.getBoundingClientRect().toJSON());
  const first = await box();
  expect(first.top).toBeGreaterThan(844 / 2);
  expect(first.bottom).toBeLessThanOrEqual(844);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const foot = await page.locator("footer").evaluate((one) => one.getBoundingClientRect().top);
  expect((await box()).bottom).toBeLessThanOrEqual(foot);
  await context.close();
});

test("the page of a hold follows a slot that is called off", async ({ page }) => {
  const id = await put([{ slug: "off-soon", title: "Off soon", offers: [offer("seat", "Seat")] }]);
  const hold = await taken(new Caller(shop.url), id["off-soon"]);
  const stream = page.waitForResponse((reply) => reply.url().endsWith("/live"));
  await page.goto(`${shop.url}/h/${hold.secret}`);
  await expect(page.locator(".clock")).toBeVisible();
  await stream;
  const { confirmation } = await shop.owner.call("DELETE", `/v1/slots/${id["off-soon"]}`, undefined, { "if-match": "*" });
  await shop.owner.call("POST", `/v1/confirmations/${confirmation.id}/answer`, { answer: "yes" });
  await expect(page.locator("h1")).toHaveText("This was called off");
  await expect(page.locator("#confirm, .clock")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "See the calendar" })).toBeVisible();
});
