// Every view of the console by a name, for whatever looks at all of them.
import { expect } from "@playwright/test";

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
  ["compose", "/console/compose"],
  ["settings-you", "/console/settings?part=me"],
  ["settings-security", "/console/settings?part=security"],
  ["settings-about", "/console/settings?part=about"],
  ["settings-team", "/console/settings?part=team"],
  ["settings-keys", "/console/settings?part=keys"],
  ["settings-calendars", "/console/settings?part=calendars"],
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
