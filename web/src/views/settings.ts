// The parts of the settings: which there are, and who may see which.
import type { Role } from '../lib/session.svelte';

export const PARTS = [
  { id: 'me', role: 'viewer' },
  { id: 'security', role: 'viewer' },
  { id: 'about', role: 'manager' },
  { id: 'look', role: 'manager' },
  { id: 'team', role: 'owner' },
  { id: 'keys', role: 'manager' },
  { id: 'calendars', role: 'manager' },
  { id: 'payment', role: 'manager' },
  { id: 'mail', role: 'manager' },
  { id: 'webhooks', role: 'manager' },
  { id: 'log', role: 'owner' },
  { id: 'danger', role: 'owner' },
] as const satisfies { id: string; role: Role }[];

export type PartId = (typeof PARTS)[number]['id'];
