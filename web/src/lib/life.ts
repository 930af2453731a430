// One order's life, as the journal tells it: from the hold that it was to the last thing that happened to it.
import { placeOf, read, type Entry } from './journal';
import { madeAt, type Order } from './orders';

/** Pages that are read at most; what lies behind them is read when somebody asks. */
const PAGES = 8;

export interface Life { facts: Entry[]; next: number; more: boolean }

/** What happened to an order, oldest first; with a `next` of before it goes on from there. */
export async function lifeOf(order: Order, from?: number): Promise<Life> {
  let next = from ?? await placeOf(madeAt(order.hold) - 1000);
  const facts: Entry[] = [];
  for (let turn = 0; turn < PAGES; turn += 1) {
    const page = await read(next);
    facts.push(...page.items.filter((entry) => entry.subject === order.id || entry.subject === order.hold));
    next = page.next;
    if (!page.more) return { facts, next, more: false };
  }
  return { facts, next, more: true };
}
