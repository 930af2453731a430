// What the team does with an order and with those who wait, and two people at one thing.
import { expect, test } from "@playwright/test";
import { buy, Caller, fill, studio } from "./studio.js";
import { listen, open, signedIn } from "./views.js";

test.describe("orders, and who works on them", () => {
  let shop;
  let slot;
  let orders;
  test.beforeAll(async () => {
    shop = await studio();
    ({ slot } = await fill(shop));
    orders = await buy(shop, slot["moon-vases"], 3);
  });
  test.afterAll(async () => {
    await shop?.stop();
  });

  async function console_(browser, options = {}) {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", viewport: { width: 1440, height: 1000 }, ...options });
    await signedIn(context, shop.owner);
    return context.newPage();
  }

  const mails = async (type) => (await shop.owner.call("GET", "/v1/outbox?limit=200")).items.filter((mail) => mail.type === type);

  test("a contact is put right, the mail goes to the new address, and notes stay with the team", async ({ browser }) => {
    const page = await console_(browser);
    const quiet = listen(page);
    const { id, secret } = orders[0];
    await open(page, `${shop.url}/console/orders/${id}`);
    await page.getByRole("button", { name: "Edit contact" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("E-mail").fill("no address");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByRole("alert")).toContainText("mail address");
    await dialog.getByLabel("Name on the pass").fill("Ada Berg-Holm");
    await dialog.getByLabel("E-mail").fill("ada.new@example.org");
    await expect(dialog.getByLabel("Send the order’s mail to the new address")).toBeChecked();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada Berg-Holm");
    await expect.poll(async () => (await mails("order.resent")).map((mail) => mail.to)).toEqual(["ada.new@example.org"]);

    // One press is one mail more.
    await page.getByRole("button", { name: "Send the mail again" }).click();
    await expect(page.getByRole("status")).toContainText("on its way to ada.new@example.org");
    await expect.poll(async () => (await mails("order.resent")).length).toBe(2);

    await page.getByLabel("A note for the team").fill("Comes with a pram; the ramp is on the left.");
    await page.getByRole("button", { name: "Note it" }).click();
    await expect(page.locator("section", { has: page.getByRole("heading", { name: "Notes" }) })).toContainText("You · ");
    await expect(page.locator(".life")).toContainText("Note written");
    await expect(page.locator(".life")).toContainText("Contact edited");
    const own = await new Caller(shop.url).call("GET", `/v1/orders/${id}`, undefined, { authorization: `Bearer ${secret}` });
    expect(JSON.stringify(own)).not.toContain("pram");

    // Everything that is written about it finds it.
    await open(page, `${shop.url}/console/orders`);
    await page.getByRole("searchbox").fill(`${id.slice(-6, -3)}-${id.slice(-3)}`.toUpperCase());
    await expect(page.getByRole("row")).toHaveCount(2);
    await page.getByRole("searchbox").fill("pram berg");
    await expect(page.getByRole("row")).toHaveCount(2);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export CSV" }).click()]);
    const text = await (await file.createReadStream()).toArray();
    expect(Buffer.concat(text).toString()).toContain("the ramp is on the left");
    quiet();
  });

  test("what the server won't have handed over waits again, and why is said", async ({ browser }) => {
    const [order] = await buy(shop, slot["moon-vases"], 1);
    orders.push(order);
    const page = await console_(browser);
    await open(page, `${shop.url}/console/pickup?slot=${slot["moon-vases"]}`);
    // The order is given back elsewhere after the list was read.
    let go;
    const asked = new Promise((resolve) => { go = resolve; });
    await page.route(/handover$/, async (route) => {
      await asked;
      await route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/line_not_open", status: 409, detail: "This line was given back." }) });
    });
    const row = page.getByRole("listitem").filter({ hasText: order.number });
    await row.getByRole("button", { name: "Hand over" }).click();
    // The next in line need not wait for the answer.
    await expect(row).toContainText("Handed over");
    // Nor does a list that was read meanwhile, which knows nothing of it, take the tick away.
    await page.waitForResponse((answer) => /orders\?/.test(answer.url()));
    await page.waitForTimeout(500);
    await expect(row).toContainText("Handed over", { timeout: 1 });
    go();
    await expect(row.getByRole("button", { name: "Hand over" })).toBeVisible();
    await expect(page.getByRole("status")).toContainText("This line was given back.");
    await expect(page.getByRole("status")).not.toContainText("has it");
  });

  test("what is paid at pickup is said where it is handed over, and taken in only then", async ({ browser }) => {
    const [order] = await buy(shop, slot["moon-vases"], 1, 0, { method: "at_pickup" });
    orders.push(order);
    const page = await console_(browser);
    const quiet = listen(page);
    const owed = new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR", trailingZeroDisplay: "stripIfInteger" }).format(order.total.amount / 100);
    await open(page, `${shop.url}/console/orders`);
    const row = page.getByRole("row", { name: order.buyer.name }).filter({ hasText: `To pay: ${owed}` });
    await expect(row).toHaveCount(1);
    await row.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Hand over" }).click();
    await expect(page.getByRole("dialog")).toContainText(`one after the other. Take ${owed} for them.`);
    await page.keyboard.press("Escape");
    await open(page, `${shop.url}/console/orders/${order.id}`);
    await expect(page.locator(".lines .sum").last()).toContainText(owed);
    await open(page, `${shop.url}/console/live/${slot["moon-vases"]}`);
    const figure = page.locator("div", { has: page.getByText("Taken in", { exact: true }) }).last();
    await expect(figure).toContainText(`${owed} at pickup`);
    const before = await figure.locator("strong").textContent();
    await open(page, `${shop.url}/console/pickup?slot=${slot["moon-vases"]}`);
    await expect(page.locator(".count")).toContainText(`handed over. ${owed} are still to be taken.`);
    await page.getByRole("button", { name: "Labels" }).click();
    await expect(page.locator(".labels li", { hasText: `To pay: ${owed}` })).toHaveCount(order.lines.length);
    await page.getByRole("button", { name: "Close" }).click();
    const waiting = page.locator("li", { hasText: `To pay: ${owed}` });
    await waiting.getByRole("button", { name: "Hand over" }).click();
    await expect(page.getByRole("status")).toContainText(`${owed} is to be taken`);
    await expect(waiting).toHaveCount(0);
    await open(page, `${shop.url}/console/live/${slot["moon-vases"]}`);
    await expect(figure).not.toContainText("at pickup");
    await expect(figure.locator("strong")).not.toHaveText(before);
    quiet();
  });

  test("who edits a contact that somebody else has just edited sees both, and loses nothing", async ({ browser }) => {
    const page = await console_(browser);
    const { id } = orders[1];
    await open(page, `${shop.url}/console/orders/${id}`);
    await page.getByRole("button", { name: "Edit contact" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name on the pass").fill("Mine");
    await shop.owner.call("PUT", `/v1/orders/${id}/buyer`, { buyer: { name: "Theirs", email: "theirs@example.org" } }, { "if-match": "*" });
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await expect(dialog.getByRole("alert")).toContainText("Theirs: Theirs. Yours: Mine.");
    await expect(dialog.getByLabel("Name on the pass")).toHaveValue("Mine");
    await dialog.getByRole("button", { name: "Save mine" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mine");
  });

  test("two people at one slot: the second sees what the first did, and loses nothing", async ({ browser }) => {
    const [ann, bea] = [await console_(browser), await console_(browser)];
    const address = `${shop.url}/console/slots/${slot.plates}`;
    for (const page of [ann, bea]) await open(page, address);
    await ann.getByLabel("Place").fill("The yard");
    await bea.getByLabel("Place").fill("The cellar");
    await bea.getByLabel("Story").fill("Told by the second.");
    await ann.getByLabel("Title", { exact: true }).fill("Ash plates, second firing");
    await ann.getByRole("button", { name: "Save", exact: true }).click();
    await expect(ann.getByRole("status")).toContainText("is saved");
    await bea.getByRole("button", { name: /^Save/ }).click();
    await expect(bea.getByRole("alert")).toContainText("Theirs: The yard. Yours: The cellar.");
    await expect(bea.getByLabel("Story")).toHaveValue("Told by the second.");
    // What only the first has changed came in by itself.
    await expect(bea.getByLabel("Title", { exact: true })).toHaveValue("Ash plates, second firing");
    await bea.getByRole("button", { name: "Save mine" }).click();
    await expect(bea.getByRole("status")).toContainText("is saved");
    const { slot: now } = await shop.owner.call("GET", `/v1/slots/${slot.plates}/sheet`);
    expect([now.title, now.place, now.story]).toEqual(["Ash plates, second firing", "The cellar", "Told by the second."]);
  });

  test("an owner takes everything along, once the name was typed", async ({ browser }) => {
    const page = await console_(browser);
    const quiet = listen(page);
    await open(page, `${shop.url}/console/settings?part=danger`);
    const save = page.getByRole("button", { name: "Save everything" });
    await expect(save).toBeDisabled();
    await page.getByLabel("Type moon-kiln to go on").first().fill("moon-kiln");
    const [file] = await Promise.all([page.waitForEvent("download"), save.click()]);
    const lines = Buffer.concat(await (await file.createReadStream()).toArray()).toString().trim().split("\n").map((line) => JSON.parse(line));
    const count = (kind) => lines.filter((line) => line.kind === kind).length;
    expect([count("organiser"), count("slot"), count("order"), count("pool")]).toEqual([1, 7, orders.length, (await shop.owner.call("GET", "/v1/pools?limit=500")).items.length]);
    expect(lines.filter((line) => line.kind === "fact" && line.value.type === "order.confirmed")).toHaveLength(orders.length);
    quiet();
  });

  test("those who wait are written to from the live desk, each once", async ({ browser }) => {
    const buyer = new Caller(shop.url);
    const sale = await buyer.call("GET", `/v1/slots/${slot["moon-vases"]}`);
    for (const offer of sale.offers.filter((one) => one.state === "open")) {
      for (;;) {
        const quantity = Math.min(4, (await buyer.call("GET", `/v1/slots/${slot["moon-vases"]}`)).offers.find((one) => one.id === offer.id).free);
        if (!quantity) break;
        await buyer.call("POST", "/v1/holds", { slot: slot["moon-vases"], lines: [{ offer: offer.id, quantity }] });
      }
    }
    for (const who of ["gone", "late"]) await buyer.call("POST", `/v1/slots/${slot["moon-vases"]}/waitlist`, { offer: sale.offers[0].id, quantity: 1, contact: { email: `${who}@example.org` } });
    const page = await console_(browser);
    await open(page, `${shop.url}/console/live/${slot["moon-vases"]}`);
    await page.getByRole("button", { name: "Write to them" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("What to say").fill("Twenty more come out of the kiln at nine.");
    await expect(dialog.getByLabel("In line (2)")).toBeChecked();
    await dialog.getByRole("button", { name: "Send" }).click();
    await expect(page.getByRole("status")).toContainText("It is on its way to 2 people.");
    await expect.poll(async () => (await mails("waitlist.message")).map((mail) => mail.to).sort(), { timeout: 30_000 }).toEqual(["gone@example.org", "late@example.org"]);
    const [mail] = await mails("waitlist.message");
    expect(mail.message).toContain("Twenty more come out of the kiln at nine.");
    expect(mail.entry).toMatch(/^wait_/);
  });

  test("an owner hands over what they own, and has a manager's hands afterwards", async ({ browser }) => {
    const { link } = await shop.owner.call("POST", "/v1/invitations", { label: "Ida", role: "manager" });
    const ida = new Caller(shop.url);
    await ida.call("POST", "/v1/invitations/accept", { token: link.split("#")[1].split("=")[1], person: { name: "Ida", email: "ida@example.org", password: "a lamp beside the door" } });
    const page = await console_(browser);
    await open(page, `${shop.url}/console/settings?part=danger`);
    await page.getByLabel("To whom").selectOption({ index: 1 });
    await page.getByLabel("Type moon-kiln to go on").last().fill("moon-kiln");
    await page.getByRole("button", { name: "Hand it over" }).click();
    await expect(page.getByRole("status")).toContainText("Ida owns it now.");
    const { items } = await ida.call("GET", "/v1/people");
    expect(items.map((one) => [one.name, one.role]).sort()).toEqual([["Ann", "manager"], ["Ida", "owner"]]);
    await expect(page.getByRole("link", { name: "Danger zone" })).toHaveCount(0);
  });
});
