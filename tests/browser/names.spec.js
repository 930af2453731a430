// A name of an organiser's own, from the field in the settings to an order of somebody who has never seen ours; and a
// team whose owner asks everybody for a second factor.
import { createHmac } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import { chromium, expect as expected, test } from "@playwright/test";
import { fill, OWNER, studio } from "./studio.js";
import { flaws, listen, open, signedIn } from "./views.js";

const NAME = "mugs.example";
// Nothing here is about speed: a slow machine is waited for.
const expect = expected.configure({ timeout: 60_000 });
test.describe.configure({ timeout: 240_000 });

let shop;
test.beforeAll(async () => {
  shop = await studio();
  await fill(shop);
});
test.afterAll(() => shop?.stop());

test("a name is set in the settings, and one buys under it without leaving it", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB" });
  await signedIn(context, shop.owner);
  const desk = await context.newPage();
  const quiet = listen(desk);
  await open(desk, `${shop.url}/console/settings?part=look`);
  const field = desk.getByRole("textbox", { name: "Name" });
  const card = desk.locator("form", { has: field });
  await field.fill("192.0.2.7");
  await card.getByRole("button", { name: "Save" }).click();
  await expect(card.getByRole("alert")).toContainText("Write a name that people reach");
  await field.fill(`https://${NAME.toUpperCase()}/shop`);
  await card.getByRole("button", { name: "Save" }).click();
  await expect(field).toHaveValue(NAME);
  await expect(card.getByRole("link", { name: NAME })).toBeVisible();
  expect(await flaws(desk)).toEqual([]);
  quiet();

  // What a name leads to is said to this browser alone.
  const { executablePath, args } = test.info().project.use.launchOptions;
  const theirs = await chromium.launch({ executablePath, args: [...args, `--host-resolver-rules=MAP ${NAME} 127.0.0.1`] });
  try {
    const page = await theirs.newPage();
    const heard = listen(page);
    const origin = `http://${NAME}:${new URL(shop.url).port}`;
    const left = [];
    page.on("request", (request) => { if (new URL(request.url()).origin !== origin) left.push(request.url()); });
    await page.goto(origin);
    await page.getByRole("link", { name: /Moon vases, third firing/ }).first().click();
    await expect(page).toHaveURL(`${origin}/moon-vases`);
    await expect(page.locator('link[rel="canonical"]')).toHaveAttribute("href", `${origin}/moon-vases`);
    await page.locator('input[name^="quantity."]').first().fill("1");
    await page.locator("#buy .button-main").click();
    await expect(page).toHaveURL(new RegExp(`^${origin}/h/`));
    await page.getByLabel("Name").fill("Ada Berg");
    await page.getByLabel("E-mail").fill("ada@example.org");
    await page.locator('input[name="payment"][value="sandbox"]').check();
    await page.locator("#token").selectOption("tok_success");
    await page.locator("#confirm .button-main").click();
    await expect(page).toHaveURL(new RegExp(`^${origin}/o/`));
    await page.getByRole("link", { name: "See the calendar" }).first().click();
    await expect(page).toHaveURL(`${origin}/`);
    expect(left).toEqual([]);
    heard();
    // The mail leads back to where the buyer came from.
    const mail = async () => (await shop.owner.call("GET", "/v1/outbox?limit=1")).items[0]?.message ?? "";
    await expect.poll(mail).toContain(`${origin}/o/os_`);
    expect(await mail()).not.toContain(shop.url);
  } finally {
    await theirs.close();
  }
});

/** The code that an app shows now for a secret that somebody typed into it (RFC 6238). */
function codeOf(secret) {
  const bits = [...secret.replace(/\s/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const tag = createHmac("sha1", key).update(step).digest();
  return String((tag.readUInt32BE(tag.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("who has no second factor sets one up before anything else, once an owner asks for it", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const quiet = listen(page);
  await page.goto(`${shop.url}/console/settings?part=team`);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByLabel(/Everybody needs a second factor/).click();
  // It counts for the owner as well, and at once.
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
  await page.goto(`${shop.url}/console/orders`);
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  }
  await page.getByRole("button", { name: "Turn on" }).click();
  const secret = await page.locator("code.secret").textContent();
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await flaws(page), `at ${width}`).toEqual([]);
  }
  // A code may be over by the time it is sent: then the app shows another.
  await expect(async () => {
    if (!await page.locator(".codes li").count()) {
      await page.getByLabel("Code", { exact: true }).fill(codeOf(secret));
      await page.getByRole("button", { name: "Turn on" }).click();
    }
    await expect(page.locator(".codes li")).toHaveCount(10, { timeout: 10_000 });
  }).toPass({ timeout: 90_000 });
  await page.getByRole("button", { name: "I have kept them, go on" }).click();
  await expect(page.getByRole("heading", { name: "Orders" })).toBeVisible();
  quiet();
});
