// What is typed and not yet saved: nobody leaves it without being asked.

let typed = false;
let work: (() => void) | null = $state.raw(null);

export const unsaved = {
  get is(): boolean { return typed; },
  /** Whether it is asked just now. */
  get asked(): boolean { return work !== null; },
};

/** Something was typed. */
export function typing(): void {
  typed = true;
}

/** Nothing is left to save, or it is not wanted. */
export function settle(): void {
  typed = false;
}

/** Goes elsewhere: at once, or when a yes comes. */
export function leave(go: () => void): void {
  if (typed) work = go;
  else go();
}

export function answer(yes: boolean): void {
  const go = work;
  work = null;
  if (!yes || !go) return;
  settle();
  go();
}
