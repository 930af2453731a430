// What stock is for: where it lies and through which channel it goes, by what its organiser says and by the slots near that
// sell from it.
import { all, api, got, type Schemas } from '../api/client';
import { DAY } from './time';

export type Channel = 'public' | 'code' | 'list';
export interface Use { pool: string; slot: string; title: string; place: string; channels: Channel[] }

/** Slots are asked one by one which pools they draw on: the next ones matter. */
const SLOTS_MAX = 40;
const AHEAD = 60 * DAY;

export async function loadUses(now: number): Promise<Use[]> {
  const [from, to] = [new Date(now).toISOString(), new Date(now + AHEAD).toISOString()];
  const near = await all((cursor) => got(api.GET('/v1/calendar', { params: { query: { from, to, limit: 200, ...(cursor ? { cursor } : {}) } } })), 1);
  const shown = near.filter((one) => one.slot.state !== 'cancelled').slice(0, SLOTS_MAX);
  const offers = await Promise.all(shown.map((one) => got(api.GET('/v1/slots/{slot}/offers', { params: { path: { slot: one.slot.id } } }))));
  return shown.flatMap((one, index) => usesOf(one, offers[index]!.items));
}

export function usesOf({ slot, windows }: Pick<Schemas['CalendarSlot'], 'slot' | 'windows'>, offers: Pick<Schemas['OfferWhole'], 'recipe'>[]): Use[] {
  const pools = new Set(offers.flatMap((offer) => offer.recipe.map((part) => part.pool)));
  const channels = [...new Set(windows.map((window) => window.audience as Channel))];
  return [...pools].map((pool) => ({ pool, slot: slot.id, title: slot.title, place: slot.place, channels }));
}

type Pool = Pick<Schemas['PoolShape'], 'id' | 'place' | 'channel'>;

/** Where a pool's units lie: where its organiser says, or else the one place that sells from it; nothing (`''`) where there
 * are several, or none that is near. */
function placeOf(pool: Pool, uses: Use[]): string {
  if (pool.place) return pool.place;
  const places = new Set(uses.filter((use) => use.pool === pool.id && use.place).map((use) => use.place));
  return places.size === 1 ? [...places][0]! : '';
}

/** Pools by place or by channel, each in its own order; what belongs to none comes last. */
export function groupsOf<P extends Pool>(pools: P[], by: 'place' | 'channel', uses: Use[]): { name: string; pools: P[] }[] {
  const groups = new Map<string, P[]>();
  for (const pool of pools) {
    const name = by === 'place' ? placeOf(pool, uses) : pool.channel;
    groups.set(name, [...groups.get(name) ?? [], pool]);
  }
  return [...groups].map(([name, own]) => ({ name, pools: own }))
    .sort((one, other) => Number(one.name === '') - Number(other.name === '') || one.name.localeCompare(other.name));
}
