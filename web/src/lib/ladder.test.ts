// Which stairs a ladder of prices makes.
import { expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { stairsOf } from './ladder';

const step = (title: string, amount: number, at?: number, after_units?: number): Schemas['StepWhole'] =>
  ({ title, price: { amount, currency: 'EUR' }, ...(at === undefined ? {} : { from: { anchor: '', at: String(at) } }), ...(after_units === undefined ? {} : { after_units }) }) as Schemas['StepWhole'];
const stairs = (...ladder: Schemas['StepWhole'][]): ReturnType<typeof stairsOf> => stairsOf(ladder, [100, 200], (when) => Number(when.at));

it('parts prices by time, and says what they become by units', () => {
  expect(stairs(step('Early', 28), step('Ten on', 30, undefined, 10), step('Late', 35, 150))).toEqual([
    { title: 'Early', amount: 28, from: 100, until: 150, or: null, then: [{ amount: 30, after: 10 }] },
    { title: 'Late', amount: 35, from: 150, until: 200, or: null, then: [] },
  ]);
});

it('begins at the time what begins at a time or after so many, and says both', () => {
  expect(stairs(step('Early', 28), step('Late', 35, 150, 10))).toEqual([
    { title: 'Early', amount: 28, from: 100, until: 150, or: null, then: [] },
    { title: 'Late', amount: 35, from: 150, until: 200, or: 10, then: [] },
  ]);
});

it('lets nothing begin before the sheet does', () => {
  expect(stairs(step('Early', 28), step('Late', 35, 40))[1]).toMatchObject({ from: 100, until: 200 });
});
