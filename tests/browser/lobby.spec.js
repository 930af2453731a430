// The waiting line before a hot opening, with script and without: it keeps one's place, says why it is fair, and opens
// by itself.
import AxeBuilder from "@axe-core/playwright";
import { expect as expected, test } from "@playwright/test";
import { start } from "./server.js";
import { Caller } from "./studio.js";
import { flaws, listen } from "./views.js";

// Nothing here is about speed: a slow machine is waited for.
const expect = expected.configure({ timeout: 60_000 });
test.describe.configure({ timeout: 240_000 });

let server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server?.stop();
});

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** A window with a lobby. */
const lobby = (opens, terms) => `[[slots.windows]]
    key = "public"
    title = "Everyone"
    audience = "public"
    opens = "${opens}"
    closes = "end"
    lobby = ${terms}
    hold = { for = "8m", extensions = 1 }
`;

const join = (page) => page.getByRole("button", { name: "Get in line" }).click();
const cookie = async (context) => (await context.cookies()).find(({ name }) => name.startsWith("dayshelf_number"));

test("before the opening everybody is in the draw, and a place is kept", async ({ browser }) => {
  const address = await server.put({ slug: "draw", windows: lobby("start + 1h", '{ per_minute = 60, ahead = "2h", for = "5m" }') });
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const quiet = listen(page);
  await page.goto(address);
  await expect(page.getByText("so there is no hurry")).toBeVisible();
  await join(page);
  await expect(page).toHaveURL((url) => `${url.origin}${url.pathname}` === `${address}/lobby`);
  await expect(page.locator("h1")).toHaveText("You are in the draw");
  await expect(page.getByText("gets a place by lot when it opens")).toBeVisible();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  }
  expect(await flaws(page)).toEqual([]);
  // Loaded again, closed and opened, asked for twice: it is the same place.
  const kept = (await cookie(context)).value;
  await page.reload();
  await expect(page.locator("h1")).toHaveText("You are in the draw");
  const again = await context.newPage();
  await again.goto(address);
  await again.getByRole("button", { name: "To my place in line" }).click();
  await expect(again.locator("h1")).toHaveText("You are in the draw");
  expect((await cookie(context)).value).toBe(kept);
  expect(await again.evaluate(() => document.cookie)).toBe("");
  // Whoever else comes is counted; the page says so by itself, since it looks again.
  const other = await (await browser.newContext()).newPage();
  await other.goto(address);
  await join(other);
  await expect(other.getByText("2 people are here so far")).toBeVisible();
  await page.reload();
  await expect(page.getByText("2 people are here so far")).toBeVisible();
  quiet();
});

test("the line lets in one after the other, and opens by itself with script and without", async ({ browser }) => {
  // One every three seconds, and six before ours.
  const address = await server.put({ slug: "rush", units: 9, windows: lobby("start", '{ per_minute = 20, for = "2m" }') });
  const buyer = new Caller(server.url);
  const { items } = await buyer.call("GET", "/v1/organisers/browser-shop/slots");
  const { id } = items.find((slot) => slot.slug === "rush");
  const contexts = [await browser.newContext({ ...PHONE, javaScriptEnabled: false }), await browser.newContext(PHONE)];
  const pages = await Promise.all(contexts.map((context) => context.newPage()));
  await Promise.all(pages.map((page) => page.goto(address)));
  for (let before = 0; before < 6; before += 1) await buyer.call("POST", `/v1/slots/${id}/lobby`, {});
  for (const page of pages) {
    await join(page);
    await expect(page).toHaveURL((url) => `${url.origin}${url.pathname}` === `${address}/lobby`);
    await expect(page.locator("h1")).toContainText(/before you|You are next/);
    await expect(page.getByText("this page opens by itself")).toBeVisible();
  }
  // Nobody comes past it.
  const { offers } = await buyer.call("GET", `/v1/slots/${id}`);
  const hold = { slot: id, lines: [{ offer: offers[0].id, quantity: 1 }] };
  await expect(buyer.call("POST", "/v1/holds", hold)).rejects.toThrow("number_needed");
  for (const page of pages) {
    await expect(page).toHaveURL(address);
    await expect(page.getByText("It is your turn: choose within")).toBeVisible();
    await page.locator('input[name^="quantity."]').first().fill("1");
    await page.locator("#buy .button-main").click();
    await expect(page).toHaveURL(/\/h\//);
  }
  await Promise.all(contexts.map((context) => context.close()));
});

test("whoever lets their time pass gets in line again, with a number of its own, and buys", async ({ browser }) => {
  const address = await server.put({ slug: "missed", units: 9, windows: lobby("start", '{ per_minute = 6000, for = "20s" }') });
  await Promise.all([true, false].map(async (javaScriptEnabled) => {
    const context = await browser.newContext({ ...PHONE, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(address);
    await join(page);
    await expect.poll(() => cookie(context)).toBeTruthy();
    const first = (await cookie(context)).value;
    // Their time runs out, whatever page they leave open; the line says so and takes them in anew.
    const passed = async () => {
      await page.goto(`${address}/lobby`);
      return page.locator("h1").textContent();
    };
    await expect.poll(passed, { timeout: 90_000 }).toBe("Your turn has passed");
    await expect(page.getByText("behind those who are in line now")).toBeVisible();
    await page.getByRole("button", { name: "Get in line again" }).click();
    await expect(page).toHaveURL(address);
    expect((await cookie(context)).value).not.toBe(first);
    await page.locator('input[name^="quantity."]').first().fill("1");
    await page.locator("#buy .button-main").click();
    await expect(page).toHaveURL(/\/h\//);
    await context.close();
  }));
});
