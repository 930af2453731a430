// How people sign in: by a passkey that Chromium's own device keeps, with a second factor, and back by a link.
import { createHmac } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import { expect as usual, test } from "@playwright/test";
import { start } from "./server.js";
import { OWNER, studio } from "./studio.js";
import { signedIn } from "./views.js";

// Hashing passwords and looking at every view twice takes its time where others work too.
const expect = usual.configure({ timeout: 45_000 });
test.describe.configure({ timeout: 300_000 });

/** Fails for what keeps somebody out who can't see or point, in both schemes and on a narrow screen. */
async function fit(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // What fades in is judged when it is there.
    await page.evaluate(() => Promise.allSettled(
      document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished)));
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((one) => `${name}, ${colorScheme}: ${one.id} ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
  const window = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${name} at 320`).toBeLessThanOrEqual(0);
  await page.setViewportSize(window);
}

/** A device that keeps passkeys and always sees its owner. */
async function device(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

/** The code that an app shows so many steps from now; one ahead counts as well, so that nobody has to wait. */
function code(secret, ahead = 0) {
  const bits = [...secret.replaceAll(" ", "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const hash = createHmac("sha1", key).update(step).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signOut(page, name) {
  await page.getByRole("button", { name }).first().click();
  await page.getByRole("button", { name: "Sign out" }).last().click();
  await expect(page.getByLabel("E-mail")).toBeVisible();
}

async function byPassword(page, { email, password }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const inside = (page) => expect(page.getByRole("navigation").first()).toContainText("Calendar");

test("the first start by a passkey, in again by it, and another beside it", async ({ browser }) => {
  const server = await start();
  try {
    const context = await browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    // The field's own offer would answer before the button is pressed.
    await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false); });
    await device(page);
    await page.goto(server.setup);
    await page.getByLabel("Name of shop, studio or series").fill("Moon Kiln");
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("E-mail").fill("ada@example.org");
    await expect(page.getByLabel("With a passkey")).toBeChecked();
    await fit(page, "first start");
    await page.getByRole("button", { name: "Open the shelf" }).click();
    await expect(page.getByText("Nothing on the shelf yet")).toBeVisible();

    await signOut(page, /Ada/);
    await fit(page, "sign in");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await inside(page);
    await page.goto(`${new URL(page.url()).origin}/console/settings?part=security`);
    await expect(page.getByLabel("Name of the passkey")).toHaveValue("First passkey");
    await expect(page.getByText(/last used/)).toBeVisible();
    // This device has one already; another one, as a key that is plugged in, may have a second.
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(page.getByRole("alert")).toContainText("has a passkey for you already");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Press again" }).click();
    await expect(page.getByRole("status")).toContainText("could not sign in any more");
    await fit(page, "passkeys");
    await page.getByLabel("New password").fill("a longer sentence");
    await page.getByRole("button", { name: "Choose a password" }).click();
    await expect(page.getByRole("heading", { name: "Change password" })).toBeVisible();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Press again" }).click();
    await expect(page.getByLabel("Name of the passkey")).toHaveCount(0);
    await signOut(page, /Ada/);
    await byPassword(page, { email: "ada@example.org", password: "a longer sentence" });
    await inside(page);
  } finally {
    await server.stop();
  }
});

test("a second factor is turned on, asked for, and replaced by a recovery code", async ({ browser }) => {
  const shop = await studio();
  try {
    const context = await browser.newContext({ locale: "en-GB" });
    await signedIn(context, shop.owner);
    const page = await context.newPage();
    await page.goto(`${shop.url}/console/settings?part=security`);
    await page.getByRole("button", { name: "Turn on" }).click();
    await expect(page.getByRole("img", { name: "QR code for your app" })).toBeVisible();
    const secret = await page.locator("code.secret").textContent();
    await fit(page, "second factor");
    await page.getByLabel("Code", { exact: true }).fill("000");
    await page.getByRole("button", { name: "Turn on" }).click();
    await expect(page.getByRole("alert")).toContainText("not the code that your app shows");
    await page.getByLabel("Code", { exact: true }).fill(code(secret));
    await page.getByRole("button", { name: "Turn on" }).click();
    await expect(page.locator(".codes li")).toHaveCount(10);
    const recovery = await page.locator(".codes li").first().textContent();
    await expect(page.getByText("10 recovery codes left")).toBeVisible();
    await fit(page, "recovery codes");

    await signOut(page, /Ann/);
    await byPassword(page, OWNER);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("One thing more");
    await fit(page, "code");
    await page.getByLabel("Code", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByLabel("Code", { exact: true }).fill(code(secret, 1));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await inside(page);
    await signOut(page, /Ann/);
    await byPassword(page, OWNER);
    await page.getByLabel("Code", { exact: true }).fill(recovery.toLowerCase());
    await page.keyboard.press("Enter");
    await inside(page);
    await page.goto(`${shop.url}/console/settings?part=security`);
    await expect(page.getByText("9 recovery codes left")).toBeVisible();
  } finally {
    await shop.stop();
  }
});

test("whoever can't sign in comes back by the operator's link, once", async ({ browser }) => {
  const shop = await studio();
  try {
    const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
    await page.goto(`${shop.url}/console`);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByRole("button", { name: "Can't sign in?" }).click();
    await expect(page.getByText(`dayshelf recover-access ${OWNER.email}`)).toBeVisible();
    await fit(page, "can't sign in");
    const link = await shop.recover(OWNER.email);
    await page.goto("about:blank");
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome back");
    expect(page.url()).not.toContain("#");
    await fit(page, "welcome back");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Go on" }).click();
    await expect(page.getByRole("alert")).toContainText("at least 12 characters");
    await page.getByLabel("Password", { exact: true }).fill("a new row of words");
    await page.getByRole("button", { name: "Go on" }).click();
    await inside(page);
    await signOut(page, /Ann/);
    await byPassword(page, OWNER);
    await expect(page.getByRole("alert")).toContainText("do not belong together");
    await byPassword(page, { email: OWNER.email, password: "a new row of words" });
    await inside(page);
    await page.goto("about:blank");
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is over");
    // Who was signed in before is not any more.
    const old = await fetch(`${shop.url}/v1/session`, { headers: { cookie: shop.owner.cookie } });
    expect(old.status).toBe(401);
  } finally {
    await shop.stop();
  }
});
