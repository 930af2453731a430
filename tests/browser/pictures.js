// Pictures of every view of the console and of every public page, at 390 and 1440 px, light and dark: `npm run pictures -- FOLDER`.
//
// Without a folder it makes the few that the documentation shows, in docs/pictures. What an eye would call
// broken fails the run.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { buy, fill, studio } from "./studio.js";
import { flaws, numbered, open, pages, secrets, signedIn, views } from "./views.js";

/** What the documentation shows: a view, a width, a scheme. */
const SHOWN = [
  ["calendar-month", 1440, "light"], ["calendar-week", 1440, "dark"], ["calendar-agenda", 390, "light"],
  ["slot-sheet", 1440, "light"], ["live-desk", 1440, "dark"], ["live-desk", 390, "light"], ["compose", 1440, "light"],
  ["pickup", 390, "dark"], ["stock", 1440, "light"], ["calendar-venues", 1440, "light"], ["move", 1440, "light"], ["move", 390, "dark"],
  ["slot-page", 1440, "light"], ["slot-page", 390, "dark"], ["calendar-page", 1440, "light"], ["checkout", 390, "light"],
  ["order-page", 390, "light"], ["display", 1440, "dark"], ["waiting-line", 390, "light"],
];
/** Bytes of a picture at most: the documentation is read over thin wires too. */
const BYTES_MAX = 200_000;

/** What is done in a view before it is pictured. */
const ACTS = {
  compose: async (page) => {
    await page.getByLabel("Title of the drop").fill("Tea bowls, second firing");
    await page.getByLabel("Price in EUR").fill("34");
  },
  move: async (page) => {
    await page.getByRole("button", { name: "Move", exact: true }).first().click();
    await page.getByRole("button", { name: "A week later" }).click();
    await page.getByText("This needs a yes.").waitFor();
  },
};

const folder = process.argv[2];
const into = folder ?? join(import.meta.dirname, "../../docs/pictures");
await mkdir(into, { recursive: true });
const shop = await studio();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
});
let failed = 0;
try {
  const { slot } = await fill(shop);
  const orders = await buy(shop, slot["moon-vases"], 14, 3);
  const own = await secrets(shop, slot["moon-vases"]);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [390, 1440]) {
      const viewport = { width, height: width < 700 ? 844 : 900 };
      const context = await browser.newContext({
        viewport, colorScheme, locale: "en-GB", timezoneId: "Europe/Berlin", isMobile: width < 700, hasTouch: width < 700,
      });
      await signedIn(context, shop.owner);
      const page = await context.newPage();
      const all = [...views(slot["moon-vases"], orders[0].id), ["move", `/console/slots/${slot["moon-vases"]}`], ...pages(shop.slug, own)];
      for (const [name, address] of all) {
        if (!folder && !SHOWN.some((one) => one[0] === name && one[1] === width && one[2] === colorScheme)) continue;
        const ours = address.startsWith("/console");
        if (name === "waiting-line") await context.addCookies([numbered(shop, own)]);
        if (ours) await open(page, shop.url + address);
        else await page.goto(shop.url + address);
        await ACTS[name]?.(page);
        // The last of what moves at first.
        await page.waitForTimeout(400);
        const found = await flaws(page);
        for (const flaw of found) {
          console.error(`${name} at ${width}: ${flaw}`);
          failed += 1;
        }
        const { length } = await page.screenshot({ path: join(into, `${name}-${width}-${colorScheme}.png`) });
        if (length > BYTES_MAX) {
          console.error(`${name} at ${width} is a picture of ${length} bytes, at most ${BYTES_MAX}`);
          failed += 1;
        }
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await shop.stop();
}
process.exitCode = failed ? 1 : 0;
