import { expect, it } from 'vitest';
import { merge } from './merge';

const was = { title: 'Cups', place: 'Yard', story: '' };

it('takes what only one has changed, and asks about what both have', () => {
  const mine = { ...was, place: 'Cellar' };
  expect(merge(was, mine, { ...was, title: 'Bowls' })).toEqual({ mine: { title: 'Bowls', place: 'Cellar', story: '' }, was: { title: 'Bowls', place: 'Yard', story: '' }, clashes: [] });
  const both = merge(was, mine, { ...was, place: 'Attic' });
  expect(both.clashes).toEqual(['place']);
  expect(both.mine.place).toBe('Cellar');
  // Looked at again, the clash is still there.
  expect(merge(both.was, both.mine, { ...was, place: 'Attic' }).clashes).toEqual(['place']);
});

it('two that say the same do not disagree', () => {
  const same = { ...was, title: 'Plates' };
  expect(merge(was, same, same)).toEqual({ mine: same, was: same, clashes: [] });
});
