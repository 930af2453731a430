// One slot with all its parts, as the server last told them, and ways to change them one by one.
import { all, api, got, Problem, versioned, type Schemas } from '../api/client';
import { anchorAt, anchorWall, type Edges } from './anchor';
import { blockDoc, type BlockDoc } from './blocks';
import { answerChange, change } from './change';
import { fulfilmentDoc, offerDoc, windowDoc, type Names } from './docs';
import { once } from './shelf.svelte';
import { readWall, wallOf } from './time';
import { complain, say } from './toasts.svelte';
import { t } from '../words/words.svelte';

type Sheet = Schemas['SheetShape'];
type Pool = Schemas['PoolShape'];

const EVERY_MS = 4_000;

/** A change of one part, and the way back. */
interface Way { title: string; there: () => Promise<void>; back: () => Promise<void> }

export class OneSlot {
  readonly id: string;
  sheet: Sheet | null = $state.raw(null);
  version = $state('');
  pools: Map<string, Pool> = $state.raw(new Map());
  lists: Schemas['ListShape'][] = $state.raw([]);
  codes: Schemas['CodeShape'][] = $state.raw([]);
  missing = $state(false);
  /** Rises with every change of ours that waits for a yes. */
  waits = $state(0);
  #slugs = new Map<string, string>();

  constructor(id: string) {
    this.id = id;
  }

  get path(): { slot: string } { return { slot: this.id }; }
  get header(): { 'If-Match': string } { return { 'If-Match': this.version }; }

  async load(): Promise<void> {
    try {
      const [[sheet, version], pools] = await Promise.all([
        versioned(api.GET('/v1/slots/{slot}/sheet', { params: { path: this.path } })),
        all((cursor) => got(api.GET('/v1/pools', { params: { query: { limit: 500, ...(cursor ? { cursor } : {}) } } }))),
      ]);
      this.sheet = sheet;
      this.version = version;
      this.pools = new Map(pools.map((pool) => [pool.id, pool]));
    } catch (fault) {
      if (fault instanceof Problem && fault.status === 404) this.missing = true;
      else if (!this.sheet) complain(fault);
    }
  }

  /** What forms offer to choose from. */
  async loadNames(): Promise<void> {
    const query = { limit: 500 };
    const [lists, codes, slots] = await Promise.all([
      got(api.GET('/v1/lists', { params: { query } })), got(api.GET('/v1/codes', { params: { query } })), got(api.GET('/v1/slots', { params: { query } })),
    ]);
    this.lists = lists.items;
    this.codes = codes.items;
    this.#slugs = new Map(slots.items.map((slot) => [slot.id, slot.slug]));
  }

  watch(): () => void {
    const timer = setInterval(() => { if (!document.hidden) void this.load(); }, EVERY_MS);
    return () => clearInterval(timer);
  }

  get names(): Names {
    return {
      pools: new Map([...this.pools].map(([id, pool]) => [id, pool.key])),
      lists: new Map(this.lists.map((list) => [list.id, list.key])),
      slots: this.#slugs,
    };
  }

  windowDoc(id: string): Schemas['WindowDoc'] | null {
    const window = this.sheet?.windows.find((one) => one.id === id);
    return window && this.sheet ? windowDoc(window, this.sheet, this.names) : null;
  }

  offerDoc(id: string): Schemas['OfferDoc'] | null {
    const offer = this.sheet?.offers.find((one) => one.id === id);
    return offer && this.sheet ? offerDoc(offer, this.sheet, this.names) : null;
  }

  fulfilmentDoc(id: string): Schemas['FulfilmentDoc'] | null {
    const block = this.sheet?.fulfilments.find((one) => one.id === id);
    return block ? fulfilmentDoc(block) : null;
  }

  blockDoc(id: string): BlockDoc | null {
    const block = this.sheet?.blocks.find((one) => one.id === id);
    return block && this.sheet ? blockDoc(block, this.sheet, this.names) : null;
  }

  async putWindow(id: string | null, body: Schemas['WindowDoc']): Promise<void> {
    const path = this.path;
    if (id) this.#made(await got<unknown>(api.PUT('/v1/slots/{slot}/windows/{window}', { params: { path: { ...path, window: id }, header: this.header }, body })));
    else await api.POST('/v1/slots/{slot}/windows', { params: { path, header: { ...this.header, ...once() } }, body });
    await this.load();
  }

  async putOffer(id: string | null, body: Schemas['OfferDoc']): Promise<void> {
    const path = this.path;
    if (id) await api.PUT('/v1/slots/{slot}/offers/{offer}', { params: { path: { ...path, offer: id }, header: this.header }, body });
    else await api.POST('/v1/slots/{slot}/offers', { params: { path, header: { ...this.header, ...once() } }, body });
    await this.load();
  }

  async putFulfilment(id: string | null, body: Schemas['FulfilmentDoc']): Promise<void> {
    const path = this.path;
    if (id) this.#made(await got<unknown>(api.PUT('/v1/slots/{slot}/fulfilments/{fulfilment}', { params: { path: { ...path, fulfilment: id }, header: this.header }, body })));
    else await api.POST('/v1/slots/{slot}/fulfilments', { params: { path, header: { ...this.header, ...once() } }, body });
    await this.load();
  }

