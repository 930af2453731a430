// The one way to the server: the typed client of openapi.json, with the session's cookie in place of a key.
//
// What is not a success becomes a `Problem`, which carries the sentence for people and the field it is about.
import createClient, { type Middleware } from 'openapi-fetch';
import { reach } from '../lib/reach.svelte';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** A problem document (RFC 9457) of the server, or a network that is away. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly members: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.detail === 'string' ? body.detail : `${status}`);
    this.status = status;
    this.code = String(body.type ?? '').split('/').pop()?.split('#')[0] ?? '';
    this.members = body;
  }

  /** The field that is wrong, as the request names it. */
  get field(): string | undefined {
    return typeof this.members.field === 'string' ? this.members.field : undefined;
  }
}

/** What happens when a session is over; the app sets it. */
export const doors = { closed: () => {} };

const watch: Middleware = {
  onRequest({ request }) {
    // A retry of the browser's own carries the same key; another request of ours is another thing.
    if (request.method === 'POST' && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', crypto.randomUUID());
    }
    return request;
  },
  async onResponse({ response }) {
    reach.found();
    if (response.ok) return undefined;
    const body = await response.clone().json().catch(() => ({})) as Record<string, unknown>;
    const problem = new Problem(response.status, body);
    if (problem.code === 'unauthorised') doors.closed();
    throw problem;
  },
  onError({ error }) {
    reach.lost();
    return new Problem(0, { type: '/problems/offline', detail: String(error) });
  },
};

const client = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
client.use(watch);

export const api = client;

/** The body of an answer; anything else was thrown before. */
export async function got<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  return (await answer).data as T;
}

/** The body and its version, for an edit that must not overwrite somebody else's. */
export async function versioned<T>(answer: Promise<{ data?: T; response: Response }>): Promise<[T, string]> {
  const { data, response } = await answer;
  return [data as T, response.headers.get('etag') ?? ''];
}

/** Every item of a list that comes in pages; bounded, since no list is for ever. */
export async function all<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next?: string | null }>,
  pages = 20,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let turn = 0; turn < pages; turn += 1) {
    const found = await page(cursor);
    items.push(...found.items);
    if (!found.next) break;
    cursor = found.next;
  }
  return items;
}
