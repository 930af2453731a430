// A count is held against what the server expects.
import { expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { expectedOf } from './stock';

type Pool = Schemas['PoolShape'];
const pool = (id: string, role: Pool['role'], free: number, held: number, sold: number): Pool =>
  ({ id, role, balance: { supplied: 99, free, held, sold, handed: 7, lost: 3, lent: 5 } }) as unknown as Pool;

it('expects what is lent to windows, and nothing that has left the shelf', () => {
  const vases = pool('pool_a', { kind: 'stock' }, 10, 2, 3);
  const vip = pool('pool_b', { kind: 'allotment', from: 'pool_a', window: 'window_a' }, 4, 0, 1);
  const other = pool('pool_c', { kind: 'allotment', from: 'pool_d', window: 'window_a' }, 50, 0, 0);
  expect(expectedOf(vases, [vases, vip, other, pool('pool_e', { kind: 'stock' }, 8, 0, 0)])).toBe(20);
  expect(expectedOf(vases, [vases])).toBe(15);
});
