// What was wished for is what the plan says.
import { expect, it } from 'vitest';
import { planOf, type Wish } from './compose';

const wish: Wish = {
  title: 'Moon vases', product: 'Moon vase', key: '', about: '', story: '', image: '', units: 20, price: '48,50', early: '', earlyUnits: 10,
  start: '2026-12-04T18:00', hours: 2, place: 'Studio', first: 'nobody', code: '', headStart: 30, limit: 4, pickup: true,
};
const none = { slugs: [], pools: [], groups: [] };

it('makes the simplest drop', () => {
  const plan = planOf(wish, none, true);
  const slot = plan.slots![0]!;
  expect(plan.pools).toEqual([{ key: 'moon-vase', title: 'Moon vase', units: 20 }]);
  expect(slot).toMatchObject({ slug: 'moon-vases', start: '2026-12-04T18:00', end: '2026-12-04T20:00', publish: true });
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
