// What was just done, said in a corner, with the way back where there is one.
import { Problem } from '../api/client';
import { t } from '../words/words.svelte';

export interface Toast { id: number; text: string; bad: boolean; undo?: (() => void) | undefined }

/** How long a word stays, and one that has to be read or answered: in milliseconds. */
const BRIEF = 8_000;
const LONG = 20_000;
/** So many are shown at once. */
const MOST = 3;
/** How much time each has left, counted from when it ran last. */
interface Clock { left: number; since: number; timer: ReturnType<typeof setTimeout> | undefined }

let last = 0;
const list: Toast[] = $state([]);
const clocks = new Map<number, Clock>();
let resting = false;

export const toasts = { get list(): Toast[] { return list; } };

function remove(id: number): void {
  const at = list.findIndex((toast) => toast.id === id);
  if (at >= 0) list.splice(at, 1);
  clearTimeout(clocks.get(id)?.timer);
  clocks.delete(id);
}

export function drop(id: number): void {
  remove(id);
  // What the pointer was on is gone, and says no more that it has left.
  goOn();
}

/** While somebody points at them or has the focus in them, none of them goes. */
export function rest(): void {
  if (resting) return;
  resting = true;
  for (const clock of clocks.values()) {
    clearTimeout(clock.timer);
    clock.left -= Date.now() - clock.since;
  }
}

export function goOn(): void {
  if (!resting) return;
  resting = false;
  for (const [id, clock] of clocks) run(id, clock);
}

function run(id: number, clock: Clock): void {
  clock.since = Date.now();
  clock.timer = setTimeout(() => drop(id), clock.left);
}

function put(toast: Omit<Toast, 'id'>): void {
  last += 1;
  const id = last;
  list.push({ ...toast, id });
  const clock: Clock = { left: toast.bad || toast.undo ? LONG : BRIEF, since: Date.now(), timer: undefined };
  clocks.set(id, clock);
  if (!resting) run(id, clock);
  if (list.length > MOST && list[0]) remove(list[0].id);
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
