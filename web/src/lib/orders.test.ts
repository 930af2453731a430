// Finding, counting, and tables that no spreadsheet runs.
import { expect, it } from 'vitest';
import { csv, fits, madeAt, unitsOf, type Order } from './orders';

const order = {
  id: 'order_01k9ydt4zq7m8v2c5x6b3n0aef', buyer: { name: 'Zoë Berg', email: 'zoe@example.org' },
  lines: [{ state: 'confirmed', quantity: 2, pass: { serial: 'pass_x' } }, { state: 'cancelled', quantity: 5, pass: { serial: 'pass_y' } }],
} as unknown as Order;

it('finds by anything', () => {
  expect(fits(order, 'zoe berg')).toBe(true);
  expect(fits(order, '3n0aef')).toBe(true);
  expect(fits(order, 'vase', 'Moon vases')).toBe(true);
  expect(fits(order, 'zoe lamp')).toBe(false);
  expect(unitsOf(order)).toBe(2);
});

it('reads the time of an id', () => {
  expect(new Date(madeAt('order_01k9ydt4zq7m8v2c5x6b3n0aef')).getUTCFullYear()).toBe(2025);
});

it('writes tables', () => {
  expect(csv([['a,b', 'say "x"', 3], ['=1+1', '-5', -5]])).toBe('"a,b","say ""x""",3\r\n\'=1+1,\'-5,-5');
});
