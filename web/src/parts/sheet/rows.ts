// What is drawn on a slot's sheet, row by row, with walls in place of instants.
import type { Schemas } from '../../api/client';
import { readAnchor, readHang, type Hang } from '../../lib/anchor';
import { stairsOf, type Stair } from '../../lib/ladder';
import { wallOf, type Wall } from '../../lib/time';

export type Sheet = Schemas['SheetShape'];
export type Pool = Schemas['PoolShape'];

/** A thing on the sheet that can be chosen. */
export interface Choice { kind: 'window' | 'offer' | 'fulfilment' | 'block'; id: string }

/** A thing on the sheet that can be dragged. */
export interface Movable {
  kind: 'window' | 'fulfilment' | 'block';
  id: string;
  open: Wall;
  close: Wall | null;
  /** The anchors of its edges. */
  opens: string;
  closes: string | null;
  /** Whether it hangs on the slot itself, so that a distance from it can be said. */
  free: boolean;
  /** What else of the slot its edges hang on, and what that is called. */
  hangs: (Hang & { part: string })[];
}

export interface WindowRow { kind: 'window'; id: string; title: string; open: Wall; close: Wall; phase: string; audience: string; taken: number; most: number; grip: Movable }
export interface OfferRow { kind: 'offer'; id: string; title: string; open: Wall; close: Wall; stairs: Stair[]; least: number; most: number; currency: string }
export interface Bay { from: Wall; until: Wall; places: number; taken: number }
export interface PickupRow { kind: 'fulfilment'; id: string; title: string; open: Wall; close: Wall; way: string; bays: Bay[]; grip: Movable }
/** A block that is no window, price or pickup: a span, or a moment. */
export interface Mark { id: string; title: string; more: string[]; from: Wall; until: Wall | null; state: string; grip: Movable }
export interface MarksRow { kind: 'marks'; id: string; block: Schemas['BlockKindShape']; person: string; open: Wall; close: Wall; marks: Mark[] }
export type Row = WindowRow | OfferRow | PickupRow | MarksRow;

/** Units that a slot's offers could sell in all, by what their pools hold. */
export function supply(sheet: Sheet, pools: Map<string, Pool>): number {
  const drawn = new Set(sheet.offers.flatMap((offer) => offer.recipe.map((part) => part.pool)));
  let free = 0;
  for (const id of drawn) free += pools.get(id)?.balance.free ?? 0;
  for (const window of sheet.windows) for (const part of window.allotments) free += pools.get(part.lent)?.balance.free ?? 0;
  return free + sheet.offers.reduce((all, offer) => all + offer.taken, 0);
}

export function rowsOf(sheet: Sheet, pools: Map<string, Pool>): Row[] {
  const zone = sheet.slot.zone;
  const wall = (when: Schemas['WhenView']): Wall => wallOf(Date.parse(when.at), zone);
  const grip = (kind: Movable['kind'], id: string, opens: Schemas['WhenView'], closes?: Schemas['WhenView'] | null): Movable => ({
    kind, id, open: wall(opens), close: closes ? wall(closes) : null, opens: opens.anchor, closes: closes?.anchor ?? null,
    free: hangs(opens.anchor) && (!closes || hangs(closes.anchor)),
    hangs: [opens, closes].flatMap((when) => {
      const hang = when && readHang(when.anchor);
      return hang ? [{ ...hang, part: sheet[hang.list].find((part) => part.key === hang.key)?.title || hang.key }] : [];
    }),
  });
  const whole = supply(sheet, pools);
  const windows = sheet.windows.map((window): WindowRow => ({
    kind: 'window', id: window.id, title: window.title, open: wall(window.opens), close: wall(window.closes), phase: window.phase,
    audience: typeof window.audience === 'string' ? window.audience : 'code' in window.audience ? 'code' : 'list',
    taken: window.taken,
    most: window.allotments.length ? window.allotments.reduce((all, part) => all + part.units, 0) : whole,
    grip: grip('window', window.id, window.opens, window.closes),
  }));
  const slot: [Wall, Wall] = [wallOf(Date.parse(sheet.slot.start), zone), wallOf(Date.parse(sheet.slot.end), zone)];
  const from = Math.min(slot[0], ...windows.map((window) => window.open));
  const until = Math.max(slot[1], ...windows.map((window) => window.close));
  const offers = sheet.offers.map((offer): OfferRow => {
    const amounts = offer.ladder.map((step) => step.price.amount);
    return { kind: 'offer', id: offer.id, title: offer.title, open: from, close: until, stairs: stairsOf(offer.ladder, [from, until], wall), least: Math.min(...amounts), most: Math.max(...amounts), currency: offer.ladder[0]?.price.currency ?? '' };
  });
  const pickups = sheet.fulfilments.map((block): PickupRow => ({
    kind: 'fulfilment', id: block.id, title: block.title, open: wall(block.opens), close: wall(block.closes), way: block.kind,
    bays: block.boxes.map((box) => {
      const left = pools.get(box.pool)?.balance.free ?? box.places;
      return { from: wall(box.from), until: wall(box.until), places: box.places, taken: box.places - left };
    }),
    grip: grip('fulfilment', block.id, block.opens, block.closes),
  }));
  // What is of one kind shares a row; whoever works has a row of their own.
  const kinds = [...Map.groupBy(sheet.blocks, (block) => `${block.kind}:${block.shift?.person ?? ''}`)];
  const others = kinds.map(([id, blocks]): MarksRow => {
    const marks = blocks.map((block): Mark => ({
      id: block.id, title: block.title, more: more(block), from: wall(block.when), until: block.until ? wall(block.until) : null, state: block.state,
      grip: grip('block', block.id, block.when, block.until),
    }));
    const ends = marks.flatMap((mark) => [mark.from, mark.until ?? mark.from]);
    return { kind: 'marks', id, block: blocks[0]!.kind, person: blocks[0]!.shift?.person ?? '', open: Math.min(...ends), close: Math.max(...ends), marks: marks.sort((one, other) => one.from - other.from) };
  });
  return [...windows, ...offers, ...pickups, ...others];
}

/** Whether an anchor hangs on the slot's own edges; a box within a day of pickup does through that. */
function hangs(anchor: string): boolean {
  return readAnchor(anchor) !== null || /^(start|end)\b.* at /.test(anchor);
}

/** What else is drawn in a block: a broadcast's sources in their order, a shift's tasks. */
function more(block: Schemas['BlockWhole']): string[] {
  return block.broadcast?.sources.map((source) => source.kind) ?? block.shift?.tasks ?? [];
}
