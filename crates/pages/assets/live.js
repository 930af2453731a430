// Makes pages live. Without it every page works: forms are plain forms, and texts are the server's.
(() => {
  'use strict';
  const doc = document;
  const all = (css, from = doc) => [...from.querySelectorAll(css)];
  const main = () => doc.getElementById('main');
  const set = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };
  const lang = doc.documentElement.lang || 'en';
  // Server's clock minus this device's, in ms.
  let offset = 0;
  // The newest stock seen.
  let last = null;
  // What the stream last said; a change of kind is looked up once.
  const seen = new Map();
  let stream = null;
  let pending = false;
  // Asked for again meanwhile.
  let wanted = false;
  let sending = false;
  const now = () => Date.now() + offset;

  // What the reader asked this device to remember; a browser that keeps nothing answers nothing.
  const memory = (name, value) => {
    try {
      if (value === null) localStorage.removeItem('dayshelf.' + name);
      else if (value) localStorage.setItem('dayshelf.' + name, value);
      return localStorage.getItem('dayshelf.' + name);
    } catch { return null; }
  };

  // Times: the slot's zone and the reader's own, one in the text and the other beside it, as the reader likes.
  // They change places in lines that are there from the first paint, so nothing on the page moves.
  const shown = (date, zone, day) => new Intl.DateTimeFormat(lang, {
    ...(day && { weekday: 'short', day: 'numeric', month: 'short' }),
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone,
  }).format(date);
  const dayIn = (date, zone) => date.toLocaleDateString('en', { timeZone: zone });
  function times() {
    // An order's mails say both, too.
    for (const node of all('[data-own-zone]')) node.value = new Intl.DateTimeFormat().resolvedOptions().timeZone || '';
    const mine = memory('times') === 'mine';
    for (const node of all('[data-zone]')) {
      node.own ??= [...node.childNodes];
      const { zone } = node.dataset;
      const dates = (node.dateTime ? [node] : node.own.filter(kid => kid.dateTime)).map(time => new Date(time.dateTime));
      try {
        if (shown(dates[0], zone, 1) === shown(dates[0], undefined, 1)) continue;
        const dated = mine && /^\D/.test(node.own[0].textContent);
        node.local = dates.map((date, i) => shown(date, undefined, i ? dayIn(date) !== dayIn(dates[i - 1]) : dated || dayIn(date, zone) !== dayIn(date))).join('–') + ' your time';
        node.theirs ??= node.textContent;
        if (mine) node.textContent = node.local; else node.replaceChildren(...node.own);
      } catch { /* A zone this browser does not know: the slot's own time stands. */ }
    }
    for (const line of all('[data-zones]')) {
      const node = line.previousElementSibling;
      const single = node?.dataset.zone;
      if (single ? !node.local : !all('[data-zone]').some(one => one.local)) continue;
      const words = line.firstElementChild;
      words.own ??= words.textContent;
      set(words, single ? (mine ? node.theirs : node.local) : mine ? 'Times are in your own zone.' : words.own);
      const button = line.lastElementChild;
      line.classList.add('zones-on');
      set(button, mine ? `Show ${line.dataset.zones} time` : 'Show my time');
    }
  }

  // Countdowns, all from one tick on the server's second.
  function left(ms) {
    const s = Math.max(0, Math.ceil(ms / 1000));
    const two = n => String(n).padStart(2, '0');
    if (s >= 86400) return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
    if (s >= 3600) return `${Math.floor(s / 3600)} h ${two(Math.floor(s % 3600 / 60))} min`;
    return `${Math.floor(s / 60)}:${two(s % 60)}`;
  }
  function tick() {
    for (const node of all('[data-until]')) {
      const ms = Number(node.dataset.until) - now();
      set(node, left(ms));
      node.classList.toggle('count-late', ms < 60000);
      if (node.closest('h1')) {
        const bar = doc.querySelector('.clock-bar');
        if (bar) bar.value = Math.max(0, ms / 1000);
        if (ms > 0 && ms < 60000) set(doc.getElementById('say'), `Less than ${ms < 15000 ? '15 seconds' : 'a minute'} left`);
      }
      if (ms <= 0) refetch(300);
    }
    // What others did is said while it is fresh, and not a second longer.
    for (const node of all('[data-fresh]')) {
      if (now() < Number(node.dataset.fresh)) continue;
      node.remove();
      refetch(3000);
    }
    setTimeout(tick, 1000 - (now() % 1000) + 5);
  }

  // Fetch the page again and swap its content; what was typed stays. The wait is spread, so that a
  // window which opens for thousands does not bring all of them in one instant.
  function refetch(spread) {
    wanted = pending;
    if (pending || sending) return;
    pending = true;
    setTimeout(async () => {
      let again = 5000;
      try {
        const reply = await fetch(location, { cache: 'no-store' });
        if (reply.redirected && new URL(reply.url).pathname !== location.pathname) return location.replace(reply.url);
        const next = new DOMParser().parseFromString(await reply.text(), 'text/html');
        if (reply.ok && !sending) { swap(next); again = 2000; }
      } catch { /* The network is away; the page stays as it is. */ }
      setTimeout(() => { pending = false; if (wanted) refetch(200); }, again);
    }, Math.random() * spread);
  }
  const fields = () => all('input[name]:not([type=hidden]),select[name]', main());
  const ticks = f => /radio|checkbox/.test(f.type);
  const keyOf = f => f.name + (ticks(f) ? '=' + f.value : '');
  function touched(f) {
    // What was sent and came back was typed.
    if (f.closest('[data-typed]')) return true;
    if (ticks(f)) return f.checked !== f.defaultChecked;
    return f.options ? f.selectedIndex > 0 : f.value !== f.defaultValue;
  }
  function swap(next) {
    const fresh = next.getElementById('main');
    if (!fresh) return;
    const kept = new Map(fields().filter(touched).map(f => [keyOf(f), ticks(f) ? f.checked : f.value]));
    const open = all('details[open]').map(d => d.id);
    const focus = doc.activeElement?.id;
    const reel = () => doc.getElementById('pictures');
    const seen = reel()?.scrollLeft;
    main().replaceWith(doc.adoptNode(fresh));
    if (seen && reel()) reel().scrollTo({ left: seen, behavior: 'instant' });
    for (const f of fields()) {
      const value = kept.get(keyOf(f));
      if (value === undefined || f.disabled) continue;
      if (ticks(f)) f.checked = value; else f.value = value;
    }
    for (const d of all('details')) d.open ||= open.includes(d.id);
    if (focus) doc.getElementById(focus)?.focus({ preventScroll: true });
    doc.body.dataset.now = next.body.dataset.now;
    doc.body.dataset.poll = next.body.dataset.poll || '';
    doc.title = next.title;
    dress();
  }

  // Stock: counts and prices move in place, anything that changes what can be done is fetched.
  function money({ amount, currency }) {
    const form = new Intl.NumberFormat(lang, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' });
    return form.format(amount / 10 ** form.resolvedOptions().maximumFractionDigits);
  }
  function moved(key, value, first) {
    const was = seen.get(key) ?? first;
    seen.set(key, value);
    return was !== undefined && was !== value;
  }
  function stock(data) {
    const page = main().dataset;
    if (data.slot !== page.live || data.sequence <= page.sequence) return;
    page.sequence = data.sequence;
    last = data;
    const window = data.window ?? '';
    // This viewer's counts are not the public's.
    if ('private' in page) return refetch(800);
    let changed = moved('window', window, page.window);
    for (const { offer, free, price, state } of data.offers) {
      const id = CSS.escape(offer);
      const row = doc.querySelector(`[data-offer="${id}"]`);
      if (!row) continue;
      changed = moved(offer, state, row.dataset.state || row.dataset.was) || changed;
      if (free > 0) {
        set(row.querySelector('[data-offer-free]'), `${free} left`);
        for (const badge of all(`[data-badge="${id}"]`)) set(badge, `${free} left`);
      }
      if (free === 0 && !row.dataset.state) set(row.querySelector('[data-offer-free]'), 'None left');
      const field = row.querySelector('input[data-limit]');
      if (field && state === 'open') field.max = Math.min(Number(field.dataset.limit), free);
      if (field && price) {
        changed = moved(offer + '$', price.amount, Number(field.dataset.minor)) || changed;
        field.dataset.minor = price.amount;
      }
      if (price) for (const node of all(`[data-price="${id}"]`)) set(node, money(price));
    }
    sums();
    if (changed) refetch(800);
  }
  function listen() {
    const { live, stream: own } = main().dataset;
    const address = live && (own || `/v1/slots/${encodeURIComponent(live)}/live`);
    // What another stream said is another viewer's.
    if (stream && (stream.address !== address || stream.readyState === 2)) { stream.close(); stream = last = null; seen.clear(); }
    if (!address || stream) return;
    stream = new EventSource(address);
    stream.address = address;
    stream.addEventListener('stock', ({ data }) => { try { stock(JSON.parse(data)); } catch { /* The next one comes whole. */ } });
  }

  // Quantities.
  function sums() {
    let count = 0;
    let minor = 0;
    let currency = '';
    for (const field of all('.stepper input')) {
      const n = Number(field.value) || 0;
      count += n;
      minor += n * Number(field.dataset.minor);
      currency = field.dataset.currency;
      for (const button of all('[data-step]', field.parentNode)) {
        button.disabled = button.dataset.step < 0 ? n <= 0 : n >= Number(field.max);
      }
    }
    const button = doc.querySelector('[data-counted]');
    if (!button) return;
    set(button.querySelector('[data-label-text]'), count ? button.dataset.counted.replace('{n}', count) : button.dataset.label);
    set(button.querySelector('[data-sum]'), count && currency ? money({ amount: minor, currency }) : '');
  }
  doc.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-step]');
    if (!button) return;
    const field = button.parentNode.querySelector('input');
    const n = (Number(field.value) || 0) + Number(button.dataset.step);
    field.value = Math.max(0, Math.min(Number(field.max), n));
    sums();
  });
  doc.addEventListener('input', ({ target }) => { if (target.closest('.stepper')) sums(); });
  // One press, one form: the key makes a second harmless, this makes it calm.
  doc.addEventListener('submit', (sent) => {
    if (sending) return sent.preventDefault();
    sending = true;
    sent.submitter?.setAttribute('aria-busy', 'true');
    setTimeout(() => { sending = false; sent.submitter?.removeAttribute('aria-busy'); }, 8000);
  });

  // A link may bring a code after its hash, which no server and no log sees: it is handed in as if typed.
  async function linked() {
    const code = location.hash.split('#code=')[1];
    const key = doc.getElementById('code')?.form.elements.key.value;
    if (!code || !key) return;
    history.replaceState(0, '', location.pathname);
    await fetch(location + '/code', { method: 'POST', body: new URLSearchParams(`key=${key}&code=${code}`) });
    refetch(0);
  }

  // A buyer who wants it so finds their details filled in the next time, from this browser and nowhere else.
  const mine = ['name', 'email', 'street', 'extra', 'postcode', 'city', 'region', 'country'];
  const remembers = () => doc.querySelector('[name=remember]');
  function recall() {
    const box = remembers();
    const kept = memory('buyer');
    if (!box || !kept) return;
    try {
      const said = JSON.parse(kept);
      box.checked = true;
      for (const name of mine) {
        const field = box.form.elements[name];
        if (field && !field.value && said[name]) field.value = said[name];
      }
    } catch { memory('buyer', null); }
  }
  doc.addEventListener('change', ({ target }) => { if (target === remembers() && !target.checked) memory('buyer', null); });
  doc.addEventListener('submit', ({ target }) => {
    const box = remembers();
    if (!box?.checked || target !== box.form) return;
    const kept = JSON.parse(memory('buyer') || '{}');
    for (const name of mine) if (target.elements[name]) kept[name] = target.elements[name].value;
    memory('buyer', JSON.stringify(kept));
  });

  const acts = {
    times() { memory('times', memory('times') === 'mine' ? 'slot' : 'mine'); times(); },
    print() { print(); },
    async share(button) {
      const what = { title: doc.title, url: location.href.split('#')[0] };
      try {
        if (navigator.share) await navigator.share(what);
        else { await navigator.clipboard.writeText(what.url); set(button, 'Link copied'); }
      } catch { /* The reader changed their mind. */ }
    },
  };
  doc.addEventListener('click', ({ target }) => { const button = target.closest?.('[data-act]'); if (button) acts[button.dataset.act](button); });

  // The pass: on the device from the first look on, so that it opens at a stall without network, and the screen
  // stays on while it is shown large.
  function pass() {
    const { keep, scope } = main().dataset;
    if (keep) navigator.serviceWorker?.register(keep, { scope }).catch(() => {});
  }
  addEventListener('hashchange', () => { if (/^#pass-/.test(location.hash)) navigator.wakeLock?.request('screen').catch(() => {}); });

  function dress() {
    const server = Number(doc.body.dataset.now);
    if (server) offset = server - Date.now();
    times();
    recall();
    sums();
    listen();
    // The page may come from a node that is a moment behind.
    if (last) stock(last);
  }
  let polled = Date.now();
  setInterval(() => {
    const seconds = Number(doc.body.dataset.poll);
    if (seconds && !doc.hidden && Date.now() - polled >= seconds * 1000) { polled = Date.now(); refetch(200); }
    listen();
  }, 1000);
  // A page from the browser's memory is as old as it was when left.
  addEventListener('pageshow', ({ persisted }) => { if (persisted) { sending = false; refetch(0); } });
  addEventListener('pagehide', () => { stream?.close(); stream = null; });

  doc.documentElement.classList.add('live');
  dress();
  tick();
  linked();
  pass();
})();
