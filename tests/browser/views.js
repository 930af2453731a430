// Every view of the console by a name, for whatever looks at all of them.
import { expect } from "@playwright/test";
import { Caller } from "./studio.js";

export const views = (slot, order) => [
  ["calendar-month", "/console/calendar?view=month"],
  ["calendar-week", "/console/calendar?view=week"],
  ["calendar-day", "/console/calendar?view=day"],
  ["calendar-venues", "/console/calendar?view=venues"],
  ["calendar-agenda", "/console/calendar?view=agenda"],
  ["slot-sheet", `/console/slots/${slot}`],
  ["live-desk", `/console/live/${slot}`],
  ["live-drops", "/console/live"],
  ["orders", "/console/orders"],
  ["order", `/console/orders/${order}`],
  ["pickup", `/console/pickup?slot=${slot}`],
  ["stock", "/console/stock"],
  ["library-products", "/console/library"],
  ["library-pictures", "/console/library/pictures"],
  ["library-templates", "/console/library/templates"],
  ["library-series", "/console/library/series-many"],
  ["library-texts", "/console/library/texts"],
  ["compose", "/console/compose"],
  ["settings-you", "/console/settings?part=me"],
  ["settings-security", "/console/settings?part=security"],
  ["settings-about", "/console/settings?part=about"],
  ["settings-look", "/console/settings?part=look"],
  ["settings-team", "/console/settings?part=team"],
  ["settings-keys", "/console/settings?part=keys"],
  ["settings-calendars", "/console/settings?part=calendars"],
  ["settings-payment", "/console/settings?part=payment"],
  ["settings-mail", "/console/settings?part=mail"],
  ["settings-webhooks", "/console/settings?part=webhooks"],
  ["settings-log", "/console/settings?part=log"],
  ["settings-danger", "/console/settings?part=danger"],
];

/** Keeps a context signed in as whoever this caller is. */
export async function signedIn(context, caller) {
  const [name, value] = caller.cookie.split("=");
  await context.addCookies([{ name, value, url: caller.url }]);
}

/** Opens a view and waits until what it shows is there. */
export async function open(page, address) {
  await page.goto(address);
  await page.locator("main h1, main h2").first().waitFor();
  await page.waitForLoadState("networkidle");
}

/** So many come to this one that it lets in one after the other. */
const hot = () => ({
  slug: "kiln-opening", title: "Kiln opening", start: "now + 5h", end: "start + 2h", publish: true,
  story: "Twelve small vases, the first of a new glaze.",
  windows: [{ key: "public", title: "Everyone", audience: "public", opens: "start", closes: "end", lobby: { per_minute: 60, ahead: "8h", for: "5m" }, hold: { for: "8m", extensions: 1, limit: 2 } }],
  offers: [{ key: "vase", title: "Small vase", recipe: [{ pool: "kiln" }], ladder: [{ title: "Standard", price: "24.00" }] }],
});

/** A hold, an order, a place in line, an overlay and a number in a lobby, as their addresses and cookies name them. */
export async function secrets({ url, owner, slug }, slot) {
  const buyer = new Caller(url);
  const take = async (quantity, kind) => {
    const { offers } = await buyer.call("GET", `/v1/slots/${slot}`);
    return buyer.call("POST", "/v1/holds", { slot, lines: [{ offer: offers[kind].id, quantity }], contact: { email: "ada@example.org" } });
  };
  const bought = await take(1, 0);
  const order = await buyer.call("POST", `/v1/holds/${bought.id}/confirm`, {
    buyer: { name: "Ada Berg", email: "ada@example.org" }, payment: { method: "sandbox", token: "tok_success" },
  }, { authorization: `Bearer ${bought.secret}` });
  const hold = await take(1, 0);
  // What is sold out can be waited for.
  for (let rest = 1; rest > 0;) {
    const { offers } = await buyer.call("GET", `/v1/slots/${slot}`);
    rest = offers[1].free;
    if (rest > 0) await buyer.call("POST", "/v1/holds", { slot, lines: [{ offer: offers[1].id, quantity: Math.min(rest, 4) }] });
  }
  const { offers } = await buyer.call("GET", `/v1/slots/${slot}`);
  const wait = await buyer.call("POST", `/v1/slots/${slot}/waitlist`, { offer: offers[1].id, quantity: 1, contact: { email: "bea@example.org" } });
  const overlay = await owner.call("GET", `/v1/slots/${slot}/overlay`);
  await owner.call("PUT", "/v1/plan", { pools: [{ key: "kiln", title: "From the kiln", units: 12 }], slots: [hot()] });
  const { items } = await buyer.call("GET", `/v1/organisers/${slug}/slots`);
  const opening = items.find((one) => one.slug === "kiln-opening");
  const { number } = await buyer.call("POST", `/v1/slots/${opening.id}/lobby`, {});
  return { number, hold: hold.secret, order: order.secret, wait: wait.secret, overlay: new URL(overlay.url).pathname };
}

