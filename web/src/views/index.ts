// The views of the console: who may see which, and where its code is. What is not looked at is not loaded.
import type { Component } from 'svelte';
import type { Role } from '../lib/session.svelte';
import type { Drawing } from '../parts/Glyph.svelte';

export interface View {
  /** The first part of its address, and the message with its name. */
  key: string;
  glyph: Drawing;
  role: Role;
  /** Whether it stands in the menu; others are reached from a thing. */
  menu: boolean;
  /** Addresses that belong to the same entry of the menu. */
  also?: string[];
  load?: () => Promise<{ default: Component }>;
}

export const VIEWS: View[] = [
  { key: 'calendar', glyph: 'calendar', role: 'viewer', menu: true, also: ['slots'] },
  { key: 'live', glyph: 'live', role: 'viewer', menu: true, load: () => import('./Live.svelte') },
  { key: 'orders', glyph: 'orders', role: 'viewer', menu: true, load: () => import('./Orders.svelte') },
  { key: 'pickup', glyph: 'pickup', role: 'viewer', menu: true, load: () => import('./Pickup.svelte') },
  { key: 'stock', glyph: 'stock', role: 'viewer', menu: true, load: () => import('./Stock.svelte') },
  { key: 'library', glyph: 'picture', role: 'viewer', menu: true, load: () => import('./Library.svelte') },
  { key: 'compose', glyph: 'compose', role: 'manager', menu: true, load: () => import('./Compose.svelte') },
  { key: 'settings', glyph: 'settings', role: 'viewer', menu: true, load: () => import('./Settings.svelte') },
  { key: 'slots', glyph: 'sheet', role: 'viewer', menu: false, load: () => import('./Slot.svelte') },
];
