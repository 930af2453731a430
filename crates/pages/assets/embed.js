// Dayshelf on somebody else's page: <dayshelf-calendar>, <dayshelf-slot> and <dayshelf-stock>.
//
// It reads what every browser may read, keeps nothing in the browser, and sends nobody's money anywhere: buying happens on the
// slot's own page, which the link opens. Colours and font come from the page through --dayshelf-accent,
// --dayshelf-ink, --dayshelf-quiet, --dayshelf-line, --dayshelf-paper and --dayshelf-radius.
(() => {
  'use strict';
  const base = new URL(document.currentScript.src).origin;
  const lang = document.documentElement.lang || navigator.language;
  const german = lang.startsWith('de');
  const say = german
    ? { left: n => `noch ${n}`, open: 'Jetzt kaufen', ahead: 'Ansehen', ahead_state: 'kommt noch', sold_out: 'ausverkauft', closed: 'vorbei', cancelled: 'abgesagt', none: 'Zurzeit steht nichts im Kalender.' }
    : { left: n => `${n} left`, open: 'Buy now', ahead: 'See it', ahead_state: 'coming up', sold_out: 'sold out', closed: 'over', cancelled: 'called off', none: 'Nothing is on the calendar right now.' };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; color: var(--dayshelf-ink, inherit); font: inherit; line-height: 1.4; }
    :host(dayshelf-stock) { display: inline-block; }
    ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
    a { color: inherit; text-decoration: none; }
    .card { display: grid; grid-template-columns: 1fr auto; gap: .2rem 1rem; align-items: center; padding: .8rem 1rem; border: 1px solid var(--dayshelf-line, #848c86); border-radius: var(--dayshelf-radius, .8rem); background: var(--dayshelf-paper, transparent); }
    .card:hover { border-color: currentColor; }
    .card:focus-visible, .go:focus-visible { outline: 3px solid var(--dayshelf-accent, #0b5d4a); outline-offset: 2px; }
    .title { font-weight: 650; }
    .when { color: var(--dayshelf-quiet, inherit); font-size: .9em; grid-column: 1; }
    .state { grid-row: 1; grid-column: 2; font-size: .85em; font-weight: 600; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .state.open { color: var(--dayshelf-accent, #0b5d4a); }
    .go { grid-column: 2; padding: .35em .9em; border-radius: 99px; background: var(--dayshelf-accent, #0b5d4a); color: var(--dayshelf-on-accent, #fff); font-weight: 600; font-size: .9em; }
    @media (prefers-color-scheme: dark) { .state.open { color: var(--dayshelf-accent, inherit); } }
  `);

  const node = (name, kind, text) => {
    const made = document.createElement(name);
    made.className = kind;
    if (text) made.textContent = text;
    return made;
  };
  const when = slot => new Intl.DateTimeFormat(lang, {
    weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: slot.zone, timeZoneName: 'short',
  }).format(new Date(slot.start));
  function state(slot) {
    if (slot.state === 'cancelled') return say.cancelled;
    if (slot.sale === 'open') return slot.free === null ? '' : say.left(slot.free);
    return slot.sale === 'ahead' ? say.ahead_state : say[slot.sale];
  }
  function card(slot, organiser) {
    const link = node('a', 'card');
    link.href = `${base}/${encodeURIComponent(organiser)}/${encodeURIComponent(slot.slug)}`;
    link.append(node('span', 'title', slot.title), node('span', 'when', when(slot)), node('span', `state ${slot.sale}`, state(slot)));
    if (slot.sale === 'open' || slot.sale === 'ahead') link.append(node('span', 'go', say[slot.sale]));
    return link;
  }

  /** An element that reads an address, shows it, and reads it again when something changed. */
  class Shown extends HTMLElement {
    connectedCallback() {
      this.root ??= this.attachShadow({ mode: 'open' });
      this.root.adoptedStyleSheets = [sheet];
      this.load();
      this.begin();
    }
    disconnectedCallback() {
      clearInterval(this.timer);
      this.stream?.close();
    }
    begin() {
      this.timer = setInterval(() => { if (!document.hidden) this.load(); }, 30_000);
    }
    async load() {
      try {
        const reply = await fetch(base + this.address(), { credentials: 'omit' });
        if (reply.ok) this.root.replaceChildren(this.draw(await reply.json()));
      } catch { /* The network is away: what stands there stays. */ }
    }
    get organiser() { return this.getAttribute('organiser') ?? ''; }
    /** Called `of`, because `slot` means something else to every element. */
    get of() { return this.getAttribute('of') ?? ''; }
  }

  class Calendar extends Shown {
    address() { return `/v1/organisers/${encodeURIComponent(this.organiser)}/slots?limit=${Number(this.getAttribute('max')) || 6}`; }
    draw({ items }) {
      if (!items.length) return node('p', 'when', say.none);
      const list = node('ul', '');
      for (const slot of items) {
        const row = node('li', '');
        row.append(card(slot, this.organiser));
        list.append(row);
      }
      return list;
    }
  }

  /** One slot, which its own stream keeps true. */
  class Live extends Shown {
    address() { return `/v1/slots/${encodeURIComponent(this.of)}`; }
    begin() {
      this.stream = new EventSource(`${base}${this.address()}/live`);
      this.stream.addEventListener('stock', () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.load(), 150);
      });
    }
    draw(slot) { return card(slot, this.organiser); }
  }
  class Stock extends Live {
    draw(slot) { return node('span', `state ${slot.sale}`, state(slot)); }
  }

  customElements.define('dayshelf-calendar', Calendar);
  customElements.define('dayshelf-slot', Live);
  customElements.define('dayshelf-stock', Stock);
})();
