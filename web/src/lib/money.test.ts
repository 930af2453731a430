// Minor units in, text out, and never a rounded cent.
import { expect, it } from 'vitest';
import { decimalText, minorOf, moneyText, sum, typedMoney } from './money';

it('writes what there is', () => {
  expect(moneyText({ amount: 4200, currency: 'EUR' }, 'en')).toBe('€42');
  expect(moneyText({ amount: 4250, currency: 'EUR' }, 'en')).toBe('€42.50');
  expect(moneyText({ amount: 500, currency: 'JPY' }, 'en')).toBe('¥500');
});

it('goes into a field and comes back', () => {
  expect(decimalText({ amount: 5, currency: 'EUR' })).toBe('0.05');
  expect(decimalText({ amount: 12345, currency: 'EUR' })).toBe('123.45');
  expect(decimalText({ amount: 500, currency: 'JPY' })).toBe('500');
  expect(typedMoney(' 42,50 ')).toBe('42.50');
});

it('adds integers', () => {
  expect(sum([{ amount: 10, currency: 'EUR' }, { amount: 20, currency: 'EUR' }], 'EUR').amount).toBe(30);
});

it('reads minor units from text', () => {
  expect([minorOf('42', 'EUR'), minorOf('0,07', 'EUR'), minorOf('500', 'JPY')]).toEqual([4200, 7, 500]);
  expect([minorOf('', 'EUR'), minorOf('1.234', 'EUR'), minorOf('5.5', 'JPY'), minorOf('x', 'EUR')]).toEqual([null, null, null, null]);
});
