// How fast something sells.
import { MINUTE } from './time';

/** What is lately: so many minutes, up to this moment. A minute that has just begun counts with what it has of length. */
const LATELY = 5;

/** Units a minute, lately. */
export function paceOf(sales: { at: number; units: number }[], now: number): number {
  return sales.reduce((all, { at, units }) => all + (at > now - LATELY * MINUTE ? units : 0), 0) / LATELY;
}