/** The cookie with which a browser has that number. */
export const numbered = (shop, { number }) => ({ name: "dayshelf_number", value: number, url: `${shop.url}/${shop.slug}/kiln-opening` });

/** Every page that buyers see, by a name. */
export const pages = (slug, { hold, order, wait, overlay }) => [
  ["slot-page", `/${slug}/moon-vases`],
  ["slot-page-ahead", `/${slug}/plates`],
  ["calendar-page", `/${slug}`],
  ["calendar-page-list", `/${slug}?view=list`],
  ["checkout", `/h/${hold}`],
  ["order-page", `/o/${order}`],
  ["order-page-large", `/o/${order}#pass-0`],
  ["waitlist-page", `/w/${wait}`],
  ["slot-page-line", `/${slug}/kiln-opening`],
  ["waiting-line", `/${slug}/kiln-opening/lobby`],
  ["display", `/display/${slug}`],
  ["overlay-card", overlay],
  ["overlay-bar", `${overlay}?layout=bar&theme=light`],
  ["overlay-corner", `${overlay}?layout=corner&theme=clear`],
  ["page-lost", `/${slug}/nothing`],
];

/**
 * What an eye would call broken on the page that is shown, one sentence each: a page wider than its window, text that
 * is cut off without saying so, things that stick out of their card, and controls that lie on each other.
 */
export function flaws(page) {
  return page.evaluate(() => {
    const found = [];
    const say = (what, one) => found.push(`${what}: <${one.tagName.toLowerCase()} class="${one.className.baseVal ?? one.className}"> ${(one.getAttribute("aria-label") ?? one.textContent).trim().replace(/\s+/g, " ").slice(0, 60)}`);
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over > 0) found.push(`the page is ${over} px wider than its window`);
    const seen = (one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest(".unseen, .skip");
    };
    const style = (one) => getComputedStyle(one);
    const above = (one) => {
      const list = [];
      for (let up = one.parentElement; up; up = up.parentElement) list.push(up);
      return list;
    };
    const rolls = (one) => /auto|scroll/.test(style(one).overflowX);
    const words = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    for (const one of document.querySelectorAll("body *")) {
      if (!words(one) || !seen(one) || /SCRIPT|STYLE|OPTION|TEXTAREA/.test(one.tagName) || one.closest("svg")) continue;
      const looks = style(one);
      // An inline text is cut by what is around it; that one is looked at itself.
      if (looks.display !== "inline" && /hidden|clip/.test(looks.overflowX) && one.scrollWidth > one.clientWidth + 1 && looks.textOverflow !== "ellipsis") say("cut off", one);
      if (looks.display !== "inline" && /hidden|clip/.test(looks.overflowY) && one.scrollHeight > one.clientHeight + 3 && looks.webkitLineClamp === "none" && looks.textOverflow !== "ellipsis") say("cut off below", one);
      const card = one.closest(".card, dialog, .numbers > div, .toast");
      if (card && !above(one).some((up) => card.contains(up) && (rolls(up) || /hidden|clip/.test(style(up).overflowX)))) {
        const [box, frame] = [one.getBoundingClientRect(), card.getBoundingClientRect()];
        if (box.right > frame.right + 1 || box.left < frame.left - 1) say("sticks out of its card", one);
      }
    }
    // What lies behind an open dialog can't be reached.
    const where = document.querySelector("dialog[open]") ?? document.querySelector("main");
    const controls = [...where.querySelectorAll("button, a[href], input, select, textarea")].filter(seen);
    // On an axis of time and on a day's hours things stand where they happen, and one may lie on another.
    const free = (one) => !one.closest(".inner, .hours + .body") && style(one).position !== "fixed" && !above(one).some((up) => /sticky|fixed/.test(style(up).position) && !up.matches("dialog"));
    // A link that goes on in the next line has a box that is wider than it.
    const boxes = controls.filter((one) => free(one) && one.getClientRects().length === 1).map((one) => [one, one.getBoundingClientRect()]);
    boxes.sort((one, other) => one[1].top - other[1].top);
    boxes.forEach(([one, a], index) => {
      for (const [other, b] of boxes.slice(index + 1)) {
        if (b.top >= a.bottom - 3) break;
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 && !one.contains(other) && !other.contains(one)) say("lies on another control", other);
      }
    });
    return found;
  });
}

