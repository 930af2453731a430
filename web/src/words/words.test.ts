// Both languages say everything, nothing that is said is missing, and nothing stands there unsaid.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const ids = (lang: string): string[] => {
  const text = readFileSync(join(root, `words/${lang}.ftl`), 'utf8');
  const bundle = new FluentBundle(lang);
  expect(bundle.addResource(new FluentResource(text))).toEqual([]);
  return [...text.matchAll(/^([a-z][\w-]*) =/gm)].map(([, id]) => id!);
};

const variables = (lang: string): Record<string, string> => {
  const text = readFileSync(join(root, `words/${lang}.ftl`), 'utf8');
  return Object.fromEntries(text.split(/^(?=[a-z][\w-]* =)/m).slice(1).map((block) => {
    const names = new Set([...block.matchAll(/\{ \$(\w+)/g)].map(([, name]) => name));
    return [block.split(' =')[0]!, [...names].sort().join()];
  }));
};

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(entry.name) && !entry.name.endsWith('.d.ts') && !entry.name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

const said = (lang: string, id: string, count: number): string => {
  const bundle = new FluentBundle(lang, { useIsolating: false });
  bundle.addResource(new FluentResource(readFileSync(join(root, `words/${lang}.ftl`), 'utf8')));
  return bundle.formatPattern(bundle.getMessage(id)!.value!, { count, minutes: 30 });
};

it('one is said as one', () => {
  const en = ['boxes-are', 'pace-chart', 'per-minute', 'units-added'].map((id) => said('en', id, 1));
  expect(en).toEqual(['1 time box, kept as it is.', '1 unit sold in the last 30 minutes', 'unit a minute, over the last five', '1 unit added.']);
  const de = ['boxes-are', 'counting-there', 'more-slots'].map((id) => said('de', id, 1));
  expect(de).toEqual(['1 Zeitfenster, wie es ist.', '1 sollte da sein', '1 weiterer']);
  expect([said('en', 'units-added', 2), said('de', 'more-slots', 2)]).toEqual(['2 units added.', '2 weitere']);
});

it('keys are called as they are on the keyboard of that language', () => {
  expect(['en', 'de'].map((lang) => said(lang, 'key-ctrl', 0))).toEqual(['Ctrl', 'Strg']);
  // No key stands in the code by its English name alone.
  const code = sources(root).join('\n');
  expect([...code.matchAll(/'Ctrl'|>Ctrl /g)].map(([text]) => text)).toEqual([]);
});

it('both languages have the same messages with the same values', () => {
  expect(ids('de')).toEqual(ids('en'));
  expect(new Set(ids('en')).size).toBe(ids('en').length);
  expect(variables('de')).toEqual(variables('en'));
});

it('what the code says is there, and what is there is said', () => {
  const code = sources(root).join('\n');
  const known = ids('en');
  const whole = [...code.matchAll(/\bt\('([\w-]+)'/g)].map(([, id]) => id!);
  const begun = [...code.matchAll(/\bt\(`([\w-]*)\$\{/g)].map(([, start]) => start!);
  expect(whole.filter((id) => !known.includes(id))).toEqual([]);
  expect(begun.filter((start) => !known.some((id) => id.startsWith(start)))).toEqual([]);
  // Names of views are said by their keys.
  const keys = [...code.matchAll(/key: '([\w-]+)'/g)].map(([, id]) => id!);
  const said = (id: string): boolean => whole.includes(id) || keys.includes(id) || begun.some((start) => start !== '' && id.startsWith(start));
  expect(known.filter((id) => !said(id))).toEqual([]);
});
