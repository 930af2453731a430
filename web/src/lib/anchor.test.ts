// What the API writes is read, and written back as it was.
import { describe, expect, it } from 'vitest';
import { anchorAt, anchorOf, anchorText, anchorWall, anchorWords, hangWords, readAnchor, readHang, sinceStart } from './anchor';
import { DAY, HOUR } from './time';

describe('anchors', () => {
  it.each(['start', 'end', 'start - 24h', 'start - 1d at 07:00', 'end + 1h 30m', 'start at 12:00', 'start - 2d'])('%s', (text) => {
    expect(anchorText(readAnchor(text)!)).toBe(text);
  });

  it('reads weeks as days, and nothing else as an anchor', () => {
    expect(readAnchor('start - 2w')).toEqual({ edge: 'start', days: -14, ms: 0, at: null });
    expect(readAnchor('2026-12-04T18:00')).toBeNull();
    expect(readAnchor('now + 1h')).toBeNull();
  });

  it('are said in words', () => {
    expect(anchorWords('start - 24h', 'en')).toBe('1 day before the start');
    expect(anchorWords('end', 'en')).toBe('at the end');
    expect(anchorWords('start - 1d at 07:00', 'en')).toBe('1 day before the start, at 07:00');
  });

  it('hang on other parts, in words too', () => {
    const hang = readHang('windows.vip.end + 1h 10m')!;
    expect(hang).toEqual({ list: 'windows', key: 'vip', edge: 'end', ms: HOUR + 10 * 60_000 });
    expect(hangWords(readHang('blocks.talk.start - 10m')!, 'The talk', 'en')).toBe('10 min before the start of The talk');
    expect(hangWords(readHang('windows.vip.end')!, 'VIP', 'en')).toBe('with the end of VIP');
    for (const other of ['start - 20m', 'offers.mug.end', 'windows.vip.opens', 'windows.vip.end + 1d']) expect(readHang(other)).toBeNull();
  });

  it('come from a distance', () => {
    expect(anchorText(anchorOf('start', -2 * DAY))).toBe('start - 2d');
    expect(anchorText(anchorOf('end', 1.5 * HOUR))).toBe('end + 1h 30m');
    expect(anchorText(anchorOf('start', 0))).toBe('start');
  });
});

describe('a dragged block', () => {
  const edges = { start: Date.UTC(2026, 11, 4, 18), end: Date.UTC(2026, 11, 4, 20) };

  it('lies where its anchor says', () => {
    expect(anchorWall('start - 24h', edges)).toBe(edges.start - DAY);
    expect(anchorWall('end + 1d at 10:00', edges)).toBe(Date.UTC(2026, 11, 5, 10));
    expect(anchorWall('public.opens + 5m', edges)).toBeNull();
  });

  it('hangs on the nearer edge, and a time of day stays one', () => {
    expect(anchorAt(edges.start - HOUR, edges, 'end')).toBe('start - 1h');
    expect(anchorAt(edges.end + HOUR, edges, 'start')).toBe('end + 1h');
    expect(anchorAt(Date.UTC(2026, 11, 6, 9, 30), edges, 'end + 1d at 10:00')).toBe('end + 2d at 09:30');
    expect(anchorAt(Date.UTC(2026, 11, 4, 9), edges, 'start at 12:00')).toBe('start at 09:00');
  });
});

it('says now as whole minutes from the start, and never later than it is', () => {
  const slot = { start: '2026-12-04T17:12:54Z', start_local: '2026-12-04T18:12:54', zone: 'Europe/Berlin' };
  const since = (now: string): string => sinceStart(Date.parse(now), slot);
  expect(since('2026-12-04T17:18:05Z')).toBe('start + 5m');
  expect(since('2026-12-04T17:18:54Z')).toBe('start + 6m');
  expect(since('2026-12-04T17:12:10Z')).toBe('start - 1m');
  expect(sinceStart(Date.parse('2026-12-04T17:18:59Z'), { ...slot, start: '2026-12-04T17:12:00Z', start_local: '2026-12-04T18:12:00' })).toBe('start + 6m');
});
