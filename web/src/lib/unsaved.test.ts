import { beforeEach, expect, test, vi } from 'vitest';
import { answer, leave, settle, typing, unsaved } from './unsaved.svelte';

beforeEach(() => { answer(false); settle(); });

test('where nothing was typed nobody is asked', () => {
  const go = vi.fn();
  leave(go);
  expect(go).toHaveBeenCalledOnce();
  expect(unsaved.asked).toBe(false);
  typing();
  settle();
  leave(go);
  expect(go).toHaveBeenCalledTimes(2);
});

test('what was typed is left with a yes alone', () => {
  const go = vi.fn();
  typing();
  leave(go);
  expect(unsaved.asked).toBe(true);
  answer(false);
  expect([unsaved.asked, unsaved.is]).toEqual([false, true]);
  expect(go).not.toHaveBeenCalled();
  leave(go);
  answer(true);
  expect([unsaved.asked, unsaved.is]).toEqual([false, false]);
  expect(go).toHaveBeenCalledOnce();
  // The dialog that closes says no once more, to nothing.
  answer(false);
  expect(go).toHaveBeenCalledOnce();
});
