// What stock is for: the places and windows of the slots near that sell from a pool.
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

/** Pools by the one place that sells from them: nothing (`''`) where there are several, or none that is near. */
export function placesOf(pools: string[], uses: Use[]): Map<string, string[]> {
  const at = (pool: string): string => {
    const places = new Set(uses.filter((use) => use.pool === pool && use.place).map((use) => use.place));
    return places.size === 1 ? [...places][0]! : '';
  };
  const groups = new Map<string, string[]>();
  for (const pool of pools) groups.set(at(pool), [...groups.get(at(pool)) ?? [], pool]);
  // What belongs to no single place comes last.
  return new Map([...groups].sort(([one], [other]) => Number(one === '') - Number(other === '') || one.localeCompare(other)));
}
