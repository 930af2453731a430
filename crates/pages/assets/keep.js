// Keeps one page and what it loads on the device: the order's page, so that its pass opens without network, and the
// page of a screen, so that it comes back after a cut. It never answers for a form, and never with something old
// while the network gives something new.
(() => {
  'use strict';
  // Written in by the server: what the page loads, under its hash.
  const ASSETS = [];
  const scope = new URL(registration.scope);
  const page = scope.pathname;
  const store = () => caches.open('dayshelf ' + page);
  const keep = async (request, reply) => { await (await store()).put(request, reply); };

  // What a page has of its organiser's own: the sheet with its colours, and its logo. Both are named by their content.
  const OWN = /^\/(assets\/\w+\/look-|pictures\/)/;
  async function own(kept) {
    const text = await (await kept.match(page)).text();
    return [...text.matchAll(/ (?:src|href)="([^"]+)"/g)].map(([, path]) => path).filter(path => OWN.test(path));
  }

  addEventListener('install', event => {
    skipWaiting();
    event.waitUntil((async () => {
      const kept = await store();
      await kept.addAll([page, ...ASSETS]);
      await kept.addAll(await own(kept));
    })());
  });
  addEventListener('activate', event => {
    event.waitUntil((async () => {
      const kept = await store();
      const wanted = [page, ...ASSETS, ...await own(kept)];
      for (const { url } of await kept.keys()) {
        if (!wanted.includes(new URL(url).pathname)) await kept.delete(url);
      }
      await clients.claim();
    })());
  });

  /** The page as it was last seen, marked so that it says so. */
  async function away() {
    const kept = await (await store()).match(page);
    if (!kept) return Response.error();
    const text = (await kept.text()).replace('<html ', '<html data-away ');
    return new Response(text, { headers: kept.headers });
  }
  async function fresh(request) {
    try {
      const reply = await fetch(request);
      if (reply.ok && !reply.redirected) await keep(page, reply.clone());
      // What is gone for good is not kept; a server that is down for a moment is like no network.
      if (reply.status === 404 || reply.status === 410) await caches.delete('dayshelf ' + page);
      return reply.status >= 502 ? away() : reply;
    } catch {
      return away();
    }
  }
  async function asset(request) {
    const found = await (await store()).match(request);
    if (found) return found;
    const reply = await fetch(request);
    if (reply.ok) await keep(request, reply.clone());
    return reply;
  }

  addEventListener('fetch', event => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== 'GET' || origin !== scope.origin) return;
    if (pathname === page) event.respondWith(fresh(request));
    else if (ASSETS.includes(pathname) || OWN.test(pathname)) event.respondWith(asset(request));
  });
})();
