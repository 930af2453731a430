// A journal with holes, since its sequences are shared: what is asked of it is found all the same.
import { expect, it } from 'vitest';
import { lastOf, lately, placeOf, type Entry, type Reader } from './journal';

const entries: Entry[] = Array.from({ length: 4000 }, (_, index) => {
  const sequence = 2 + index * 3;
  return { id: `${sequence}.0`, sequence, at: new Date(1_000_000 + sequence * 1000).toISOString(), type: index % 10 ? 'hold.made' : 'stock.moved', subject: `s${index}`, data: {} };
});

function journal(): { reader: Reader; asked: () => number } {
  let asked = 0;
  const reader: Reader = async (after, limit = 500) => {
    asked += 1;
    const items = entries.filter((entry) => entry.sequence > after);
    const page = items.slice(0, limit);
    return { items: page, next: page.at(-1)?.sequence ?? after, more: items.length > page.length };
  };
  return { reader, asked: () => asked };
}

it('finds its end and the place of a time in few questions', async () => {
  const { reader, asked } = journal();
  expect(await lastOf(reader)).toBe(entries.at(-1)!.sequence);
  const time = 1_000_000 + 6000 * 1000;
  const { items } = await reader(await placeOf(time, reader));
  expect(Date.parse(items[0]!.at)).toBeLessThanOrEqual(time);
  expect(Date.parse(items[2]!.at)).toBeGreaterThan(time);
  expect(asked()).toBeLessThan(60);
});

it('reads backwards, each entry once', async () => {
  const { reader } = journal();
  const wanted = entries.filter((entry) => entry.type === 'stock.moved').map((entry) => entry.id).reverse();
  const seen: string[] = [];
  let before: number | null = null;
  while (before !== 0) {
    const page: { items: Entry[]; before: number } = await lately((entry) => entry.type === 'stock.moved', 50, before, reader);
    seen.push(...page.items.map((entry) => entry.id));
    before = page.before;
  }
  expect(seen).toEqual(wanted);
});
