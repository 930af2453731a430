// From what Compose asks to the plan that makes it: a pool, a slot with its windows and offer, a pickup, a code.
import type { Schemas } from '../api/client';
import { freshKey } from './docs';
import type { Course } from './moments';
import { typedMoney } from './money';
import { HOUR, MINUTE, readWall, wallText } from './time';

export interface Wish {
  title: string;
  product: string;
  /** The key of a product of the library, or nothing. */
  key: string;
  about: string;
  story: string;
  image: string;
  units: number;
  price: string;
  early: string;
  earlyUnits: number;
  start: string;
  hours: number;
  place: string;
  first: 'nobody' | 'code';
  code: string;
  headStart: number;
  limit: number;
  pickup: boolean;
}

export interface Taken { slugs: string[]; pools: string[]; groups: string[] }

export function planOf(wish: Wish, taken: Taken, publish: boolean): Schemas['PlanDoc'] {
  const slug = freshKey(wish.title, taken.slugs, 'drop');
  const pool = freshKey(`${wish.product || wish.title}`, taken.pools, 'stock');
  const group = freshKey(`${slug}-friends`, taken.groups, 'friends');
  const price = typedMoney(wish.price);
  const early = typedMoney(wish.early);
  const hold = { for: '8m', extensions: 1, limit: wish.limit };
  const waitlist = { fairness: 'first_come', turn: '10m' } as const;
  const windows: Schemas['WindowDoc'][] = [
    ...(wish.first === 'code' ? [{
      key: 'friends', title: wish.code ? 'Friends' : '', audience: { code: group }, opens: `start - ${wish.headStart}m`, closes: 'start', hold,
      unsold: { roll: 'public' }, waitlist,
    }] : []),
    { key: 'public', title: 'Everyone', audience: 'public', opens: 'start', closes: 'end', hold, waitlist },
  ];
  const end = Number.isNaN(readWall(wish.start)) ? '' : wallText(readWall(wish.start) + wish.hours * HOUR);
  return {
    pools: [{ key: pool, title: wish.product || wish.title, units: wish.units }],
    ...(wish.first === 'code' ? { codes: [{ group, code: wish.code }] } : {}),
    slots: [{
      slug, title: wish.title, story: wish.story, image: wish.image, place: wish.place, start: wish.start, end, publish, windows,
      offers: [{
        key: wish.key || 'item', title: wish.product || wish.title, about: wish.about, image: wish.image, recipe: [{ pool, units: 1 }], units_max: wish.limit,
        ladder: early
          ? [{ title: 'First ones', price: early }, { title: 'Standard', price, after_units: wish.earlyUnits }]
          : [{ title: 'Standard', price }],
      }],
      fulfilments: wish.pickup
        ? [{ key: 'pickup', title: 'Pickup', kind: 'pickup', place: wish.place, opens: 'end', closes: 'end + 2h', boxes_of: { length: '30m', places: Math.max(1, Math.ceil(wish.units / 4)) } }]
        : [{ key: 'delivery', title: 'Delivery', kind: 'delivery', opens: 'end', closes: 'end + 7d' }],
    }],
  };
}

/** Who may buy from when on, for the moments that the page is looked at. */
export function courseOf(wish: Wish): Course {
  const start = readWall(wish.start);
  return {
    end: start + wish.hours * HOUR,
    windows: [
      ...(wish.first === 'code' ? [{ key: 'friends', title: 'Friends', opens: start - wish.headStart * MINUTE, public: false }] : []),
      { key: 'public', title: 'Everyone', opens: start, public: true },
    ],
  };
}
