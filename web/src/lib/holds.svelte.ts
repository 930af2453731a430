// What is held of a slot at the moment and by how many, followed in the journal: a hold is there from when it was
// made until it was given back, ran out or became an order.
import { placeOf, read, type Entry } from './journal';
import { HOUR } from './time';

export interface Held { id: string; until: number; lines: { offer: string; quantity: number }[]; window: string }

/** How long ago a hold that still stands can have been made at most, as far as is looked. */
const BACK_MS = 2 * HOUR;

export class Holds {
  list: Held[] = $state.raw([]);
  #slot: string;
  #next: number | null = null;
  #held = new Map<string, Held>();
  #busy = false;

  constructor(slot: string) {
    this.#slot = slot;
  }

  /** Reads on from where it was. */
  async follow(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#next ??= await placeOf(Date.now() - BACK_MS);
      for (let turn = 0; turn < 40; turn += 1) {
        const page = await read(this.#next);
        for (const entry of page.items) this.#take(entry);
        this.#next = page.next;
        if (!page.more) break;
      }
      this.list = [...this.#held.values()].sort((one, other) => one.until - other.until);
    } finally {
      this.#busy = false;
    }
  }

  #take({ type, subject, data }: Entry): void {
    const fact = data as { slot?: string; window?: string; expires_at?: string; lines?: Held['lines']; state?: string; order?: { hold?: string } };
    if (type === 'hold.made' && fact.slot === this.#slot && fact.expires_at) {
      this.#held.set(subject, { id: subject, until: Date.parse(fact.expires_at), lines: fact.lines ?? [], window: fact.window ?? '' });
    }
    const known = this.#held.get(subject);
    if (known && fact.expires_at) known.until = Date.parse(fact.expires_at);
    if (known && type === 'hold.taken' && fact.lines) known.lines = fact.lines;
    if (type === 'hold.released' || type === 'hold.lapsed') this.#held.delete(subject);
    if (type === 'order.confirmed' && fact.order?.hold) this.#held.delete(fact.order.hold);
  }
}
