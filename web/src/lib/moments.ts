// The moments at which a drop looks otherwise to its buyers: before anybody may buy, while only some may, while all
// may, when nothing is left, and when it is over.
import { HOUR, MINUTE, wallText, type Wall } from './time';

export interface Moment {
  key: 'before' | 'insiders' | 'during' | 'gone' | 'replay';
  /** On the slot's wall, as plans write it. */
  at: string;
  /** The window that admits the reader beside those for everybody, with what it is called. */
  window?: { key: string; title: string };
  soldOut?: boolean;
}

export interface Course {
  end: Wall;
  windows: { key: string; title: string; opens: Wall; public: boolean }[];
}

export function momentsOf({ end, windows }: Course): Moment[] {
  const first = Math.min(...windows.map((window) => window.opens));
  if (Number.isNaN(end) || Number.isNaN(first)) return [];
  const replay: Moment = { key: 'replay', at: wallText(end + HOUR) };
  if (!windows.length) return [replay];
  const insiders = windows.filter((window) => !window.public);
  const open = windows.find((window) => window.public);
  const inside = (window: (typeof windows)[number], key: Moment['key']): Moment => ({ key, at: wallText(window.opens + MINUTE), ...(window.public ? {} : { window: { key: window.key, title: window.title } }) });
  const last = open ?? insiders[0]!;
  return [
    { key: 'before', at: wallText(first - MINUTE) },
    ...(open ? insiders.map((window) => inside(window, 'insiders')) : []),
    inside(last, 'during'),
    { ...inside(last, 'gone'), soldOut: true },
    replay,
  ];
}