/**
 * What hands and keys would meet on the page that is shown, one sentence each: targets below 24 px where nothing else
 * makes up for it (WCAG 2.2, 2.5.8), an order of its own for the focus (2.4.3), and what has the focus and lies behind
 * something else (2.4.11).
 */
export function hands(page) {
  return page.evaluate(() => {
    const found = [];
    const LEAST = 24;
    const say = (what, one) => found.push(`${what}: <${one.tagName.toLowerCase()} class="${one.className.baseVal ?? one.className}"> ${(one.getAttribute("aria-label") ?? one.textContent).trim().replace(/\s+/g, " ").slice(0, 60)}`);
    const seen = (one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest(".unseen, .skip, [inert]");
    };
    const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [tabindex]")].filter((one) => seen(one) && !one.disabled && one.tabIndex >= 0);
    // A choice is pressed by its label too.
    const target = (one) => (one.matches("input") && one.closest("label")) || one;
    const boxes = controls.map((one) => [one, target(one).getBoundingClientRect()]);
    const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    for (const [one, box] of boxes) {
      if (one.tabIndex > 0) say("has an order of its own", one);
      if (Math.min(box.width, box.height) >= LEAST - 0.5) continue;
      // A link in a line of text is as high as the line; what a control of the browser's is, the browser says.
      const inline = one.matches("a") && getComputedStyle(one).display === "inline";
      // What happens at a time lies there on an axis; beside it is a form, and keys go from one to the next.
      if (inline || one.closest(".inner")) continue;
      // Small, but nothing else within a circle of the least width around it: as good as large.
      const [x, y] = middle(box);
      const near = boxes.some(([other, its]) => {
        if (other === one || one.contains(other) || other.contains(one)) return false;
        const [dx, dy] = [Math.max(its.left - x, 0, x - its.right), Math.max(its.top - y, 0, y - its.bottom)];
        return Math.hypot(dx, dy) < LEAST / 2;
      });
      if (near) say(`is ${Math.round(box.width)} by ${Math.round(box.height)} px`, one);
    }
    const scrolled = [scrollX, scrollY];
    for (const one of controls) {
      one.focus();
      if (document.activeElement !== one) continue;
      const box = one.getBoundingClientRect();
      const points = [middle(box), [box.left + 3, box.top + 3], [box.right - 3, box.bottom - 3]];
      const free = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (one.contains(top) || top.contains(one) || one.closest("label")?.contains(top));
      });
      if (!free) say("has the focus behind something else", one);
    }
    document.activeElement?.blur?.();
    scrollTo(...scrolled);
    return found;
  });
}

/** What still moves on the page for somebody who asked for rest (WCAG 2.3.3): one sentence each. */
export function restless(page) {
  return page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running" && one.effect.getComputedTiming().activeDuration > 50)
    .map((one) => `moves: ${one.animationName ?? one.transitionProperty} of <${one.effect.target?.tagName.toLowerCase()} class="${one.effect.target?.className}">`));
}

/** The same page as whoever reads from right to left has it: what an eye would call broken. */
export async function mirrored(page) {
  await page.evaluate(() => { document.documentElement.dir = "rtl"; });
  const found = await flaws(page);
  await page.evaluate(() => { document.documentElement.dir = "ltr"; });
  return found.map((one) => `from right to left: ${one}`);
}

/** Fails the test for whatever the browser complains about: faults of ours, and what the page's policy forbids. */
export function listen(page) {
  const heard = [];
  page.on("pageerror", (fault) => heard.push(`${fault}`));
  page.on("console", (line) => {
    // The browser itself reports answers of 4xx, which are part of the game.
    if (line.type() === "error" && !/Failed to load resource/.test(line.text())) heard.push(line.text());
  });
  return () => expect(heard).toEqual([]);
}

/** Drags a slot of the month to the day beside it: that one is on the page whichever row it stands in. */
export async function dragAside(page, chip) {
  await chip.scrollIntoViewIfNeeded();
  const [from, cell] = [await chip.boundingBox(), await page.locator("main li.day", { has: chip }).boundingBox()];
  const last = await page.locator("main li.day").nth(6).boundingBox();
  const aside = cell.x + cell.width / 2 < last.x ? cell.width : -cell.width;
  await page.mouse.move(from.x + 20, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 20 + aside, from.y + 8, { steps: 8 });
  await page.mouse.up();
}
