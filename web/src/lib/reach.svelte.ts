// Whether the server can be reached, as the last calls found it.

let away: number | null = $state(null);

export const reach = {
  /** Since when it is away; `null` while it answers. */
  get since(): number | null { return away; },
  lost(): void { away ??= Date.now(); },
  found(): void { away = null; },
  /** Back in the network is not yet back at the server: it is asked. */
  ask(): void { fetch('/healthz', { cache: 'no-store' }).then((answer) => { if (answer.ok) reach.found(); }, () => {}); },
};
