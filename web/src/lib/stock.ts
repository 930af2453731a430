// What a count of the shelf is held against.
import type { Schemas } from '../api/client';

type Pool = Schemas['PoolShape'];

/** Units of a pool that should lie there: what is lent to windows lies on the same shelf. */
export function expectedOf(pool: Pool, pools: Pool[]): number {
  const family = pools.filter(({ id, role }) => id === pool.id || (role.kind === 'allotment' && role.from === pool.id));
  return family.reduce((all, { balance }) => all + balance.free + balance.held + balance.sold, 0);
}
