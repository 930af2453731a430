// The journal: every fact of the organiser's, read from where it matters. The server tells it forwards alone, so the
// end and the place of a time are found by halving, which takes few and small questions whatever its length is.
import { api, got, type Schemas } from '../api/client';

export type Entry = Schemas['JournalEntry'];
export interface Span { items: Entry[]; next: number; more: boolean }

const PAGE = 500;

export const read = (after: number, limit = PAGE): Promise<Span> => got(api.GET('/v1/journal', { params: { query: { after, limit } } }));

/** A journal that can be asked for what follows a sequence; tests put one of their own here. */
export type Reader = (after: number, limit?: number) => Promise<Span>;

/** The last sequence at which something stands. */
export async function lastOf(reader: Reader = read): Promise<number> {
  let [known, beyond] = [0, 1024];
  for (;;) {
    const { items } = await reader(beyond, 1);
    if (!items.length) break;
    known = items.at(-1)!.sequence;
    beyond = known * 2;
  }
  while (beyond - known > 1) {
    const middle = Math.floor((known + beyond) / 2);
    const { items } = await reader(middle, 1);
    if (items.length) known = items.at(-1)!.sequence;
    else beyond = middle;
  }
  const { items } = await reader(known, 1);
  return items.at(-1)?.sequence ?? known;
}

/** Where to read on from, so that everything since a time comes. */
export async function placeOf(time: number, reader: Reader = read): Promise<number> {
  let [before, after] = [0, await lastOf(reader)];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    const { items } = await reader(middle, 1);
    if (items[0] && Date.parse(items[0].at) < time) before = middle;
    else after = middle;
  }
  return before;
}

/** The newest entries that fit, newest first, from before a sequence; `before` of the answer leads further back. */
export async function lately(fits: (entry: Entry) => boolean, want: number, before: number | null = null, reader: Reader = read): Promise<{ items: Entry[]; before: number }> {
  let until = before ?? await lastOf(reader) + 1;
  const found: Entry[] = [];
  let step = PAGE;
  // Bounded: whoever wants to see further asks again.
  for (let turn = 0; turn < 12 && until > 0 && found.length < want; turn += 1) {
    const from = Math.max(0, until - step);
    const part: Entry[] = [];
    for (let after = from; after < until;) {
      const page = await reader(after, PAGE);
      part.push(...page.items.filter((entry) => entry.sequence < until && entry.sequence > from && fits(entry)));
      if (!page.more || !page.items.length) break;
      after = page.next;
    }
    found.push(...part.reverse());
    until = from === 0 ? 0 : from + 1;
    step *= 2;
  }
  return { items: found, before: until };
}
