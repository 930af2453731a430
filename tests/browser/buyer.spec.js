// The buyer's way beyond buying: details that a device remembers, the order's page as a pass without network, the
// reader's own zone, what others did, the screen in the shop. With script and without, on a phone and on a desk.
import AxeBuilder from "@axe-core/playwright";
import { expect as expected, test } from "@playwright/test";
import { start } from "./server.js";
import { Caller } from "./studio.js";

// Nothing here is about speed: a slow machine is waited for.
const expect = expected.configure({ timeout: 30_000 });
test.describe.configure({ timeout: 240_000 });

let server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server?.stop();
});

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** What goes with the vase, and a way to fetch it. */
const MORE = (slug) => `
    [[slots.offers]]
    key = "box"
    title = "Gift box"
    about = "Lined with straw."
    with = ["vase"]
    recipe = [{ pool = "${slug}-stock" }]
    units_max = 4
    ladder = [{ title = "Standard", price = "4.00" }]
`;

async function take(page, address, quantity = 1) {
  await page.goto(address);
  await page.locator('input[name^="quantity."]').first().fill(String(quantity));
  await page.locator("#buy .button-main").click();
  await expect(page).toHaveURL(/\/h\//);
}

async function pay(page, name) {
  if (name) {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.org`);
  }
  await page.locator("#confirm .button-main").click();
  await expect(page).toHaveURL(/\/o\//);
}

/** No page is wider than its window. */
async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over, page.url()).toBeLessThanOrEqual(0);
}

/** Nor does axe find anything, which needs script. */
async function sound(page) {
  await fits(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), page.url()).toEqual([]);
}

for (const script of [true, false]) {
  test(`more time leaves what was typed, ${script ? "with" : "without"} script`, async ({ browser }) => {
    const address = await server.put({ slug: `more-${script}`, units: 2 });
    const context = await browser.newContext({ ...PHONE, javaScriptEnabled: script });
    const page = await context.newPage();
    await take(page, address);
    const name = page.getByLabel("Name");
    await name.fill("Ann");
    await page.getByRole("button", { name: "Give me" }).click();
    await expect(page).toHaveURL(/\/extend$/);
    await expect(name).toHaveValue("Ann");
    await page.getByLabel("E-mail").fill("ann@example.org");
    if (script) {
      // Fetched again in the background, the page still has both.
      await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
      await expect(page.locator("#confirm:not([data-typed])")).toBeVisible();
      await expect(name).toHaveValue("Ann");
      await expect(page.getByLabel("E-mail")).toHaveValue("ann@example.org");
    }
    await pay(page);
    await context.close();
  });
}

test("whoever comes too late is told what there is and what to do", async ({ browser }) => {
  const other = await server.put({ slug: "spare", units: 4 });
  const address = await server.put({ slug: "last", units: 1 });
  const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
  const [page, late] = [await context.newPage(), await context.newPage()];
  await late.goto(address);
  await take(page, address);
  await late.locator("#buy .button-main").click();
  await expect(late.getByRole("alert").first()).toContainText("nothing is left at the moment");
  await expect(late.locator("#buy .button-main")).toContainText("Join the waitlist");
  await late.getByRole("link", { name: "Drop spare" }).click();
  await expect(late).toHaveURL(other);
  // The page of a hold that is over says so too.
  await page.getByRole("button", { name: "Release the hold" }).click();
  await expect(page.locator("h1")).toContainText("You let it go");
  await expect(page.getByText("One is left right now: you can hold it again.")).toBeVisible();
  await page.getByRole("link", { name: "Hold again" }).click();
  await expect(page).toHaveURL(address);
  await context.close();
});

test("a returning buyer finds their details, and types nothing", async ({ browser }) => {
  const address = await server.put({ slug: "again", units: 9 });
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await take(page, address);
  // Name, address and card: nothing else is to be filled in.
  await expect(page.locator("#confirm :is(input:not([type=hidden], [type=radio], [type=checkbox]), select)")).toHaveCount(3);
  const autofill = await page.locator("#confirm input[autocomplete]").evaluateAll((all) => all.map((one) => one.autocomplete));
  expect(autofill).toEqual(["name", "email"]);
  await page.getByLabel("Remember me on this device").check();
  await pay(page, "Ada");
  await take(page, address);
  await expect(page.getByLabel("Name")).toHaveValue("Ada");
  await expect(page.getByLabel("E-mail")).toHaveValue("ada@example.org");
  await sound(page);
  // Whoever does not want it any more is forgotten at once.
  await page.getByLabel("Remember me on this device").uncheck();
  await page.reload();
  await expect(page.getByLabel("Name")).toHaveValue("");
  await pay(page, "Ada");
  expect(await page.evaluate(() => localStorage.getItem("dayshelf.buyer"))).toBe(null);
  await context.close();
});

test("what goes with it is chosen before paying, with script and without", async ({ browser }) => {
  const address = await server.put({ slug: "gift", units: 9, more: MORE("gift") });
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ ...PHONE, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(address);
    await expect(page.getByRole("heading", { name: "Goes with it" })).toBeVisible();
    await page.getByLabel("How many: Gift box").fill("1");
    await page.locator("#buy .button-main").click();
    await expect(page).toHaveURL(/\/h\//);
    await expect(page.locator(".lines")).toContainText("Gift box");
    // What a script does is not offered where there is none.
    await expect(page.getByLabel("Remember me on this device")).toBeVisible({ visible: javaScriptEnabled });
    await pay(page, "Bea");
    await context.close();
  }
});

test("times are the slot's and the reader's, by a switch that stays as it was left", async ({ browser }) => {
  const address = await server.put({ slug: "zone", units: 3 });
  const context = await browser.newContext({ ...PHONE, timezoneId: "America/New_York", locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(address);
  const [first, line] = [page.locator(".facts [data-zone]").first(), page.locator(".facts .zones")];
  await expect(first).toContainText("UTC+");
  await expect(line).toContainText("your time");
  await line.getByRole("button", { name: "Show my time" }).click();
  await expect(first).toContainText("your time");
  await expect(line).toContainText("UTC+");
  await page.goto(`${server.url}/browser-shop?view=list`);
  await expect(page.locator(".row [data-zone]").first()).toContainText("your time");
  await page.getByRole("button", { name: "Show Berlin time" }).click();
  await expect(page.locator(".row [data-zone]").first()).not.toContainText("your time");
  await fits(page);
  await context.close();
  const home = await browser.newContext({ timezoneId: "Europe/Berlin" });
  const there = await home.newPage();
  await there.goto(address);
  await expect(there.locator(".facts .zones button")).toBeHidden();
  await expect(there.locator(".facts .zones")).toContainText("Berlin time");
  await home.close();
});

test("how many booked is said from three persons on, and taken back when it is old", async ({ browser }) => {
  const address = await server.put({ slug: "lately", units: 9 });
  const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address);
  const said = page.locator(".proof");
  const field = await page.locator('input[name^="quantity."]').getAttribute("name");
  const slot = await page.locator("main").getAttribute("data-live");
  const buyer = new Caller(server.url);
  for (const name of ["dan", "eva", "eva", "fay"]) {
    await page.reload();
    await expect(said).toHaveCount(0);
    const contact = { email: `${name}@example.org` };
    const hold = await buyer.call("POST", "/v1/holds", { slot, lines: [{ offer: field.split(".")[1], quantity: 1 }], contact });
    const payment = { method: "sandbox", token: "tok_success" };
    const bearer = { authorization: `Bearer ${hold.secret}` };
    await buyer.call("POST", `/v1/holds/${hold.id}/confirm`, { buyer: { name, ...contact }, payment }, bearer);
  }
  await page.reload();
  await expect(said).toHaveText(/^3 people booked this slot in the last 15 minutes \(at \d\d:\d\d CES?T\)$/);
  await fits(page);
  await context.close();
  // With script it goes when its minute is over, even when there is no network to ask again.
  const live = await browser.newContext(PHONE);
  const open = await live.newPage();
  await open.clock.install();
  await open.goto(address);
  await expect(open.locator(".proof")).toBeVisible();
  await open.route(address, (route) => route.abort());
  await open.clock.runFor(61_000);
  await expect(open.locator(".proof")).toHaveCount(0);
  await live.close();
});

test("the pass and the screen in the shop are kept, and open without network", async ({ browser }) => {
  const own = await start();
  const [phone, wall] = [await browser.newContext(PHONE), await browser.newContext({ viewport: { width: 1440, height: 900 } })];
  try {
    const address = await own.put({ slug: "one", units: 5 });
    await own.put({ slug: "two", units: 4 });
    const pass = await phone.newPage();
    await take(pass, address, 2);
    await pay(pass, "Cleo");
    await sound(pass);
    await pass.getByRole("link", { name: /Show it large/ }).click();
    const code = pass.locator(".qr").first();
    await expect.poll(async () => (await code.boundingBox()).width).toBeGreaterThan(320);
    await pass.getByRole("link", { name: "Close" }).click();
    const text = await pass.locator(".pass-code").first().textContent();
    await expect(pass.locator(".away-note")).toBeHidden();

    // One slot after the other, each with its code; without script all at once, upright too.
    const screen = await wall.newPage();
    await screen.clock.install();
    await screen.goto(`${own.url}/display/browser-shop`);
    const title = screen.locator("h2:visible");
    await expect(title).toHaveCount(1);
    await expect(screen.locator(".qr svg:visible")).toHaveCount(1);
    const first = await title.textContent();
    await sound(screen);
    await screen.clock.runFor(10_000);
    await expect(title).not.toHaveText(first);
    const plain = await (await browser.newContext({ ...PHONE, javaScriptEnabled: false })).newPage();
    await plain.goto(`${own.url}/display/browser-shop`);
    await expect(plain.locator("h2:visible")).toHaveCount(2);
    await fits(plain);
    await plain.context().close();

    // A worker takes a page over only after it has stored everything.
    for (const page of [pass, screen]) {
      await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
    }
    await own.cut();
    await pass.goto(pass.url().split("#")[0]);
    await expect(pass.locator(".away-note")).toBeVisible();
    await expect(pass.locator(".pass-code").first()).toHaveText(text);
    await expect(code.locator("svg")).toBeVisible();
    // The style came along, and what needs the network is not offered.
    expect(await pass.locator(".pass").evaluate((one) => getComputedStyle(one).display)).toBe("grid");
    await expect(pass.getByText("Change of plans?")).toBeHidden();
    // What is on the screen stays, and says how old it is; so it does when the screen is switched off and on.
    await screen.clock.runFor(50_000);
    await expect(screen.locator(".lost")).toBeVisible();
    await expect(title).toHaveCount(1);
    await screen.reload();
    await expect(screen.locator(".lost")).toBeVisible();
    await expect(title).toHaveCount(1);
    await expect(screen.locator(".badge:visible")).toContainText("left");
  } finally {
    await phone.close();
    await wall.close();
    await own.stop();
  }
});
