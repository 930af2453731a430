// Every view of the console by a name, for whatever looks at all of them.
export const views = (slot, order) => [
  ["calendar-month", "/console/calendar?view=month"],
  ["calendar-week", "/console/calendar?view=week"],
  ["calendar-day", "/console/calendar?view=day"],
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
  ["settings-webhooks", "/console/settings?part=webhooks"],
  ["settings-log", "/console/settings?part=log"],
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
