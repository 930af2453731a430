// Every public page that a buyer can come to, found by following links and by buying: its headers are the strict
// ones, nothing on it runs that should not, and what is secret stands in no query and is sent to nobody else.
// (A buyer's own page has its secret in its path: that is the link that the buyer keeps.)
import { expect, test } from "@playwright/test";
import { start } from "./server.js";

let server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server?.stop();
});

// Pages at most; a shop of one drop has fewer, so more would be a loop.
const PAGES_MAX = 80;
const secretIn = (text) => /(?:hs|os|ws|dsk)_[0-7][0-9a-z]{25}_[0-9a-z]{26}|tok_success|KILN-/.test(text);

/** What the headers of an answer must say; the sentence names the address. */
function checkHeaders(answer) {
  const [address, headers] = [answer.url(), answer.headers()];
  expect(headers["x-content-type-options"], address).toBe("nosniff");
  const isPage = (headers["content-type"] ?? "").startsWith("text/html");
  // Our own forms must see that they come from our own pages; nobody else ever learns where a reader was.
  const referrer = isPage && headers["referrer-policy"] === "same-origin" ? "same-origin" : "no-referrer";
  expect(headers["referrer-policy"], address).toBe(referrer);
  expect(headers["server"], address).toBeUndefined();
  expect(headers["x-powered-by"], address).toBeUndefined();
  const policy = headers["content-security-policy"] ?? "";
  const rules = new Map(policy.split(";").map((rule) => {
    const [name, ...values] = rule.trim().split(/\s+/);
    return [name, values];
  }));
  expect(rules.get("default-src"), `${address}: ${policy}`).toEqual(["'none'"]);
  expect(rules.has("frame-ancestors"), `${address}: ${policy}`).toBe(true);
  // The organiser's pictures may be anywhere, and the console shows them while they are chosen.
  const pictures = new URL(address).pathname === "/console" ? ["https:"] : [];
  for (const open of ["'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:"]) {
    for (const [name, values] of rules) {
      if (name === "img-src" && pictures.includes(open)) continue;
      expect(values, `${address}: ${name} of ${policy}`).not.toContain(open);
    }
  }
  if (isPage) {
    for (const name of ["script-src", "style-src", "form-action", "frame-ancestors"]) {
      for (const value of rules.get(name) ?? ["missing"]) {
        expect(value, `${address}: ${name} of ${policy}`).toMatch(/^'(self|none|nonce-.+|sha256-.+)'$/);
      }
    }
    expect(rules.get("base-uri"), address).toEqual(["'none'"]);
  }
}

/** Listens to a browser context for all that must not happen in it. */
function watch(context) {
  const wrong = [];
  context.on("console", (message) => {
    // A page that is not there is asked for on purpose below.
    if (message.type() === "error" && !message.text().includes("status of 4")) wrong.push(message.text());
  });
  context.on("weberror", (error) => wrong.push(String(error.error())));
  context.on("request", (request) => {
    const address = new URL(request.url());
    if (!request.url().startsWith(server.url)) wrong.push(`asks ${request.url()}`);
    if (secretIn(address.search)) wrong.push(`a secret in the query of ${address}`);
    const referer = request.headers()["referer"];
    if (referer && secretIn(new URL(referer).search)) wrong.push(`a secret in the referer: ${referer}`);
  });
  return wrong;
}

