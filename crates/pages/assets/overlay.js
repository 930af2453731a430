// The overlay: one stream, one countdown, and the whole page again when more than a number changes.
(() => {
  'use strict';
  const doc = document;
  let offset = Number(doc.body.dataset.now) - Date.now();
  let busy = false;
  let wanted = false;
  const card = () => doc.querySelector('main');
  const set = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };

  async function refetch() {
    wanted = busy;
    if (busy) return;
    busy = true;
    try {
      const reply = await fetch(location.href, { cache: 'no-store' });
      if (reply.ok) {
        const next = new DOMParser().parseFromString(await reply.text(), 'text/html');
        offset = Number(next.body.dataset.now) - Date.now();
        const fresh = next.querySelector('main');
        if (fresh) card().replaceWith(doc.adoptNode(fresh));
      }
    } catch { /* The network comes back; so do we. */ }
    setTimeout(() => { busy = false; if (wanted) refetch(); }, 1000);
  }
  function stock(data) {
    if (data.slot !== card().dataset.live || data.sequence <= card().dataset.sequence) return;
    card().dataset.sequence = data.sequence;
    // Another window: other units, another name.
    if ((data.window ?? '') !== card().dataset.window) return void refetch();
    const ours = card().dataset.offers.trim().split(/\s+/);
    const offers = data.offers.filter(({ offer }) => ours.includes(offer));
    const units = offers.reduce((sum, { free }) => sum + free, 0);
    const number = card().querySelector('[data-units]');
    if (!number || units === 0 || offers.some(({ state }) => state !== card().dataset.state)) return void refetch();
    if (number.textContent !== String(units)) {
      set(number, String(units));
      card().classList.remove('bump');
      requestAnimationFrame(() => card().classList.add('bump'));
    }
    for (const { offer, price } of offers) {
      const cost = card().querySelector(`[data-price="${CSS.escape(offer)}"]`);
      if (!cost || !price) continue;
      const form = new Intl.NumberFormat(doc.documentElement.lang, { style: 'currency', currency: price.currency, trailingZeroDisplay: 'stripIfInteger' });
      const text = form.format(price.amount / 10 ** form.resolvedOptions().maximumFractionDigits);
      if (cost.textContent !== text) { set(cost, text); refetch(); }
    }
  }
  function tick() {
    for (const node of doc.querySelectorAll('[data-until]')) {
      const s = Math.max(0, Math.ceil((Number(node.dataset.until) - Date.now() - offset) / 1000));
      const two = n => String(n).padStart(2, '0');
      set(node, s >= 86400 ? `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`
        : s >= 3600 ? `${Math.floor(s / 3600)} h ${two(Math.floor(s % 3600 / 60))} min` : `${Math.floor(s / 60)}:${two(s % 60)}`);
      if (s === 0) refetch();
    }
    setTimeout(tick, 1000 - ((Date.now() + offset) % 1000) + 5);
  }
  let stream = null;
  function listen() {
    if (stream && stream.readyState !== 2) return;
    stream = new EventSource(card().dataset.stream);
    stream.addEventListener('stock', ({ data }) => { try { stock(JSON.parse(data)); } catch { /* The next one comes whole. */ } });
  }
  // A scene that OBS kept from yesterday must not show yesterday's stock.
  refetch();
  listen();
  setInterval(listen, 5000);
  setInterval(refetch, 60000);
  tick();
})();
