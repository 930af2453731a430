import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { drop, goOn, rest, say, toasts } from './toasts.svelte';

const said = (): string[] => toasts.list.map((toast) => toast.text);

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => {
  for (const toast of [...toasts.list]) drop(toast.id);
  vi.useRealTimers();
});

test('a way back stays longer than a word', () => {
  say('saved');
  say('moved', () => {});
  vi.advanceTimersByTime(8_000);
  expect(said()).toEqual(['moved']);
  vi.advanceTimersByTime(12_000);
  expect(said()).toEqual([]);
});

test('nothing goes while somebody is at it, and everything has its time afterwards', () => {
  say('saved');
  vi.advanceTimersByTime(5_000);
  rest();
  say('moved', () => {});
  vi.advanceTimersByTime(60_000);
  expect(said()).toEqual(['saved', 'moved']);
  goOn();
  vi.advanceTimersByTime(2_999);
  expect(said()).toEqual(['saved', 'moved']);
  vi.advanceTimersByTime(1);
  expect(said()).toEqual(['moved']);
});

test('one that is closed under the pointer does not keep the others', () => {
  say('one');
  say('two');
  rest();
  drop(toasts.list[0]!.id);
  vi.advanceTimersByTime(8_000);
  expect(said()).toEqual([]);
});

test('three are shown, the oldest goes first', () => {
  ['one', 'two', 'three', 'four'].forEach((text) => say(text));
  expect(said()).toEqual(['two', 'three', 'four']);
  // Nor does one that comes meanwhile make the others go from under the pointer.
  rest();
  say('five');
  vi.advanceTimersByTime(60_000);
  expect(said()).toEqual(['three', 'four', 'five']);
});
