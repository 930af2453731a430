// Blocks that are no window, price or pickup: from what the server says of one to what it takes back, and a fresh
// one of each kind.
import type { Schemas } from '../api/client';
import type { Names } from './docs';

export type BlockKind = Schemas['BlockKindShape'];
export type BlockDoc = Schemas['BlockDoc'];

export const BLOCK_KINDS: BlockKind[] = ['broadcast', 'reminder', 'announcement', 'shift', 'cue', 'rule'];

export function blockDoc(block: Schemas['BlockWhole'], sheet: Schemas['SheetShape'], names: Names): BlockDoc {
  const doc: BlockDoc = { key: block.key, title: block.title, when: block.when.anchor };
  if (block.until) doc.until = block.until.anchor;
  if (block.broadcast) doc.broadcast = block.broadcast;
  if (block.reminder) doc.reminder = block.reminder;
  if (block.announcement) doc.announcement = block.announcement;
  if (block.shift) doc.shift = block.shift;
  if (block.cue) {
    const { offer, ...rest } = block.cue;
    doc.cue = { ...rest, ...(offer ? { offer: sheet.offers.find((one) => one.id === offer)?.key ?? offer } : {}) };
  }
  if (block.rule) doc.rule = ruleDoc(block.rule, sheet, names);
  return doc;
}

function ruleDoc(rule: Schemas['RuleWhole'], sheet: Schemas['SheetShape'], names: Names): Schemas['RuleDoc'] {
  const pool = (id: string): string => names.pools.get(id) ?? id;
  const slot = (id: string): string => names.slots.get(id) ?? id;
  const window = (id: string): string => sheet.windows.find((one) => one.id === id)?.key ?? id;
  const act = rule.then;
  return {
    ...(rule.below ? { below: { pool: pool(rule.below.pool), units: rule.below.units } } : {}),
    ...(rule.sold_out ? { sold_out: window(rule.sold_out) } : {}),
    then: 'close' in act ? { close: act.close.map(slot) }
      : 'shrink' in act ? { shrink: { pool: pool(act.shrink.pool), keep: act.shrink.keep } }
        : 'open' in act ? { open: window(act.open) } : { publish: slot(act.publish) },
  };
}

/** What a block of a kind begins as. */
export function freshBlock(kind: BlockKind, sheet: Schemas['SheetShape'], names: Names): BlockDoc {
  const base = { key: '', title: '' };
  const pool = [...names.pools.values()][0] ?? '';
  switch (kind) {
    case 'broadcast': return { ...base, when: 'start', until: 'end', broadcast: { sources: [{ kind: 'hls', url: '' }], replay: '' } };
    case 'reminder': return { ...base, when: 'start - 1h', reminder: { audience: 'buyers', channel: 'mail', text: '' } };
    case 'announcement': return { ...base, when: 'start', announcement: { audience: 'followers', channel: 'mail', text: '' } };
    case 'shift': return { ...base, when: 'start - 30m', until: 'end + 30m', shift: { person: '', tasks: [] } };
    case 'cue': return { ...base, when: 'start', cue: { camera: '', drone: '', host: '' } };
    case 'rule': return { ...base, when: 'start', rule: { below: { pool, units: 5 }, then: { open: sheet.windows[0]?.key ?? '' } } };
  }
}
