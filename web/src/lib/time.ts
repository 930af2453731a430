// Times as the console handles them: instants in ms, and walls. A wall is the time on a zone's clock, kept as the
// ms that it would be in UTC, so that it can be added to and laid on a grid. Only the server turns walls into
// instants; here it goes the other way alone.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** ms of a wall. */
export type Wall = number;

const makers = new Map<string, Intl.DateTimeFormat>();

function maker(zone: string): Intl.DateTimeFormat {
  let known = makers.get(zone);
  if (!known) {
    known = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23',
      year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    makers.set(zone, known);
  }
  return known;
}

/** What a zone's clock shows at an instant. */
export function wallOf(instant: number, zone: string): Wall {
  const parts: Record<string, number> = {};
  for (const { type, value } of maker(zone).formatToParts(instant)) parts[type] = Number(value);
  return Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
}

/** Reads `2026-12-04T18:00` and longer forms of it. */
export function readWall(text: string): Wall {
  return Date.parse(`${text.slice(0, 16)}:00Z`);
}

/** `2026-12-04T18:00`, as the API and inputs take it. */
export function wallText(wall: Wall): string {
  return new Date(wall).toISOString().slice(0, 16);
}

/** `2026-12-04`. */
export function dayText(wall: Wall): string {
  return new Date(wall).toISOString().slice(0, 10);
}

/** Midnight of a wall's day. */
export function dayOf(wall: Wall): Wall {
  return Math.floor(wall / DAY) * DAY;
}

/** Monday of a wall's week. */
export function weekOf(wall: Wall): Wall {
  const day = dayOf(wall);
  return day - ((new Date(day).getUTCDay() + 6) % 7) * DAY;
}

/** The first of a wall's month. */
export function monthOf(wall: Wall): Wall {
  const date = new Date(wall);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** The same day so many months later, or the last one where there is none. */
export function addMonths(wall: Wall, months: number): Wall {
  const date = new Date(wall);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const last = new Date(Date.UTC(new Date(first).getUTCFullYear(), new Date(first).getUTCMonth() + 1, 0)).getUTCDate();
  return first + (Math.min(date.getUTCDate(), last) - 1) * DAY + (wall - dayOf(wall));
}

/** A wall snapped to a grid. */
export function snap(wall: Wall, step: number): Wall {
  return Math.round(wall / step) * step;
}

/** Writes a wall in words; the options are those of `Intl`. */
export function wallWords(wall: Wall, lang: string, options: Intl.DateTimeFormatOptions): string {
  return format(lang, { ...options, timeZone: 'UTC' }).format(wall);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options);
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(lang, { hourCycle: 'h23', ...options });
    formats.set(key, known);
  }
  return known;
}

export const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
export const shortDay: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' };
export const longDay: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
export const monthYear: Intl.DateTimeFormatOptions = { month: 'long', year: 'numeric' };

/** The zone's short name at an instant, as `CET`. */
export function zoneName(instant: number, zone: string, lang: string): string {
  const parts = format(lang, { timeZone: zone, timeZoneName: 'short' }).formatToParts(instant);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** A span in its two largest units: `2 d 4 h`, `1 h 30 min`, `45 s`. */
export function spanWords(ms: number, lang: string): string {
  const units: [string, number][] = [['day', DAY], ['hour', HOUR], ['minute', MINUTE], ['second', 1000]];
  let rest = Math.abs(Math.round(ms / 1000) * 1000);
  const words: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) {
      words.push(new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
      rest -= count * size;
    }
    if (words.length === 2) break;
  }
  return words.join(' ') || new Intl.NumberFormat(lang, { style: 'unit', unit: 'minute', unitDisplay: 'short' }).format(0);
}

/** A countdown: `0:07`, `12:40`, `3:05:00`, and days before that. */
export function countdown(ms: number, lang: string): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds >= 86_400) return spanWords(ms, lang);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
