// Finding, counting, and tables that no spreadsheet runs.
import { expect, it } from 'vitest';
import { addressLines, countryName, csv, dueAtPickup, fits, madeAt, takenIn, unitsOf, type Order } from './orders';

const order = {
  id: 'order_01k9ydt4zq7m8v2c5x6b3n0aef', number: '3N0-AEF', buyer: { name: 'Zoë Berg', email: 'zoe@example.org' },
  lines: [{ line: 0, state: 'confirmed', quantity: 2, pass: { serial: 'pass_x', number: '3N0-AEF-1' } }, { line: 1, state: 'cancelled', quantity: 5, pass: { serial: 'pass_y', number: '3N0-AEF-2' } }],
} as unknown as Order;

it('finds by anything', () => {
  expect(fits(order, 'zoe berg')).toBe(true);
  expect(fits(order, '3n0aef')).toBe(true);
  expect(fits(order, 'vase', 'Moon vases')).toBe(true);
  expect(fits(order, 'zoe lamp')).toBe(false);
  expect(unitsOf(order)).toBe(2);
});

it('finds orders and passes by the numbers that buyers have', () => {
  for (const asked of ['3N0-AEF', '3N0AEF', '3n0-aef-1', '3n0-aef-2', '3N0AEF-1', '3n0aef-2', 'pass_x']) expect(fits(order, asked), asked).toBe(true);
  for (const asked of ['3n0-aef-3', '3n0aef-3']) expect(fits(order, asked), asked).toBe(false);
});

it('reads the time of an id', () => {
  expect(new Date(madeAt('order_01k9ydt4zq7m8v2c5x6b3n0aef')).getUTCFullYear()).toBe(2025);
});

it('writes tables', () => {
  expect(csv([['a,b', 'say "x"', 3], ['=1+1', '-5', -5]])).toBe('"a,b","say ""x""",3\r\n\'=1+1,\'-5,-5');
});

it('tells what was taken in from what is still to be paid', () => {
  const price = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' });
  const bought = (method: string, captured: number, refunded: number): Order => ({
    payment: { method, captured: price(captured), refunded: price(refunded) }, total: price(400),
    lines: [{ state: 'confirmed', total: price(100) }, { state: 'handed', total: price(300) }, { state: 'cancelled', total: price(50) }],
  }) as unknown as Order;
  expect([takenIn(bought('at_pickup', 0, 0)), dueAtPickup(bought('at_pickup', 0, 0))]).toEqual([price(300), price(100)]);
  expect([takenIn(bought('sandbox', 450, 50)), dueAtPickup(bought('sandbox', 450, 50))]).toEqual([price(400), price(0)]);
});

it('writes an address as it stands on a parcel', () => {
  const address = { street: '12 Elm Street', city: 'Springfield', region: 'Illinois', country: 'US', postcode: '62704' };
  expect(addressLines(address, 'en')).toEqual(['12 Elm Street', '62704 Springfield', 'Illinois', 'United States']);
  expect(addressLines({ street: 'Rua 1', extra: 'Hof', city: 'Lisboa', country: 'PT' }, 'de')).toEqual(['Rua 1', 'Hof', 'Lisboa', 'Portugal']);
  expect([countryName('de', 'de'), countryName('QQ', 'en'), countryName('Atlantis', 'en'), countryName('', 'en')]).toEqual(['Deutschland', 'QQ', 'Atlantis', '']);
});
