// Stock stands by its place or its channel, with the dates that sell from it and those who may buy there.
import { expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { groupsOf, usesOf, type Use } from './uses';

const slot = { id: 'slot_1', title: 'Cups', place: 'Market' } as Schemas['SlotWhole'];
const windows = ['code', 'public', 'public'].map((audience) => ({ audience }) as Schemas['CalendarWindow']);

it('knows which pools a slot draws on, each once, and who may buy', () => {
  const offers = [{ recipe: [{ pool: 'p1', units: 1 }] }, { recipe: [{ pool: 'p1', units: 2 }, { pool: 'p2', units: 1 }] }] as Schemas['OfferWhole'][];
  expect(usesOf({ slot, windows }, offers)).toEqual(['p1', 'p2'].map((pool) => ({ pool, slot: 'slot_1', title: 'Cups', place: 'Market', channels: ['code', 'public'] })));
});

const pool = (id: string, place = '', channel = ''): { id: string; place: string; channel: string } => ({ id, place, channel });
const ids = (groups: { name: string; pools: { id: string }[] }[]): [string, string[]][] => groups.map((group) => [group.name, group.pools.map((one) => one.id)]);

it('groups by the place that is said, or else by the only one that sells from it; several places, or none, come last', () => {
  const use = (pool: string, place: string): Use => ({ pool, slot: '', title: '', place, channels: [] });
  const uses = [use('a', 'Studio'), use('b', 'Market'), use('c', 'Market'), use('c', 'Studio'), use('d', ''), use('f', 'Market')];
  const pools = [pool('a'), pool('b'), pool('c'), pool('d'), pool('e'), pool('f', 'Cellar')];
  expect(ids(groupsOf(pools, 'place', uses))).toEqual([['Cellar', ['f']], ['Market', ['b']], ['Studio', ['a']], ['', ['c', 'd', 'e']]]);
});

it('groups by the channel that is said; what is for any comes last', () => {
  const pools = [pool('a'), pool('b', '', 'pickup'), pool('c', '', 'livestream'), pool('d', '', 'pickup')];
  expect(ids(groupsOf(pools, 'channel', []))).toEqual([['livestream', ['c']], ['pickup', ['b', 'd']], ['', ['a']]]);
});
