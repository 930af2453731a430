// Nights: what is for given dates only, such as a partner's rooms, and the dates that a slot would need of it.
import type { Schemas } from '../api/client';
import { DAY, dayOf, dayText, readWall } from './time';

type Pool = Pick<Schemas['PoolShape'], 'id' | 'title' | 'nights' | 'borrows'>;
export interface Span { first: string; last: string }
export interface Off { offer: string; pool: string; has: Span; needs: Span }

/** The nights between a slot's days; a slot of one day has the night of that day. */
export function nightsOf(slot: Pick<Schemas['SlotWhole'], 'start_local' | 'end_local'>): Span {
  const first = dayOf(readWall(slot.start_local));
  const end = dayOf(readWall(slot.end_local) - 1_000);
  return { first: dayText(first), last: dayText(Math.max(first, end - DAY)) };
}

/** The offers of a slot that draw on nights which are not the slot's: whoever bought one would have a bed on another day. */
export function nightsOff(sheet: { slot: Pick<Schemas['SlotWhole'], 'start_local' | 'end_local'>; offers: Pick<Schemas['OfferWhole'], 'title' | 'recipe'>[] }, pools: Map<string, Pool>): Off[] {
  const needs = nightsOf(sheet.slot);
  return sheet.offers.flatMap((offer) => {
    const own = offer.recipe.map((part) => part.pool);
    const all = [...new Set([...own, ...own.flatMap((id) => pools.get(id)?.borrows ?? [])])];
    return all.flatMap((id) => {
      const pool = pools.get(id);
      const has = pool?.nights ? { first: pool.nights.first, last: pool.nights.last ?? pool.nights.first } : null;
      return pool && has && !(has.first <= needs.first && needs.last <= has.last) ? [{ offer: offer.title, pool: pool.title, has, needs }] : [];
    });
  });
}
