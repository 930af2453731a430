// Whose nights do not fit is seen before somebody buys them.
import { expect, it } from 'vitest';
import { nightsOf, nightsOff } from './nights';

const slot = (start: string, end: string) => ({ start_local: `${start}:00`, end_local: `${end}:00` });

it('a slot has the nights between its days, and one day has its own night', () => {
  expect(nightsOf(slot('2026-12-04T18:00', '2026-12-04T22:00'))).toEqual({ first: '2026-12-04', last: '2026-12-04' });
  expect(nightsOf(slot('2026-12-04T18:00', '2026-12-05T02:00'))).toEqual({ first: '2026-12-04', last: '2026-12-04' });
  expect(nightsOf(slot('2026-12-04T10:00', '2026-12-06T16:00'))).toEqual({ first: '2026-12-04', last: '2026-12-05' });
  expect(nightsOf(slot('2026-12-04T10:00', '2026-12-06T00:00'))).toEqual({ first: '2026-12-04', last: '2026-12-04' });
});

it('offers are told whose pools, or those that they borrow from, are for other nights', () => {
  const pool = (id: string, nights: { first: string; last?: string } | null, borrows: string[] = []) => ({ id, title: id, nights: nights as never, borrows });
  const pools = new Map([pool('room', { first: '2026-12-04' }), pool('suite', { first: '2026-12-01', last: '2026-12-03' }), pool('any', null, ['suite'])].map((one) => [one.id, one]));
  const sheet = { slot: slot('2026-12-04T18:00', '2026-12-04T22:00'), offers: [
    { title: 'Room', recipe: [{ pool: 'room', units: 1 }] }, { title: 'Suite', recipe: [{ pool: 'suite', units: 1 }, { pool: 'room', units: 1 }] }, { title: 'Seat', recipe: [{ pool: 'any', units: 1 }] },
  ] };
  expect(nightsOff(sheet, pools).map((one) => [one.offer, one.pool, one.has.last])).toEqual([['Suite', 'suite', '2026-12-03'], ['Seat', 'suite', '2026-12-03']]);
});
