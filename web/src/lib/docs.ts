// From what the server says of a slot's parts to what it takes back: ids become the keys that plans use.
import type { Schemas } from '../api/client';
import { decimalText } from './money';

type Sheet = Schemas['SheetShape'];

/** What names the things that a part points to. */
export interface Names {
  pools: Map<string, string>;
  lists: Map<string, string>;
  slots: Map<string, string>;
}

export function windowDoc(window: Schemas['WindowWhole'], sheet: Sheet, names: Names): Schemas['WindowDoc'] {
  const offer = (id: string): string => sheet.offers.find((one) => one.id === id)?.key ?? id;
  const rolls = typeof window.unsold === 'object' ? window.unsold.roll : null;
  return {
    key: window.key,
    title: window.title,
    audience: typeof window.audience === 'object' && 'list' in window.audience
      ? { list: names.lists.get(window.audience.list) ?? window.audience.list }
      : window.audience,
    opens: window.opens.anchor,
    closes: window.closes.anchor,
    offers: window.offers.map(offer),
    allotments: window.allotments.map((part) => ({ pool: names.pools.get(part.pool) ?? part.pool, units: part.units })),
    unsold: rolls === null ? (window.unsold as 'return' | 'stay') : { roll: sheet.windows.find((one) => one.id === rolls)?.key ?? rolls },
    ...(window.drip ? { drip: { units: window.drip.units, every: `${window.drip.every_seconds}s` } } : {}),
    ...(window.lobby ? { lobby: { per_minute: window.lobby.per_minute, ahead: `${window.lobby.ahead_seconds}s`, for: `${window.lobby.seconds}s` } } : {}),
    hold: {
      at: window.hold.at,
      for: `${window.hold.seconds}s`,
      extensions: window.hold.extensions,
      ...(window.hold.limit == null ? {} : { limit: window.hold.limit }),
    },
    waitlist: { fairness: window.waitlist.fairness, turn: `${window.waitlist.seconds}s` },
  };
}

export function offerDoc(offer: Schemas['OfferWhole'], sheet: Sheet, names: Names): Schemas['OfferDoc'] {
  return {
    key: offer.key,
    title: offer.title,
    about: offer.about,
    image: offer.image,
    recipe: offer.recipe.map((part) => ({ pool: names.pools.get(part.pool) ?? part.pool, units: part.units })),
    slots: offer.slots.map((id) => names.slots.get(id) ?? id),
    with: offer.with.map((id) => sheet.offers.find((one) => one.id === id)?.key ?? id),
    units_max: offer.units_max,
    ladder: offer.ladder.map((step) => ({
      title: step.title,
      price: decimalText(step.price),
      ...(step.from ? { from: step.from.anchor } : {}),
      ...(step.after_units == null ? {} : { after_units: step.after_units }),
    })),
  };
}

export function fulfilmentDoc(block: Schemas['FulfilmentWhole']): Schemas['FulfilmentDoc'] {
  return {
    key: block.key,
    title: block.title,
    kind: block.kind,
    place: block.place,
    opens: block.opens.anchor,
    closes: block.closes.anchor,
    boxes: block.boxes.map((box) => ({ from: box.from.anchor, until: box.until.anchor, places: box.places })),
  };
}

/** A span as forms ask for it: in whole minutes, at least one. */
export function minutesOf(span: string | null | undefined): number {
  const count = Number.parseInt(span ?? '10m', 10);
  return Math.max(1, Math.round(span?.endsWith('s') ? count / 60 : span?.endsWith('h') ? count * 60 : count));
}

/** The span of so many minutes; one that nobody has changed stays as it was, to the second. */
export function spanOf(minutes: number | null, before: string | null | undefined): string {
  return minutes === null || minutes === minutesOf(before) ? before ?? '10m' : `${minutes}m`;
}

/** A key out of a title, that none of these is. */
export function freshKey(title: string, taken: string[], fallback: string): string {
  const plain = title.normalize('NFKD').toLowerCase().replace(/[\u0300-\u036f]/g, '').replace(/ß/g, 'ss').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 48) || fallback;
  if (!taken.includes(plain)) return plain;
  for (let number = 2; ; number += 1) if (!taken.includes(`${plain}-${number}`)) return `${plain}-${number}`;
}
