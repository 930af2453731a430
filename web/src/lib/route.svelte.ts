// The address of the view that is shown, under /console, and ways to go elsewhere without loading anew.

import { leave, unsaved } from './unsaved.svelte';

const BASE = '/console';

interface Place { parts: string[]; query: URLSearchParams }

function read(): Place {
  const path = location.pathname.slice(BASE.length);
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(location.search) };
}

let here: Place = $state.raw(read());
let address = location.pathname + location.search;

export const route = {
  /** The first part of the address: which view. */
  get view(): string { return here.parts[0] ?? 'calendar'; },
  /** The part after it: which thing. */
  get id(): string | undefined { return here.parts[1]; },
  get query(): URLSearchParams { return here.query; },
};

/** The address of a view. */
export function to(...parts: string[]): string {
  return [BASE, ...parts.map(encodeURIComponent)].join('/');
}

function show(): void {
  here = read();
  address = location.pathname + location.search;
}

function move(where: string, how: 'pushState' | 'replaceState'): void {
  history[how](null, '', where);
  show();
  if (how === 'pushState') {
    window.scrollTo(0, 0);
    // Whoever listens rather than looks is told where they are.
    requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }));
  }
}

export function go(where: string): void {
  leave(() => move(where, 'pushState'));
}

/** Notes something in the address that is no step to go back to. */
export function note(where: string): void {
  move(where, 'replaceState');
}

addEventListener('popstate', () => {
  const wanted = location.pathname + location.search;
  if (!unsaved.is || wanted === address) return show();
  // The browser is there already: it comes back until somebody has said yes.
  history.pushState(null, '', address);
  leave(() => move(wanted, 'replaceState'));
});

/** Follows links of ours without loading anew. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href, location.href);
  if (url.origin !== location.origin || !`${url.pathname}/`.startsWith(`${BASE}/`) || url.hash) return;
  event.preventDefault();
  go(url.pathname + url.search);
}
