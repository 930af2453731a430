// Walls and spans: the grid of the calendar stands on them.
import { describe, expect, it } from 'vitest';
import { addMonths, countdown, DAY, dayText, HOUR, readWall, snap, spanWords, wallOf, wallText, weekOf } from './time';

describe('walls', () => {
  it('go there and back as text', () => {
    expect(wallText(readWall('2026-12-04T18:00'))).toBe('2026-12-04T18:00');
    expect(wallText(readWall('2026-12-04T18:00:00+01:00'))).toBe('2026-12-04T18:00');
  });

  it('are what the zone shows, on both sides of a change of the clocks', () => {
    expect(wallText(wallOf(Date.parse('2026-10-25T00:30:00Z'), 'Europe/Berlin'))).toBe('2026-10-25T02:30');
    expect(wallText(wallOf(Date.parse('2026-10-25T01:30:00Z'), 'Europe/Berlin'))).toBe('2026-10-25T02:30');
    expect(wallText(wallOf(Date.parse('2026-12-31T23:30:00Z'), 'Asia/Kolkata'))).toBe('2027-01-01T05:00');
  });

  it('know their week and the months around them', () => {
    expect(dayText(weekOf(readWall('2026-11-29T12:00')))).toBe('2026-11-23');
    expect(dayText(weekOf(readWall('2026-11-23T00:00')))).toBe('2026-11-23');
    expect(wallText(addMonths(readWall('2026-01-31T10:00'), 1))).toBe('2026-02-28T10:00');
    expect(wallText(addMonths(readWall('2026-12-15T10:00'), 2))).toBe('2027-02-15T10:00');
    expect(wallText(addMonths(readWall('2026-01-15T10:00'), -1))).toBe('2025-12-15T10:00');
  });

  it('snap to the nearest step', () => {
    expect(wallText(snap(readWall('2026-12-04T18:08'), 15 * 60_000))).toBe('2026-12-04T18:15');
  });
});

describe('spans', () => {
  it('are said in two units at most', () => {
    expect(spanWords(DAY + 4 * HOUR + 60_000, 'en')).toBe('1 day 4 hr');
    expect(spanWords(-90 * 60_000, 'en')).toBe('1 hr 30 min');
    expect(spanWords(0, 'en')).toBe('0 min');
  });

  it('count down', () => {
    expect(countdown(7_000, 'en')).toBe('0:07');
    expect(countdown(3 * HOUR + 5 * 60_000, 'en')).toBe('3:05:00');
    expect(countdown(-5, 'en')).toBe('0:00');
  });
});
