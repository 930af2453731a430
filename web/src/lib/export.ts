// Everything of an organiser as lines of JSON: what stands, and the journal of how it came to be. Read through the same
// API as everything, page by page.
import { all, api, got } from '../api/client';
import { read } from './journal';

/** Pages of one list at most: 500 to a page, and no organiser has so many. */
const PAGES = 4_000;
const LIMIT = 500;

export interface Told { kind: string; count: number }

/** One line: its kind first, so that a reader knows what comes. */
export function lineOf(kind: string, value: unknown): string {
  return `${JSON.stringify({ kind, value })}\n`;
}

type Pages = (cursor: string | undefined) => Promise<{ items: unknown[]; next?: string | null }>;

/** All of it, in parts that can go into a file; `tell` hears how far it is. */
export async function everything(tell: (told: Told) => void): Promise<string[]> {
  const parts: string[] = [];
  const put = (kind: string, values: unknown[]): void => {
    parts.push(values.map((value) => lineOf(kind, value)).join(''));
    tell({ kind, count: values.length });
  };
  const page = (cursor: string | undefined): { limit: number; cursor?: string } => ({ limit: LIMIT, ...(cursor ? { cursor } : {}) });
  put('organiser', [await got(api.GET('/v1/organiser'))]);
  const lists: [string, Pages][] = [
    ['pool', (cursor) => got(api.GET('/v1/pools', { params: { query: page(cursor) } }))],
    ['template', (cursor) => got(api.GET('/v1/templates', { params: { query: page(cursor) } }))],
    ['series', (cursor) => got(api.GET('/v1/series', { params: { query: page(cursor) } }))],
    ['product', (cursor) => got(api.GET('/v1/products', { params: { query: page(cursor) } }))],
    ['picture', (cursor) => got(api.GET('/v1/pictures', { params: { query: page(cursor) } }))],
    ['code', (cursor) => got(api.GET('/v1/codes', { params: { query: page(cursor) } }))],
    ['list', (cursor) => got(api.GET('/v1/lists', { params: { query: page(cursor) } }))],
    ['text', () => got(api.GET('/v1/texts'))],
  ];
  for (const [kind, pages] of lists) put(kind, await all(pages, PAGES));
  const slots = await all((cursor) => got(api.GET('/v1/slots', { params: { query: page(cursor) } })), PAGES);
  for (const { id } of slots) put('slot', [await got(api.GET('/v1/slots/{slot}/sheet', { params: { path: { slot: id } } }))]);
  put('order', await all((cursor) => got(api.GET('/v1/orders', { params: { query: page(cursor) } })), PAGES));
  let next = 0;
  for (let turn = 0; turn < PAGES; turn += 1) {
    const facts = await read(next);
    put('fact', facts.items);
    if (!facts.more) break;
    next = facts.next;
  }
  return parts;
}
