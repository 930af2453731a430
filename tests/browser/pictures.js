// Pictures of every view of the console and of every public page, at 390 and 1440 px, light and dark, and the page that
// shows them: `npm run pictures`. With a folder (`npm run pictures -- FOLDER`) they go there, without that page.
//
// What an eye would call broken fails the run, and so do pictures that are too large to be kept.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { buy, fill, studio } from "./studio.js";
import { flaws, numbered, open, pages, secrets, signedIn, views } from "./views.js";

/** Bytes of a picture, and of all of them, at most: the documentation is read over thin wires too. */
const [BYTES_MAX, ALL_BYTES_MAX] = [150_000, 12_000_000];
/** WebP's own measure; words stay sharp from here on. */
const QUALITY = 0.82;
const [SCHEMES, WIDTHS] = [["light", "dark"], [1440, 390]];

/** What is done in a view before it is pictured. */
const ACTS = {
  compose: async (page) => {
    await page.getByLabel("Title of the drop").fill("Tea bowls, second firing");
    await page.getByLabel("Price in EUR").fill("34");
    await page.locator("iframe").waitFor();
  },
  move: async (page) => {
    await page.getByRole("button", { name: "Move", exact: true }).first().click();
    await page.getByRole("button", { name: "A week later" }).click();
    await page.getByText("This needs a yes.").waitFor();
  },
  preview: async (page) => {
    await page.getByRole("button", { name: "Preview" }).click();
    await page.locator("dialog iframe").waitFor();
  },
};

/** Looked at from right to left as well: what is most crowded. */
const MIRRORED = ["calendar-month", "slot-sheet", "live-desk", "slot-page", "checkout"];

const folder = process.argv[2];
const docs = join(import.meta.dirname, "../../docs");
const into = folder ?? join(docs, "pictures");
await mkdir(into, { recursive: true });
if (!folder) for (const old of await readdir(into)) await rm(join(into, old));
const shop = await studio();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
});
let [failed, whole] = [0, 0];
const fail = (sentence) => {
  console.error(sentence);
  failed += 1;
};
const press = await browser.newPage();

/** The picture as WebP, made by the browser itself. */
async function packed(png) {
  const text = await press.evaluate(async ([data, quality]) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality })).arrayBuffer());
    return bytes.reduce((all, byte) => all + String.fromCharCode(byte), "");
  }, [png.toString("base64"), QUALITY]);
  return Buffer.from(text, "latin1");
}

async function picture(page, name, width, scheme) {
  // The last of what moves at first.
  await page.waitForTimeout(300);
  for (const flaw of await flaws(page)) fail(`${name} at ${width}: ${flaw}`);
  const file = await packed(await page.screenshot());
  await writeFile(join(into, `${name}-${width}-${scheme}.webp`), file);
  whole += file.length;
  if (file.length > BYTES_MAX) fail(`${name} at ${width} is a picture of ${file.length} bytes, at most ${BYTES_MAX}`);
}

/** Every view and page at a width, in a scheme. */
async function all(list, own, width, colorScheme) {
  const viewport = { width, height: width < 700 ? 844 : 900 };
  const options = { viewport, colorScheme, locale: "en-GB", timezoneId: "Europe/Berlin", isMobile: width < 700, hasTouch: width < 700 };
  const outside = await browser.newContext(options);
  const door = await outside.newPage();
  await door.goto(`${shop.url}/console`);
  await door.getByLabel("E-mail").waitFor();
  await picture(door, "sign-in", width, colorScheme);
  await outside.close();
  const context = await browser.newContext(options);
  await signedIn(context, shop.owner);
  const page = await context.newPage();
  for (const [name, address] of list) {
    if (name === "waiting-line") await context.addCookies([numbered(shop, own)]);
    if (address.startsWith("/console")) await open(page, shop.url + address);
    else await page.goto(shop.url + address);
    await ACTS[name]?.(page);
    await picture(page, name, width, colorScheme);
    if (colorScheme === "light" && MIRRORED.includes(name)) {
      await page.evaluate(() => { document.documentElement.dir = "rtl"; });
      if (name === "slot-sheet") await page.getByRole("button", { name: "Now" }).click();
      await picture(page, `${name}-rtl`, width, colorScheme);
    }
  }
  await context.close();
}

/** The page that shows all of them. */
function gallery(names) {
  const words = (name) => name[0].toUpperCase() + name.slice(1).replaceAll("-", " ").replace(" rtl", ", from right to left");
  const shown = (name, width, scheme) => `[![${words(name)}, ${width} px, ${scheme}](../pictures/${name}-${width}-${scheme}.webp)](../pictures/${name}-${width}-${scheme}.webp)`;
  const part = (name) => {
    const schemes = name.endsWith("-rtl") ? ["light"] : SCHEMES;
    const head = schemes.flatMap((scheme) => WIDTHS.map((width) => `${width} px, ${scheme}`));
    const row = schemes.flatMap((scheme) => WIDTHS.map((width) => shown(name, width, scheme)));
    return `## ${words(name)}\n\n| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}\n| ${row.join(" | ")} |\n`;
  };
  return `# Every page and view in pictures\n\nMade by \`npm run -s pictures\` in \`tests/browser\`, which fails on what an eye would call broken: what is cut off, sticks\nout or lies on something else. The shop is made up.\n\n${names.map(part).join("\n")}`;
}

try {
  const { slot } = await fill(shop);
  const orders = await buy(shop, slot["moon-vases"], 14, 3);
  const own = await secrets(shop, slot["moon-vases"]);
  const sheet = `/console/slots/${slot["moon-vases"]}`;
  const list = [...views(slot["moon-vases"], orders[0].id), ["move", sheet], ["preview", sheet], ...pages(shop.slug, own)];
  for (const scheme of SCHEMES) for (const width of WIDTHS) await all(list, own, width, scheme);
  const names = ["sign-in", ...list.flatMap(([name]) => (MIRRORED.includes(name) ? [name, `${name}-rtl`] : [name]))];
  if (!folder) await writeFile(join(docs, "guide/pictures.md"), gallery(names));
  console.log(`${(whole / 1_000_000).toFixed(1)} MB in all`);
  if (whole > ALL_BYTES_MAX) fail(`all pictures are ${whole} bytes, at most ${ALL_BYTES_MAX}`);
} finally {
  await browser.close();
  await shop.stop();
}
process.exitCode = failed ? 1 : 0;
