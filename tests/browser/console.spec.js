// What an organiser does in the console: set it up, put a drop up, see it sell, move it, let people in.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { expect, test } from "@playwright/test";
import { buy, fill, studio } from "./studio.js";
import { dragAside, listen, open, signedIn } from "./views.js";

test.describe("a month of work", () => {
  let shop;
  let slot;
  test.beforeAll(async () => {
    shop = await studio();
    ({ slot } = await fill(shop));
    await buy(shop, slot["moon-vases"], 6, 2);
  });
  test.afterAll(() => shop?.stop());

  async function console_(browser, options = {}) {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
    await signedIn(context, shop.owner);
    return context.newPage();
  }

  test("an address that names no view says so, and shows the way", async ({ browser }) => {
    const page = await console_(browser);
    await open(page, `${shop.url}/console/nowhere`);
    await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
    await page.locator("main").getByRole("link", { name: "Calendar" }).click();
    await expect(page).toHaveURL(/console\/calendar/);
  });

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
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect(page.getByRole("link", { name: before })).toBeVisible();
    quiet();
  });

  test("a move that takes from buyers what they have needs a yes, and is answered where it was asked", async ({ browser }) => {
    const page = await console_(browser);
    const quiet = listen(page);
    await open(page, `${shop.url}/console/slots/${slot["moon-vases"]}`);
    const place = async () => (await shop.owner.call("GET", `/v1/slots/${slot["moon-vases"]}/sheet`)).slot.start_local;
    let asked = 0;
    page.on("request", (request) => { if (request.url().endsWith("/change")) asked += 1; });
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
    // Once for each time and way of telling that was chosen, and once for each press.
    expect(asked).toBeLessThanOrEqual(5);
    await expect.poll(place).not.toBe(before);
    // Had the choice not been heard, they would be told when it has been quiet.
    expect((await shop.owner.call("GET", `/v1/slots/${slot["moon-vases"]}/sheet`)).trail.told_at).toBeNull();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(place).toBe(before);
    quiet();
  });

  test("what waits for a yes is asked on the calendar, and what was changed elsewhere is taken back on the sheet", async ({ browser }) => {
    const page = await console_(browser);
    const quiet = listen(page);
    const read = async (which) => (await shop.owner.call("GET", `/v1/slots/${slot[which]}/sheet`)).slot.start_local;
    const change = (which, start) => shop.owner.call("POST", `/v1/slots/${slot[which]}/change`, { start }, { "if-match": "*" });
    const [vases, plates] = [await read("moon-vases"), await read("plates")];
    const later = (start) => new Date(Date.parse(`${start.slice(0, 16)}Z`) + 7 * 86_400_000).toISOString().slice(0, 16);
    await change("moon-vases", later(vases));
    await open(page, `${shop.url}/console/calendar?view=month`);
    const waiting = page.getByRole("region", { name: "Waits for your yes" });
    await expect(waiting).toContainText("Moon vases, third firing");
    await waiting.getByRole("button", { name: "No, leave it" }).click();
    await expect(waiting).toHaveCount(0);
    expect(await read("moon-vases")).toBe(vases);

    await change("plates", later(plates));
    await open(page, `${shop.url}/console/slots/${slot.plates}`);
    await page.getByRole("button", { name: /^Take it back/ }).click();
    await expect.poll(() => read("plates")).toBe(plates);
    await expect(page.getByRole("button", { name: /^Take it back/ })).toHaveCount(0);
    quiet();
  });

  test("a slot is dragged to another day", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    await open(page, `${shop.url}/console/calendar?view=month`);
    const chip = page.getByRole("link", { name: /^Paper lamps/ });
    if (await chip.count() === 0) await page.getByRole("button", { name: "Later" }).click();
    await dragAside(page, chip);
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("Move Paper lamps");
    // What would move with it comes a little later; the buttons are where they were.
    const cancel = dialog.getByRole("button", { name: "Cancel" });
    const { y } = await cancel.boundingBox();
    await expect(dialog).toContainText("no conflicts");
    expect((await cancel.boundingBox()).y).toBeCloseTo(y, 0);
    await cancel.click();
    await expect(dialog).toBeHidden();
    expect(page.url()).toContain("/console/calendar");
  });

  test("a template is kept, dragged onto a day, and becomes a draft with all its parts", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    await open(page, `${shop.url}/console/slots/${slot.plates}`);
    await page.locator("main").getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "Keep as template" }).click();
    await expect(page.getByRole("status")).toContainText("Ash plates is kept as a template.");
    await open(page, `${shop.url}/console/calendar?view=month`);
    const pill = await page.getByRole("group", { name: "Templates" }).getByRole("button", { name: "Ash plates" }).boundingBox();
    const cell = await page.locator("main li.day").nth(38).boundingBox();
    await page.mouse.move(pill.x + 10, pill.y + 10);
    await page.mouse.down();
    await page.mouse.move(cell.x + cell.width / 2, cell.y + cell.height / 2, { steps: 8 });
    await page.mouse.up();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Starts")).toHaveValue(/T18:00$/);
    await dialog.getByLabel("Title").fill("Ash plates again");
    await dialog.getByRole("button", { name: "Save as draft" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Ash plates again" })).toBeVisible();
    const id = page.url().split("/").pop();
    const made = await shop.owner.call("GET", `/v1/slots/${id}/sheet`);
    expect(made.windows.map((one) => one.key).sort()).toEqual(["friends", "public"]);
    expect(made.blocks.length).toBe((await shop.owner.call("GET", `/v1/slots/${slot.plates}/sheet`)).blocks.length);
    quiet();
  });

  test("places under each other: a slot is dragged to another day there, and nudged by keys", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    const { start_local: start } = (await shop.owner.call("GET", `/v1/slots/${slot.lamps}/sheet`)).slot;
    await open(page, `${shop.url}/console/calendar?view=venues&at=${start.slice(0, 10)}`);
    await expect(page.getByRole("rowheader", { name: "Kiln Lane 7, Leipzig" })).toBeVisible();
    const chip = page.getByRole("link", { name: /Paper lamps|Lamps of paper/ });
    const [from, cell] = [await chip.boundingBox(), await page.locator("td", { has: chip }).boundingBox()];
    const right = cell.x + 2 * cell.width < 1400;
    await page.mouse.move(from.x + 20, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 20 + (right ? cell.width : -cell.width), from.y + 8, { steps: 8 });
    await page.mouse.up();
    const dialog = page.getByRole("dialog");
    const day = (by) => new Date(Date.parse(`${start.slice(0, 10)}T12:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
    await expect(dialog.getByLabel("Starts")).toHaveValue(`${day(right ? 1 : -1)}${start.slice(10, 16)}`);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await chip.focus();
    await page.keyboard.press("Alt+ArrowRight");
    await expect(dialog.getByLabel("Starts")).toHaveValue(`${day(1)}${start.slice(10, 16)}`);
    await expect(dialog).toContainText("Everyone opens");
    // A dialog says that it has closed in a moment of its own; what is asked for before that is asked for all the same.
    const cancel = await dialog.getByRole("button", { name: "Cancel" }).elementHandle();
    await chip.evaluate(async (link, button) => {
      const open = document.querySelector("dialog[open]");
      button.click();
      for (let turns = 0; open.open && turns < 100; turns += 1) await null;
      if (open.open) throw new Error("the dialog stays open");
      link.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", altKey: true, bubbles: true }));
    }, cancel);
    await expect(dialog.getByLabel("Starts")).toHaveValue(`${day(-1)}${start.slice(10, 16)}`);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();
    quiet();
  });

  test("a finger that holds still drags a slot, and one that does not scrolls", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const quiet = listen(page);
    const { start_local: start } = (await shop.owner.call("GET", `/v1/slots/${slot.plates}/sheet`)).slot;
    await page.clock.install();
    await open(page, `${shop.url}/console/calendar?view=day&at=${start.slice(0, 10)}`);
    const chip = page.getByRole("link", { name: /^Ash plates/ });
    await chip.scrollIntoViewIfNeeded();
    const box = await chip.boundingBox();
    const wire = await page.context().newCDPSession(page);
    const touch = (type, y) => wire.send("Input.dispatchTouchEvent", { type, touchPoints: y === null ? [] : [{ x: box.x + 40, y }] });
    await touch("touchStart", box.y + 10);
    await expect(page.locator(".ghost")).toBeVisible();
    for (const by of [10, 26, 40, 52]) await touch("touchMove", box.y + 10 - by);
    await touch("touchEnd", null);
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Starts")).toHaveValue(`${start.slice(0, 10)}T${String(Number(start.slice(11, 13)) - 1).padStart(2, "0")}:00`);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();
    const again = await chip.boundingBox();
    const swipe = (type, y) => wire.send("Input.dispatchTouchEvent", { type, touchPoints: y === null ? [] : [{ x: again.x + 40, y }] });
    // The page's clock stands, or a busy machine could have the finger hold still for long enough.
    await page.clock.pauseAt(Date.now() + 1_000);
    await swipe("touchStart", again.y + 10);
    for (const by of [12, 30, 60]) await swipe("touchMove", again.y + 10 - by);
    await swipe("touchEnd", null);
    await page.clock.resume();
    await page.clock.runFor(1_000);
    await expect(page.locator(".ghost")).toHaveCount(0);
    await expect(dialog).toBeHidden();
    quiet();
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
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(opens).toBe("start - 1d");
    await expect.poll(async () => Math.round((await band.boundingBox()).x)).toBe(Math.round(box.x));
    // The form beside it does the same by keys.
    await band.focus();
    await page.keyboard.press("Enter");
    const form = page.locator("form", { hasText: "Who may buy" });
    await form.getByLabel("Opens: how many").fill("3");
    await form.getByRole("button", { name: "Save" }).click();
    await expect.poll(opens).toBe("start - 3d");
    await expect(form).toHaveCount(0);

    // What is typed and not saved is left with a yes alone.
    await band.focus();
    await page.keyboard.press("Enter");
    await form.getByLabel("Opens: how many").fill("4");
    const shift = page.locator(".adds").getByRole("button", { name: "Shift", exact: true });
    const asked = page.getByRole("dialog", { name: "Leave without saving?" });
    await shift.click();
    await asked.getByRole("button", { name: "Stay here" }).click();
    await expect(form.getByLabel("Opens: how many")).toHaveValue("4");
    // So it is by signing out.
    await page.locator(".side .me").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await asked.getByRole("button", { name: "Stay here" }).click();
    await expect(form.getByLabel("Opens: how many")).toHaveValue("4");
    await shift.click();
    await asked.getByRole("button", { name: "Leave it" }).click();
    await expect(page.locator(".panel form").getByLabel("Who works")).toBeVisible();
    expect(await opens()).toBe("start - 3d");
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
    await page.locator("main").getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "As a picture" }).click();
    const saved = await file;
    expect(saved.suggestedFilename()).toBe("cups.png");
    const bytes = await readFile(await saved.path());
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(bytes.length).toBeGreaterThan(10_000);
    quiet();
  });

  test("a pickup that people were promised does not move by a drag alone: it waits for a yes beside the sheet", async ({ browser }) => {
    const page = await console_(browser, { viewport: { width: 1440, height: 1000 } });
    const quiet = listen(page);
    const opens = async () => (await shop.owner.call("GET", `/v1/slots/${slot["moon-vases"]}/sheet`)).fulfilments[0].opens.at;
    const before = await opens();
    await open(page, `${shop.url}/console/slots/${slot["moon-vases"]}`);
    await page.getByRole("button", { name: /^Pickup at the studio: / }).focus();
    await page.keyboard.down("Alt");
    for (let step = 0; step < 6; step += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.up("Alt");
    const waiting = page.getByRole("region", { name: "Waits for your yes" });
    await expect(waiting).toContainText("Moon vases, third firing");
    await expect(page.getByRole("status")).toContainText("This needs a yes.");
    expect(await opens()).toBe(before);
    await waiting.getByRole("button", { name: "No, leave it" }).click();
    await expect(waiting).toHaveCount(0);
    expect(await opens()).toBe(before);
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
    await expect(page.getByRole("alert")).toContainText("Somebody else has just changed this");
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
});
