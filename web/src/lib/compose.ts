// From what Compose asks to the plan that makes it: a pool, a slot with its windows and offer, a pickup, a code.
import type { Schemas } from '../api/client';
import { anchorWall } from './anchor';
import { freshKey } from './docs';
import type { Course } from './moments';
import { typedMoney } from './money';
import { HOUR, MINUTE, readWall } from './time';

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
  /** `template`: whoever the windows of the template say. */
  first: 'nobody' | 'code' | 'template';
  code: string;
  headStart: number;
  limit: number;
  pickup: boolean;
  /** What it begins from brings along. */
  parts: Schemas['TemplateDoc'] | null;
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
  // As long by the clock, also in a night in which it is moved.
  const end = `start + ${wish.hours * 60}m`;
  const { parts } = wish;
  const [first, ...others] = parts?.offers ?? [];
  const key = wish.key || first?.key || 'item';
  const ladder = early
    ? [{ title: 'First ones', price: early }, { title: 'Standard', price, after_units: wish.earlyUnits }]
    : [{ title: 'Standard', price }];
  const slot: Schemas['SlotDoc'] = {
    slug, title: wish.title, story: wish.story, image: wish.image, place: wish.place, start: wish.start, end, publish,
    windows: wish.first === 'template' && parts?.windows?.length ? parts.windows.map((window) => renamed(window, first?.key ?? key, key)) : windows,
    offers: [
      { ...first, key, title: wish.product || wish.title, about: wish.about, image: wish.image, recipe: first?.recipe ?? [{ pool, units: 1 }], units_max: wish.limit, price: null, ladder },
      ...others,
    ],
    fulfilments: parts?.fulfilments ? parts.fulfilments.map((one) => ({ ...one, place: one.place || wish.place })) : [handover(wish)],
    ...(parts?.blocks?.length ? { blocks: parts.blocks } : {}),
    ...(parts?.extras?.length ? { extras: parts.extras } : {}),
    ...(parts?.faqs?.length ? { faqs: parts.faqs } : {}),
  };
  const before = first?.recipe[0]?.pool;
  return {
    pools: [{ key: pool, title: wish.product || wish.title, units: wish.units }],
    ...(wish.first === 'code' ? { codes: [{ group, code: wish.code }] } : {}),
    slots: [before ? drawing(slot, before, pool) : slot],
  };
}

function handover(wish: Wish): Schemas['FulfilmentDoc'] {
  return wish.pickup
    ? { key: 'pickup', title: 'Pickup', kind: 'pickup', place: wish.place, opens: 'end', closes: 'end + 2h', boxes_of: { length: '30m', places: Math.max(1, Math.ceil(wish.units / 4)) } }
    : { key: 'delivery', title: 'Delivery', kind: 'delivery', opens: 'end', closes: 'end + 7d' };
}

/** A window that sells an offer by its new name. */
function renamed(window: Schemas['WindowDoc'], was: string, is: string): Schemas['WindowDoc'] {
  return { ...window, ...(window.offers ? { offers: window.offers.map((offer) => (offer === was ? is : offer)) } : {}) };
}

/** A slot whose stock is another pool: a template says which one its first date drew on, and each date has its own. */
function drawing(slot: Schemas['SlotDoc'], was: string, is: string): Schemas['SlotDoc'] {
  return JSON.parse(JSON.stringify(slot), (name, value: unknown) => (name === 'pool' && value === was ? is : value)) as Schemas['SlotDoc'];
}

/** Who may buy from when on, for the moments that the page is looked at. */
export function courseOf(wish: Wish): Course {
  const start = readWall(wish.start);
  const end = start + wish.hours * HOUR;
  const named = wish.first === 'template' ? wish.parts?.windows ?? [] : [];
  // What hangs on something else than the slot itself is taken as the start.
  const kept = named.map((window) => ({
    key: window.key, title: window.title ?? window.key, opens: anchorWall(window.opens, { start, end }) ?? start, public: (window.audience ?? 'public') === 'public',
  }));
  return {
    end,
    windows: kept.length ? kept : [
      ...(wish.first === 'code' ? [{ key: 'friends', title: 'Friends', opens: start - wish.headStart * MINUTE, public: false }] : []),
      { key: 'public', title: 'Everyone', opens: start, public: true },
    ],
  };
}
