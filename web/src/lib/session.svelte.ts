// Who is signed in, for whom, and what their role lets them do. The server checks all of it again.
import { api, doors, got, type Schemas } from '../api/client';

type Session = Schemas['SessionShape'];
export type Role = Schemas['TeamRole'];

const ORDER: Role[] = ['viewer', 'stall', 'manager', 'owner'];

let current: Session | null = $state.raw(null);
let known = $state(false);

export const session = {
  get now(): Session | null { return current; },
  /** Whether it is known if somebody is signed in. */
  get known(): boolean { return known; },
  get zone(): string { return current?.organiser.zone ?? 'UTC'; },
  get currency(): string { return current?.organiser.currency ?? 'EUR'; },
  get slug(): string { return current?.organiser.slug ?? ''; },
  may(role: Role): boolean {
    return current !== null && ORDER.indexOf(current.role) >= ORDER.indexOf(role);
  },
};

export function enter(entered: Session): void {
  current = entered;
  known = true;
}

export function left(): void {
  current = null;
  known = true;
}

doors.closed = left;

export async function lookUp(): Promise<void> {
  try {
    enter(await got(api.GET('/v1/session')));
  } catch {
    left();
  }
}

export async function signOut(): Promise<void> {
  await api.DELETE('/v1/session');
  left();
}
