// The sheet from right to left, a month in a small window, and what a slot's page says of nights.
import { expect, test } from "@playwright/test";
import { fill, studio } from "./studio.js";
import { listen, open, signedIn } from "./views.js";

test.describe("a month of work, looked at from elsewhere", () => {
  let shop;
  let slot;
  test.beforeAll(async () => {
    shop = await studio();
    ({ slot } = await fill(shop));
  });
  test.afterAll(() => shop?.stop());

  async function console_(browser, options = {}) {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
    await signedIn(context, shop.owner);
    return context.newPage();
  }

  test("from right to left, the sheet scrolls to now, zooms around its middle, brings what is far, and is dragged the other way round", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    await page.addInitScript(() => { addEventListener("DOMContentLoaded", () => { document.documentElement.dir = "rtl"; }); });
    await open(page, `${shop.url}/console/slots/${slot["moon-vases"]}`);
    const axis = page.getByRole("region", { name: /^Time axis of/ });
    /** How far something's middle is from the middle of what is in sight. */
    const off = async (what) => {
      const [frame, box] = [await axis.boundingBox(), await what.boundingBox()];
      return Math.abs(box.x + box.width / 2 - (frame.x + frame.width / 2));
    };
    const now = page.locator(".sheet .inner > .now");
    // At first what is about to happen is in the middle, whichever way one reads.
    await expect.poll(() => off(now)).toBeLessThan(300);
    await page.locator(".sheet").getByRole("button", { name: "Now", exact: true }).click();
    await expect.poll(() => off(now)).toBeLessThan(30);
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await expect.poll(() => off(now)).toBeLessThan(60);
    // Earlier is to the right here.
    const [window, middle] = [await page.getByRole("button", { name: /^Friends of the kiln: / }).boundingBox(), await now.boundingBox()];
    expect(window.x + window.width).toBeGreaterThan(middle.x);
    const pickup = page.getByRole("button", { name: /^Pickup at the studio: / });
    await page.getByRole("button", { name: /^Show: Pickup at the studio/ }).click();
    // Its beginning, which is its right edge, is in the middle.
    const begins = async () => {
      const [frame, box] = [await axis.boundingBox(), await pickup.boundingBox()];
      return Math.abs(box.x + box.width - (frame.x + frame.width / 2));
    };
    await expect.poll(begins).toBeLessThan(60);
    await expect(page.getByRole("button", { name: /^Show: Pickup at the studio/ })).toHaveCount(0);
    // A cue is taken to the left, by keys and by mouse: later.
    await page.locator(".sheet").getByRole("button", { name: "Now", exact: true }).click();
    const cue = page.getByRole("button", { name: /^Cue: First shelf/ });
    await cue.focus();
    await page.keyboard.down("Alt");
    await page.keyboard.press("ArrowLeft");
    await expect(page.locator(".bubble")).toContainText("after the start");
    const after = async () => (await shop.owner.call("GET", `/v1/slots/${slot["moon-vases"]}/sheet`)).blocks.find((one) => one.key === "first").when.anchor;
    const before = await after();
    await page.keyboard.up("Alt");
    const minutes = (anchor) => [...anchor.matchAll(/(\d+)([hm])/g)].reduce((all, [, count, unit]) => all + Number(count) * (unit === "h" ? 60 : 1), 0);
    await expect.poll(async () => minutes(await after())).toBeGreaterThan(minutes(before));
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(after).toBe(before);
    // The same by mouse, and what has two ends is stretched: its end is its left edge here.
    await page.locator(".sheet").getByRole("button", { name: "Now", exact: true }).click();
    await cue.scrollIntoViewIfNeeded();
    const pull = async (what, by) => {
      const box = await what.boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + by, box.y + box.height / 2, { steps: 6 });
      await expect(page.locator(".bubble")).toBeVisible();
      await page.mouse.up();
    };
    await pull(cue, -40);
    await expect.poll(async () => minutes(await after())).toBeGreaterThan(minutes(before));
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(after).toBe(before);
    const everyone = page.getByRole("button", { name: /^Everyone: / });
    const ends = async () => (await shop.owner.call("GET", `/v1/slots/${slot["moon-vases"]}/sheet`)).windows.find((one) => one.key === "public");
    const [opensAt, closesAt] = [(await ends()).opens.at, Date.parse((await ends()).closes.at)];
    await page.getByRole("button", { name: "All", exact: true }).click();
    await pull(everyone.locator(".edge.last"), -24);
    await expect.poll(async () => Date.parse((await ends()).closes.at)).toBeGreaterThan(closesAt);
    expect((await ends()).opens.at).toBe(opensAt);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(async () => Date.parse((await ends()).closes.at)).toBe(closesAt);
    quiet();
  });

  test("what is dragged to the edge of a small window brings the rest of the month along", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 480 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/calendar?view=month`);
    const chip = page.locator("main li.day a").first();
    await chip.scrollIntoViewIfNeeded();
    const seen = () => page.evaluate(() => ({ top: scrollY, room: document.documentElement.scrollHeight - innerHeight - scrollY }));
    const before = await seen();
    const down = before.room > before.top;
    const box = await chip.boundingBox();
    await page.mouse.move(box.x + 20, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 24, down ? 470 : 10, { steps: 4 });
    // It goes on by itself while it is held there, to the end.
    await expect.poll(async () => { const now = await seen(); return down ? now.room : now.top; }).toBeLessThanOrEqual(1);
    expect(Math.abs((await seen()).top - before.top)).toBeGreaterThan(100);
    await page.mouse.move(box.x + 24, down ? 300 : 240, { steps: 4 });
    await expect(page.locator("main li.day.over")).toHaveCount(1);
    await page.mouse.up();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("Move ");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    quiet();
  });

  test("an offer of nights that are not the slot's is said where the slot is looked at", async ({ browser }) => {
    await shop.owner.call("PUT", "/v1/plan", {
      pools: [{ key: "rooms", title: "Rooms at the mill", units: 4, nights: { first: "2031-05-02", last: "2031-05-03" } }],
      slots: [{ slug: "mill", title: "A day at the mill", zone: "Europe/Berlin", start: "2031-05-09T10:00", end: "start + 8h", windows: [{ key: "public", opens: "start - 30d", closes: "end" }], offers: [{ key: "bed", title: "With a bed", recipe: [{ pool: "rooms" }], price: "80.00" }] }],
    });
    const mill = (await shop.owner.call("GET", "/v1/slots?limit=100")).items.find((one) => one.slug === "mill").id;
    const page = await console_(browser, { viewport: { width: 390, height: 844 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/slots/${mill}`);
    await expect(page.getByText(/^With a bed draws on Rooms at the mill, which is for .*2 May – .*3 May; this date needs .*9 May\./)).toBeVisible();
    await shop.owner.call("PUT", "/v1/plan", { pools: [{ key: "rooms", title: "Rooms at the mill", units: 4, nights: { first: "2031-05-09" } }] });
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: "A day at the mill" })).toBeVisible();
    await expect(page.getByText(/^With a bed draws on/)).toHaveCount(0);
    quiet();
  });
});
