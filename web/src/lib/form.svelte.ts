// A form that is sent to the server: busy while it is, and what the server says is wrong at its field.
import { tick } from 'svelte';
import { Problem } from '../api/client';
import { complain } from './toasts.svelte';

export class Sending {
  busy = $state(false);
  #wrong: Record<string, string> = $state({});
  #general: string | null = $state(null);

  /** What is wrong with a field. */
  at(field: string): string | undefined {
    return this.#wrong[field];
  }

  /** What is wrong with nothing in particular. */
  get general(): string | null {
    return this.#general;
  }

  /** Says what is wrong before anything is sent; whether something is. */
  mark(wrong: Record<string, string | undefined>): boolean {
    this.#general = null;
    this.#wrong = Object.fromEntries(Object.entries(wrong).filter((pair): pair is [string, string] => pair[1] !== undefined));
    return Object.keys(this.#wrong).length > 0;
  }

  /** What was wrong is being put right: nothing of it is said any more. */
  forget(): void {
    this.#wrong = {};
    this.#general = null;
  }

  /** Sends; a second press while it is under way does nothing. The fields are those that the form shows. */
  async send(fields: string[], work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.forget();
    try {
      await work();
      return true;
    } catch (fault) {
      this.#explain(fields, fault);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #explain(fields: string[], fault: unknown): void {
    if (!(fault instanceof Problem) || fault.status === 0) return complain(fault);
    const mistakes = Array.isArray(fault.members.mistakes) ? fault.members.mistakes as Record<string, unknown>[] : [];
    const flaws = mistakes.map((one) => ({ field: String(one.field ?? ''), text: String(one.detail ?? one.sentence ?? one.message ?? '') }));
    if (fault.field) flaws.push({ field: fault.field, text: fault.message });
    const others = new Set<string>();
    for (const { field, text } of flaws) {
      const name = fields.find((known) => field === known || field.endsWith(`.${known}`));
      if (name) this.#wrong[name] ??= bare(text, field);
      else others.add(short(text, field));
    }
    if (others.size) this.#general = [...others].join(' ');
    if (!flaws.length) this.#general = fault.message;
  }
}

/** Goes to the first field of a form that is marked as wrong, where one is. */
export async function toFirstWrong(form: HTMLFormElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

/** The sentence with the field's own name alone: where it stands in a document is nothing that people wrote. */
export function short(text: string, field: string): string {
  const name = field.slice(field.lastIndexOf('.') + 1);
  return text.startsWith(`${field}: `) ? name + text.slice(field.length) : text;
}

/** The sentence without the field's own name in front of it, which the form's label says better. */
function bare(text: string, field: string): string {
  const cut = text.startsWith(`${field}: `) ? text.slice(field.length + 2) : text;
  return cut.charAt(0).toUpperCase() + cut.slice(1);
}
