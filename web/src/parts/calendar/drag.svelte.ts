// Dragging something on a calendar, by mouse at once and by finger after a moment of holding still, so that a
// finger which only scrolls drags nothing.

/** Pixels before a press becomes a drag. */
const SLACK = 6;
/** How long a finger holds still before it drags. */
const HOLD_MS = 350;
/** Pixels from an edge within which what lies beyond it comes into sight, and how many come with each picture. */
const EDGE = 72;
const PACE = 14;

export interface Grip<T> { what: T; x: number; y: number; moving: boolean }

export class PointerDrag<T> {
  now: Grip<T> | null = $state.raw(null);
  #over: (grip: Grip<T>) => void;
  #drop: (grip: Grip<T>) => void;
  #from = { x: 0, y: 0 };
  #touch = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  /** What to do while it is over a place, and when it is let go there. */
  constructor(over: (grip: Grip<T>) => void, drop: (grip: Grip<T>) => void) {
    this.#over = over;
    this.#drop = drop;
  }

  get moving(): boolean { return this.now?.moving ?? false; }

  down(event: PointerEvent, what: T): void {
    if (event.button !== 0) return;
    this.#touch = event.pointerType === 'touch';
    this.#from = { x: event.clientX, y: event.clientY };
    this.now = { what, x: event.clientX, y: event.clientY, moving: false };
    if (!this.#touch) return;
    this.#timer = setTimeout(() => {
      if (!this.now) return;
      this.now = { ...this.now, moving: true };
      // From here on the finger drags and the page stands still.
      addEventListener('touchmove', still, { passive: false });
      addEventListener('contextmenu', still, { once: true });
      navigator.vibrate?.(15);
      this.#over(this.now);
    }, HOLD_MS);
  }

  move(event: PointerEvent): void {
    if (!this.now) return;
    const far = Math.hypot(event.clientX - this.#from.x, event.clientY - this.#from.y) >= SLACK;
    if (!this.now.moving) {
      if (!far) return;
      if (this.#touch) { this.cancel(); return; }
    }
    event.preventDefault();
    this.now = { ...this.now, x: event.clientX, y: event.clientY, moving: true };
    this.#over(this.now);
    this.#carry();
  }

  /** While something is held at the edge of what is in sight, the page comes along, and the place under it is another. */
  #carry(): void {
    if (this.#frame) return;
    const step = (): void => {
      this.#frame = 0;
      const { now } = this;
      if (!now?.moving) return;
      const by = now.y < EDGE ? -PACE : now.y > innerHeight - EDGE ? PACE : 0;
      if (!by || !scrollUnder(now.x, now.y, by)) return;
      this.#over(now);
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  up(): void {
    const done = this.now;
    this.cancel();
    if (!done?.moving) return;
    // The click that ends a drag is no wish to open what was dragged.
    addEventListener('click', halt, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', halt, { capture: true }), 0);
    this.#drop(done);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    removeEventListener('touchmove', still);
    removeEventListener('contextmenu', still);
    this.now = null;
  }
}

/** Scrolls whatever lies under a point and can go on in that direction, or else the page; says whether something did. */
function scrollUnder(x: number, y: number, by: number): boolean {
  let part: Element | null = document.elementFromPoint(x, Math.max(1, Math.min(innerHeight - 1, y)));
  for (; part && part !== document.documentElement && part !== document.body; part = part.parentElement) {
    if (part.scrollHeight > part.clientHeight && /auto|scroll/.test(getComputedStyle(part).overflowY) && moved(part, by)) return true;
  }
  return moved(document.scrollingElement ?? document.documentElement, by);
}

function moved(part: Element, by: number): boolean {
  const before = part.scrollTop;
  part.scrollTop += by;
  return part.scrollTop !== before;
}

function still(event: Event): void {
  event.preventDefault();
}

function halt(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
