// Units a minute, whatever second of the minute it is.
import { expect, it } from 'vitest';
import { paceOf } from './pace';
import { MINUTE } from './time';

it('is the same for what sells evenly, at the beginning of a minute as at its end', () => {
  const noon = Date.UTC(2026, 11, 4, 12);
  for (const past of [1_000, 30_000, 59_000]) {
    const now = noon + past;
    const sales = Array.from({ length: 60 }, (_, index) => ({ at: now - index * 10_000, units: 2 }));
    expect(paceOf(sales, now)).toBe(12);
  }
  expect(paceOf([{ at: noon - 5 * MINUTE, units: 9 }, { at: noon - MINUTE, units: 5 }], noon)).toBe(1);
  expect(paceOf([], noon)).toBe(0);
});
