// From nothing to a published drop: how many steps that takes, with a picture and friends who come first, and how few
// when a template answers.
import { expect as expected, test } from "@playwright/test";
import { drawn, studio } from "./studio.js";
import { flaws, listen, open, signedIn } from "./views.js";

/** Clicks and filled fields that a drop may take at most. */
const STEPS_MAX = 24;
// Nothing here is about speed: a slow machine is waited for.
const expect = expected.configure({ timeout: 60_000 });
test.describe.configure({ timeout: 240_000 });

let shop;
test.beforeAll(async () => {
  shop = await studio();
});
test.afterAll(() => shop?.stop());

/** Does what a person does, and counts it: a press is a step, and so is a field that is filled. */
function counted() {
  let steps = 0;
  const step = (work) => { steps += 1; return work; };
  return {
    click: (what) => step(what.click()),
    fill: (what, text) => step(what.fill(text)),
    drop: (what, file) => step(what.setInputFiles(file)),
    get steps() { return steps; },
  };
}

const wall = (ms) => new Date(ms).toLocaleString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 16).replace(" ", "T");

test("a first drop with a picture, friends first and both previews takes fewer than 25 steps", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", viewport: { width: 1440, height: 1000 } });
  await signedIn(context, shop.owner);
  const page = await context.newPage();
  const quiet = listen(page);
  await open(page, `${shop.url}/console/calendar`);
  const picture = await drawn(page, 1_200, 900, ["#34675c", "#f2b8a0"]);
  const one = counted();
  const began = Date.now();
  await one.click(page.getByRole("link", { name: "New drop" }).filter({ visible: true }).first());
  await one.click(page.getByRole("group", { name: "Begin from" }).getByRole("button", { name: "Live drop" }));
  await one.fill(page.getByLabel("Title of the drop"), "Moon vases");
  await one.fill(page.getByLabel("How many units"), "12");
  await one.fill(page.getByLabel("Price in EUR"), "48");
  await one.click(page.getByRole("button", { name: "From the library" }));
  const choice = page.getByRole("dialog", { name: "Choose a picture" });
  await one.drop(choice.locator("input[type=file]"), { name: "vases.png", mimeType: "image/png", buffer: picture });
  const describing = page.getByRole("dialog", { name: "Describe the picture" });
  await one.fill(describing.getByLabel("What it shows"), "Two vases on a shelf");
  await one.click(describing.getByRole("button", { name: "Add" }));
  await expect(describing).toBeHidden();
  const start = Math.ceil((Date.now() + 2 * 86_400_000) / 3_600_000) * 3_600_000;
  await one.fill(page.getByLabel("Starts"), wall(start));
  await expect(page.getByLabel("Whoever has a code")).toBeChecked();
  await one.fill(page.getByLabel("Code", { exact: true }), "EMBER");

  // As the buyer sees it: on a phone and on a screen, before, while friends may, while all may, sold out and afterwards.
  const preview = page.getByRole("complementary", { name: "What buyers see" });
  const shown = preview.frameLocator("iframe");
  await expect(shown.getByRole("img", { name: "Two vases on a shelf" })).toBeVisible();
  await expect(shown.getByText("12 left").first()).toBeVisible();
  for (const [moment, said] of [["Before", /Opens/], ["Friends", "12 left"], ["Sold out", "Sold out – waitlist"], ["Afterwards", "Ended"], ["During", "12 left"]]) {
    await one.click(preview.getByRole("button", { name: moment, exact: true }));
    await expect(shown.getByText(said).first()).toBeVisible();
  }
  await one.click(preview.getByRole("button", { name: "Screen · 1440" }));
  await expect(preview.locator(".room.screen iframe")).toBeVisible();
  expect(await flaws(page)).toEqual([]);
  await one.click(page.getByRole("button", { name: "Publish" }));
  await expect(page.getByRole("status")).toContainText("Moon vases is on the calendar.");
  // The count is what is promised; how long this machine took is only told.
  console.log(`a first drop: ${one.steps} steps, ${Math.round((Date.now() - began) / 1000)} s`);
  expect(one.steps).toBeLessThanOrEqual(STEPS_MAX);

  await expect(page).toHaveURL(/\/slots\//);
  const made = await shop.owner.call("GET", `/v1/slots/${page.url().split("/").pop()}/sheet`);
  expect(made.slot).toMatchObject({ state: "published", title: "Moon vases" });
  expect(made.slot.start_local.slice(0, 16)).toBe(wall(start));
  expect(made.slot.image).toContain("/pictures/");
  expect(made.windows.map((one) => one.opens.anchor)).toEqual(["start - 30m", "start"]);
  expect(made.blocks.map((one) => one.kind)).toEqual(["reminder"]);
  expect(made.fulfilments[0].boxes).toHaveLength(4);
  quiet();

  // The same again from a template of one's own: only what is new is answered.
  await page.locator("main").getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Keep as template" }).click();
  await expect(page.getByRole("status")).toContainText("Moon vases is kept as a template.");
  await open(page, `${shop.url}/console/calendar`);
  const again = counted();
  await again.click(page.getByRole("link", { name: "New drop" }).filter({ visible: true }).first());
  await again.click(page.getByRole("group", { name: "Begin from" }).getByRole("button", { name: "Moon vases" }));
  await expect(page.getByLabel("As in the template:")).toBeChecked();
  await expect(page.getByLabel("Price in EUR")).toHaveValue("48.00");
  await again.fill(page.getByLabel("Title of the drop"), "Moon vases, again");
  await again.fill(page.getByLabel("How many units"), "6");
  await again.fill(page.getByLabel("Starts"), wall(start + 7 * 86_400_000));
  await again.click(page.getByRole("button", { name: "Publish" }));
  await expect(page.getByRole("status")).toContainText("Moon vases, again is on the calendar.");
  console.log(`a drop from a template: ${again.steps} steps`);
  expect(again.steps).toBeLessThan(10);
  await expect(page).toHaveURL(/\/slots\//);
  const second = await shop.owner.call("GET", `/v1/slots/${page.url().split("/").pop()}/sheet`);
  expect(second.windows.map((one) => one.key)).toEqual(["friends", "public"]);
  expect(second.offers[0].ladder[0].price.amount).toBe(4_800);
  const { items } = await shop.owner.call("GET", "/v1/pools?limit=50");
  // Its stock is its own: nobody buys the first date's vases on the second.
  expect(items.filter((pool) => pool.role.kind === "stock").map((pool) => pool.balance.free).sort((one, other) => one - other)).toEqual([6, 12]);
  quiet();
  await context.close();
});

test("what is wrong stands at its field, also where that is folded away, and in no words of a document", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin" });
  await signedIn(context, shop.owner);
  const page = await context.newPage();
  await open(page, `${shop.url}/console/compose`);
  await page.getByLabel("Title of the drop").fill("Tea bowls");
  await page.getByLabel("Price in EUR").fill("34");
  const more = page.locator("details.card");
  await more.locator("summary").click();
  const early = page.getByLabel("Early price");
  await early.fill("99999999999");
  await more.locator("summary").click();
  await expect(early).toBeVisible();
  await expect(early).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("slots[0]")).toHaveCount(0);
  await expect(page.getByText("Ready when you are.")).toHaveCount(0);
  await early.fill("28");
  await expect(early).not.toHaveAttribute("aria-invalid");
  await expect(page.getByText("Ready when you are.")).toBeVisible();
  await context.close();
});

