// What stands around the sale: the overlay of the stream, and the line for whoever has no script.
import { expect, test } from "@playwright/test";
import { start } from "./server.js";
import { flaws } from "./views.js";

let server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server?.stop();
});

async function holdSome(page, address, quantity) {
  await page.goto(address);
  await page.locator('input[name^="quantity."]').fill(String(quantity));
  await page.locator("#buy .button-main").click();
  await expect(page).toHaveURL(/\/h\//);
}

test("the overlay follows the stock, lets the stream through, and is true again when it is loaded anew", async ({ browser }) => {
  const address = await server.put({ slug: "overlay", units: 6 });
  const [overlay, buyer] = [await browser.newPage(), await browser.newPage()];
  const units = overlay.locator("[data-units]");
  await overlay.goto(await server.overlay("overlay"));
  await expect(units).toHaveText("6");
  await expect(overlay.locator("main")).toContainText("€28");
  for (const name of ["html", "body"]) {
    await expect(overlay.locator(name)).toHaveCSS("background-color", "rgba(0, 0, 0, 0)");
  }
  await holdSome(buyer, address, 2);
  await expect(units).toHaveText("4");
  // Units come back to an overlay that is loaded, and to one that was away meanwhile.
  await overlay.goto("about:blank");
  await buyer.getByRole("button", { name: "Release the hold" }).click();
  await overlay.goBack();
  await expect(units).toHaveText("6");
  // The last ones: what it says changes, not only a number.
  await holdSome(buyer, address, 4);
  const other = await browser.newPage();
  await holdSome(other, address, 2);
  await expect(overlay.locator("main")).toHaveClass(/card-sold_out/);
});

test("the overlay fits a wide stream and a tall one, in every layout and theme", async ({ browser }) => {
  await server.put({ slug: "shapes", units: 6 });
  const address = await server.overlay("shapes");
  const page = await browser.newPage();
  const plates = new Set();
  for (const [width, height] of [[1920, 1080], [1080, 1920]]) {
    await page.setViewportSize({ width, height });
    for (const layout of ["card", "bar", "corner"]) {
      for (const theme of ["dark", "light", "clear"]) {
        const what = `${layout}, ${theme}, ${width} by ${height}`;
        await page.goto(`${address}?layout=${layout}&theme=${theme}`);
        await expect(page.locator("[data-units]"), what).toHaveText("6");
        expect(await flaws(page), what).toEqual([]);
        // Asked in one breath: the overlay fetches itself anew, and a card that was put away has no place and no colour.
        const box = await page.evaluate(() => {
          const card = document.querySelector(".card");
          const { x, y, width, height } = card.getBoundingClientRect();
          return { x, y, width, height, plate: getComputedStyle(card).backgroundColor };
        });
        expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, what).toBe(true);
        // The stream is what people came for.
        expect(box.width * box.height, what).toBeLessThan(0.35 * width * height);
        plates.add(box.plate);
      }
    }
  }
  expect(plates.size).toBe(3);
});

test("the line can be waited in without script", async ({ browser }) => {
  const address = await server.put({ slug: "line", units: 1 });
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const [buyer, waiter] = [await browser.newPage(), await plain.newPage()];
  await holdSome(buyer, address, 1);
  await waiter.goto(address);
  await waiter.getByLabel("E-mail").fill("gil@example.org");
  await waiter.getByRole("button", { name: /waitlist/i }).first().click();
  await expect(waiter).toHaveURL(/\/w\//);
  await buyer.getByRole("button", { name: "Release the hold" }).click();
  await expect(buyer.locator("h1")).not.toContainText(":");
  await waiter.reload();
  await expect(waiter.locator("h1")).toContainText("held for you");
  await waiter.getByRole("link", { name: /Take it now/ }).click();
  await expect(waiter).toHaveURL(/\/h\//);
  await waiter.getByLabel("Name").fill("Gil");
  await waiter.locator('input[name="payment"][value="sandbox"]').check();
  await waiter.locator("#token").selectOption("tok_success");
  await waiter.locator("#confirm .button-main").click();
  await expect(waiter).toHaveURL(/\/o\//);
  await plain.close();
});
