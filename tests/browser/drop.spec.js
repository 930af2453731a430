// What a buyer does: buy, watch the count move, let a hold lapse, wait for a turn, and all of it without
// script.
import { expect, test } from "@playwright/test";
import { start } from "./server.js";

let server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server?.stop();
});

const left = (page) => page.locator("[data-offer-free]").first();

async function holdSome(page, address, quantity) {
  await page.goto(address);
  await page.locator('input[name^="quantity."]').fill(String(quantity));
  await page.locator("#buy .button-main").click();
  await expect(page).toHaveURL(/\/h\//);
}

async function confirm(page, name, token = "tok_success") {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.org`);
  await page.locator('input[name="payment"][value="sandbox"]').check();
  await page.locator("#token").selectOption(token);
  await page.locator("#confirm .button-main").click();
}

test("a buyer buys, and the count moves on another's page", async ({ browser }) => {
  const address = await server.put({ slug: "count", units: 5 });
  const [buyer, watcher] = [await browser.newPage(), await browser.newPage()];
  await watcher.goto(address);
  await expect(left(watcher)).toContainText("5");
  await holdSome(buyer, address, 2);
  await expect(left(watcher)).toContainText("3");
  await expect(buyer.locator("h1")).toContainText("7:");
  await confirm(buyer, "Ann");
  await expect(buyer).toHaveURL(/\/o\//);
  await expect(buyer.locator("svg").first()).toBeVisible();
  await expect(buyer.getByText("The film", { exact: true })).toBeVisible();
  await expect(left(watcher)).toContainText("3");
  await watcher.reload();
  await expect(left(watcher)).toContainText("3");
});

test("a declined card keeps the hold, another card buys", async ({ page }) => {
  const address = await server.put({ slug: "declined", units: 2 });
  await holdSome(page, address, 1);
  await confirm(page, "Bea", "tok_decline");
  await expect(page).toHaveURL(/\/h\//);
  await expect(page.getByRole("alert").first()).toBeVisible();
  await confirm(page, "Bea");
  await expect(page).toHaveURL(/\/o\//);
});

test("a hold lapses by itself, and its units are back for others", async ({ browser }) => {
  const address = await server.put({ slug: "lapse", units: 3, hold: "6s" });
  const [buyer, watcher] = [await browser.newPage(), await browser.newPage()];
  await watcher.goto(address);
  await holdSome(buyer, address, 2);
  await expect(left(watcher)).toContainText("1");
  await expect(left(watcher)).toContainText("3", { timeout: 15_000 });
  await expect(buyer.locator("h1")).toContainText("The time ran out", { timeout: 15_000 });
});

test("what comes back is the waiter's turn", async ({ browser }) => {
  const address = await server.put({ slug: "turn", units: 1 });
  const [buyer, waiter] = [await browser.newPage(), await browser.newPage()];
  await holdSome(buyer, address, 1);
  await waiter.goto(address);
  await waiter.getByLabel("E-mail").fill("cora@example.org");
  await waiter.getByRole("button", { name: /waitlist/i }).first().click();
  await expect(waiter).toHaveURL(/\/w\//);
  await buyer.getByRole("button", { name: "Release the hold" }).click();
  await expect(waiter.locator("h1")).toContainText("held for you", { timeout: 15_000 });
  const other = await browser.newPage();
  await other.goto(address);
  await expect(other.locator("#buy .button-main")).toContainText(/waitlist/i);
  await waiter.getByRole("link", { name: /Take it now/ }).click();
  await confirm(waiter, "Cora");
  await expect(waiter).toHaveURL(/\/o\//);
});

test("a bank that asks the buyer leads to the order, or back to the hold", async ({ browser }) => {
  const address = await server.put({ slug: "bank", units: 4 });
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await holdSome(page, address, 1);
    await confirm(page, "Fay", "tok_3ds");
    await expect(page).toHaveURL(/\/bank$/);
    await page.getByRole("button", { name: "Decline" }).click();
    await expect(page.getByText("The card was declined")).toBeVisible();
    await confirm(page, "Fay", "tok_3ds");
    await page.getByRole("button", { name: /Approve/ }).click();
    await expect(page).toHaveURL(/\/o\//);
    await context.close();
  }
});

test("a code opens its window, and nobody sees inside without it", async ({ page, browser }) => {
  const windows = `[[slots.windows]]
    key = "friends"
    title = "Friends"
    audience = { code = "friends-code" }
    opens = "start"
    closes = "end"
    hold = { for = "5m", extensions = 1 }`;
  const address = await server.put({ slug: "code", units: 4, windows });
  await page.goto(address);
  await expect(page.locator("[data-offer-free]")).toHaveCount(0);
  await page.locator("#code").fill("KILN-wrong");
  await page.locator("#buy .button-main").click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page).not.toHaveURL(/\/h\//);
  await page.locator("#code").fill("KILN-code");
  await page.getByRole("button", { name: "Use code" }).click();
  await expect(left(page)).toContainText("4");
  expect(page.url()).toBe(address);
  // A link brings the code after its hash, where no server sees it; what one friend takes, the other sees go.
  const other = await (await browser.newContext()).newPage();
  await other.goto(`${address}#code=KILN-code`);
  await expect(left(other)).toContainText("4");
  expect(other.url()).toBe(address);
  await page.locator("#buy .button-main").click();
  await expect(page).toHaveURL(/\/h\//);
  await expect(left(other)).toContainText("3");
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(address);
  await expect(stranger.locator("[data-offer-free]")).toHaveCount(0);
});

test("the button is in reach on a phone, and Enter confirms", async ({ browser }) => {
  const address = await server.put({ slug: "reach", units: 3 });
  const page = await (await browser.newContext({ viewport: { width: 390, height: 700 } })).newPage();
  await page.goto(address);
  await expect(page.locator("#buy .button-main")).toBeInViewport({ ratio: 1 });
  await page.locator('input[name^="quantity."]').fill("1");
  await page.locator("#buy .button-main").click();
  // More time is asked for beside the clock, which comes before the form in which Enter is pressed.
  await expect(page.getByRole("button", { name: /Give me/ })).toBeInViewport();
  await page.getByLabel("Name").fill("Gil");
  await page.getByLabel("E-mail").fill("gil@example.org");
  await page.getByLabel("E-mail").press("Enter");
  await expect(page).toHaveURL(/\/o\//);
});

test("everything works with script switched off", async ({ browser }) => {
  const address = await server.put({ slug: "plain", units: 3 });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/browser-shop`);
  await expect(page.locator("h1")).toHaveCount(1);
  await holdSome(page, address, 2);
  await page.getByRole("button", { name: /Give me/ }).click();
  await expect(page.getByText("No extensions left")).toBeVisible();
  await confirm(page, "Dora");
  await expect(page).toHaveURL(/\/o\//);
  await page.goto(address);
  await expect(left(page)).toContainText("1");
  await context.close();
});

test("no page is wider than its window, whatever the words", async ({ browser }) => {
  const address = await server.put({ slug: "width", units: 3, word: "Donaudampfschifffahrtsgesellschaft".repeat(3) });
  for (const width of [320, 390, 1440]) {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    const fits = async () => {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over, `${page.url()} at ${width}`).toBeLessThanOrEqual(0);
    };
    for (const view of ["month", "list"]) {
      await page.goto(`${server.url}/browser-shop?view=${view}`);
      await fits();
    }
    await page.goto(address);
    await fits();
    await holdSome(page, address, 1);
    await fits();
    await confirm(page, "Eve");
    await expect(page).toHaveURL(/\/o\//);
    await fits();
    await context.close();
  }
});
