// Texts that are kept get a name by their first words, and go behind what stands there.
import { expect, it } from 'vitest';
import { behind, titleOf } from './texts.svelte';

it('a title is the first line, cut between words', () => {
  expect(titleOf('  Where to find us\nThrough the gate.')).toBe('Where to find us');
  expect(titleOf('We open the kiln on Friday evening, and whoever comes by gets tea')).toBe('We open the kiln on Friday evening, and whoever …');
  expect(titleOf('x'.repeat(80))).toHaveLength(50);
});

it('a text goes behind what is there, after a line of its own', () => {
  expect(behind('', 'Tea is on.')).toBe('Tea is on.');
  expect(behind('Welcome.\n', 'Tea is on.')).toBe('Welcome.\n\nTea is on.');
});
