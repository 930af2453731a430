// A slot as the calendar draws it: on its own wall, with what it is called there.
import type { CalendarSlot } from './shelf.svelte';
import { readWall, wallOf, type Wall } from './time';

export interface Band { key: string; title: string; opens: Wall; closes: Wall; phase: string; audience: string }

export interface Entry {
  id: string;
  title: string;
  place: string;
  zone: string;
  state: string;
  /** What can be said about it in one word, for colours and badges. */
  mood: 'draft' | 'cancelled' | 'over' | 'open' | 'sold_out' | 'ahead' | 'paused';
  start: Wall;
  end: Wall;
  version: number;
  bands: Band[];
  units: CalendarSlot['units'];
}

export function entryOf({ slot, windows, units }: CalendarSlot, now: number): Entry {
  const wall = (instant: string): Wall => wallOf(Date.parse(instant), slot.zone);
  return {
    id: slot.id,
    title: slot.title,
    place: slot.place,
    zone: slot.zone,
    state: slot.state,
    mood: moodOf({ slot, windows, units }, now),
    start: readWall(slot.start_local),
    end: readWall(slot.end_local),
    version: slot.version,
    bands: windows.map((window) => ({
      key: window.key, title: window.title, opens: wall(window.opens), closes: wall(window.closes),
      phase: window.phase, audience: window.audience,
    })),
    units,
  };
}

export function moodOf({ slot, windows, units }: CalendarSlot, now: number): Entry['mood'] {
  if (slot.state === 'draft' || slot.state === 'cancelled') return slot.state;
  // A draft that was thrown away while somebody looked at it.
  if (slot.state === 'discarded') return 'cancelled';
  if (slot.paused_since && windows.some((window) => now < Date.parse(window.closes))) return 'paused';
  const open = windows.some((window) => Date.parse(window.opens) <= now && now < Date.parse(window.closes));
  if (open) return units.free > 0 ? 'open' : 'sold_out';
  if (windows.some((window) => now < Date.parse(window.opens))) return 'ahead';
  return Date.parse(slot.end) <= now ? 'over' : units.free > 0 ? 'over' : 'sold_out';
}
