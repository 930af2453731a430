// What goes out is what came in, said with keys.
import { expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { freshKey, fulfilmentDoc, minutesOf, offerDoc, spanOf, windowDoc } from './docs';

const when = (anchor: string): Schemas['WhenView'] => ({ anchor, at: '2026-12-04T18:00:00Z' });
const window = {
  id: 'window_a', slot: 'slot_a', key: 'vip', title: 'VIP', audience: { list: 'list_a' }, opens: when('start - 20m'), closes: when('start'),
  offers: ['offer_a'], allotments: [{ pool: 'pool_a', units: 5, lent: 'pool_b' }], unsold: { roll: 'window_b' },
  drip: { units: 2, every_seconds: 60 }, lobby: { per_minute: 60, ahead_seconds: 1800, seconds: 300, early: 7, late: 0 }, hold: { at: 'cart', seconds: 480, extensions: 1, limit: 2 },
  waitlist: { fairness: 'lottery', seconds: 300 }, phase: 'ahead', taken: 0,
} as unknown as Schemas['WindowWhole'];
const offer = {
  id: 'offer_a', slot: 'slot_a', slots: [], key: 'vase', title: 'Vase', about: '', image: '', recipe: [{ pool: 'pool_a', units: 1 }],
  ladder: [{ title: 'Early', price: { amount: 2800, currency: 'EUR' } }, { title: 'Late', price: { amount: 3500, currency: 'EUR' }, after_units: 10 }],
  with: [], units_max: 4, taken: 0,
} as unknown as Schemas['OfferWhole'];
const sheet = { windows: [window, { ...window, id: 'window_b', key: 'public' }], offers: [offer], fulfilments: [] } as unknown as Schemas['SheetShape'];
const names = { pools: new Map([['pool_a', 'vases']]), lists: new Map([['list_a', 'friends']]), slots: new Map<string, string>() };

it('writes a window', () => {
  expect(windowDoc(window, sheet, names)).toEqual({
    key: 'vip', title: 'VIP', audience: { list: 'friends' }, opens: 'start - 20m', closes: 'start', offers: ['vase'],
    allotments: [{ pool: 'vases', units: 5 }], unsold: { roll: 'public' }, drip: { units: 2, every: '60s' },
    lobby: { per_minute: 60, ahead: '1800s', for: '300s' },
    hold: { at: 'cart', for: '480s', extensions: 1, limit: 2 }, waitlist: { fairness: 'lottery', turn: '300s' },
  });
});

it('writes an offer and a pickup', () => {
  expect(offerDoc(offer, sheet, names)).toMatchObject({
    recipe: [{ pool: 'vases', units: 1 }],
    ladder: [{ title: 'Early', price: '28.00' }, { title: 'Late', price: '35.00', after_units: 10 }],
  });
  const block = { id: 'f', slot: 's', key: 'pickup', title: 'Pickup', kind: 'pickup', place: 'Studio', opens: when('end'), closes: when('end + 2h'), boxes: [{ pool: 'p', places: 5, from: when('end'), until: when('end + 1h') }] };
  expect(fulfilmentDoc(block as unknown as Schemas['FulfilmentWhole']).boxes).toEqual([{ from: 'end', until: 'end + 1h', places: 5 }]);
});

it('changes no span that nobody has changed', () => {
  for (const span of ['219s', '480s', '10m', '2h', '20s']) expect(spanOf(minutesOf(span), span)).toBe(span);
  expect(minutesOf('219s')).toBe(4);
  expect(spanOf(5, '219s')).toBe('5m');
  expect(spanOf(null, '219s')).toBe('219s');
  expect(spanOf(10, undefined)).toBe('10m');
});

it('finds keys that are free', () => {
  expect(freshKey('Früh & billig', [], 'x')).toBe('fruh-billig');
  expect(freshKey('Vase', ['vase', 'vase-2'], 'x')).toBe('vase-3');
  expect(freshKey('器', [], 'offer')).toBe('offer');
});
