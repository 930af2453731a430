// What an organiser does with what is sold: the live desk, stock, orders, pickup and settings; and every view of the
// console as eyes and screen readers find it.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { buy, fill, OWNER, studio } from "./studio.js";
import { flaws, hands, listen, mirrored, open, restless, signedIn, views } from "./views.js";

test.describe("what was sold", () => {
  let shop;
  let slot;
  let order;
  test.beforeAll(async () => {
    shop = await studio();
    ({ slot } = await fill(shop));
    const orders = await buy(shop, slot["moon-vases"], 6, 2);
    order = orders[0].id;
  });
  test.afterAll(async () => {
    await shop?.stop();
  });

  async function console_(browser, options = {}) {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
    await signedIn(context, shop.owner);
    return context.newPage();
  }

  test("the live desk: who holds what, what is on air, and the overlay as it looks", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/live/${slot["moon-vases"]}`);
    const held = page.locator("section.card", { has: page.getByRole("heading", { name: "Being held" }) });
    await expect(held.getByRole("listitem").first()).toContainText(/by \d+ buyers?/);
    await expect(held).toContainText("The first comes free in");
    const count = async () => (await held.getByRole("listitem").allTextContents()).reduce((all, text) => all + Number(/(\d+) by/.exec(text)?.[1] ?? 0), 0);
    const before = await count();
    await buy(shop, slot["moon-vases"], 0, 1);
    await expect.poll(count).toBeGreaterThan(before);
    const air = page.locator("section.card", { has: page.getByRole("heading", { name: "On air" }) });
    await expect(air).toContainText("From the studio");
    await expect(air).toContainText("Fallback 1");
    await air.getByRole("button", { name: "Look" }).click();
    await expect(page.frameLocator("iframe").getByText("Moon vases, third firing").first()).toBeVisible();
    // Which window sold is told apart.
    await expect(page.locator(".pace").getByRole("listitem")).toContainText(/Everyone \d+/);
    quiet();
  });

  test("stock is dragged from pool to pool, counted by keys, and every movement stands in the ledger", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/stock`);
    // On a phone the heading's one word stays whole, whatever stands beside it.
    await page.setViewportSize({ width: 390, height: 844 });
    expect((await page.getByRole("heading", { level: 1 }).boundingBox()).height).toBeLessThan(45);
    await page.setViewportSize({ width: 1440, height: 1000 });
    const card = (title) => page.locator("li.card", { has: page.getByRole("heading", { name: title }) });
    const free = (title) => card(title).locator(".free strong");
    await expect(free("Paper lamps")).toHaveText("12");
    // What stock is for stands with it: the dates that sell from it, and through whom.
    await expect(card("Paper lamps").getByRole("link", { name: "Paper lamps" })).toHaveAttribute("href", `/console/slots/${slot.lamps}`);
    for (const channel of ["everyone", "with a code"]) await expect(card("Paper lamps")).toContainText(channel);
    // Where it lies and through which channel it goes is said, and stock stands by either.
    await page.getByRole("button", { name: "Edit: Paper lamps" }).click();
    const form = page.getByRole("dialog", { name: "Paper lamps" });
    await form.getByLabel("Where it lies").fill("Cellar, shelf 2");
    await form.getByLabel("For which channel").fill("livestream");
    await form.getByLabel("Kept back").fill("1");
    await form.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("status")).toContainText("Paper lamps is saved.");
    const groups = () => page.locator("h2.place").allTextContents();
    await expect.poll(groups).toContain("Cellar, shelf 2");
    await page.getByRole("button", { name: "By channel" }).click();
    await expect.poll(groups).toEqual(["livestream", "For any channel"]);
    await page.reload();
    await expect.poll(groups).toEqual(["livestream", "For any channel"]);
    const lamps = async () => (await shop.owner.call("GET", "/v1/pools?limit=50")).items.find((pool) => pool.key === "lamps");
    expect(await lamps()).toMatchObject({ place: "Cellar, shelf 2", channel: "livestream", buffer: 1, units: 12, title: "Paper lamps" });
    expect(await flaws(page)).toEqual([]);
    await page.getByRole("button", { name: "By place" }).click();
    const from = await card("Paper lamps").locator(".grip").boundingBox();
    const into = await card("Kiln cups").boundingBox();
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(into.x + 60, into.y + 40, { steps: 8 });
    await page.mouse.up();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("What happened")).toHaveValue("transfer");
    await dialog.getByLabel("How many units").fill("2");
    await dialog.getByLabel("Reason").fill("to the other shelf");
    await dialog.getByRole("button", { name: "Move stock" }).click();
    await expect(free("Paper lamps")).toHaveText("10");
    await expect(free("Kiln cups")).toHaveText("92");

    await page.getByRole("button", { name: "Count the shelf" }).click();
    const box = page.getByRole("spinbutton", { name: /: Paper lamps$/ });
    await box.fill("9");
    await page.keyboard.press("ArrowUp");
    await expect(page.getByRole("spinbutton", { name: /: Kiln cups$/ })).toBeFocused();
    await page.getByRole("button", { name: "Save 1 count" }).click();
    await expect(page.getByRole("status")).toContainText("1 count is in the books.");
    await expect(free("Paper lamps")).toHaveText("9");

    // A till that speaks is told from one that does not.
    const { key } = await shop.owner.call("POST", "/v1/keys", { name: "Till at the stall", scope: "sell" });
    await shop.owner.call("POST", "/v1/keys", { name: "Till in the cellar", scope: "sell" });
    await fetch(`${shop.url}/v1/pools`, { headers: { authorization: `Bearer ${key}` } });
    await page.reload();
    await expect(page.getByRole("listitem").filter({ hasText: "Till at the stall" })).toContainText("Speaks");
    await expect(page.getByRole("listitem").filter({ hasText: "Till in the cellar" })).toContainText("Not heard yet");
    await page.getByRole("button", { name: "Movements: Paper lamps" }).click();
    await expect(dialog).toContainText("to the other shelf");
    await expect(dialog.getByRole("listitem").first()).toContainText("Counted");
    await expect(dialog).toContainText("2 Free → Outside");
    quiet();
  });

  test("who fetches goods is ticked off at once, and open again where the server says no", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    let no;
    const asked = new Promise((come) => {
      page.route("**/handover", async (route) => {
        come();
        await new Promise((go) => { no = go; });
        await route.fulfill({
          status: 409, contentType: "application/problem+json",
          body: JSON.stringify({ type: "about:blank", status: 409, code: "already_redeemed", detail: "Another stall was faster." }),
        });
      });
    });
    await open(page, `${shop.url}/console/pickup?slot=${slot["moon-vases"]}`);
    const button = page.getByRole("button", { name: /^Hand over: / }).first();
    const name = (await button.getAttribute("aria-label")).replace("Hand over: ", "");
    const row = page.locator("main li").filter({ hasText: name }).first();
    await button.click();
    await asked;
    await expect(row).toContainText("Handed over");
    no();
    await expect(page.getByRole("status")).toContainText("Another stall was faster.");
    await expect(row.getByRole("button", { name: `Hand over: ${name}` })).toBeVisible();
  });

  test("an order's whole life, many at once with what did not go, and the mails as they were sent", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/orders/${order}`);
    const life = page.locator(".life");
    for (const fact of ["Held in Everyone", "Payment of", "Confirmed, paid by test card", "taken in"]) await expect(life).toContainText(fact);

    await open(page, `${shop.url}/console/orders`);
    await page.getByRole("checkbox", { name: "Choose Cleo Marin" }).check();
    await page.getByRole("checkbox", { name: "Choose Dana Wolf" }).check();
    await page.getByRole("group", { name: "2 orders chosen" }).getByRole("button", { name: "Hand over" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Go on" }).click();
    await expect(page.getByRole("status")).toContainText("2 orders are done.");
    // What was handed over can't be given back: it is said of whom, and the others go.
    await page.getByRole("checkbox", { name: "Choose Cleo Marin" }).check();
    await page.getByRole("checkbox", { name: "Choose Emil Sato" }).check();
    await page.getByRole("button", { name: "Cancel and pay back" }).click();
    await dialog.getByRole("button", { name: "Go on" }).click();
    await expect(dialog).toContainText("1 order did not go:");
    await expect(dialog).toContainText("Cleo Marin:");
    await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
    await expect(page.getByRole("row", { name: /Emil Sato/ })).toContainText("Cancelled");

    await open(page, `${shop.url}/console/settings?part=payment`);
    await expect(page.getByRole("listitem").filter({ hasText: "Test card" })).toContainText(/Orders\s*6/);
    await expect(page.getByRole("listitem").filter({ hasText: "Test card" })).toContainText(/Paid back\s*€/);
    await expect(page.getByText("Every payment that was promised came.")).toBeVisible();
    // Whether one may pay at pickup is the organiser's to say, and what is said elsewhere stays.
    const about = () => shop.owner.call("GET", "/v1/organiser");
    const rules = await about();
    await page.getByRole("switch", { name: "Offer it" }).uncheck();
    await expect(page.getByRole("status")).toContainText("Buyers can’t pay at pickup any more.");
    await expect.poll(async () => (await about()).at_pickup).toBe(false);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(async () => (await about()).at_pickup).toBe(true);
    expect(await about()).toMatchObject({ burst: rules.burst, quiet_seconds: rules.quiet_seconds, about: rules.about });
    // What was done stands in words, with who and from where.
    await open(page, `${shop.url}/console/settings?part=log`);
    const line = page.getByRole("listitem").filter({ hasText: "handed goods over" }).first();
    await expect(line).toContainText("Ann");
    await expect(line).toContainText("from 127.0.0.1");
    await open(page, `${shop.url}/console/settings?part=mail`);
    await expect(page.getByRole("button", { name: /ada\.berg/ }).first()).toContainText("Sent");
    await page.getByRole("button", { name: /ada\.berg/ }).first().click();
    await expect(dialog).toContainText("Hello Ada Berg,");
    await expect(dialog).toContainText("1 × Moon vase");
    quiet();
  });

  test("labels carry the pass's own text, and calendar apps get a password with a code", async ({ browser }) => {
    const page = await console_(browser);
    const quiet = listen(page);
    await open(page, `${shop.url}/console/pickup?slot=${slot["moon-vases"]}`);
    await page.getByRole("button", { name: "Labels" }).click();
    await expect(page.getByText(/^\d+ labels?$/)).toBeVisible();
    const label = page.locator(".labels li", { hasText: "Fay Lindqvist" }).first();
    await expect(label.getByRole("img")).toBeVisible();
    await expect(label).toContainText("×");
    await open(page, `${shop.url}/console/settings?part=calendars`);
    await page.getByLabel("Device").fill("Ann's phone");
    await page.getByRole("button", { name: "Make a password" }).click();
    await expect(page.getByRole("img", { name: "The calendar's address, to scan" })).toBeVisible();
    expect((await shop.owner.call("GET", "/v1/calendar-passwords")).items.map((one) => one.name)).toContain("Ann's phone");

    // An app that throws many away at once is stopped, seen, and let on again by a person.
    const { slug, name, about, zone, currency, burst } = await shop.owner.call("GET", "/v1/organiser");
    const limit = (most) => shop.owner.call("PUT", "/v1/organiser", { slug, name, about, zone, currency, burst: most }, { "if-match": "*" });
    await limit(2);
    const app = await shop.owner.call("POST", "/v1/calendar-passwords", { name: "A wild app", scope: "write" });
    await shop.owner.call("PUT", "/v1/plan", {
      slots: [1, 2, 3].map((day) => ({ slug: `wild-${day}`, title: `Wild ${day}`, publish: true, zone: "Europe/Berlin", start: `2031-06-0${day}T10:00`, end: "start + 1h" })),
    });
    const dav = async (method, path, headers = {}) => {
      const reply = await fetch(new URL(path, shop.url), { method, headers: { authorization: `Basic ${btoa(`${app.user}:${app.password}`)}`, ...headers } });
      return [reply.status, await reply.text()];
    };
    const [, listed] = await dav("PROPFIND", `/dav/p/${app.user}/slots/`, { depth: "1" });
    const entries = [...listed.matchAll(/<(?:\w+:)?href>([^<]+\.ics)<\/(?:\w+:)?href>/g)].map(([, path]) => path);
    const wild = [];
    for (const path of entries) if (/SUMMARY:Wild/.test((await dav("GET", path))[1])) wild.push(path);
    expect(wild).toHaveLength(3);
    // What it may not do comes back to it.
    for (const path of wild) await dav("DELETE", path);
    const stands = async () => (await shop.owner.call("GET", "/v1/slots?limit=100")).items.filter((one) => /^wild-/.test(one.slug) && one.state === "published").map((one) => one.slug);
    expect(await stands()).toHaveLength(1);
    const frozen = async () => (await shop.owner.call("GET", "/v1/calendar-passwords")).items.find((one) => one.name === "A wild app").frozen_since;
    expect(await frozen()).not.toBeNull();
    await page.reload();
    // Whoever has shifts has a calendar of their own, once an app has looked.
    await expect(page.getByRole("listitem").filter({ hasText: "Shifts of Ben" })).toBeVisible();
    const line = page.getByRole("listitem").filter({ hasText: "A wild app" });
    await expect(line).toContainText("Frozen");
    expect(await flaws(page)).toEqual([]);
    await line.getByRole("button", { name: "Let it go on" }).click();
    await expect(line).not.toContainText("Frozen");
    await expect.poll(frozen).toBeNull();
    await dav("DELETE", wild[2]);
    await expect.poll(stands).toEqual([]);
    await limit(burst);
    quiet();
  });

  test("search finds who bought and settings, keys are on a sheet, and a server that is away is said", async ({ browser }) => {
    const page = await console_(browser);
    await open(page, `${shop.url}/console`);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("fay lind");
    await expect(page.getByRole("option").first()).toContainText("Fay Lindqvist");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Fay Lindqvist" })).toBeVisible();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toContainText("move a block");
    await page.keyboard.press("Escape");
    await page.context().setOffline(true);
    await expect(page.getByText(/The server can't be reached since/)).toBeVisible();
    await page.context().setOffline(false);
    await expect(page.getByText(/The server can't be reached since/)).toHaveCount(0);
  });

  test("goods are handed over from the pickup list", async ({ browser }) => {
    const page = await console_(browser);
    await open(page, `${shop.url}/console/pickup?slot=${slot["moon-vases"]}`);
    await page.getByRole("button", { name: "Hand over: Ada Berg" }).click();
    await expect(page.getByRole("status")).toContainText("Ada Berg has it.");
    await expect(page.getByRole("button", { name: "Hand over: Ada Berg" })).toHaveCount(0);
    const { lines } = await shop.owner.call("GET", `/v1/orders/${order}`);
    expect(lines.every((line) => line.state === "handed")).toBe(true);

    // A slip of the hand is taken back, and done again.
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("status")).toContainText("Ada Berg has yet to get it.");
    await page.getByRole("button", { name: "Hand over: Ada Berg" }).click();
    await expect(page.getByRole("button", { name: "Hand over: Ada Berg" })).toHaveCount(0);
  });

  /** What axe finds on the page itself. A frame without script can't be asked; what is in it is a public page. */
  async function axe(page, name) {
    const { violations } = await new AxeBuilder({ page }).exclude("iframe[sandbox]").analyze();
    expect(violations.map((one) => `${name}: ${one.id} ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
  }

  test("composing with the buyer's page beside it is fit for all, and so is the page of a slot as it stands", async ({ browser }) => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await console_(browser, { colorScheme, viewport: { width: 1440, height: 900 } });
      await open(page, `${shop.url}/console/compose`);
      await page.getByLabel("Title of the drop").fill("Tea bowls, second firing");
      await page.getByLabel("Price in EUR").fill("34");
      await expect(page.locator("iframe")).toBeVisible();
      await axe(page, `compose, ${colorScheme}`);
      await open(page, `${shop.url}/console/slots/${slot["moon-vases"]}`);
      await page.getByRole("button", { name: "Preview" }).click();
      const dialog = page.getByRole("dialog", { name: "What buyers see" });
      await dialog.getByRole("button", { name: "Sold out" }).click();
      await expect(dialog.frameLocator("iframe").getByText("Sold out").first()).toBeVisible();
      await axe(page, `preview, ${colorScheme}`);
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await flaws(page), `preview at ${width}`).toEqual([]);
      }
      await page.context().close();
    }
  });

  // German words are longer: what fits in both fits. One is looked at in the light, the other in the dark.
  for (const [colorScheme, locale] of [["light", "en-GB"], ["dark", "de-DE"]]) {
    test(`every view is fit for all, and nothing on it is cut off, sticks out or lies on anything else: ${colorScheme}, ${locale}`, async ({ browser }) => {
      test.setTimeout(900_000);
      const context = await browser.newContext({ colorScheme, locale, reducedMotion: "reduce", viewport: { width: 1440, height: 900 } });
      await signedIn(context, shop.owner);
      const page = await context.newPage();
      const quiet = listen(page);
      const found = [];
      for (const [name, address] of views(slot["moon-vases"], order)) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await open(page, shop.url + address);
        await axe(page, name);
        for (const width of [320, 390, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          const all = await flaws(page);
          if (width === 390 || width === 1440) all.push(...await hands(page), ...await restless(page), ...await mirrored(page));
          found.push(...all.map((one) => `${name} at ${width}: ${one}`));
        }
      }
      expect(found).toEqual([]);
      quiet();
      await context.close();
    });
  }

  test("what the eye's check looks for, it finds", async ({ browser }) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.setContent(`<!doctype html><main>
      <div class="card" style="width:200px;position:relative"><span style="display:inline-block;width:400px">sticks out</span></div>
      <p style="width:3rem;overflow:hidden;white-space:nowrap">cut off without a word</p>
      <p style="width:3rem;overflow:hidden;white-space:nowrap;text-overflow:ellipsis">cut off with dots, which is fine</p>
      <button style="position:absolute;top:300px;left:10px">one</button><button style="position:absolute;top:305px;left:20px">other</button>
      <div style="width:900px">wide</div></main>`);
    const found = (await flaws(page)).join("\n");
    expect(found).toContain("px wider than its window");
    expect(found).toContain("sticks out of its card");
    expect(found).toContain("cut off: <p");
    expect(found).not.toContain("which is fine");
    expect(found).toContain("lies on another control");
    await page.close();
  });

  test("what stands before the console is fit for all", async ({ browser }) => {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ colorScheme });
      const page = await context.newPage();
      await page.goto(`${shop.url}/console`);
      await page.getByLabel("E-mail").waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((one) => `${one.id} ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
      await context.close();
    }
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${shop.url}/console`);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
});
