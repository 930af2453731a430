// What was just done, said in a corner, with the way back where there is one.
import { Problem } from '../api/client';
import { t } from '../words/words.svelte';

export interface Toast { id: number; text: string; bad: boolean; undo?: (() => void) | undefined }

const SECONDS = 8;
let last = 0;
const list: Toast[] = $state([]);

export const toasts = { get list(): Toast[] { return list; } };

export function drop(id: number): void {
  const at = list.findIndex((toast) => toast.id === id);
  if (at >= 0) list.splice(at, 1);
}

function put(toast: Omit<Toast, 'id'>): void {
  last += 1;
  const id = last;
  list.push({ ...toast, id });
  if (list.length > 3) list.shift();
  setTimeout(() => drop(id), SECONDS * 1000);
}

export function say(text: string, undo?: () => void): void {
  put({ text, bad: false, undo });
}

/** Says a problem in the server's own words; what is no problem is ours. */
export function complain(fault: unknown): void {
  if (fault instanceof Problem) {
    if (fault.code === 'unauthorised') return;
    put({ text: fault.status === 0 ? t('offline') : fault.message, bad: true });
    return;
  }
  console.error(fault);
  put({ text: t('broken'), bad: true });
}

/** Does something and says how it went. */
export async function doing(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (fault) {
    complain(fault);
    return false;
  }
}

/** Shows at once what is wished, does it, and shows again what was there where that did not go. */
export async function promptly(show: () => void, back: () => void, work: () => Promise<void>): Promise<boolean> {
  show();
  const done = await doing(work);
  if (!done) back();
  return done;
}
