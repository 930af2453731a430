// The minutes of a drop: two hundred who buy at once while the desk looks on, and a slot that is moved under those who
// have bought.
import { expect as expected, test } from "@playwright/test";
import { buy, Caller, fill, studio } from "./studio.js";
import { dragAside, listen, open, signedIn } from "./views.js";

// Nothing here is about speed: a slow machine is waited for.
const expect = expected.configure({ timeout: 90_000 });
test.describe.configure({ timeout: 300_000 });

const CROWD = 200;
/** So many of them are at the server at a time. */
const AT_ONCE = 20;

let shop;
let slot;
test.beforeAll(async () => {
  // They come from everywhere; here all of them have one address.
  shop = await studio({ DAYSHELF_LIMITS_CLAIMS_BURST: "2000" });
  ({ slot } = await fill(shop));
});
test.afterAll(() => shop?.stop());

async function console_(browser) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", viewport: { width: 1440, height: 1000 } });
  await signedIn(context, shop.owner);
  return context.newPage();
}

/** One of the crowd: holds what there is, and buys, lets go or leaves it lying. */
async function come(buyer, sale, index) {
  const contact = { email: `guest.${index}@example.org` };
  let hold;
  try {
    hold = await buyer.call("POST", "/v1/holds", { slot: sale.id, lines: [{ offer: sale.offer, quantity: 1 + (index % 2) }], contact });
  } catch (no) {
    // What is gone is gone; anything else would be a fault of ours.
    expect(`${no}`).toMatch(/sold_out|too_few_units|waitlist/);
    return "late";
  }
  const own = { authorization: `Bearer ${hold.secret}` };
  if (index % 5 === 0) return "holds";
  if (index % 7 === 0) {
    await buyer.call("POST", `/v1/holds/${hold.id}/release`, undefined, own);
    return "let go";
  }
  await buyer.call("POST", `/v1/holds/${hold.id}/confirm`, { buyer: { name: `Guest ${index}`, ...contact }, payment: { method: "sandbox", token: "tok_success" } }, own);
  return "bought";
}