  async putBlock(id: string | null, body: BlockDoc): Promise<void> {
    if (id) await api.PUT('/v1/blocks/{block}', { params: { path: { block: id }, header: this.header }, body });
    else await api.POST('/v1/slots/{slot}/blocks', { params: { path: this.path, header: once() }, body });
    await this.load();
  }

  async remove(kind: 'window' | 'offer' | 'fulfilment' | 'block', id: string): Promise<void> {
    const { path, header } = this;
    if (kind === 'window') await api.DELETE('/v1/slots/{slot}/windows/{window}', { params: { path: { ...path, window: id }, header } });
    else if (kind === 'offer') await api.DELETE('/v1/slots/{slot}/offers/{offer}', { params: { path: { ...path, offer: id }, header } });
    else if (kind === 'block') await api.DELETE('/v1/blocks/{block}', { params: { path: { block: id }, header } });
    else this.#made(await got<unknown>(api.DELETE('/v1/slots/{slot}/fulfilments/{fulfilment}', { params: { path: { ...path, fulfilment: id }, header } })));
    await this.load();
  }

  /** Gives a block other edges, and offers the way back. */
  async drag(kind: 'window' | 'fulfilment' | 'block', id: string, edges: { opens?: string; closes?: string }): Promise<void> {
    try {
      const way = await this.#there(kind, id, edges);
      if (way) say(t('window-changed', { title: way.title }), () => { way.back().catch(complain); });
    } catch (fault) {
      complain(fault);
      await this.load();
    }
  }

  /** Does it. An edge is all that is changed, so where the slot is another by now the same is wished of that one. */
  async #there(kind: 'window' | 'fulfilment' | 'block', id: string, edges: { opens?: string; closes?: string }): Promise<Way | null> {
    const way = this.#way(kind, id, edges);
    try {
      await way?.there();
      return way;
    } catch (fault) {
      if (!(fault instanceof Problem) || fault.code !== 'version_stale') throw fault;
      await this.load();
      const anew = this.#way(kind, id, edges);
      await anew?.there();
      return anew;
    }
  }

  #way(kind: 'window' | 'fulfilment' | 'block', id: string, edges: { opens?: string; closes?: string }): Way | null {
    if (kind === 'block') {
      const before = this.blockDoc(id);
      const after = { ...(edges.opens ? { when: edges.opens } : {}), ...(edges.closes ? { until: edges.closes } : {}) };
      return before && { title: before.title ?? before.key, there: () => this.putBlock(id, { ...before, ...after }), back: () => this.putBlock(id, before) };
    }
    if (kind === 'window') {
      const before = this.windowDoc(id);
      return before && { title: before.title ?? before.key, there: () => this.putWindow(id, { ...before, ...edges }), back: () => this.putWindow(id, before) };
    }
    const before = this.fulfilmentDoc(id);
    const boxes = before && edges.opens && edges.closes ? this.#shifted(id, edges.opens) : before?.boxes ?? [];
    return before && { title: before.title ?? before.key, there: () => this.putFulfilment(id, { ...before, ...edges, boxes }), back: () => this.putFulfilment(id, before) };
  }

  /** The time boxes of a pickup that as a whole begins elsewhere. */
  #shifted(id: string, opens: string): NonNullable<Schemas['FulfilmentDoc']['boxes']> {
    const block = this.sheet!.fulfilments.find((one) => one.id === id)!;
    const { edges, zone } = { edges: this.edges, zone: this.sheet!.slot.zone };
    const wall = (when: Schemas['WhenView']): number => wallOf(Date.parse(when.at), zone);
    const by = (anchorWall(opens, edges) ?? wall(block.opens)) - wall(block.opens);
    return block.boxes.map((box) => ({
      from: anchorAt(wall(box.from) + by, edges, box.from.anchor), until: anchorAt(wall(box.until) + by, edges, box.until.anchor), places: box.places,
    }));
  }

  /** The slot's own edges on its wall. */
  get edges(): Edges {
    const { start_local: start, end_local: end } = this.sheet!.slot;
    return { start: readWall(start), end: readWall(end) };
  }

  /** What would take from people what they have is not done but waits for a yes: that is no success, and is said. */
  #made(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null || !('confirmation' in answer) || !answer.confirmation) return;
    this.waits += 1;
    const { reasons } = answer as Schemas['ChangeAnswer'];
    throw new Problem(202, { type: '/problems/needs_yes', detail: [t('needs-yes'), ...new Set(reasons.map((reason) => reason.sentence))].join(' ') });
  }

  async publish(): Promise<void> {
    await api.POST('/v1/slots/{slot}/publish', { params: { path: this.path, header: { ...this.header, ...once() } } });
    await this.load();
  }

  /** Nothing of it is sold until it goes on; every desk sees so. */
  async pause(): Promise<void> {
    await api.POST('/v1/slots/{slot}/pause', { params: { path: this.path, header: once() } });
    await this.load();
  }

  async resume(): Promise<void> {
    await api.POST('/v1/slots/{slot}/resume', { params: { path: this.path, header: once() } });
    await this.load();
  }

  async callOff(): Promise<void> {
    const answer = await change(this.id, this.version, { cancel: true });
    // Whoever came here has been asked already, and said yes.
    if (answer.confirmation) await answerChange(answer.confirmation.id, 'yes');
    await this.load();
  }

  async put(body: Schemas['SlotRequest']): Promise<void> {
    await api.PUT('/v1/slots/{slot}', { params: { path: this.path, header: this.header }, body });
    await this.load();
  }
}
