// The minutes of a drop at the live desk: every button that one presses in the heat, and the way back from each.
import { expect as expected, test } from "@playwright/test";
import { Caller, studio } from "./studio.js";
import { flaws, listen, open, signedIn } from "./views.js";

// Nothing here is about speed: a slow machine is waited for.
const expect = expected.configure({ timeout: 60_000 });
test.describe.configure({ timeout: 240_000 });

let shop;
let slot;
test.beforeAll(async () => {
  shop = await studio();
  await shop.owner.call("PUT", "/v1/plan", {
    pools: [{ key: "cups", title: "Cups", units: 30 }],
    codes: [{ group: "friends", code: "EMBER" }],
    slots: [{
      slug: "heat", title: "Cups in the heat", start: "now - 5m", end: "start + 3h", publish: true, place: "Kiln Lane 7",
      windows: [
        { key: "early", title: "Early", audience: "public", opens: "start", closes: "start + 1h", allotments: [{ pool: "cups", units: 10 }], unsold: { roll: "late" }, hold: { for: "30m" } },
        { key: "late", title: "Late", audience: "public", opens: "start + 2h", closes: "end", allotments: [{ pool: "cups", units: 5 }] },
        { key: "friends", title: "Friends", audience: { code: "friends" }, opens: "start + 2h", closes: "end" },
      ],
      offers: [{ key: "cup", title: "Cup", recipe: [{ pool: "cups" }], units_max: 4, ladder: [{ title: "Standard", price: "20.00" }] }],
    }],
  });
  slot = (await shop.owner.call("GET", "/v1/slots?limit=50")).items.find((one) => one.slug === "heat").id;
});
test.afterAll(() => shop?.stop());

const sheet = () => shop.owner.call("GET", `/v1/slots/${slot}/sheet`);
const window_ = async (key) => (await sheet()).windows.find((one) => one.key === key);
/** What a buyer may do now. */
const state = async () => (await new Caller(shop.url).call("GET", `/v1/slots/${slot}`)).offers[0].state;

test("windows are opened, stretched, paused and closed with a press, and each is taken back or asked for", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", viewport: { width: 1440, height: 1000 } });
  await signedIn(context, shop.owner);
  const page = await context.newPage();
  const quiet = listen(page);
  await open(page, `${shop.url}/console/live/${slot}`);
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  const back = () => page.getByRole("button", { name: "Undo" }).last().click();
  await expect(page.getByRole("heading", { level: 1, name: "Cups in the heat" })).toBeVisible();
  await expect(page.locator("main header")).toContainText(/GMT|CET|CEST/);

  // Opened before its time, and back.
  const planned = (await window_("friends")).opens.anchor;
  await press("Open Friends now");
  await expect.poll(async () => (await window_("friends")).phase).toBe("open");
  await back();
  await expect.poll(async () => (await window_("friends")).opens.anchor).toBe(planned);

  // Five minutes more, and back.
  await press("Early: 5 minutes more");
  await expect.poll(async () => (await window_("early")).closes.anchor).toMatch(/^start \+ (1h ?5m|65m)$/);
  await back();
  await expect.poll(async () => (await window_("early")).closes.anchor).toMatch(/^start \+ (1h|60m)$/);

  // Paused: nobody can buy, and nothing else is another. Every desk says so, and any of them lets it go on: this one after
  // it is opened anew, and a phone that was there before.
  const hand = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  await signedIn(hand, shop.owner);
  const phone = await hand.newPage();
  const phoneQuiet = listen(phone);
  await open(phone, `${shop.url}/console/live/${slot}`);
  const buyerPage = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await buyerPage.goto(`${shop.url}/moon-kiln/heat`);
  await expect(buyerPage.getByRole("button", { name: /^Hold/ }).first()).toBeVisible();
  const windows = async () => (await sheet()).windows.map(({ opens, closes, unsold }) => [opens, closes, unsold]);
  const before = await windows();
  expect(await state()).toBe("open");
  await press("Pause the sale");
  await expect.poll(state).toBe("paused");
  await expect(page.getByText(/^Paused since \d\d:\d\d\.$/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Pause the sale" })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("button", { name: "Go on selling" })).toBeVisible();
  expect(await flaws(page)).toEqual([]);
  await expect(phone.getByText(/^Paused since/)).toBeVisible();
  expect(await flaws(phone)).toEqual([]);
  await buyerPage.reload();
  await expect(buyerPage.getByText("Paused for now").first()).toBeVisible();
  await phone.getByRole("button", { name: "Go on selling" }).click();
  await expect.poll(state).toBe("open");
  await expect(page.getByRole("button", { name: "Go on selling" })).toHaveCount(0);
  await press("Pause the sale");
  await expect.poll(state).toBe("paused");
  await back();
  await expect.poll(state).toBe("open");
  expect(await windows()).toEqual(before);
  phoneQuiet();
  await hand.close();
  await buyerPage.context().close();

  // Whoever holds something is not robbed by one press: it is asked, said whom it concerns, and done after a yes.
  const buyer = new Caller(shop.url);
  const { offers } = await buyer.call("GET", `/v1/slots/${slot}`);
  await buyer.call("POST", "/v1/holds", { slot, lines: [{ offer: offers[0].id, quantity: 2 }], contact: { email: "ada@example.org" } });
  await expect(page.getByLabel("Numbers").locator("div", { hasText: "Held" }).locator("strong")).toHaveText("2");
  await press("Close Early now and move the unsold on");
  const asked = page.getByRole("region", { name: "Waits for your yes" });
  await expect(asked).toBeVisible();
  expect(await state()).toBe("open");
  expect(await flaws(page)).toEqual([]);
  await asked.getByRole("button", { name: "No, leave it" }).click();
  await expect(asked).toHaveCount(0);
  expect(await state()).toBe("open");
  await press("Close Early now and move the unsold on");
  await asked.getByRole("button", { name: "Yes, do it" }).click();
  await expect.poll(async () => (await window_("early")).phase).toBe("closed");
  // What was not sold went on to the next window.
  const lent = async () => (await shop.owner.call("GET", "/v1/pools?limit=50")).items.filter((pool) => pool.role.kind === "allotment");
  const late = (await window_("late")).id;
  await expect.poll(async () => (await lent()).find((pool) => pool.role.window === late)?.balance.free ?? 0).toBeGreaterThanOrEqual(8);
  quiet();
  await context.close();
});
