// What a new drop can begin from: starters that are built in, and the shop's own templates, with their parameters at
// their defaults. A start answers part of what Compose asks, and brings blocks along that Compose does not ask for.
import type { Schemas } from '../api/client';
import type { Wish } from './compose';
import { t } from '../words/words.svelte';

type TemplateDoc = Schemas['TemplateDoc'];
export type Answers = Partial<Pick<Wish, 'units' | 'price' | 'early' | 'earlyUnits' | 'hours' | 'first' | 'headStart' | 'limit' | 'pickup' | 'parts'>>;

export const STARTERS = ['drop', 'market', 'workshop'] as const;
export type Starter = (typeof STARTERS)[number];

/** What is as it is where nothing says otherwise. */
export const PLAIN = { hours: 2, first: 'nobody', headStart: 30, limit: 4, pickup: true, parts: null } as const satisfies Answers;

/** The answers of a starter; its words are in the language of whoever puts the drop up. */
export function starter(which: Starter): Answers {
  const reminder = (when: string, text: string): Schemas['BlockDoc'] => ({
    key: 'reminder', title: t('kind-reminder'), when, reminder: { audience: 'buyers', channel: 'mail', text },
  });
  switch (which) {
    case 'drop': return {
      ...PLAIN, first: 'code', headStart: 30,
      parts: {
        key: which,
        fulfilments: [{ key: 'pickup', title: t('way-pickup'), kind: 'pickup', opens: 'end + 1d at 10:00', closes: 'end + 1d at 14:00', boxes_of: { length: '1h', places: 12 } }],
        blocks: [reminder('end + 1d at 08:00', t('starter-pickup-today'))],
      },
    };
    case 'market': return {
      ...PLAIN, hours: 8, limit: 10,
      parts: { key: which, fulfilments: [{ key: 'pickup', title: t('way-pickup'), kind: 'pickup', opens: 'start', closes: 'end', boxes_of: { length: '1h', places: 20 } }] },
    };
    case 'workshop': return { ...PLAIN, units: 8, hours: 3, limit: 2, parts: { key: which, fulfilments: [], blocks: [reminder('start - 1d', t('starter-tomorrow'))] } };
  }
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A template with its parameters' defaults in their places, as the server fills it. */
export function filled(doc: TemplateDoc): TemplateDoc {
  const values = new Map((doc.parameters ?? []).map((one) => [one.key, one.default]));
  const fill = (value: Json): Json => {
    if (typeof value === 'string') {
      const whole = values.get(/^\{([^{}]*)\}$/.exec(value)?.[1] ?? '');
      if (whole !== undefined) return whole;
      return value.replace(/\{([^{}]*)\}/g, (place, name: string) => String(values.get(name) ?? place));
    }
    if (Array.isArray(value)) return value.map(fill);
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one)]));
    return value;
  };
  const { parameters: _, ...rest } = doc;
  return fill(rest as unknown as Json) as unknown as TemplateDoc;
}

/** What a template of the shop's own answers: its windows say who may buy first, its first offer the price. */
export function answersOf(template: TemplateDoc): Answers {
  const parts = filled(template);
  const offer = parts.offers?.[0];
  const steps: Pick<Schemas['StepDoc'], 'price' | 'after_units'>[] = offer?.ladder?.length ? offer.ladder : offer?.price ? [{ price: offer.price }] : [];
  const price = (at: number): string => { const found = steps[at]?.price; return typeof found === 'string' ? found : ''; };
  const after = steps.find((step) => step.after_units)?.after_units;
  return {
    ...PLAIN,
    ...(steps.length ? { price: price(steps.length - 1), early: after ? price(0) : '' } : {}),
    ...(after ? { earlyUnits: after } : {}),
    ...(offer?.units_max ? { limit: offer.units_max } : {}),
    first: parts.windows?.length ? 'template' : 'nobody',
    pickup: parts.fulfilments?.some((one) => one.kind === 'pickup') ?? true,
    parts,
  };
}
