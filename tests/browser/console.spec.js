// What an organiser does in the console: set it up, put a drop up, see it sell, move it, let people in.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { start } from "./server.js";
import { buy, fill, OWNER, studio } from "./studio.js";
import { open, signedIn, views } from "./views.js";

/** Fails the test for whatever the browser complains about: faults of ours, and what the page's policy forbids. */
function listen(page) {
  const heard = [];
  page.on("pageerror", (fault) => heard.push(`${fault}`));
  page.on("console", (line) => {
    // The browser itself reports answers of 4xx, which are part of the game.
    if (line.type() === "error" && !/Failed to load resource/.test(line.text())) heard.push(line.text());
  });
  return () => expect(heard).toEqual([]);
}

test("first start, a published drop, a buyer, and the live desk", async ({ browser }) => {
  const server = await start();
  try {
    const context = await browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    const quiet = listen(page);
    await page.goto(server.setup);
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

    await page.getByRole("link", { name: "New drop" }).first().click();
    await page.getByLabel("Title of the drop").fill("Moon vases");
    await page.getByLabel("How many units").fill("7");
    await page.getByLabel("Price in EUR").fill("48,50");
    const soon = new Date(Date.now() - 60_000);
    await page.getByLabel("Starts").fill(soon.toLocaleString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 16).replace(" ", "T"));
    await expect(page.getByLabel("What buyers see")).toContainText("€48.50");
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Moon vases" })).toBeVisible();
    await expect(page.getByRole("status")).toContainText("Moon vases is on the calendar.");

    const address = await page.getByRole("link", { name: "Public page" }).first().getAttribute("href");
    await page.locator("main").getByRole("link", { name: "Live", exact: true }).click();
    const number = (name) => page.getByLabel("Numbers").locator("div", { hasText: name }).locator("strong");
    await expect(number("Left")).toHaveText("7");

    const buyer = await (await browser.newContext()).newPage();
    await buyer.goto(server.url + address);
    await buyer.locator('input[name^="quantity."]').fill("2");
    await buyer.locator("#buy .button-main").click();
    await expect(buyer).toHaveURL(/\/h\//);
    await expect(number("Held")).toHaveText("2");
    await buyer.getByLabel("Name").fill("Bea");
    await buyer.getByLabel("E-mail").fill("bea@example.org");
    await buyer.locator('input[name="payment"][value="sandbox"]').check();
    await buyer.locator("#token").selectOption("tok_success");
    await buyer.locator("#confirm .button-main").click();
    await expect(buyer).toHaveURL(/\/o\//);
    await expect(number("Sold")).toHaveText("2");
    await expect(number("Left")).toHaveText("5");
    await expect(number("Taken in")).toHaveText("€97");

    await page.getByRole("button", { name: "Add units" }).click();
    await page.getByLabel("How many units").fill("3");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect(number("Left")).toHaveText("8");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(number("Left")).toHaveText("5");
    quiet();

    // Signing out leaves nothing behind, and signing in brings it back.
    await page.getByRole("button", { name: /Ada/ }).click();
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

test.describe("a month of work", () => {
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

  test("a slot moves by keys, says what moves with it, and moves back", async ({ browser }) => {
    const page = await console_(browser);
    const quiet = listen(page);
    await open(page, `${shop.url}/console/calendar?view=agenda`);
    await open(page, `${shop.url}/console/calendar?view=month`);
    const chip = page.getByRole("link", { name: /^Ash plates/ });
    if (await chip.count() === 0) await page.getByRole("button", { name: "Later" }).click();
    await chip.focus();
    const before = await chip.getAttribute("aria-label");
    await page.keyboard.press("m");
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("What moves with it");
    await dialog.getByRole("button", { name: "A day later" }).focus();
    await page.keyboard.press("Enter");
    await expect(dialog).toContainText("Everyone opens");
    await expect(dialog).toContainText("1 day before the start");
    await expect(dialog).toContainText("Packing");
    await expect(dialog).toContainText("no conflicts");
    const starts = dialog.getByLabel("Starts");
    const day = (await starts.inputValue()).slice(0, 10);
    await starts.fill(`${day}T19:30`);
    await dialog.getByRole("button", { name: "Move", exact: true }).focus();
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("link", { name: /^Ash plates, 19:30/ })).toBeVisible();
    const sheet = await shop.owner.call("GET", `/v1/slots/${slot.plates}/sheet`);
    expect(sheet.slot.start_local.slice(0, 16)).toBe(`${day}T19:30`);
    expect(sheet.windows.find((one) => one.key === "public").opens.at).toBe(sheet.slot.start);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("link", { name: before })).toBeVisible();
    quiet();
  });

  test("a move that takes from buyers what they have needs a yes, and is answered where it was asked", async ({ browser }) => {
    const page = await console_(browser);
    const quiet = listen(page);
    await open(page, `${shop.url}/console/slots/${slot["moon-vases"]}`);
    const place = async () => (await shop.owner.call("GET", `/v1/slots/${slot["moon-vases"]}/sheet`)).slot.start_local;
    const before = await place();
    const ask = async () => {
      await page.getByRole("button", { name: "Move", exact: true }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "A week later" }).click();
      await expect(dialog).toContainText("6 orders");
      await expect(dialog).toContainText("2 holds");
      await expect(dialog).toContainText("Tell 6 customers");
      await expect(dialog).toContainText("This needs a yes.");
      return dialog;
    };
    let dialog = await ask();
    await dialog.getByRole("button", { name: "Move", exact: true }).click();
    await expect(dialog).toContainText("Nothing has been done yet.");
    await dialog.getByRole("button", { name: "No, leave it" }).click();
    await expect(dialog).toBeHidden();
    expect(await place()).toBe(before);
    dialog = await ask();
    await dialog.getByLabel("Not at all").check();
    await dialog.getByRole("button", { name: "Move", exact: true }).click();
    await dialog.getByRole("button", { name: "Yes, do it" }).click();
    await expect(dialog).toBeHidden();
    await expect.poll(place).not.toBe(before);
    // Had the choice not been heard, they would be told when it has been quiet.
    expect((await shop.owner.call("GET", `/v1/slots/${slot["moon-vases"]}/sheet`)).trail.told_at).toBeNull();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(place).toBe(before);
    quiet();
  });

  test("a slot is dragged to another day", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    await open(page, `${shop.url}/console/calendar?view=month`);
    const chip = page.getByRole("link", { name: /^Paper lamps/ });
    if (await chip.count() === 0) await page.getByRole("button", { name: "Later" }).click();
    const box = await chip.boundingBox();
    const cell = await page.locator("main li", { has: chip }).boundingBox();
    await page.mouse.move(box.x + 20, box.y + 8);
    await page.mouse.down();
    // A row up or down: whichever is on the page.
    const up = cell.y - cell.height > 120;
    await page.mouse.move(box.x + 20, box.y + 8 + (up ? -cell.height : cell.height), { steps: 8 });
    await page.mouse.up();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("Move Paper lamps");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();
    expect(page.url()).toContain("/console/calendar");
  });

  test("a window is stretched on the sheet, in words, and put back", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/slots/${slot.cups}`);
    await page.getByRole("button", { name: "All", exact: true }).click();
    const band = page.getByRole("button", { name: /^Friends of the kiln/ });
    const box = await band.boundingBox();
    await page.mouse.move(box.x + 4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 6 });
    await expect(page.getByText(/hr before the start|before the start/).first()).toBeVisible();
    await page.mouse.up();
    await expect(page.getByRole("status")).toContainText("Friends of the kiln has new times.");
    const opens = async () => (await shop.owner.call("GET", `/v1/slots/${slot.cups}/sheet`)).windows.find((one) => one.key === "friends").opens.anchor;
    expect(await opens()).not.toBe("start - 1d");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(opens).toBe("start - 1d");
    // The form beside it does the same by keys.
    await band.focus();
    await page.keyboard.press("Enter");
    const form = page.locator("form", { hasText: "Who may buy" });
    await form.getByLabel("Opens: how many").fill("3");
    await form.getByRole("button", { name: "Save" }).click();
    await expect.poll(opens).toBe("start - 3d");
    quiet();
  });

  test("every kind of block is made, chosen and moved on the sheet, by keys too", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/slots/${slot.cups}`);
    const sheet = () => shop.owner.call("GET", `/v1/slots/${slot.cups}/sheet`);
    const block = async (key) => (await sheet()).blocks.find((one) => one.key === key);
    const form = page.locator(".panel form");

    await page.getByRole("button", { name: "Shift", exact: true }).click();
    await form.getByLabel("Title").fill("Glazing");
    await form.getByLabel("Who works").fill("Cleo");
    await form.getByLabel("Tasks").fill("Mix\nDip");
    // What ends before it begins is said while one types, and can't be sent.
    await form.getByLabel("Begins: how many").fill("0");
    await form.getByRole("group", { name: "Begins" }).getByLabel("Start or end").selectOption("end");
    await form.getByRole("group", { name: "Begins" }).getByLabel("Before or after").selectOption("after");
    await form.getByLabel("Begins: how many").fill("90");
    await expect(form.getByRole("alert")).toContainText("It has to end after it starts.");
    await expect(form.getByRole("button", { name: "Add" })).toBeDisabled();
    await form.getByLabel("Begins: how many").fill("5");
    await form.getByRole("button", { name: "Add" }).click();
    await expect(page.getByRole("status")).toContainText("Glazing is saved.");
    expect(await block("glazing")).toMatchObject({ kind: "shift", shift: { person: "Cleo", tasks: ["Mix", "Dip"] }, when: { anchor: "end + 5m" } });
    await expect(page.getByText("Cleo", { exact: true })).toBeVisible();

    for (const [kind, fill] of [
      ["Reminder", async () => form.getByLabel("Message").fill("In an hour.")],
      ["Announcement", async () => form.getByLabel("Message").fill("New cups.")],
      ["Cue", async () => form.getByLabel("Who speaks").fill("Ann")],
      ["Rule", async () => form.getByLabel("Fewer than").fill("3")],
      ["Broadcast", async () => form.getByLabel("Source", { exact: true }).fill("https://example.org/two.m3u8")],
    ]) {
      await page.locator(".adds").getByRole("button", { name: kind, exact: true }).click();
      await form.getByLabel("Title").fill(`A ${kind.toLowerCase()}`);
      await fill();
      await form.getByRole("button", { name: "Add", exact: true }).click();
      await expect(page.getByRole("status")).toContainText(`A ${kind.toLowerCase()} is saved.`);
    }
    expect((await sheet()).blocks.map((one) => one.kind)).toEqual(expect.arrayContaining(["broadcast", "reminder", "announcement", "shift", "cue", "rule"]));

    // A pin by keys: Alt and arrows, made when Alt is let go.
    const before = (await block("first")).when.anchor;
    const pin = page.getByRole("button", { name: /^Cue: First shelf/ });
    await pin.focus();
    await page.keyboard.down("Alt");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect(page.locator(".bubble")).toContainText("after the start");
    await page.keyboard.up("Alt");
    await expect.poll(async () => (await block("first")).when.anchor).not.toBe(before);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(async () => (await block("first")).when.anchor).toBe(before);

    // A pickup as a whole, by mouse: its boxes go with it, and a time of day stays one.
    await page.getByRole("button", { name: "All", exact: true }).click();
    const pickup = page.getByRole("button", { name: /^Pickup at the studio/ });
    const box = await pickup.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 40, box.y + box.height / 2, { steps: 6 });
    await page.mouse.up();
    const ways = async () => (await sheet()).fulfilments[0];
    await expect.poll(async () => (await ways()).opens.anchor).not.toBe("end + 1d at 10:00");
    const moved = await ways();
    expect(moved.opens.anchor).toMatch(/^end .*at \d\d:\d\d$/);
    expect(moved.boxes[0].from.at).toBe(moved.opens.at);

    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: "As a picture" }).click();
    const saved = await file;
    expect(saved.suggestedFilename()).toBe("cups.png");
    const bytes = await readFile(await saved.path());
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(bytes.length).toBeGreaterThan(10_000);
    quiet();
  });

  test("who edits what somebody else has just changed is told, and loses nothing", async ({ browser }) => {
    const page = await console_(browser);
    await page.clock.install();
    await open(page, `${shop.url}/console/slots/${slot.lamps}`);
    const title = page.locator("form").getByLabel("Title");
    await title.fill("Paper lamps, signed");
    const { slot: now } = await shop.owner.call("GET", `/v1/slots/${slot.lamps}/sheet`);
    await shop.owner.call("PUT", `/v1/slots/${slot.lamps}`, {
      slug: now.slug, title: "Lamps of paper", place: now.place, story: now.story, start: now.start_local.slice(0, 16), end: now.end_local.slice(0, 16),
    }, { "if-match": "*" });
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText("Somebody else changed it meanwhile");
    await expect(title).toHaveValue("Paper lamps, signed");
  });

  test("whoever is let in sees what their role may do, and no more", async ({ browser }) => {
    const page = await console_(browser);
    await open(page, `${shop.url}/console/settings?part=team`);
    await page.getByLabel("For whom").fill("Ben, Saturdays");
    await page.getByLabel("Role", { exact: true }).selectOption("viewer");
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = await page.locator("code").textContent();
    const other = await (await browser.newContext({ locale: "de-DE" })).newPage();
    const quiet = listen(other);
    await other.goto(link);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText("Komm zu Moon Kiln");
    await other.getByLabel("Dein Name").fill("Ben");
    await other.getByLabel("E-Mail").fill("ben@example.org");
    await other.getByLabel("Passwort", { exact: true }).fill("noch ein paar Wörter");
    await other.getByRole("button", { name: "Dazukommen" }).click();
    const menu = other.getByRole("navigation").first();
    await expect(menu).toContainText("Kalender");
    await expect(menu).not.toContainText("Neuer Drop");
    await other.goto(`${shop.url}/console/compose`);
    await expect(other.getByRole("button", { name: "Heute" })).toBeVisible();
    await other.goto(`${shop.url}/console/slots/${slot.plates}`);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText("Ash plates");
    await expect(other.getByRole("button", { name: "Verschieben" })).toHaveCount(0);
    await expect(other.locator("main form")).toHaveCount(0);
    await other.goto(link);
    await expect(other.getByRole("heading", { level: 1 })).toContainText("benutzt");
    quiet();
  });

  test("search leads to slots and views by keys alone", async ({ browser }) => {
    const page = await console_(browser);
    await open(page, `${shop.url}/console`);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("winter");
    await expect(page.getByRole("option").first()).toContainText("Winter shelf");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Winter shelf" })).toBeVisible();
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByRole("link", { name: "Public page" }).first()).toBeVisible();
  });

  test("a page of somebody else shows the calendar and what is left, live", async ({ browser }) => {
    const html = `<!doctype html><meta charset="utf-8"><title>Elsewhere</title><body><h1>Elsewhere</h1>
      <dayshelf-calendar organiser="${shop.slug}"></dayshelf-calendar>
      <p>Vases: <dayshelf-stock of="${slot["moon-vases"]}"></dayshelf-stock></p>
      <dayshelf-slot organiser="${shop.slug}" of="${slot.plates}"></dayshelf-slot>
      <script src="${shop.url}/embed.js"></script>`;
    const elsewhere = createServer((_, reply) => reply.setHeader("content-type", "text/html").end(html));
    await new Promise((listening) => elsewhere.listen(0, "127.0.0.1", listening));
    try {
      const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
      const quiet = listen(page);
      await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
      const stock = page.locator("dayshelf-stock");
      await expect(stock).toContainText(/\d+ left/);
      // What an element shows is in its shadow, which its own text content does not have.
      const left = Number((await stock.getByText(/\d+ left/).first().textContent()).match(/\d+/)[0]);
      await expect(page.locator("dayshelf-calendar").getByRole("link", { name: /Ash plates/ })).toHaveAttribute("href", `${shop.url}/${shop.slug}/plates`);
      await expect(page.locator("dayshelf-slot")).toContainText("coming up");
      await buy(shop, slot["moon-vases"], 0, 1);
      await expect(stock).toContainText(`${left - 1} left`);
      expect((await page.context().cookies()).length).toBe(0);
      quiet();
    } finally {
      elsewhere.closeAllConnections();
      elsewhere.close();
    }
  });

  test("goods are handed over from the pickup list", async ({ browser }) => {
    const page = await console_(browser);
    await open(page, `${shop.url}/console/pickup?slot=${slot["moon-vases"]}`);
    await page.getByRole("button", { name: "Hand over: Ada Berg" }).click();
    await expect(page.getByRole("status")).toContainText("Ada Berg has it.");
    await expect(page.getByRole("button", { name: "Hand over: Ada Berg" })).toHaveCount(0);
    const { lines } = await shop.owner.call("GET", `/v1/orders/${order}`);
    expect(lines.every((line) => line.state === "handed")).toBe(true);
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`every view is fit for all, ${colorScheme}, and no wider than its window`, async ({ browser }) => {
      test.setTimeout(180_000);
      const context = await browser.newContext({ colorScheme, locale: "en-GB", viewport: { width: 1440, height: 900 } });
      await signedIn(context, shop.owner);
      const page = await context.newPage();
      const quiet = listen(page);
      for (const [name, address] of views(slot["moon-vases"], order)) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await open(page, shop.url + address);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((one) => `${name}: ${one.id} ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
        for (const width of [320, 390, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(over, `${name} at ${width}`).toBeLessThanOrEqual(0);
        }
      }
      quiet();
      await context.close();
    });
  }

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
