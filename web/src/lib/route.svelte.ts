// The address of the view that is shown, under /console, and ways to go elsewhere without loading anew.

const BASE = '/console';

interface Place { parts: string[]; query: URLSearchParams }

function read(): Place {
  const path = location.pathname.slice(BASE.length);
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(location.search) };
}

let here: Place = $state.raw(read());

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

function move(address: string, how: 'pushState' | 'replaceState'): void {
  const show = (): void => {
    history[how](null, '', address);
    here = read();
  };
  show();
  if (how === 'pushState') {
    window.scrollTo(0, 0);
    // Whoever listens rather than looks is told where they are.
    requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }));
  }
}

export function go(address: string): void {
  move(address, 'pushState');
}

/** Notes something in the address that is no step to go back to. */
export function note(address: string): void {
  move(address, 'replaceState');
}

addEventListener('popstate', () => { here = read(); });

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
