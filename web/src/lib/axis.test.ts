// Ticks are never closer than they can be read.
import { expect, it } from 'vitest';
import { fit, stepFor, ticks } from './axis';
import { DAY, HOUR, MINUTE, readWall } from './time';

it('chooses steps', () => {
  expect(stepFor(MINUTE / 64)).toBe(MINUTE);
  expect(stepFor(HOUR / 100)).toBe(HOUR);
  expect(stepFor(DAY)).toBe(28 * DAY);
});

it('puts ticks on round times', () => {
  const found = ticks(readWall('2026-12-04T22:10'), readWall('2026-12-05T02:00'), 2 * HOUR);
  expect(found.map(({ at, major }) => [new Date(at).getUTCHours(), major])).toEqual([[0, true], [2, false]]);
});

it('fits spans with room', () => {
  expect(fit([[0, HOUR]])).toEqual([-30 * MINUTE, 90 * MINUTE]);
});
