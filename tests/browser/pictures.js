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

/** A vase or a bowl on a shelf, painted by the browser: nobody's photograph. */
async function stillLife(look) {
  const text = await press.evaluate(({ wall, shelf, clay, shape }) => {
    const [wide, high] = [1_600, 1_200];
    const canvas = Object.assign(document.createElement("canvas"), { width: wide, height: high });
    const brush = canvas.getContext("2d");
    const fade = (from, until, [first, last]) => { const made = brush.createLinearGradient(...from, ...until); made.addColorStop(0, first); made.addColorStop(1, last); return made; };
    brush.fillStyle = fade([0, 0], [wide, high], wall);
    brush.fillRect(0, 0, wide, high);
    brush.fillStyle = "rgb(255 255 255 / 28%)";
    brush.beginPath();
    brush.arc(1_180, 380, 420, 0, 2 * Math.PI);
    brush.fill();
    brush.fillStyle = shelf;
    brush.fillRect(0, 960, wide, 46);
    brush.fillStyle = "rgb(0 0 0 / 14%)";
    brush.fillRect(0, 1_006, wide, 26);
    brush.beginPath();
    brush.ellipse(800, 962, 330, 22, 0, 0, 2 * Math.PI);
    brush.fill();
    const turned = (half) => {
      brush.beginPath();
      half.forEach(([x, y], index) => (index ? brush.lineTo(800 + x, y) : brush.moveTo(800 + x, y)));
      [...half].reverse().forEach(([x, y]) => brush.lineTo(800 - x, y));
      brush.closePath();
    };
    const along = (from, until, width) => Array.from({ length: 60 }, (_, step) => { const part = step / 59; return [width(part), from + (until - from) * part]; });
    turned(shape === "vase"
      ? along(260, 960, (part) => 92 + 190 * Math.sin(Math.PI * Math.min(1, part * 1.05)) ** 2 * (part < 0.12 ? 0.2 : 1) + (part < 0.06 ? 24 : 0))
      : along(560, 960, (part) => 330 * Math.sqrt(1 - part ** 2.2) + 90));
    brush.fillStyle = fade([480, 0], [1_120, 0], clay);
    brush.fill();
    brush.clip();
    brush.fillStyle = "rgb(255 255 255 / 16%)";
    brush.fillRect(590, 0, 70, high);
    return canvas.toDataURL("image/png").split(",")[1];
  }, look);
  return Buffer.from(text, "base64");
}

/** What a shop has in its library after a while: a picture, two products, a template and a series. */
async function stocked() {
  const put = async (file, title, alt) => {
    const query = new URLSearchParams({ title, alt, x: "50", y: "60" });
    const reply = await fetch(`${shop.url}/v1/pictures?${query}`, { method: "POST", body: file, headers: { "content-type": "image/png", cookie: shop.owner.cookie, origin: shop.url, "idempotency-key": crypto.randomUUID() } });
    if (!reply.ok) throw new Error(await reply.text());
    return (await reply.json()).id;
  };
  const vase = await put(await stillLife({ wall: ["#e9ece2", "#b9cabf"], shelf: "#7a5b43", clay: ["#2f5d53", "#17352f"], shape: "vase" }), "Moon vase", "A dark green vase before a pale wall");
  const bowl = await put(await stillLife({ wall: ["#f4e9dd", "#ddc3ab"], shelf: "#4f3b31", clay: ["#a65a3a", "#6b3320"], shape: "bowl" }), "Tea bowl", "A brown bowl on linen");
  const faqs = [{ question: "Is it safe for the dishwasher?", answer: "Yes, in the upper rack." }];
  await shop.owner.call("POST", "/v1/products", { key: "vase", title: "Moon vase", about: "Thrown in one piece, fired with ash.", pictures: [vase], faqs });
  await shop.owner.call("POST", "/v1/products", { key: "bowl", title: "Tea bowl", about: "For two hands.", pictures: [bowl], faqs });
  await shop.owner.call("POST", "/v1/templates", {
    key: "evening", title: "Evening at the wheel", parameters: [{ key: "date", default: "x" }],
    windows: [{ key: "public", title: "Everyone", opens: "start - 30d", closes: "end" }],
    offers: [{ key: "seat", title: "Seat at the wheel", recipe: [{ pool: "wheel-{date}" }], price: "45.00" }],
    blocks: [{ key: "soon", title: "Reminder", when: "start - 1d", reminder: { audience: "buyers", channel: "mail", text: "Tomorrow at six: bring an apron." } }],
  });
  const first = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  await shop.owner.call("POST", "/v1/series", {
    key: "wheel-evenings", title: "Evenings at the wheel", place: "Kiln Lane 7, Leipzig", zone: "Europe/Berlin", start: `${first}T18:00`, length: "2h",
    rule: "FREQ=WEEKLY", days_ahead: 60, publish: false, template: "evening", pools: [{ key: "wheel", units: 6 }],
  });
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
  await stocked();
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
