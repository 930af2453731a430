// What stands in a pool's ledger.
import { expect, it } from 'vitest';
import type { Entry } from './journal';
import { lineOf, touches } from './ledger';

const entry = (type: string, data: unknown): Entry => ({ id: '4.0', sequence: 4, at: '2026-12-04T18:00:00Z', type, subject: 'pool_a', data });
const transfer = entry('stock.moved', { kind: 'transfer', reason: 'to bowls', moves: [{ pool: 'pool_a', from: 'free', to: 'outside', units: 2 }, { pool: 'pool_b', from: 'outside', to: 'free', units: 2 }] });
const bought = entry('order.confirmed', { moves: [{ pool: 'pool_a', from: 'held', to: 'sold', units: 1 }] });

it('tells what people did apart from what was sold, and each pool its own side', () => {
  expect(touches(transfer, 'pool_b', true)).toBe(true);
  expect(touches(transfer, 'pool_c', true)).toBe(false);
  expect(touches(bought, 'pool_a', true)).toBe(false);
  expect(touches(bought, 'pool_a', false)).toBe(true);
  expect(touches(entry('slot.moved', {}), 'pool_a', false)).toBe(false);
  expect(lineOf(transfer, 'pool_b')).toMatchObject({ byHand: true, kind: 'transfer', reason: 'to bowls', moves: [{ pool: 'pool_b', from: 'outside', to: 'free', units: 2 }] });
  expect(lineOf(bought, 'pool_a')).toMatchObject({ byHand: false, kind: 'order-confirmed', reason: '' });
});