/** Makes violations of the policy count as console errors, in each page from its first moment. */
const listen = (context) =>
  context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} by ${event.blockedURI} in ${location.href}`);
    });
  });

async function crawl(page, starts) {
  const [seen, waiting] = [new Set(), [...starts]];
  while (waiting.length > 0) {
    const address = waiting.shift();
    if (seen.has(address)) continue;
    seen.add(address);
    expect(seen.size, [...seen].join("\n")).toBeLessThanOrEqual(PAGES_MAX);
    const plain = await page.context().request.get(address, { timeout: 10_000 });
    checkHeaders(plain);
    // Calendars, measures and the like are files, which no page shows.
    if (!(plain.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    checkHeaders(await page.goto(address));
    const inline = await page.evaluate(() => {
      const all = [...document.querySelectorAll("*")];
      const handlers = all.filter((one) => [...one.attributes].some(({ name }) => name.startsWith("on")));
      const runs = (one) => !one.src && !/json/.test(one.type);
      const scripts = [...document.scripts].filter(runs);
      return [...handlers, ...scripts].map((one) => one.outerHTML.slice(0, 100));
    });
    expect(inline, address).toEqual([]);
    const links = await page.evaluate(() => [
      ...[...document.links].map((link) => link.href),
      ...[...document.querySelectorAll("link[href], script[src], img[src]")].map((one) => one.href ?? one.src),
    ]);
    for (const link of links) {
      expect(secretIn(new URL(link).search), `${link} on ${address}`).toBe(false);
      const plain = link.split("#")[0];
      // A month leads to the next one for ever.
      const far = [...seen].filter((one) => one.includes("month=")).length > 6 && plain.includes("month=");
      if (plain.startsWith(server.url) && !far) waiting.push(plain);
    }
  }
  return seen;
}

async function buy(page, address, name) {
  await page.goto(address);
  await page.locator('input[name^="quantity."]').fill("1");
  await page.locator("#buy .button-main").click();
  await expect(page).toHaveURL(/\/h\//);
  const hold = page.url();
  if (!name) return hold;
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.org`);
  await page.locator('input[name="payment"][value="sandbox"]').check();
  await page.locator("#token").selectOption("tok_success");
  await page.locator("#confirm .button-main").click();
  await expect(page).toHaveURL(/\/o\//);
  return page.url();
}

test("every page has strict headers and nothing on it breaks them", async ({ browser }) => {
  test.setTimeout(180_000);
  const address = await server.put({ slug: "crawl", units: 2 });
  const context = await browser.newContext();
  const wrong = watch(context);
  await listen(context);
  const page = await context.newPage();
  const order = await buy(page, address, "Gil");
  const hold = await buy(page, address);
  await page.goto(address);
  await page.getByLabel("E-mail").fill("hal@example.org");
  await page.getByRole("button", { name: /waitlist/i }).first().click();
  await expect(page).toHaveURL(/\/w\//);
  const wait = page.url();
  const fixed = ["/", "/console", "/display/browser-shop", "/o/keep.js", "/nothing-here", "/robots.txt", "/sitemap.xml", "/openapi.json", "/metrics"];
  const first = ["/healthz", "/readyz", "/problems/unknown", "/browser-shop/pass-keys.json", "/h/hs_wrong"];
  const starts = [...fixed, ...first].map((path) => server.url + path);
  const seen = await crawl(page, [...starts, address, order, hold, wait]);
  for (const path of [/\/browser-shop$/, /\/assets\/.*\.js/, /\/assets\/.*\.css/, /\.ics/]) {
    expect([...seen].some((one) => path.test(one)), `${path} in\n${[...seen].join("\n")}`).toBe(true);
  }
  // Forms never send anything by their address.
  for (const one of [address, order, hold, wait]) {
    await page.goto(one);
    const sends = await page.evaluate(() =>
      [...document.forms].filter((form) => form.method === "get" && form.querySelector("[type=email], [type=password]")).length);
    expect(sends, one).toBe(0);
  }
  expect(wrong).toEqual([]);
  await context.close();
});

test("the watch hears what a page must not do", async ({ browser }) => {
  const address = await server.put({ slug: "watch", units: 1 });
  const context = await browser.newContext();
  const wrong = watch(context);
  await listen(context);
  const page = await context.newPage();
  await page.goto(address);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'run'";
    document.head.append(script);
  });
  await expect.poll(() => wrong.some((one) => one.includes("policy: script-src"))).toBe(true);
  expect(await page.title()).not.toBe("run");
  await context.close();
});
