// What was wished for is what the plan says.
import { expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { courseOf, planOf, type Wish } from './compose';
import { answersOf, STARTERS, starter } from './starters';
import { wallText } from './time';

const wish: Wish = {
  title: 'Moon vases', product: 'Moon vase', key: '', about: '', story: '', image: '', units: 20, price: '48,50', early: '', earlyUnits: 10,
  start: '2026-12-04T18:00', hours: 2, place: 'Studio', first: 'nobody', code: '', headStart: 30, limit: 4, pickup: true, parts: null,
};
const none = { slugs: [], pools: [], groups: [] };

it('makes the simplest drop', () => {
  const plan = planOf(wish, none, true);
  const slot = plan.slots![0]!;
  expect(plan.pools).toEqual([{ key: 'moon-vase', title: 'Moon vase', units: 20 }]);
  expect(slot).toMatchObject({ slug: 'moon-vases', start: '2026-12-04T18:00', end: 'start + 120m', publish: true });
  expect(slot.windows).toHaveLength(1);
  expect(slot.offers![0]).toMatchObject({ recipe: [{ pool: 'moon-vase', units: 1 }], ladder: [{ price: '48.50' }] });
  expect(slot.fulfilments![0]!.boxes_of!.places).toBe(5);
});

it('sells a product of the library under its name there', () => {
  expect(planOf({ ...wish, key: 'vase' }, none, true).slots![0]!.offers![0]).toMatchObject({ key: 'vase', title: 'Moon vase' });
});

it('lets friends in first, early ones cheaper, and names nothing twice', () => {
  const plan = planOf({ ...wish, first: 'code', code: 'EMBER', early: '40', pickup: false }, { slugs: ['moon-vases'], pools: ['moon-vase'], groups: [] }, false);
  const slot = plan.slots![0]!;
  expect(slot.slug).toBe('moon-vases-2');
  expect(plan.codes).toEqual([{ group: 'moon-vases-2-friends', code: 'EMBER' }]);
  expect(slot.windows![0]).toMatchObject({ audience: { code: 'moon-vases-2-friends' }, opens: 'start - 30m', closes: 'start', unsold: { roll: 'public' } });
  expect(slot.offers![0]!.ladder).toEqual([{ title: 'First ones', price: '40' }, { title: 'Standard', price: '48.50', after_units: 10 }]);
  expect(slot.fulfilments![0]!.kind).toBe('delivery');
});

it('begins from a template: its windows, ways and blocks, with stock and price of its own', () => {
  const template: Schemas['TemplateDoc'] = {
    key: 'evening', title: 'Evening', parameters: [{ key: 'ahead', default: 2 }, { key: 'who', default: 'Friends' }],
    windows: [
      { key: 'vip', title: '{who} first', audience: { code: 'friends' }, opens: 'start - {ahead}h', closes: 'start', allotments: [{ pool: 'vases', units: 5 }] },
      { key: 'all', opens: 'start', closes: 'end', offers: ['vase'] },
    ],
    offers: [
      { key: 'vase', recipe: [{ pool: 'vases', units: 1 }], units_max: 3, ladder: [{ title: 'First', price: '58.00' }, { title: 'Later', price: '68.00', after_units: 6 }] },
      { key: 'wrap', recipe: [{ pool: 'paper', units: 1 }], price: '2.00', with: ['vase'] },
    ],
    fulfilments: [{ key: 'counter', kind: 'pickup', opens: 'end', closes: 'end + 1h' }],
    blocks: [{ key: 'soon', when: 'start - 1d', reminder: { audience: 'buyers', channel: 'mail', text: 'Tomorrow.' } }],
  };
  const begun: Wish = { ...wish, ...answersOf(template) };
  expect(begun).toMatchObject({ title: 'Moon vases', price: '68.00', early: '58.00', earlyUnits: 6, limit: 3, first: 'template', pickup: true });
  const plan = planOf({ ...begun, units: 12 }, none, true);
  const slot = plan.slots![0]!;
  expect(plan.pools).toEqual([{ key: 'moon-vase', title: 'Moon vase', units: 12 }]);
  expect(plan.codes).toBeUndefined();
  expect(slot.windows).toEqual([
    { key: 'vip', title: 'Friends first', audience: { code: 'friends' }, opens: 'start - 2h', closes: 'start', allotments: [{ pool: 'moon-vase', units: 5 }] },
    { key: 'all', opens: 'start', closes: 'end', offers: ['vase'] },
  ]);
  expect(slot.offers).toMatchObject([{ key: 'vase', title: 'Moon vase', recipe: [{ pool: 'moon-vase' }], units_max: 3 }, { key: 'wrap', recipe: [{ pool: 'paper' }] }]);
  expect(slot.fulfilments).toMatchObject([{ key: 'counter', place: 'Studio' }]);
  expect(slot.blocks).toHaveLength(1);
  expect(courseOf(begun).windows.map((window) => [window.title, wallText(window.opens), window.public])).toEqual([['Friends first', '2026-12-04T16:00', false], ['all', '2026-12-04T18:00', true]]);
});

it('has a start for those who have no template yet, and leaves what was typed', () => {
  for (const which of STARTERS) {
    const plan = planOf({ ...wish, code: 'EMBER', ...starter(which) }, none, true);
    expect(plan.slots![0]).toMatchObject({ title: 'Moon vases', publish: true });
    expect(plan.slots![0]!.windows!.at(-1)!.key).toBe('public');
  }
  expect(planOf({ ...wish, ...starter('workshop') }, none, true).slots![0]!.fulfilments).toEqual([]);
});