test("the desk's numbers are the server's while two hundred come at once, and at the end", async ({ browser }) => {
  const page = await console_(browser);
  const quiet = listen(page);
  await shop.owner.call("PUT", "/v1/plan", {
    pools: [{ key: "crowd", title: "Crowd cups", units: 150 }],
    slots: [{
      slug: "crowd", title: "Crowd cups", start: "now - 1m", end: "start + 3h", publish: true, story: "Everybody comes at once.",
      windows: [{ key: "public", title: "Everyone", audience: "public", opens: "start", closes: "end", hold: { for: "30m", extensions: 0, limit: 4 }, waitlist: { fairness: "first_come", turn: "5m" } }],
      offers: [{ key: "cup", title: "Cup", recipe: [{ pool: "crowd" }], units_max: 4, ladder: [{ title: "Standard", price: "20.00" }] }],
    }],
  });
  const { items } = await shop.owner.call("GET", "/v1/slots?limit=50");
  const { id } = items.find((one) => one.slug === "crowd");
  const buyer = new Caller(shop.url);
  const { offers } = await buyer.call("GET", `/v1/slots/${id}`);
  const sale = { id, offer: offers[0].id };

  await open(page, `${shop.url}/console/live/${id}`);
  const numbers = page.getByRole("region", { name: "Numbers" });
  const shown = async () => (await numbers.locator("strong").allTextContents()).slice(0, 4).map((text) => Number(text.replace(/\D/g, "")));
  await expect.poll(shown).toEqual([150, 0, 0, 0]);

  // The desk is looked at all the while: whatever it shows, units are neither made nor lost, and the sold are never taken back.
  let coming = true;
  const seen = (async () => {
    const list = [];
    while (coming) {
      list.push(await shown());
      await page.waitForTimeout(100);
    }
    return list;
  })();
  const ends = [];
  let next = 0;
  const stream = async () => {
    while (next < CROWD) ends.push(await come(buyer, sale, next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, stream));
  coming = false;
  const list = await seen;

  const booked = async () => {
    const { units } = await shop.owner.call("GET", `/v1/slots/${id}/booked`);
    return [units.free, units.held, units.sold, units.waiting];
  };
  const told = await booked();
  expect(told[0] + told[1] + told[2]).toBe(150);
  expect(ends).toHaveLength(CROWD);
  expect(ends.filter((end) => end === "bought").length).toBeGreaterThan(50);
  await expect.poll(shown).toEqual(told);
  expect(await booked()).toEqual(told);
  for (const one of list) expect(one[0] + one[1] + one[2], `${one}`).toBe(150);
  const sold = list.map((one) => one[2]);
  expect(sold).toEqual([...sold].sort((one, other) => one - other));
  // Every cent as well: all orders of the slot, page by page.
  let [cents, cursor] = [0, ""];
  do {
    const some = await shop.owner.call("GET", `/v1/orders?slot=${id}&limit=100${cursor && `&cursor=${cursor}`}`);
    cents += some.items.reduce((all, order) => all + order.total.amount, 0);
    cursor = some.next;
  } while (cursor);
  expect(cents).toBe(told[2] * 2_000);
  const euros = async () => Number((await numbers.locator("strong").last().textContent()).replace(/[^\d.]/g, ""));
  await expect.poll(euros).toBe(cents / 100);
  quiet();
});

test("a slot is dragged to another day, and whoever bought is told at once, with both times", async ({ browser }) => {
  const page = await console_(browser);
  const quiet = listen(page);
  // Friends may buy a day ahead: they have something to be told about.
  await shop.owner.call("PUT", "/v1/plan", {
    pools: [{ key: "told", title: "Told cups", units: 9 }],
    slots: [{
      slug: "told", title: "Told cups", start: "now + 72h", end: "start + 2h", publish: true, story: "Bought ahead.",
      windows: [{ key: "public", title: "Everyone", audience: "public", opens: "start - 240h", closes: "end", hold: { for: "8m", extensions: 1, limit: 4 } }],
      offers: [{ key: "cup", title: "Cup", recipe: [{ pool: "told" }], units_max: 4, ladder: [{ title: "Standard", price: "20.00" }] }],
    }],
  });
  const { items } = await shop.owner.call("GET", "/v1/slots?limit=50");
  const { id } = items.find((one) => one.slug === "told");
  const [order] = await buy(shop, id, 1);
  const before = (await shop.owner.call("GET", `/v1/slots/${id}/sheet`)).slot.start_local;

  await open(page, `${shop.url}/console/calendar?view=month`);
  const chip = page.getByRole("link", { name: /^Told cups/ });
  if (await chip.count() === 0) await page.getByRole("button", { name: "Later" }).click();
  await dragAside(page, chip);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Move Told cups");
  await expect(dialog).toContainText("What moves with it");
  await dialog.getByLabel("At once").check();
  await dialog.getByRole("button", { name: "Move", exact: true }).click();
  await expect(dialog).toBeHidden();
  const { slot: moved } = await shop.owner.call("GET", `/v1/slots/${id}/sheet`);
  expect(moved.start_local).not.toBe(before);
  expect(moved.start_local.slice(11, 16)).toBe(before.slice(11, 16));

  const mails = async () => (await shop.owner.call("GET", "/v1/outbox?limit=100")).items.filter((mail) => mail.order === order.id);
  await expect.poll(async () => (await mails()).map((mail) => mail.type)).toContain("order.changed");
  const { to, message } = (await mails()).find((mail) => mail.type === "order.changed");
  expect(to).toBe(order.buyer.email);
  // The mail is as it goes out: soft line breaks of its transfer encoding are no part of its words.
  const words = message.replace(/=\r?\n/g, "");
  expect(words).toMatch(/now/i);
  expect(words).toMatch(/before/i);
  expect(words).toContain("METHOD:REQUEST");
  quiet();
});
