// Changes of a slot as the server takes them: first only asked what would come of it, then made, and where that
// needs a yes, answered; and the way back.
import { api, got, Problem, type Schemas } from '../api/client';
import { once } from './shelf.svelte';
import { readWall, type Wall } from './time';

export type Answer = Schemas['ChangeAnswer'];
export type Effect = Schemas['EffectShape'];
export type Tell = Schemas['TellShape'];

/** Asks for a change, or with `dry_run` what would come of it. */
export function change(slot: string, version: string, body: Schemas['ChangeRequest']): Promise<Answer> {
  return got(api.POST('/v1/slots/{slot}/change', { params: { path: { slot }, header: { 'If-Match': version, ...once() } }, body }));
}

/** Says yes or no to a change that waits. */
export function answerChange(confirmation: string, answer: 'yes' | 'no'): Promise<Answer> {
  return got(api.POST('/v1/confirmations/{confirmation}/answer', {
    params: { path: { confirmation }, header: once() }, body: { answer },
  }));
}

/**
 * Takes a slot's last change back. Where it can't be taken back any more, since people were told, the slot is moved
 * to the times that it had: they hear of that too.
 */
export async function takeBack(slot: string, times: { start: string; end: string; zone: string; place?: string }): Promise<Answer> {
  try {
    return await got(api.POST('/v1/slots/{slot}/undo', { params: { path: { slot }, header: once() } }));
  } catch (fault) {
    if (!(fault instanceof Problem) || fault.code !== 'nothing_to_undo') throw fault;
    return change(slot, '*', times);
  }
}

/** A line of what moves: one edge of one thing. */
export interface Moved { key: string; type: string; edge: 'from' | 'until'; title: string; anchor: string | null; before: Wall; after: Wall }

/** What moves with a slot, by when it was; the time boxes go with their block. */
export function movedLines(effect: Effect): Moved[] {
  const lines: Moved[] = [];
  for (const one of effect.moved) {
    if (one.type === 'slot' || one.type === 'box') continue;
    const edges = one.type === 'window' || one.type === 'fulfilment' ? (['from', 'until'] as const) : (['from'] as const);
    for (const edge of edges) {
      const shift = one[edge];
      if (!shift) continue;
      const [before, after] = [readWall(shift.before.local), readWall(shift.after.local)];
      lines.push({ key: `${one.id}${one.title}${edge}${lines.length}`, type: one.type, edge, title: one.title, anchor: shift.anchor ?? null, before, after });
    }
  }
  return lines.sort((one, other) => one.before - other.before);
}
