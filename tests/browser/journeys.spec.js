// The whole way of a drop: from the link of a first start through Compose to buyers, and on until nothing is left.
// At a desk and on a phone, for the organiser as for the buyers.
import { expect, test } from "@playwright/test";
import { start } from "./server.js";
import { flaws, listen } from "./views.js";

const DEVICES = {
  "at a desk": { viewport: { width: 1440, height: 900 } },
  "on a phone": { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** Buys from a slot's page as somebody who has never been there. */
async function buys(buyer, address, { name, units }) {
  await buyer.goto(address);
  await buyer.locator('input[name^="quantity."]').fill(String(units));
  await buyer.locator("#buy .button-main").click();
  await expect(buyer).toHaveURL(/\/h\//);
  await buyer.getByLabel("Name").fill(name);
  await buyer.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.org`);
  await buyer.locator('input[name="payment"][value="sandbox"]').check();
  await buyer.locator("#token").selectOption("tok_success");
  await buyer.locator("#confirm .button-main").click();
  await expect(buyer).toHaveURL(/\/o\//);
}

for (const [where, device] of Object.entries(DEVICES)) {
  test(`from the first start to a published drop that sells out, ${where}`, async ({ browser }) => {
    // A whole shop's first day: a loaded machine takes its time.
    test.setTimeout(240_000);
    const server = await start();
    const fresh = async () => (await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...device })).newPage();
    try {
      const page = await fresh();
      const quiet = listen(page);
      await page.goto(server.setup);
      // Whatever is missing is marked at once, and the first of it is where one goes on.
      await page.getByRole("button", { name: "Open the shelf" }).click();
      await expect(page.getByRole("alert")).toHaveCount(5);
      await expect(page.getByLabel("Name of shop, studio or series")).toBeFocused();
      await page.getByLabel("Name of shop, studio or series").fill("Möbel & Töpfe");
      await expect(page.getByLabel("Address", { exact: true })).toHaveValue("mobel-topfe");
      await page.getByLabel("Time zone").selectOption("Europe/Berlin");
      await page.getByLabel("Your name").fill("Ada");
      await page.getByLabel("E-mail").fill("ada@example.org");
      await page.getByLabel("Password", { exact: true }).fill("short");
      await page.getByRole("button", { name: "Open the shelf" }).click();
      await expect(page.getByRole("alert")).toContainText("at least 12 characters");
      await page.getByLabel("Password", { exact: true }).fill("a row of words");
      await page.getByRole("button", { name: "Open the shelf" }).click();
      await expect(page.getByText("Nothing on the shelf yet")).toBeVisible();
      expect(page.url()).not.toContain("#");

      await page.getByRole("link", { name: "New drop" }).filter({ visible: true }).first().click();
      await page.getByLabel("Title of the drop").fill("Moon vases");
      await page.getByLabel("How many units").fill("7");
      await page.getByLabel("Price in EUR").fill("48,50");
      const soon = new Date(Date.now() - 60_000);
      await page.getByLabel("Starts").fill(soon.toLocaleString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 16).replace(" ", "T"));
      // The page that buyers will get, made by the server from what is not put up yet.
      const preview = page.getByRole("complementary", { name: "What buyers see" });
      const shown = preview.frameLocator("iframe");
      await expect(shown.getByRole("heading", { level: 1, name: "Moon vases" })).toBeVisible();
      await expect(shown.getByText("€48.50").first()).toBeVisible();
      await expect(shown.getByText("7 left").first()).toBeVisible();
      await preview.getByRole("button", { name: "Sold out" }).click();
      await expect(shown.getByText("Sold out – waitlist").first()).toBeVisible();
      await preview.getByRole("button", { name: "Afterwards" }).click();
      await expect(shown.getByText("Ended").first()).toBeVisible();
      await page.getByRole("button", { name: "Publish" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Moon vases" })).toBeVisible();
      await expect(page.getByRole("status")).toContainText("Moon vases is on the calendar.");
      const address = server.url + await page.getByRole("link", { name: "Public page" }).first().getAttribute("href");
      await page.locator("main").getByRole("link", { name: "Live", exact: true }).click();
      const number = (name) => page.getByLabel("Numbers").locator("div", { hasText: name }).locator("strong");
      await expect(number("Left")).toHaveText("7");

      const buyer = await fresh();
      const heard = listen(buyer);
      await buys(buyer, address, { name: "Bea", units: 2 });
      await expect(number("Sold")).toHaveText("2");
      await expect(number("Left")).toHaveText("5");
      await expect(number("Taken in")).toHaveText("€97");
      await page.getByRole("button", { name: "Add units" }).click();
      await page.getByLabel("How many units").fill("3");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await expect(number("Left")).toHaveText("8");
      await page.getByRole("button", { name: "Undo" }).last().click();
      await expect(number("Left")).toHaveText("5");

      await buys(buyer, address, { name: "Cleo", units: 4 });
      await expect(number("Left")).toHaveText("1");
      // Who looks on sees the last one go, and gets in line for what may come back.
      const late = await fresh();
      await late.goto(address);
      await expect(late.getByText("1 left").first()).toBeVisible();
      await buys(buyer, address, { name: "Dana", units: 1 });
      await expect(number("Left")).toHaveText("0");
      await expect(number("Sold")).toHaveText("7");
      await expect(number("Taken in")).toHaveText("€339.50");
      expect(await flaws(page)).toEqual([]);
      await expect(late.getByText("Sold out – waitlist").first()).toBeVisible();
      await late.getByLabel("E-mail").fill("emil@example.org");
      await late.getByRole("button", { name: "Join the waitlist" }).click();
      await expect(late).toHaveURL(/\/w\//);
      await expect(number("Waiting")).toHaveText("1");

      // The session is of the name that the link of the first start has.
      const { origin } = new URL(page.url());
      await page.goto(`${origin}/console/calendar?view=agenda`);
      await expect(page.locator("main").getByRole("listitem").filter({ hasText: "Moon vases" })).toContainText("Sold out");
      await page.goto(`${origin}/console/live`);
      await expect(page.getByRole("link", { name: /Moon vases/ })).toContainText("Sold out");
      await page.goto(`${origin}/console/orders`);
      for (const name of ["Bea", "Cleo", "Dana"]) await expect(page.getByText(name, { exact: true }).filter({ visible: true }).first()).toBeVisible();
      quiet();
      heard();

      // Signing out leaves nothing behind, and signing in brings it back.
      await page.getByRole("button", { name: /Ada|^Your account$|^Account$/ }).filter({ visible: true }).first().click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("E-mail").fill("ada@example.org");
      await page.getByLabel("Password").fill("not the words");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByRole("alert")).toContainText("do not belong together");
      await page.getByLabel("Password").fill("a row of words");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByRole("navigation").first()).toContainText("Calendar");
    } finally {
      await server.stop();
    }
  });
}