test("what can't be read is marked where it stands", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", viewport: { width: 1440, height: 1000 } });
  await signedIn(context, shop.owner);
  const page = await context.newPage();
  const quiet = listen(page);
  await open(page, `${shop.url}/console/compose`);
  await page.getByLabel("Title of the drop").fill("Ash glazes");
  await page.locator("summary").click();
  const price = page.getByLabel("Price in EUR");
  const early = page.getByLabel("Early price");
  await price.fill("4x");
  await early.fill("three");
  await page.getByRole("button", { name: "Publish" }).click();
  for (const field of [price, early]) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator(".field", { has: field }).getByRole("alert")).toContainText("is no price");
  }
  // The first of them has the focus, and nothing that was typed is lost.
  await expect(price).toBeFocused();
  await expect(early).toHaveValue("three");
  await expect(page.getByLabel("Title of the drop")).toHaveValue("Ash glazes");
  // What is put right is not held against anybody.
  await price.fill("48");
  await expect(price).not.toHaveAttribute("aria-invalid", "true");
  await early.fill("40");
  await expect(early).not.toHaveAttribute("aria-invalid", "true");
  quiet();
  await context.close();
});

for (const [where, answer] of [["setup", /v1\/setup$/], ["an invitation", /v1\/invitations\/accept$/]]) {
  test(`every wrong field of ${where} is marked, and the first has the focus`, async ({ browser }) => {
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 900 } });
    const page = await context.newPage();
    const json = (status, body) => ({ status, contentType: status < 400 ? "application/json" : "application/problem+json", body: JSON.stringify(body) });
    await page.route(/v1\/setup\/choices$/, (route) => route.fulfill(json(200, { existing: [] })));
    await page.route(/v1\/invitations\/look$/, (route) => route.fulfill(json(200, { organiser: { name: "Kiln", slug: "kiln" }, role: "stall" })));
    const mistakes = ["person.email", "person.password"].map((field) => ({ field, code: "value_wrong", detail: `${field}: this is wrong.` }));
    await page.route(answer, (route) => route.fulfill(json(422, { type: "/problems/value_wrong", status: 422, detail: mistakes[0].detail, mistakes })));
    await page.goto(`${shop.url}/console#${where === "setup" ? "setup" : "invitation"}=${"a".repeat(64)}`);
    if (where === "setup") await page.getByLabel("Name of shop, studio or series").fill("Kiln");
    await page.getByLabel("Your name").fill("Ann");
    await page.getByLabel("E-mail").fill("no address");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.locator("form .button.main").click();
    // What can't be right is not even sent.
    await expect(page.getByText("Write a mail address")).toBeVisible();
    await expect(page.getByText("at least 12 characters; a few")).toBeVisible();
    await expect(page.getByLabel("E-mail")).toBeFocused();
    await page.getByLabel("E-mail").fill("ann@example.org");
    await page.getByLabel("Password", { exact: true }).fill("a row of words");
    await page.locator("form .button.main").click();
    for (const label of ["E-mail", "Password"]) {
      const field = page.getByLabel(label, { exact: true });
      await expect(field).toHaveAttribute("aria-invalid", "true");
      await expect(page.locator(".field", { has: field }).getByRole("alert")).toHaveText("This is wrong.");
    }
    await expect(page.getByLabel("E-mail")).toBeFocused();
    await expect(page.getByLabel("Your name")).toHaveValue("Ann");
    await context.close();
  });
}
