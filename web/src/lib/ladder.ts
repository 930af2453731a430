// Prices over time and over units, as the stairs that a sheet draws.
import type { Schemas } from '../api/client';
import type { Wall } from './time';

/**
 * A price from one time to another, and what it becomes meanwhile as units are sold. One that has an `or` begins
 * earlier where so many are sold before its time.
 */
export interface Stair { title: string; amount: number; from: Wall; until: Wall; or: number | null; then: { amount: number; after: number }[] }

export function stairsOf(ladder: Schemas['StepWhole'][], [from, until]: [Wall, Wall], wall: (when: Schemas['WhenView']) => Wall): Stair[] {
  const stairs: Stair[] = [];
  for (const { title, price: { amount }, from: when, after_units: after } of ladder) {
    const last = stairs.at(-1);
    if (!when && after != null && last) {
      last.then.push({ amount, after });
      continue;
    }
    const begins = when ? Math.max(from, wall(when)) : from;
    if (last) last.until = begins;
    stairs.push({ title, amount, from: begins, until, or: after ?? null, then: [] });
  }
  return stairs;
}
