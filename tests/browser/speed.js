// How long a calendar of 500 slots takes from its data to a page that answers, and how soon the largest thing of a public
// page is there, as the machine is and as on slow 4G: `npm run speed`.
//
// The slots are those of the studio, many times over, so that the figure is of the console alone. Printed for each view:
// from the answer's last byte to the first frame with all of it, and the time that the page's thread worked for it, which
// is the same on a machine that has other things to do.
import { chromium } from "@playwright/test";
import { fill, studio } from "./studio.js";
import { secrets, signedIn } from "./views.js";

const SLOTS = 500;
const TURNS = 5;
const shop = await studio();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

/** 500 slots over the six weeks that a month shows. */
function many(items) {
  const shift = (text, ms) => new Date(Date.parse(text.endsWith("Z") ? text : `${text}Z`) + ms).toISOString().slice(0, text.length - (text.endsWith("Z") ? 1 : 0)) + (text.endsWith("Z") ? "Z" : "");
  return Array.from({ length: SLOTS }, (_, index) => {
    const one = items[index % items.length];
    const ms = ((index % 28) - 14) * 86_400_000 + (index % 12) * 1_800_000;
    const { slot, windows } = one;
    return {
      ...one,
      slot: { ...slot, id: `${slot.id}${index}`, title: `${slot.title} ${index}`, place: `Room ${index % 9}`, start: shift(slot.start, ms), end: shift(slot.end, ms), start_local: shift(slot.start_local, ms), end_local: shift(slot.end_local, ms) },
      windows: windows.map((window) => ({ ...window, opens: shift(window.opens, ms), closes: shift(window.closes, ms) })),
    };
  });
}

/** Slow 4G as Lighthouse's mobile profile has it, here on the wire: round trip, down and up. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: (1_638.4 * 1_000) / 8, uploadThroughput: (750 * 1_000) / 8 };

/** Milliseconds to the largest thing of a page that nobody has been to, the median of some looks. */
async function largest(address, wireLike) {
  const times = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const context = await browser.newContext({ viewport: { width: 412, height: 823 }, isMobile: true, hasTouch: true });
    const page = await context.newPage();
    const wire = await context.newCDPSession(page);
    await wire.send("Network.enable");
    if (wireLike) await wire.send("Network.emulateNetworkConditions", wireLike);
    await page.addInitScript(() => {
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.largest = entry.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.moved = (globalThis.moved ?? 0) + entry.value; }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(address, { waitUntil: "load" });
    await page.waitForFunction(() => globalThis.largest !== undefined);
    await page.waitForTimeout(500);
    times.push(await page.evaluate(() => [globalThis.largest, globalThis.moved ?? 0]));
    await context.close();
  }
  const [ms, moved] = times.sort((one, other) => one[0] - other[0])[Math.floor(TURNS / 2)];
  return `${ms.toFixed(0)} ms, moved ${moved}`;
}

try {
  const { slot } = await fill(shop);
  const { hold } = await secrets(shop, slot["moon-vases"]);
  for (const [name, path] of [["slot", `/${shop.slug}/moon-vases`], ["calendar", `/${shop.slug}`], ["checkout", `/h/${hold}`]]) {
    console.log(`${name.padEnd(8)} largest thing: ${await largest(shop.url + path)} here, ${await largest(shop.url + path, SLOW_4G)} on slow 4G (medians of ${TURNS})`);
  }
  const day = 86_400_000;
  const query = `from=${new Date(Date.now() - 40 * day).toISOString()}&to=${new Date(Date.now() + 40 * day).toISOString()}&limit=500`;
  const { items } = await shop.owner.call("GET", `/v1/calendar?${query}`);
  const body = JSON.stringify({ items: many(items), next: null });
  for (const view of ["month", "week", "day", "venues", "agenda"]) {
    const times = [];
    const works = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", timezoneId: "Europe/Berlin" });
      await signedIn(context, shop.owner);
      const page = await context.newPage();
      const wire = await context.newCDPSession(page);
      await wire.send("Performance.enable", { timeDomain: "threadTicks" });
      const worked = async () => (await wire.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration").value * 1000;
      let before;
      await page.route("**/v1/calendar?*", async (route) => {
        before ??= await worked();
        await route.fulfill({ contentType: "application/json", body });
      });
      await page.addInitScript(() => {
        const watch = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (entry.name.includes("/v1/calendar?")) globalThis.answered ??= entry.responseEnd;
        });
        watch.observe({ type: "resource", buffered: true });
        const look = () => {
          if (document.querySelector("main .chip, main .agenda li, main .dot")) requestAnimationFrame(() => { globalThis.drawn = performance.now(); });
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      await page.goto(`${shop.url}/console/calendar?view=${view}`);
      await page.waitForFunction(() => globalThis.drawn !== undefined && globalThis.answered !== undefined);
      works.push(await worked() - before);
      times.push(await page.evaluate(() => globalThis.drawn - globalThis.answered));
      await context.close();
    }
    const median = (list) => list.sort((one, other) => one - other)[Math.floor(TURNS / 2)].toFixed(0);
    console.log(`${view.padEnd(8)} ${SLOTS} slots: ${median(times)} ms from data to drawn, of which the page worked ${median(works)} ms (medians of ${TURNS})`);
  }
} finally {
  await browser.close();
  await shop.stop();
}
