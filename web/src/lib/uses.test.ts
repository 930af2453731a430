// Stock stands by the place that sells from it, with the channels it goes through.
import { expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { placesOf, usesOf, type Use } from './uses';

const slot = { id: 'slot_1', title: 'Cups', place: 'Market' } as Schemas['SlotWhole'];
const windows = ['code', 'public', 'public'].map((audience) => ({ audience }) as Schemas['CalendarWindow']);

it('knows which pools a slot draws on, each once, and who may buy', () => {
  const offers = [{ recipe: [{ pool: 'p1', units: 1 }] }, { recipe: [{ pool: 'p1', units: 2 }, { pool: 'p2', units: 1 }] }] as Schemas['OfferWhole'][];
  expect(usesOf({ slot, windows }, offers)).toEqual(['p1', 'p2'].map((pool) => ({ pool, slot: 'slot_1', title: 'Cups', place: 'Market', channels: ['code', 'public'] })));
});

it('groups by the only place; several places, or none, come last', () => {
  const use = (pool: string, place: string): Use => ({ pool, slot: '', title: '', place, channels: [] });
  const uses = [use('a', 'Studio'), use('b', 'Market'), use('c', 'Market'), use('c', 'Studio'), use('d', '')];
  expect([...placesOf(['a', 'b', 'c', 'd', 'e'], uses)]).toEqual([['Market', ['b']], ['Studio', ['a']], ['', ['c', 'd', 'e']]]);
});
