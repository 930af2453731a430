// The movements of stock as facts of the journal: which pool, how many from where to where, and why.
import type { Entry } from './journal';

export interface Move { pool: string; from: string; to: string; units: number }
/** `kind` is a kind of movement by hand, else the fact's type. */
export interface Line { id: string; at: number; byHand: boolean; kind: string; reason: string; moves: Move[] }

const BY_HAND = /^(stock|pool)\./;

/** Whether an entry moved units of a pool; of what people did by hand alone, or of all. */
export function touches(entry: Entry, pool: string | null, byHand: boolean): boolean {
  if (byHand && !BY_HAND.test(entry.type)) return false;
  const moves = movesOf(entry);
  return moves.length > 0 && (pool === null || moves.some((move) => move.pool === pool));
}

export function movesOf(entry: Entry): Move[] {
  const { moves } = entry.data as { moves?: Move[] };
  return Array.isArray(moves) ? moves : [];
}

export function lineOf(entry: Entry, pool: string | null): Line {
  const { kind, reason } = entry.data as { kind?: string; reason?: string };
  const byHand = entry.type === 'stock.moved' && kind !== undefined;
  return {
    id: entry.id, at: Date.parse(entry.at), byHand, kind: byHand ? kind : entry.type.replace('.', '-'),
    reason: reason ?? '', moves: movesOf(entry).filter((move) => pool === null || move.pool === pool),
  };
}
