// Dragging something on a calendar, by mouse at once and by finger after a moment of holding still, so that a
// finger which only scrolls drags nothing.

/** Pixels before a press becomes a drag. */
const SLACK = 6;
/** How long a finger holds still before it drags. */
const HOLD_MS = 350;

export interface Grip<T> { what: T; x: number; y: number; moving: boolean }

export class PointerDrag<T> {
  now: Grip<T> | null = $state.raw(null);
  #over: (grip: Grip<T>) => void;
  #drop: (grip: Grip<T>) => void;
  #from = { x: 0, y: 0 };
  #touch = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

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
    removeEventListener('touchmove', still);
    removeEventListener('contextmenu', still);
    this.now = null;
  }
}

function still(event: Event): void {
  event.preventDefault();
}

function halt(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
