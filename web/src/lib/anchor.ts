// Anchors in words: `start - 1d at 07:00` is what the API says, "a day before the start, at 07:00" what people say.
import { t } from '../words/words.svelte';
import { DAY, dayOf, HOUR, MINUTE, readWall, spanWords, wallOf, wallText, type Wall } from './time';

export interface Anchor { edge: 'start' | 'end'; days: number; ms: number; at: string | null }

const UNIT: Record<string, number> = { w: 7 * DAY, d: DAY, h: HOUR, m: MINUTE, s: 1000 };

/** Reads an anchor as the API writes it. */
export function readAnchor(text: string): Anchor | null {
  const form = /^(start|end)(?:\s*([+-])\s*((?:\d+[wdhms]\s*)+))?(?:\s+at\s+(\d{2}:\d{2}(?::\d{2})?))?$/.exec(text.trim());
  if (!form) return null;
  const sign = form[2] === '-' ? -1 : 1;
  let [days, ms] = [0, 0];
  for (const [, count, unit] of (form[3] ?? '').matchAll(/(\d+)([wdhms])/g)) {
    if (unit === 'd' || unit === 'w') days += sign * Number(count) * (UNIT[unit]! / DAY);
    else ms += sign * Number(count) * UNIT[unit!]!;
  }
  return { edge: form[1] as 'start' | 'end', days, ms, at: form[4] ?? null };
}

/** An anchor on another part of the slot: `windows.vip.end + 10m`. */
export interface Hang { list: 'windows' | 'fulfilments' | 'blocks'; key: string; edge: 'start' | 'end'; ms: number }

/** Reads an anchor on another part; `null` for one on the slot itself. */
export function readHang(text: string): Hang | null {
  const form = /^(windows|fulfilments|blocks)\.([a-z0-9-]+)\.(start|end)(?:\s*([+-])\s*((?:\d+[hms]\s*)+))?$/.exec(text.trim());
  if (!form) return null;
  const sign = form[4] === '-' ? -1 : 1;
  let ms = 0;
  for (const [, count, unit] of (form[5] ?? '').matchAll(/(\d+)([hms])/g)) ms += sign * Number(count) * UNIT[unit!]!;
  return { list: form[1] as Hang['list'], key: form[2]!, edge: form[3] as Hang['edge'], ms };
}

/** "10 minutes after the end of VIP". */
export function hangWords({ edge, ms }: Hang, part: string, lang: string): string {
  const how = ms === 0 ? 'on' : ms < 0 ? 'before' : 'after';
  return t(`hangs-${how}-${edge}`, { span: spanWords(ms, lang), part });
}

/** Writes an anchor as the API reads it. */
export function anchorText({ edge, days, ms, at }: Anchor): string {
  const whole = days * DAY + ms;
  const sign = whole < 0 ? '-' : '+';
  const parts: string[] = [];
  if (days) parts.push(`${Math.abs(days)}d`);
  let rest = Math.abs(ms);
  for (const unit of ['h', 'm', 's']) {
    const count = Math.floor(rest / UNIT[unit]!);
    if (count) parts.push(`${count}${unit}`);
    rest -= count * UNIT[unit]!;
  }
  const offset = parts.length ? ` ${sign} ${parts.join(' ')}` : '';
  return `${edge}${offset}${at ? ` at ${at}` : ''}`;
}

/** "24 hours before the start". */
export function anchorWords(text: string, lang: string): string {
  const anchor = readAnchor(text);
  if (!anchor) return text;
  const whole = anchor.days * DAY + anchor.ms;
  const span = spanWords(whole, lang);
  const how = whole === 0 ? 'on' : whole < 0 ? 'before' : 'after';
  const at = anchor.at ? `, ${t('anchor-clock', { time: anchor.at })}` : '';
  return t(`anchor-${how}-${anchor.edge}`, { span }) + at;
}

/** An anchor so far from an edge: days are civil and hours exact, so what is a multiple of days is said in days. */
export function anchorOf(edge: 'start' | 'end', ms: number): Anchor {
  const rounded = Math.round(ms / MINUTE) * MINUTE;
  return rounded % DAY === 0 ? { edge, days: rounded / DAY, ms: 0, at: null } : { edge, days: 0, ms: rounded, at: null };
}

/** The slot's own edges, which distances are measured from. */
export interface Edges { start: Wall; end: Wall }

/** Where an anchor lies on the slot's wall; `null` for one that hangs on something else. */
export function anchorWall(text: string, edges: Edges): Wall | null {
  const anchor = readAnchor(text);
  if (!anchor) return null;
  const base = edges[anchor.edge];
  if (anchor.at === null) return base + anchor.days * DAY + anchor.ms;
  const [hours, minutes] = anchor.at.split(':').map(Number);
  return dayOf(base) + anchor.days * DAY + hours! * HOUR + minutes! * MINUTE;
}

/**
 * The anchor that lies at a wall, of the kind that it was before: a time of day stays one, whatever the distance is;
 * otherwise it is measured from the nearer edge.
 */
export function anchorAt(wall: Wall, edges: Edges, before: string): string {
  const edge = Math.abs(wall - edges.start) <= Math.abs(wall - edges.end) ? 'start' : 'end';
  if (!before.includes(' at ')) return anchorText(anchorOf(edge, wall - edges[edge]));
  const kept = before.startsWith('end') ? 'end' : 'start';
  return anchorText({ edge: kept, days: (dayOf(wall) - dayOf(edges[kept])) / DAY, ms: 0, at: wallText(wall).slice(11, 16) });
}

/** Whether something would end before it begins, as far as both can be laid on the slot's wall. */
export function backwards(from: string, until: string, edges: Edges): boolean {
  const [first, last] = [anchorWall(from, edges), anchorWall(until, edges)];
  return first !== null && last !== null && last <= first;
}

/**
 * Where an instant lies from a slot's start: whole minutes of it, towards the past, so that what begins or ends now does
 * not do so later. The start need not be at a whole minute of the clock.
 */
export function sinceStart(instant: number, slot: { start: string; start_local: string; zone: string }): string {
  const seconds = Date.parse(slot.start) % MINUTE;
  const wall = Math.floor(wallOf(instant - seconds, slot.zone) / MINUTE) * MINUTE;
  return anchorText(anchorOf('start', wall - readWall(slot.start_local)));
}
