// Which moments a drop has, and when they are.
import { expect, it } from 'vitest';
import { momentsOf } from './moments';
import { readWall } from './time';

const end = readWall('2026-12-04T20:00');
const everyone = { key: 'public', title: 'Everyone', opens: readWall('2026-12-04T18:00'), public: true };
const friends = { key: 'friends', title: 'Friends', opens: readWall('2026-12-04T17:30'), public: false };

it('a drop for everybody has no moment of its own for some', () => {
  expect(momentsOf({ end, windows: [everyone] })).toEqual([
    { key: 'before', at: '2026-12-04T17:59' }, { key: 'during', at: '2026-12-04T18:01' },
    { key: 'gone', at: '2026-12-04T18:01', soldOut: true }, { key: 'replay', at: '2026-12-04T21:00' },
  ]);
});

it('whoever is let in first is looked at through their window', () => {
  const moments = momentsOf({ end, windows: [friends, everyone] });
  expect(moments.map((one) => one.key)).toEqual(['before', 'insiders', 'during', 'gone', 'replay']);
  expect(moments[0]!.at).toBe('2026-12-04T17:29');
  expect(moments[1]).toEqual({ key: 'insiders', at: '2026-12-04T17:31', window: { key: 'friends', title: 'Friends' } });
  expect(moments[2]!.window).toBeUndefined();
});

it('where nobody else may buy, their window is the drop, and without one only the end is left', () => {
  expect(momentsOf({ end, windows: [friends] }).map((one) => [one.key, one.window?.key])).toEqual([['before', undefined], ['during', 'friends'], ['gone', 'friends'], ['replay', undefined]]);
  expect(momentsOf({ end, windows: [] }).map((one) => one.key)).toEqual(['replay']);
  expect(momentsOf({ end: Number.NaN, windows: [] })).toEqual([]);
});
