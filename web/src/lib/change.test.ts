// What the server says moves becomes lines by time, one for each edge that people ask about.
import { expect, it } from 'vitest';
import { movedLines, type Effect } from './change';

const time = (local: string): { local: string; utc: string } => ({ local: `${local}:00+01:00`, utc: '' });
const shift = (before: string, after: string, anchor: string | null = 'start'): unknown => ({ before: time(before), after: time(after), anchor });

it('leaves out the slot itself and time boxes, and tells both edges of windows and pickups', () => {
  const effect = { moved: [
    { type: 'slot', id: 's', title: 'Slot', from: shift('2026-12-04T18:00', '2026-12-05T18:00', null), until: shift('2026-12-04T20:00', '2026-12-05T20:00', null) },
    { type: 'window', id: 'w', title: 'Everyone', from: shift('2026-12-04T18:00', '2026-12-05T18:00'), until: shift('2026-12-04T20:00', '2026-12-05T20:00', 'end') },
    { type: 'box', id: 'p', title: 'Pickup', from: shift('2026-12-05T10:00', '2026-12-06T10:00') },
    { type: 'block', id: 'b', title: 'Packing', from: shift('2026-12-04T12:00', '2026-12-05T12:00', 'start - 6h'), until: shift('2026-12-04T13:00', '2026-12-05T13:00') },
    { type: 'step', id: 'o', title: 'Early', from: shift('2026-12-04T18:30', '2026-12-05T18:30', 'start + 30m') },
  ] } as unknown as Effect;
  const lines = movedLines(effect);
  expect(lines.map((line) => `${line.title} ${line.edge}`)).toEqual(['Packing from', 'Everyone from', 'Early from', 'Everyone until']);
  expect(lines[0]).toMatchObject({ anchor: 'start - 6h', before: Date.UTC(2026, 11, 4, 12), after: Date.UTC(2026, 11, 5, 12) });
  expect(new Set(lines.map((line) => line.key)).size).toBe(4);
});
