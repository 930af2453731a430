// A time axis: where its ticks are and what is written at them, for any zoom from minutes to weeks.
import { DAY, dayOf, HOUR, MINUTE, type Wall } from './time';

export interface Tick { at: Wall; major: boolean }

const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];

/** The least step whose ticks are so many pixels apart. */
export function stepFor(msPerPixel: number, apart = 64): number {
  return STEPS.find((step) => step / msPerPixel >= apart) ?? 28 * DAY;
}

export function ticks(from: Wall, until: Wall, step: number): Tick[] {
  const found: Tick[] = [];
  const first = step >= DAY ? dayOf(from) : Math.ceil(from / step) * step;
  for (let at = first; at <= until && found.length < 400; at += step) {
    if (at >= from) found.push({ at, major: at % DAY === 0 });
  }
  return found;
}

/** The range that shows all spans with some room around. */
export function fit(spans: [Wall, Wall][]): [Wall, Wall] {
  const from = Math.min(...spans.map(([start]) => start));
  const until = Math.max(...spans.map(([, end]) => end));
  const room = Math.max(30 * MINUTE, (until - from) * 0.06);
  return [from - room, until + room];
}

/** Whether the page reads from right to left: then what is to the right of something is before it. */
export function mirrored(): boolean {
  return document.documentElement.dir === 'rtl';
}
