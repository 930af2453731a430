// Lighthouse on a page, with the mobile profile: how a mid-range phone on slow 4G would find it, worked out by
// Lighthouse from what was loaded and never measured on a clock of this machine.
import { createServer } from "node:net";
import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
/** How often a page is looked at before Lighthouse is believed that it can't. */
const TRIES = 3;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function once(port, address, skipAudits) {
  const { lhr } = await lighthouse(address, {
    port, output: "json", logLevel: "error", onlyCategories: CATEGORIES, throttlingMethod: "simulate", skipAudits,
    // A slow machine is given time; nothing is judged by it.
    maxWaitForLoad: 90_000,
  });
  if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(lhr.categories[name].score * 100)]));
  return { scores, audits: lhr.audits, categories: lhr.categories };
}

/** A browser that Lighthouse drives by its own port, and what looks at pages in it. */
export async function beacon() {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
  });
  return {
    /** Scores from 0 to 100, and the audits behind them. A machine too busy to look is asked again. */
    async look(address, skipAudits = []) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await once(port, address, skipAudits);
        } catch (cause) {
          if (tries === TRIES) throw cause;
        }
      }
    },
    stop: () => browser.close(),
  };
}

/** What keeps a category from its full score, in words. */
export function faults(found, category) {
  const refs = found.categories[category].auditRefs.filter(({ weight }) => weight > 0);
  return refs.map(({ id }) => found.audits[id]).filter(({ score }) => score !== null && score < 0.9)
    .map(({ id, title, displayValue }) => `${id}: ${title} ${displayValue ?? ""}`);
}
