// All words of the console, from Fluent files: English and German. A language that is not English is fetched when
// somebody reads it.
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import english from './en.ftl?raw';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = 'dayshelf-language';

function bundle(lang: Language, text: string): FluentBundle {
  // Marks around values keep right-to-left text in order; in our two languages they are noise for whoever copies.
  const made = new FluentBundle(lang, { useIsolating: false });
  const errors = made.addResource(new FluentResource(text));
  for (const error of errors) console.error(error);
  return made;
}

const base = bundle('en', english);
let chosen: { lang: Language; locale: string; words: FluentBundle } = $state.raw({ lang: 'en', locale: 'en', words: base });

export const words = {
  get lang(): Language { return chosen.lang; },
  /** How dates and numbers are written: as in the reader's own region, where the browser names one of this language. */
  get locale(): string { return chosen.locale; },
};

/** The text of a message. */
export function t(id: string, values?: Record<string, FluentVariable>): string {
  for (const from of [chosen.words, base]) {
    const message = from.getMessage(id);
    if (message?.value) return from.formatPattern(message.value, values ?? null);
  }
  console.error(`no words for ${id}`);
  return id;
}

/** Whether there are words for it: what the server may add to tomorrow is shown by its own name until then. */
export function says(id: string): boolean {
  return base.hasMessage(id);
}

function wanted(): Language {
  const kept = localStorage.getItem(KEPT);
  const asked = [kept, ...navigator.languages].map((name) => name?.slice(0, 2));
  return asked.find((name): name is Language => name !== undefined && name in LANGUAGES) ?? 'en';
}

function regional(lang: Language): string {
  return navigator.languages.find((name) => name.toLowerCase().startsWith(`${lang}-`)) ?? lang;
}

export async function speak(lang: Language = wanted()): Promise<void> {
  const locale = regional(lang);
  if (lang !== 'en') {
    const { default: text } = await import('./de.ftl?raw');
    chosen = { lang, locale, words: bundle(lang, text) };
  } else {
    chosen = { lang, locale, words: base };
  }
  document.documentElement.lang = lang;
}

export async function choose(lang: Language): Promise<void> {
  localStorage.setItem(KEPT, lang);
  await speak(lang);
}
