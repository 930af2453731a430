// The calendar's slots as the server last told them, looked at again while somebody looks at them.
import { all, api, got, type Schemas } from '../api/client';
import { complain } from './toasts.svelte';
import { DAY } from './time';

export type CalendarSlot = Schemas['CalendarSlot'];

/** How often counts are looked at again while the view is seen. */
const EVERY_MS = 5_000;

export const once = (): { 'Idempotency-Key': string } => ({ 'Idempotency-Key': crypto.randomUUID() });

export class Shelf {
  slots: CalendarSlot[] = $state.raw([]);
  loaded = $state(false);
  #from = 0;
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Shows a range of walls; a day more on each side, because zones differ. */
  async show(from: number, until: number): Promise<void> {
    this.#from = from - DAY;
    this.#until = until + DAY;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const [from, to] = [new Date(this.#from).toISOString(), new Date(this.#until).toISOString()];
    const [began, ended] = [this.#from, this.#until];
    try {
      const slots = await all((cursor) => got(api.GET('/v1/calendar', {
        params: { query: { from, to, limit: 500, ...(cursor ? { cursor } : {}) } },
      })));
      // An answer for a range that is no longer shown comes too late.
      if (began === this.#from && ended === this.#until) {
        this.slots = slots;
        this.loaded = true;
      }
    } catch (fault) {
      if (!this.loaded) complain(fault);
    }
  }

  /** Looks again now and then; the answer ends it. */
  watch(): () => void {
    this.#timer = setInterval(() => { if (!document.hidden) void this.refresh(); }, EVERY_MS);
    return () => clearInterval(this.#timer);
  }
}
