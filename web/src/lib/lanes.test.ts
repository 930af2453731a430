// What overlaps lies side by side, what does not has the whole width.
import { expect, it } from 'vitest';
import { lay } from './lanes';

const shape = (spans: [number, number][], least = 0): string[] =>
  lay(spans.map(([start, end]) => ({ start, end })), least).map(({ lane, lanes }) => `${lane}/${lanes}`);

it('gives lanes', () => {
  expect(shape([[0, 10], [10, 20]])).toEqual(['0/1', '0/1']);
  expect(shape([[0, 10], [5, 15], [10, 20]])).toEqual(['0/2', '1/2', '0/2']);
  expect(shape([[0, 30], [5, 10], [12, 20], [40, 50]])).toEqual(['0/2', '1/2', '1/2', '0/1']);
  expect(shape([])).toEqual([]);
});

it('keeps short entries from lying upon each other', () => {
  expect(shape([[0, 1], [5, 6]], 10)).toEqual(['0/2', '1/2']);
});
