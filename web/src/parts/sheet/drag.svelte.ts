// Dragging on the sheet: a block as a whole or one of its edges, by pointer or by keys. While it is under way the
// sheet draws it where it would be; what it comes to is one change, made when it ends.
import { anchorAt, type Edges } from '../../lib/anchor';
import { mirrored } from '../../lib/axis';
import { MINUTE, snap, type Wall } from '../../lib/time';
import type { Movable } from './rows';

export type Part = 'whole' | 'opens' | 'closes';
export interface Dragged { opens?: string; closes?: string }

/** How the sheet is drawn at the moment. */
export interface Scale { edges: Edges; perPixel: number; grid: number }

/** Pixels before a press becomes a drag, and within which an edge of the slot draws. */
const SLACK = 4;
const NEAR = 8;

interface Under { what: Movable; part: Part; x: number; open: Wall; close: Wall | null; moving: boolean; keys: boolean }

export class Dragging {
  now: Under | null = $state.raw(null);
  #scale: () => Scale;
  #done: (what: Movable, change: Dragged) => void;

  constructor(scale: () => Scale, done: (what: Movable, change: Dragged) => void) {
    this.#scale = scale;
    this.#done = done;
  }

  get moving(): boolean { return this.now?.moving ?? false; }

  /** Where a block is to be drawn. */
  at(what: Movable): { open: Wall; close: Wall | null } {
    const { now } = this;
    return now?.moving && now.what.id === what.id ? now : what;
  }

  /** What is said while a block is dragged: the anchor of the edge that moves. */
  said(what: Movable): { wall: Wall; anchor: string } | null {
    const { now } = this;
    if (!now?.moving || now.what.id !== what.id) return null;
    const last = now.part === 'closes' && now.close !== null;
    const wall = last ? now.close! : now.open;
    return { wall, anchor: anchorAt(wall, this.#scale().edges, (last ? what.closes : what.opens) ?? '') };
  }

  down(event: PointerEvent, what: Movable, part: Part): void {
    if (event.button !== 0 || !what.free) return;
    if (part !== 'whole') event.stopPropagation();
    this.now = { what, part, x: event.clientX, open: what.open, close: what.close, moving: false, keys: false };
  }

  over(event: PointerEvent): void {
    const { now } = this;
    if (!now || now.keys) return;
    if (!now.moving && Math.abs(event.clientX - now.x) < SLACK) return;
    event.preventDefault();
    this.#move((event.clientX - now.x) * this.#scale().perPixel * (mirrored() ? -1 : 1));
  }

  up(): void {
    const { now } = this;
    if (!now || now.keys) return;
    if (!now.moving) { this.now = null; return; }
    // The click that ends a drag is no wish to choose something.
    addEventListener('click', halt, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', halt, { capture: true }), 0);
    this.#finish();
  }

  /** Alt and an arrow shift a block by a step of the axis; with Shift its end alone. Letting Alt go makes it so. */
  key(event: KeyboardEvent, what: Movable): void {
    if (event.key === 'Escape' && this.now) { this.now = null; event.preventDefault(); return; }
    if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') || !what.free) return;
    event.preventDefault();
    const part: Part = event.shiftKey && what.close !== null ? 'closes' : 'whole';
    const { grid } = this.#scale();
    if (!this.now?.keys || this.now.part !== part) this.now = { what, part, x: 0, open: what.open, close: what.close, moving: true, keys: true };
    this.now = { ...this.now, x: this.now.x + ((event.key === 'ArrowRight') !== mirrored() ? grid : -grid) };
    this.#move(this.now.x);
  }

  keyUp(event: KeyboardEvent): void {
    if (event.key === 'Alt') this.leave();
  }

  /** Ends what keys began. */
  leave(): void {
    if (this.now?.keys) this.#finish();
  }

  drop(): void {
    if (!this.now?.keys) this.now = null;
  }

  #move(by: number): void {
    const { now } = this;
    if (!now) return;
    const { what, part } = now;
    let { open, close } = what;
    if (part === 'whole') { open = this.#stick(what.open + by); close = what.close === null ? null : what.close + (open - what.open); }
    if (part === 'opens') open = Math.min(this.#stick(what.open + by), (what.close ?? Infinity) - MINUTE);
    if (part === 'closes' && what.close !== null) close = Math.max(this.#stick(what.close + by), what.open + MINUTE);
    this.now = { ...now, moving: true, open, close };
  }

  /** On the grid, and at the slot's own edges where they are near. */
  #stick(wall: Wall): Wall {
    const { edges, perPixel, grid } = this.#scale();
    return [edges.start, edges.end].find((edge) => Math.abs(edge - wall) < NEAR * perPixel) ?? snap(wall, grid);
  }

  #finish(): void {
    const done = this.now;
    this.now = null;
    if (!done) return;
    const { edges } = this.#scale();
    const { what } = done;
    const change: Dragged = {};
    if (done.open !== what.open) change.opens = anchorAt(done.open, edges, what.opens);
    if (done.close !== null && done.close !== what.close) change.closes = anchorAt(done.close, edges, what.closes ?? '');
    if (change.opens || change.closes) this.#done(what, change);
  }
}

function halt(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
