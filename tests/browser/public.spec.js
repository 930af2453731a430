// Every page that buyers see, as an eye and a screen reader find it: at the width of a phone and of a desk, light and
// dark. What is cut off, sticks out or lies on something else is a fault, and so is whatever axe finds.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { buy, fill, studio } from "./studio.js";
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
